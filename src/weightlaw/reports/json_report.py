"""The JSON of `check`, versioned: `weightlaw.check/1`."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport, Knowledge, ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.scores.replacing import Instead

SCHEMA: Literal["weightlaw.check/1"] = "weightlaw.check/1"


class CheckDocument(Struct, frozen=True, kw_only=True):
    """The document as it is written; `docs/check.schema.json` is made from this type."""

    schema: Literal["weightlaw.check/1"] = SCHEMA
    weightlaw: str
    """The version that wrote it."""
    knowledge: Knowledge
    assumptions: tuple[str, ...]
    policy: str
    """The file of the organization's policy; empty: none counted."""
    deployment: Deployment
    verdict: Verdict
    models: tuple[ModelResult, ...]
    replacements: tuple[Instead, ...]
    """For each denied model the best allowed one by the embedded board, or why none is named."""


def document(report: CheckReport, instead: tuple[Instead, ...] = ()) -> CheckDocument:
    """The report in its documented form."""
    return CheckDocument(
        weightlaw=report.version,
        knowledge=report.knowledge,
        assumptions=report.assumptions,
        policy=report.policy,
        deployment=report.deployment,
        verdict=report.verdict,
        models=report.models,
        replacements=instead,
    )


def render(report: CheckReport, instead: tuple[Instead, ...] = ()) -> str:
    """Two-space indented UTF-8, the same bytes for the same report."""
    data = msgspec.json.format(msgspec.json.encode(document(report, instead)), indent=2)
    return data.decode() + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    schema = msgspec.json.schema(CheckDocument)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
