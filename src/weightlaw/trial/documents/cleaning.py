"""Text from servers, models and judges made inert before any format sees it: visible characters, bounded length."""

from __future__ import annotations

from typing import TypeVar

from weightlaw.plaintext import each_text, safe
from weightlaw.trial.results import Text

T = TypeVar("T")
MAX_FIELD = 600
"""Characters of one field that are kept."""
MAX_TEXT_LINE = 4200
"""Of a line of a prompt or an answer."""


def cleaned(value: T) -> T:
    """The same value with every string in it on one line and fit to be shown; prompts and answers keep their lines."""
    made: T = each_text(value, _field, {Text: _lines})
    return made


def _field(text: str) -> str:
    return safe(text, MAX_FIELD)


def _lines(text: str) -> str:
    return "\n".join(safe(line, MAX_TEXT_LINE) for line in text.split("\n"))
