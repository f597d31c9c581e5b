"""Text from outside made fit to be shown: on one line, bounded, no control or direction marks.

Headers, cards, file names and answers of servers hold whatever anyone wrote; nothing of it may steer a terminal,
turn the order of words or break a document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, structs

MAX_LINE = 500
"""Characters of one field or message that are kept; a longer one is a text of its own."""

_BREAK = re.compile(r" *\n[ \n]*")
_BLANKS = str.maketrans("\r\n\t", "   ")
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of control, format and surrogate characters and of separators of lines and paragraphs."""


def one_line(text: str, limit: int = MAX_LINE) -> str:
    """`text` on one line of at most `limit` characters: a blank for what does not print and what stands around it."""
    plain = "".join(c if c.isprintable() else "\n" for c in text[: limit * 4])
    line = _BREAK.sub(" ", plain).strip()
    return line if len(line) <= limit else line[: limit - 3] + "..."


def safe(text: str, limit: int = 0) -> str:
    """`text` on one line, `?` for each character that does not show; with a limit, the end of a monster cut."""
    if limit and len(text) > limit:
        text = f"{text[: limit - 40]}... ({len(text):,} characters)"
    text = text.translate(_BLANKS)
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _shows(c) else "?" for c in text)


def _shows(char: str) -> bool:
    """Whether a character is a visible one; U+FFF9 to U+FFFF are none, and XML forbids some of them."""
    return not "\ufff9" <= char <= "\uffff" and unicodedata.category(char) not in _UNSHOWN


Clean = Callable[[str], str]


def each_text(value: Any, clean: Clean, inside: Mapping[type, Clean] | None = None) -> Any:
    """The same value with `clean` done to every string of its structs and tuples; `inside` gives another one for
    what stands within structs of a type."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(each_text(item, clean, inside) for item in value)
    if isinstance(value, Struct):
        inner = (inside or {}).get(type(value), clean)
        fields = value.__struct_fields__
        parts = {field: each_text(getattr(value, field), inner, inside) for field in fields}
        return structs.replace(value, **parts)
    return value
