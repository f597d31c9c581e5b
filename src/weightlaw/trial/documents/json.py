"""JSON: the results themselves, `weightlaw.trial-report/1`."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from weightlaw.errors import UsageError
from weightlaw.trial.documents.cleaning import cleaned
from weightlaw.trial.results import SCHEMA, Results


def render(results: Results) -> str:
    """Two-space indented UTF-8, the same bytes for the same results."""
    return written(results)


def written(value: Struct) -> str:
    """One of the trial's documents, cleaned, with every key."""
    return msgspec.json.format(msgspec.json.encode(_full(cleaned(value))), indent=2).decode() + "\n"


def _full(value: Any) -> Any:
    """The value with every key, also those that the trial's file leaves out to be short."""
    if isinstance(value, Struct):
        return {name: _full(getattr(value, name)) for name in value.__struct_fields__}
    return [_full(v) for v in value] if isinstance(value, tuple) else value


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    return schema_of(Results)


def schema_of(kind: type) -> dict[str, Any]:
    """The JSON Schema of one of the trial's documents."""
    schema = msgspec.json.schema(kind)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def read(data: bytes, name: str) -> Results:
    """A report that was written as JSON. Raises UsageError where it is none."""
    try:
        return msgspec.json.decode(data, type=Results)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{name} is no report of a trial ({SCHEMA}): {error}; write one with "
            "`weightlaw trial report FILE.trial --format json`"
        ) from None
