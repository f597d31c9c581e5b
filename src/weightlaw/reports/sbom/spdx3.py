"""SPDX 3.0.1 with the AI profile as JSON-LD, made and validated with spdx-python-model."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from spdx_python_model import v3_0_1 as spdx

from weightlaw.errors import WeightlawError
from weightlaw.reports.sbom.identity import document_uuid, time_of
from weightlaw.reports.sbom.view import Bill, Data, Licence, Node, Text, expression

_REVIEW = frozenset({"verdict", "finding", "waived", "duty", "kept", "unknown"})
_TERMS = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing"
NO_ASSERTION = f"{_TERMS}/NoAssertionLicense"


def render(bill: Bill) -> str:
    """The document; the library refuses a value or a missing property that the model does not allow."""
    graph = _Rendering(bill).graph()
    out = io.BytesIO()
    try:
        spdx.JSONLDSerializer(indent=2, ensure_ascii=False).write(graph, out, force_at_graph=True)
        text = out.getvalue().decode()
        reread = spdx.SHACLObjectSet()
        spdx.JSONLDDeserializer().deserialize_data(json.loads(text), reread)
    except (ValueError, TypeError) as error:
        raise WeightlawError(
            f"the SPDX 3.0.1 document is not valid, please report it: {error}"
        ) from error
    if missing := reread.link():
        raise WeightlawError(
            f"the SPDX 3.0.1 document names what it does not hold, please report it: {sorted(missing)[0]}"
        )
    return text + "\n"


class _Rendering:
    """One document in the making."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self.base = f"https://spdx.org/spdxdocs/weightlaw-{document_uuid(bill, '3.0')}"
        self.time = datetime.fromisoformat(bill.created.removesuffix("Z")).replace(tzinfo=UTC)
        self.elements: dict[str, Any] = {}
        self.numbers = count(1)
        self.licenses = {item.id: item for item in bill.licenses}
        self.creation = spdx.CreationInfo(
            _id="_:creationInfo", created=self.time, specVersion="3.0.1"
        )
        self.creation.comment = f"Licence and model knowledge of {bill.knowledge}."

    def graph(self) -> Any:
        """All elements, the document and its SBOM last."""
        agent = self._new(spdx.SoftwareAgent, "agent", name=f"weightlaw {self.bill.weightlaw}")
        tool = self._new(spdx.Tool, "tool", name=f"weightlaw-{self.bill.weightlaw}")
        self.creation.createdBy.append(agent)
        self.creation.createdUsing.append(tool)
        for node in self.bill.nodes:
            self._model(node)
        for data in self.bill.data:
            self._data(data)
        for node in self.bill.nodes:
            self._relations(node)
        self._document()
        return spdx.SHACLObjectSet([self.creation, *self.elements.values()])

    def _new(self, kind: Any, key: str, **values: Any) -> Any:
        """A new element; what is empty is left out."""
        element = kind(_id=self._iri(key), creationInfo=self.creation)
        for name, value in values.items():
            if value not in (None, "", [], ()):
                setattr(element, name, value)
        self.elements[key] = element
        return element

    def _iri(self, key: str) -> str:
        return f"{self.base}#{key}"

    def _model(self, node: Node) -> None:
        package = self._new(
            spdx.ai_AIPackage,
            node.key,
            name=node.id,
            summary="A machine learning model.",
            software_primaryPurpose=spdx.software_SoftwarePurpose.model,
            software_packageVersion=node.revision,
            software_packageUrl=node.purl,
            software_downloadLocation=node.download,
            software_homePage=node.page,
            software_sourceInfo=" ".join(n.text for n in node.of("source", "lineage")),
            suppliedBy=self._supplier(node.group),
            releaseTime=_stamp(time_of(node.released)),
            comment=node.license_comment,
            ai_typeOfModel=_types(node),
            ai_limitation=" ".join(n.whole for n in node.of("restriction")),
            ai_informationAboutApplication=" ".join(n.whole for n in node.of("verdict", "finding")),
            ai_informationAboutTraining=" ".join(n.text for n in node.of("lineage")),
        )
        for text in node.texts:
            self._text(text)
        for n, note in enumerate(node.notes):
            kind = "review" if note.kind in _REVIEW else "other"
            self._annotation(
                f"{node.key}-note-{n}", package, kind, f"weightlaw:{note.kind}: {note.whole}"
            )

    def _supplier(self, group: str) -> Any:
        """The account that publishes, as an organization: the Hub does not say who stands behind it."""
        if not group:
            return None
        key = f"account-{group}"
        return self.elements.get(key) or self._new(spdx.Organization, key, name=group)

    def _annotation(self, key: str, subject: Any, kind: str, text: str) -> None:
        chosen = getattr(spdx.AnnotationType, kind)
        self._new(spdx.Annotation, key, subject=subject, annotationType=chosen, statement=text)

    def _text(self, text: Text) -> None:
        sha256 = spdx.HashAlgorithm.sha256
        digest = spdx.Hash(algorithm=sha256, hashValue=text.sha256)
        where = f"Fetched from {text.url}" if text.url else ""
        self._new(
            spdx.software_File,
            text.key,
            name=text.path,
            verifiedUsing=[digest],
            contentType="text/plain",
            software_primaryPurpose=spdx.software_SoftwarePurpose.documentation,
            comment=where,
        )

    def _data(self, data: Data) -> None:
        self._new(
            spdx.dataset_DatasetPackage,
            data.key,
            name=data.id,
            summary="A data set that the card of a model names.",
            dataset_datasetType=[spdx.dataset_DatasetType.noAssertion],
            software_primaryPurpose=spdx.software_SoftwarePurpose.data,
            software_downloadLocation=data.page,
            comment=data.license_comment,
        )
        declared = (data.license,) if data.license else ()
        self._relate(data.key, "hasDeclaredLicense", [self._license(declared)])
        self._relate(data.key, "hasConcludedLicense", [NO_ASSERTION])

    def _relations(self, node: Node) -> None:
        self._relate(node.key, "hasDeclaredLicense", [self._license(node.declared)])
        self._relate(node.key, "hasConcludedLicense", [self._license(node.concluded)])
        for edge in node.bases:
            if edge.base:
                self._relate(node.key, "descendantOf", [self._iri(edge.base)], edge.words)
        if node.texts:
            self._relate(node.key, "hasDocumentation", [self._iri(t.key) for t in node.texts])
        for text in node.texts:
            if text.licenses:
                found = [self._license((i,)) for i in text.licenses]
                self._relate(text.key, "hasDeclaredLicense", found)
        if node.datasets:
            self._relate(node.key, "trainedOn", [self._iri(key) for key in node.datasets])

    def _relate(self, of: str, kind: str, to: Iterable[Any], comment: str = "") -> None:
        relationship = self._new(
            spdx.Relationship,
            f"relationship-{next(self.numbers)}",
            from_=self._iri(of),
            relationshipType=getattr(spdx.RelationshipType, kind),
            completeness=spdx.RelationshipCompleteness.noAssertion,
            comment=comment,
        )
        relationship.to.extend(to)

    def _license(self, ids: tuple[str, ...]) -> str:
        """The IRI of an expression; each expression is one element."""
        if not ids:
            return NO_ASSERTION
        text = expression(ids)
        key = f"license-{text.replace(' ', '-')}"
        if key not in self.elements:
            named = [self.licenses[i] for i in ids if i in self.licenses]
            self._new(
                spdx.simplelicensing_LicenseExpression,
                key,
                simplelicensing_licenseExpression=text,
                simplelicensing_customIdToUri=[self._custom(n) for n in named if not n.listed],
            )
        return self._iri(key)

    def _custom(self, item: Licence) -> Any:
        """Which element a LicenseRef means: its name and where its text is, not the text."""
        key = f"text-of-{item.id}"
        if key not in self.elements:
            seen = f" See {item.url}" if item.url else ""
            self._new(
                spdx.simplelicensing_SimpleLicensingText,
                key,
                name=item.name,
                simplelicensing_licenseText=f"{item.comment}{seen}",
            )
        return spdx.DictionaryEntry(key=item.id, value=self._iri(key))

    def _document(self) -> None:
        free = self._license(("CC0-1.0",))
        everything = [self._iri(key) for key in self.elements]
        roots = [self._iri(node.key) for node in self.bill.asked]
        profiles = list(self._profiles())
        sbom = self._new(spdx.software_Sbom, "sbom", name=self.bill.name, rootElement=roots)
        sbom.element.extend(everything)
        sbom.profileConformance.extend(profiles)
        document = self._new(spdx.SpdxDocument, "document", name=self.bill.name)
        document.comment = " ".join(self.bill.remarks) or "Facts about models and their licences."
        document.dataLicense = free
        document.rootElement.append(sbom)
        document.element.extend([*everything, self._iri("sbom")])
        document.profileConformance.extend(profiles)

    def _profiles(self) -> Iterator[str]:
        """The AI profile asks for one declared and one concluded licence a model: each has both."""
        kinds = spdx.ProfileIdentifierType
        yield from (kinds.core, kinds.software, kinds.simpleLicensing, kinds.ai)
        if self.bill.data:
            yield kinds.dataset


def _types(node: Node) -> list[str]:
    return list(dict.fromkeys(t for t in (node.architecture_family, *node.architectures) if t))


def _stamp(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None
