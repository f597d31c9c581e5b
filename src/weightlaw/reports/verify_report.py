"""`verify` as text and as JSON (`weightlaw.verify/1`): what moved, in terms first, then files and commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import Finding
from weightlaw.lockfile.drift import BYTES, Change
from weightlaw.lockfile.verifying import VerifiedModel, VerifyReport
from weightlaw.reports.text_report import joined, plain, wrap

SCHEMA: Literal["weightlaw.verify/1"] = "weightlaw.verify/1"
Outcome = Literal["unchanged", "bytes", "changed", "verdict", "unverified", "edited"]
_EXIT: dict[Outcome, int] = {
    "unchanged": 0,
    "bytes": 0,
    "changed": 0,
    "verdict": 1,
    "unverified": 3,
    "edited": 4,
}
_LABELS = {"weightlaw": "  reading   ", "policy": "  policy    "}


class VerifyDocument(Struct, frozen=True, kw_only=True):
    """The document as it is written; `docs/verify.schema.json` is made from this type."""

    schema: Literal["weightlaw.verify/1"] = SCHEMA
    weightlaw: str
    """The version that verified."""
    lock: str
    date: str
    written_by: str
    knowledge_then: str
    knowledge_now: str
    outcome: Outcome
    """What weighs most: a verdict that would change, something unverified, a lock edited by hand, then the rest."""
    edits: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    deployment: Deployment
    models: tuple[VerifiedModel, ...]


def outcome(report: VerifyReport) -> Outcome:
    """The answer of the whole, in one word."""
    if report.count("verdict"):
        return "verdict"
    if report.count("unverified"):
        return "unverified"
    if report.edits:
        return "edited"
    if report.count("changed"):
        return "changed"
    return "bytes" if report.count("bytes") else "unchanged"


def exit_code(report: VerifyReport) -> int:
    """1 a verdict would change; 3 something could not be verified; 4 the lock was edited by hand; else 0."""
    return _EXIT[outcome(report)]


def render_json(report: VerifyReport) -> str:
    """Two-space indented UTF-8, the same bytes for the same report."""
    document = VerifyDocument(
        weightlaw=report.version,
        lock=report.lock,
        date=report.date,
        written_by=report.written_by,
        knowledge_then=report.knowledge_then,
        knowledge_now=report.knowledge_now,
        outcome=outcome(report),
        edits=report.edits,
        findings=report.findings,
        notes=report.notes,
        deployment=report.deployment,
        models=report.models,
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    schema = msgspec.json.schema(VerifyDocument)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def render_text(report: VerifyReport) -> str:
    """The answer in one line, then what moved, model by model; 80 columns."""
    lines = [*wrap(_headline(report)), ""]
    for finding in report.findings:
        lines += [*wrap(finding.message, f"{finding.rule}       "), ""]
    for model in report.models:
        if model.status != "unchanged":
            lines += [*_model(model), ""]
    lines += _unchanged(report)
    lines += _closing(report)
    return joined(lines)


def _headline(report: VerifyReport) -> str:
    total = len(report.models)
    counted = f"of {total} {'model' if total == 1 else 'models'} in {report.lock}"
    match outcome(report):
        case "verdict":
            return f"CHANGED: the verdict on {report.count('verdict')} {counted} would change"
        case "unverified":
            return f"NOT VERIFIED: {report.count('unverified')} {counted} could not be asked about"
        case "edited":
            return f"EDITED: {report.lock} was edited by hand; no verdict would change"
        case "changed":
            return f"MOVED: {report.count('changed')} {counted}; no verdict would change"
        case "bytes":
            return f"SAME TERMS: only files or commits moved for {report.count('bytes')} {counted}"
    return f"UNCHANGED: {counted.removeprefix('of ')}"


def _model(model: VerifiedModel) -> Iterator[str]:
    if model.now is None:
        yield f"{plain(model.model)}: not verified (was {model.then.value})"
        yield from wrap(model.why, "  because   ")
        return
    same = model.now is model.then
    yield (
        f"{plain(model.model)}: "
        + (f"{model.now.value} as before" if same else f"{model.then.value} -> {model.now.value}")
    )
    for change in model.changes:
        yield from wrap(change.told, _label(change))
    for finding in model.findings:
        yield from wrap(finding.remedy, f"  {finding.rule}     do: ", "            ")


def _label(change: Change) -> str:
    if change.kind in BYTES:
        return "  bytes     "
    return _LABELS.get(change.cause, "  changed   ")


def _unchanged(report: VerifyReport) -> Iterator[str]:
    same = [m.model for m in report.models if m.status == "unchanged"]
    if same and len(same) < len(report.models):
        yield from wrap(", ".join(dict.fromkeys(same)), "unchanged: ")


def _closing(report: VerifyReport) -> Iterator[str]:
    for note in report.notes:
        yield from wrap(note, "note: ")
    knowledge = f"knowledge of {report.knowledge_then}"
    if report.knowledge_then != report.knowledge_now:
        knowledge += f", now {report.knowledge_now}"
    yield from wrap(
        f"lock of {report.date} by weightlaw {report.written_by}, verified by {report.version}; {knowledge}. "
        "Verdicts are for the deployment in the lock. Not legal advice."
    )
