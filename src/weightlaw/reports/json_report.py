"""The JSON of `check`, versioned: `weightlaw.check/1`."""

from __future__ import annotations

from typing import Any

import msgspec

from weightlaw.domain.findings import CheckReport

SCHEMA = "weightlaw.check/1"


def document(report: CheckReport) -> dict[str, Any]:
    """The report as plain data, keys in their documented order."""
    return {
        "schema": SCHEMA,
        "weightlaw": report.version,
        "knowledge": msgspec.to_builtins(report.knowledge),
        "assumptions": list(report.assumptions),
        "deployment": msgspec.to_builtins(report.deployment),
        "verdict": report.verdict.value,
        "models": msgspec.to_builtins(report.models),
    }


def render(report: CheckReport) -> str:
    """Two-space indented UTF-8, the same bytes for the same report."""
    data = msgspec.json.format(msgspec.json.encode(document(report)), indent=2)
    return data.decode() + "\n"
