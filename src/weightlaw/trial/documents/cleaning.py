"""Text from servers, models and judges made inert before any format sees it: visible characters, bounded length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct, structs

from weightlaw.plaintext import safe
from weightlaw.trial.results import Text

T = TypeVar("T")
MAX_FIELD = 600
"""Characters of one field that are kept."""
MAX_TEXT_LINE = 4200
"""Of a line of a prompt or an answer."""


def cleaned(value: T) -> T:
    """The same value with every string in it on one line and fit to be shown; prompts and answers keep their lines."""
    made: Any = _cleaned(value, _field)
    return made  # type: ignore[no-any-return]


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(item, clean) for item in value)
    if isinstance(value, Struct):
        inner = _lines if isinstance(value, Text) else clean
        parts = {f: _cleaned(getattr(value, f), inner) for f in value.__struct_fields__}
        return structs.replace(value, **parts)
    return value


def _field(text: str) -> str:
    return safe(text, MAX_FIELD)


def _lines(text: str) -> str:
    return "\n".join(safe(line, MAX_TEXT_LINE) for line in text.split("\n"))
