"""JSON: the view model itself, `weightlaw.report/1`."""

from __future__ import annotations

from typing import Any

import msgspec

from weightlaw.reports.procurement.view import Report


def render(report: Report, templates: str = "") -> bytes:
    """Two-space indented UTF-8, the same bytes for the same view."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    schema = msgspec.json.schema(Report)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
