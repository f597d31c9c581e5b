"""CycloneDX 1.6 and 1.7 as JSON: the library's components, with the model cards that it lacks, held against the official schema."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType, Pedigree
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.spdx import is_supported_id
from packageurl import PackageURL

from weightlaw.errors import WeightlawError
from weightlaw.reports.sbom.identity import document_uuid
from weightlaw.reports.sbom.modelcard import card_of
from weightlaw.reports.sbom.view import Bill, Data, Licence, Node, Text, expression

_VERSIONS = {"1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}


def renderer(version: str, *, validate: bool = False) -> Callable[[Bill], str]:
    """What renders a view in one version of the format; with `validate` only what the official schema accepts.

    Raises ImportError where the validator's own libraries are missing; rendering raises WeightlawError.
    """
    if not validate:
        return lambda bill: _render(bill, version)
    check = _validator(version)
    return lambda bill: check(_render(bill, version))


def _validator(version: str) -> Callable[[str], str]:
    import jsonschema  # noqa: F401 - the library would only miss it when it is used
    from cyclonedx.validation.json import JsonStrictValidator

    validator = JsonStrictValidator(_VERSIONS[version])

    def check(text: str) -> str:
        if problem := validator.validate_str(text):
            raise WeightlawError(
                f"the CycloneDX {version} document is not valid, please report it: {problem}"
            )
        return text

    return check


def _render(bill: Bill, version: str) -> str:
    plain = make_outputter(_Rendering(bill, version).bom(), OutputFormat.JSON, _VERSIONS[version])
    document = json.loads(plain.output_as_string())
    _insert_cards(document, bill)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _insert_cards(document: dict[str, Any], bill: Bill) -> None:
    """The library has no model cards yet: they go in after it has written."""
    asked = {node.key: node for node in bill.asked}
    for component in document.get("components", ()):
        node = asked.get(component.get("bom-ref", ""))
        if node is not None:
            component["modelCard"] = card_of(node)


class _Rendering:
    """One document in the making."""

    def __init__(self, bill: Bill, version: str) -> None:
        self.bill = bill
        self.version = version
        self.licenses = {item.id: item for item in bill.licenses}
        self.nodes = {node.key: node for node in bill.nodes}

    def bom(self) -> Any:
        """The whole, without model cards."""
        bill = self.bill
        time = datetime.fromisoformat(bill.created.removesuffix("Z")).replace(tzinfo=UTC)
        tool = Component(name="weightlaw", version=bill.weightlaw, type=ComponentType.APPLICATION)
        remarks = [_property("remark", text) for text in bill.remarks]
        metadata = BomMetaData(
            timestamp=time,
            tools=[],
            properties=[_property("knowledge", bill.knowledge), *remarks],
        )
        metadata.tools.components.add(tool)
        return Bom(
            serial_number=document_uuid(bill, f"cyclonedx-{self.version}"),
            metadata=metadata,
            components=[*map(self._model, bill.asked), *map(self._data, bill.data)],
        )

    def _model(self, node: Node) -> Component:
        bare = self._bare(node, node.key)
        bare.pedigree = self._pedigree(node)
        return bare

    def _bare(self, node: Node, ref: str | None) -> Component:
        """A model without its lineage; an ancestor has no reference, for it may stand in many places."""
        return Component(
            type=ComponentType.MACHINE_LEARNING_MODEL,
            bom_ref=ref,
            group=node.group or None,
            name=node.name,
            version=node.revision or None,
            description="A machine learning model.",
            supplier=OrganizationalEntity(name=node.group) if node.group else None,
            purl=PackageURL.from_string(node.purl) if node.purl else None,
            licenses=list(self._licenses(node)),
            external_references=list(_references(node)),
            properties=list(_properties(node)),
        )

    def _pedigree(self, node: Node) -> Pedigree | None:
        found = [self.nodes[key] for key in node.ancestors if key in self.nodes]
        if not found:
            return None
        steps = (f"{n.id}: {e.words}." for n in (node, *found) for e in n.bases)
        return Pedigree(ancestors=[self._bare(n, None) for n in found], notes=" ".join(steps))

    def _licenses(self, node: Node) -> Iterator[DisjunctiveLicense]:
        """All of them apply together: the format has no other way for both, declared and concluded."""
        for ids, word in ((node.declared, "declared"), (node.concluded, "concluded")):
            for license_id in ids:
                yield _license(self.licenses[license_id], LicenseAcknowledgement(word))

    def _data(self, data: Data) -> Component:
        declared = [self.licenses[data.license]] if data.license else []
        page = [_reference(ExternalReferenceType.WEBSITE, data.page)] if data.page else []
        said = [_property("license:comment", data.license_comment)] if data.license_comment else []
        return Component(
            type=ComponentType.DATA,
            bom_ref=data.key,
            name=data.id,
            description="A data set that the card of a model names.",
            licenses=[_license(d, LicenseAcknowledgement.DECLARED) for d in declared],
            external_references=page,
            properties=said,
        )


def _license(item: Licence, how: LicenseAcknowledgement) -> DisjunctiveLicense:
    known = item.listed and is_supported_id(item.id)
    more = [_property("license:id", item.id)] if not known else []
    more += [_property("license:comment", item.comment)] if item.comment else []
    return DisjunctiveLicense(
        id=item.id if known else None,
        name=None if known else item.name,
        url=XsUri(item.url) if item.url else None,
        acknowledgement=how,
        properties=more,
    )


def _references(node: Node) -> Iterator[ExternalReference]:
    if node.page:
        yield _reference(ExternalReferenceType.MODEL_CARD, node.page)
    if node.download:
        yield _reference(ExternalReferenceType.VCS, node.download)
    for text in node.texts:
        yield _shipped(text)


def _shipped(text: Text) -> ExternalReference:
    """A shipped text with its hash; one without an address is named by its hash alone."""
    return ExternalReference(
        type=ExternalReferenceType.LICENSE,
        url=XsUri(text.url or f"urn:sha256:{text.sha256}"),
        comment=text.path,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=text.sha256)],
    )


def _reference(kind: ExternalReferenceType, address: str) -> ExternalReference:
    return ExternalReference(type=kind, url=XsUri(address))


def _properties(node: Node) -> Iterator[Property]:
    yield _property("license:declared", expression(node.declared) or "NOASSERTION")
    yield _property("license:concluded", expression(node.concluded) or "NOASSERTION")
    facts = {
        "license:comment": node.license_comment,
        "verdict": node.verdict,
        "released": node.released,
        "parameters": node.parameters,
        "quantization": node.quantization,
        "modalities": ", ".join(node.modalities),
        "asked-as": ", ".join(node.asked_as),
    }
    yield from (_property(key, text) for key, text in facts.items() if text)
    numbers: Counter[str] = Counter()
    for (
        note
    ) in node.notes:  # numbered, for the library sorts them and the first finding is the strictest
        if note.kind != "verdict":
            numbers[note.kind] += 1
            yield _property(f"{note.kind}:{numbers[note.kind]:03}", note.whole)


def _property(name: str, value: str) -> Property:
    return Property(name=f"weightlaw:{name}", value=value)
