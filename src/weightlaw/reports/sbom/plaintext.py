"""Text from outside made harmless for documents that travel: one line, bounded, no control or direction marks."""

from __future__ import annotations

import re
import unicodedata
from typing import TypeVar

import msgspec

from weightlaw import plaintext

T = TypeVar("T")
MAX_TEXT = 4_000
"""Characters of one field: names of a megabyte are nobody's names."""
_CHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_URL = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    rf"(?::\d{{1,5}})?(?:/{_CHAR}*)?(?:\?(?:{_CHAR}|\?)*)?(?:#(?:{_CHAR}|\?)*)?\Z"
)


def safe(text: str, limit: int = MAX_TEXT) -> str:
    """One line of what shows; the end of a monster cut."""
    return plaintext.safe(text, limit)


def safe_strings(value: T) -> T:
    """The same value with every text in it made safe. Raises nothing for any text."""
    return msgspec.convert(_each(msgspec.to_builtins(value)), type(value))


def _each(value: object) -> object:
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, dict):
        return {key: _each(item) for key, item in value.items()}
    return [_each(item) for item in value] if isinstance(value, list | tuple) else value


def web_address(text: str) -> str:
    """The address if it is a plain http(s) one, without names and passwords, else nothing."""
    return text if len(text) <= 2_000 and _URL.match(text) else ""


def slug(text: str, limit: int = 60) -> str:
    """Letters, digits, dots and hyphens only: what an SPDX id may hold."""
    plain = unicodedata.normalize("NFKD", text[:1_000]).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.")[:limit].strip("-.") or "x"
