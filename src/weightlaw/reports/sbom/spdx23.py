"""SPDX 2.3 as JSON, made and validated with spdx-tools."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from spdx_tools.common.spdx_licensing import spdx_licensing
from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter
from spdx_tools.spdx.model.actor import Actor, ActorType
from spdx_tools.spdx.model.annotation import Annotation, AnnotationType
from spdx_tools.spdx.model.checksum import Checksum, ChecksumAlgorithm
from spdx_tools.spdx.model.document import CreationInfo, Document
from spdx_tools.spdx.model.extracted_licensing_info import ExtractedLicensingInfo
from spdx_tools.spdx.model.file import File, FileType
from spdx_tools.spdx.model.package import (
    ExternalPackageRef,
    ExternalPackageRefCategory,
    Package,
    PackagePurpose,
)
from spdx_tools.spdx.model.relationship import Relationship, RelationshipType
from spdx_tools.spdx.model.spdx_no_assertion import SpdxNoAssertion
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
from spdx_tools.spdx.validation.uri_validators import validate_download_location, validate_url

from weightlaw.errors import WeightlawError
from weightlaw.reports.sbom.identity import document_uuid, time_of
from weightlaw.reports.sbom.view import Bill, Data, Licence, Node, Note, Text, expression

DOCUMENT = "SPDXRef-DOCUMENT"
_REVIEW = frozenset({"verdict", "finding", "waived", "duty", "kept", "unknown"})


def render(bill: Bill) -> str:
    """The document; nothing is given away that the validator does not accept. Raises WeightlawError."""
    document = _Rendering(bill).document()
    if problems := validate_full_spdx_document(document, "SPDX-2.3"):
        raise WeightlawError(
            f"the SPDX 2.3 document is not valid, please report it: {problems[0].validation_message}"
        )
    converter: Any = DocumentConverter
    data = converter().convert(document)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


class _Rendering:
    """One document in the making."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self.time = datetime.fromisoformat(bill.created.removesuffix("Z"))
        self.licensing: Any = spdx_licensing
        self.names = dict(self._names())
        self.tool = Actor(ActorType.TOOL, f"weightlaw-{bill.weightlaw}")

    def _names(self) -> Iterator[tuple[str, str]]:
        """What each licence is called here: an id newer than the validator's list becomes a LicenseRef."""
        known = self.licensing
        for item in self.bill.licenses:
            new = item.listed and known.validate(item.id).invalid_symbols
            yield item.id, f"LicenseRef-weightlaw-spdx-{item.id}" if new else item.id

    def document(self) -> Document:
        bill = self.bill
        return Document(
            creation_info=self._creation(),
            packages=[*map(self._model, bill.nodes), *map(self._data, bill.data)],
            files=[self._file(text) for node in bill.nodes for text in node.texts if text.sha1],
            annotations=list(self._annotations()),
            relationships=list(self._relationships()),
            extracted_licensing_info=[
                self._extracted(item)
                for item in bill.licenses
                if self.names[item.id].startswith("LicenseRef-")
            ],
        )

    def _creation(self) -> CreationInfo:
        return CreationInfo(
            spdx_version="SPDX-2.3",
            spdx_id=DOCUMENT,
            name=self.bill.name,
            document_namespace=f"https://spdx.org/spdxdocs/weightlaw-{document_uuid(self.bill, '2.3')}",
            creators=[self.tool],
            created=self.time,
            data_license="CC0-1.0",
            document_comment=" ".join(self.bill.remarks)
            or "Facts about models and their licences.",
            creator_comment=f"Licence and model knowledge of {self.bill.knowledge}.",
        )

    def _expression(self, ids: tuple[str, ...]) -> Any:
        if not ids:
            return SpdxNoAssertion()
        return self.licensing.parse(expression(tuple(self.names[i] for i in ids)))

    def _model(self, node: Node) -> Package:
        return Package(
            spdx_id=_ref(node.key),
            name=node.id,
            version=node.revision or None,
            supplier=Actor(ActorType.ORGANIZATION, node.group) if node.group else SpdxNoAssertion(),
            download_location=_checked(node.download, validate_download_location),
            homepage=_address(node.page),
            files_analyzed=False,
            license_concluded=self._expression(node.concluded),
            license_declared=self._expression(node.declared),
            license_comment=node.license_comment or None,
            copyright_text=SpdxNoAssertion(),
            summary="A machine learning model.",
            comment=" ".join(n.whole for n in node.of("restriction")) or None,
            source_info=" ".join(n.text for n in node.of("source", "lineage")) or None,
            external_references=list(_external(node)),
            primary_package_purpose=PackagePurpose.OTHER,
            release_date=time_of(node.released),
        )

    def _data(self, data: Data) -> Package:
        return Package(
            spdx_id=_ref(data.key),
            name=data.id,
            download_location=_checked(data.page, validate_download_location),
            homepage=_address(data.page),
            files_analyzed=False,
            license_concluded=SpdxNoAssertion(),
            license_declared=self._expression((data.license,) if data.license else ()),
            license_comment=data.license_comment or None,
            copyright_text=SpdxNoAssertion(),
            summary="A data set that the card of a model names.",
            primary_package_purpose=PackagePurpose.OTHER,
        )

    def _file(self, text: Text) -> File:
        found = [self._expression((i,)) for i in text.licenses] or [SpdxNoAssertion()]
        return File(
            name=text.path if "://" in text.path else f"./{text.path}",
            spdx_id=_ref(text.key),
            checksums=[
                Checksum(ChecksumAlgorithm.SHA1, text.sha1),
                Checksum(ChecksumAlgorithm.SHA256, text.sha256),
            ],
            file_types=[FileType.TEXT, FileType.DOCUMENTATION],
            license_concluded=SpdxNoAssertion(),
            license_info_in_file=found,
            copyright_text=SpdxNoAssertion(),
            comment=f"Fetched from {text.url}" if text.url else None,
        )

    def _annotations(self) -> Iterator[Annotation]:
        for remark in self.bill.remarks:
            yield self._annotation(DOCUMENT, AnnotationType.REVIEW, remark)
        for node in self.bill.nodes:
            for note in node.notes:
                yield self._annotation(
                    _ref(node.key), _type(note), f"weightlaw:{note.kind}: {note.whole}"
                )
            for text in node.texts:
                if not text.sha1:
                    told = f"weightlaw:text: {text.path} has SHA-256 {text.sha256}"
                    yield self._annotation(_ref(node.key), AnnotationType.OTHER, told)

    def _annotation(self, of: str, kind: AnnotationType, text: str) -> Annotation:
        return Annotation(
            spdx_id=of,
            annotation_type=kind,
            annotator=self.tool,
            annotation_date=self.time,
            annotation_comment=text,
        )

    def _relationships(self) -> Iterator[Relationship]:
        for node in self.bill.asked:
            yield Relationship(DOCUMENT, RelationshipType.DESCRIBES, _ref(node.key))
        for node in self.bill.nodes:
            here = _ref(node.key)
            for edge in node.bases:
                if edge.base:
                    base = _ref(edge.base)
                    yield Relationship(here, RelationshipType.DESCENDANT_OF, base, edge.words)
            for text in node.texts:
                if text.sha1:
                    yield Relationship(_ref(text.key), RelationshipType.DOCUMENTATION_OF, here)
            for key in node.datasets:
                said = "trained on, by the word of the card"
                yield Relationship(here, RelationshipType.OTHER, _ref(key), said)

    def _extracted(self, item: Licence) -> ExtractedLicensingInfo:
        listed = f"https://spdx.org/licenses/{item.id}.html"
        text = item.comment or f"The SPDX licence {item.id}, which is newer than the list in use."
        found = dict.fromkeys((item.url, listed if item.listed else ""))
        urls = [url for url in found if url and not validate_url(url)]
        return ExtractedLicensingInfo(
            license_id=self.names[item.id],
            extracted_text=text,
            license_name=item.name,
            cross_references=urls,
            comment="The text is not copied: see its source.",
        )


def _ref(key: str) -> str:
    return f"SPDXRef-{key}"


def _type(note: Note) -> AnnotationType:
    return AnnotationType.REVIEW if note.kind in _REVIEW else AnnotationType.OTHER


def _checked(address: str, problems: Callable[[str], list[str]]) -> Any:
    """An address that the validator accepts; a mirror inside a company may have none."""
    return address if address and not problems(address) else SpdxNoAssertion()


def _address(address: str) -> str | None:
    return address if address and not validate_url(address) else None


def _external(node: Node) -> Iterator[ExternalPackageRef]:
    if node.purl:
        category = ExternalPackageRefCategory.PACKAGE_MANAGER
        yield ExternalPackageRef(category, "purl", node.purl)
    for text in node.texts:
        if text.url:
            category = ExternalPackageRefCategory.OTHER
            comment = f"{text.path}, SHA-256 {text.sha256}"
            yield ExternalPackageRef(category, "license-text", text.url, comment)
