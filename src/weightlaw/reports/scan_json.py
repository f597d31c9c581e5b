"""The JSON of `scan`, versioned: `weightlaw.scan/1`."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import Knowledge, ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.scanning.judging import LockChange, PolicyChange, ScanReport
from weightlaw.scanning.values import Reference

SCHEMA: Literal["weightlaw.scan/1"] = "weightlaw.scan/1"


class ScanDocument(Struct, frozen=True, kw_only=True):
    """The document as it is written; `docs/scan.schema.json` is made from this type."""

    schema: Literal["weightlaw.scan/1"] = SCHEMA
    weightlaw: str
    """The version that wrote it."""
    knowledge: Knowledge
    assumptions: tuple[str, ...]
    deployment: Deployment
    base: str | None
    """The commit that was compared with; null where the whole tree was judged."""
    files: int
    """How many files were looked at."""
    references: tuple[Reference, ...]
    """In the order of files, lines and columns."""
    models: tuple[ModelResult, ...]
    """The answers as in `weightlaw.check/1`, for what was judged."""
    verdict: Verdict | None
    """The strictest; null where nothing was judged."""
    policy_changes: tuple[PolicyChange, ...]
    lock_changes: tuple[LockChange, ...]
    accepted_by_baseline: int
    problems: tuple[str, ...]
    """Files that could not be read. Such a run exits with 2."""
    bounded: tuple[str, ...]
    """Files that were too large to be read whole, with what was left out; the verdict is at least review."""


def document(report: ScanReport) -> ScanDocument:
    """The report in its documented form."""
    return ScanDocument(
        weightlaw=report.version,
        knowledge=report.knowledge,
        assumptions=report.judged.assumptions,
        deployment=report.deployment,
        base=report.base or None,
        files=report.files,
        references=tuple(_valid(f.reference) for f in report.found),
        models=report.models,
        verdict=report.verdict,
        policy_changes=report.policy_changes,
        lock_changes=report.lock_changes,
        accepted_by_baseline=report.accepted,
        problems=tuple(utf8(p) for p in report.problems),
        bounded=tuple(utf8(b) for b in report.bounded),
    )


def utf8(text: str) -> str:
    """File names that are no UTF-8 keep their bytes, visible as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _valid(reference: Reference) -> Reference:
    return msgspec.structs.replace(
        reference, file=utf8(reference.file), reference=utf8(reference.reference)
    )


def render(report: ScanReport) -> str:
    """Two-space indented UTF-8, the same bytes for the same report."""
    return as_json(document(report))


def as_json(value: object) -> str:
    """Indented JSON in which characters that steer a terminal or turn the direction of text stand as escapes.

    All of them stand in strings, where an escape means the same.
    """
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return _STEERING.sub(lambda m: f"\\u{ord(m[0]):04x}", text) + "\n"


_STEERING = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    schema = msgspec.json.schema(ScanDocument)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
