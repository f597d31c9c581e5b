"""Text from outside made inert: every format gets strings without control or direction characters, of bounded length.

Escaping is each format's own affair; what no format can escape is taken out here, once, for the whole view.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeVar

from weightlaw.plaintext import each_text

T = TypeVar("T")
MAX_TEXT = 4000
"""Characters of one string; what is longer is cut, and says so."""
MAX_NAME = 160
_REPLACED = "\ufffd"
_SPACES = re.compile(r"[ \t\r\n\v\f\x1c-\x1f\x85\u2028\u2029]+")
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control characters, marks that turn the direction of text, invisible ones, surrogates, non-characters and tags."""
_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""More than three marks upon one letter would run over the lines above and below."""


@lru_cache(maxsize=65536)
def clean(text: str, limit: int = MAX_TEXT) -> str:
    """One line of harmless characters: what was taken out shows as U+FFFD, what was cut says how long it was."""
    cut = text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"
    return _MARKS.sub(r"\1", _UNSAFE.sub(_REPLACED, _SPACES.sub(" ", cut)))


def name(text: str) -> str:
    """A model's or a licence's name, short enough for a table."""
    return clean(text, MAX_NAME)


def cleaned(value: T) -> T:
    """A struct or tuple with every string in it cleaned."""
    made: T = each_text(value, clean)
    return made
