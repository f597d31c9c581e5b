"""The bytes of a text as its maker shipped them, where they can be had back from the decoded text."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator

from weightlaw.domain.models import TextFile


def shipped_bytes(file: TextFile) -> bytes | None:
    """The bytes whose SHA-256 the file states; None where decoding lost something."""
    for data in _encodings(file.text):
        if hashlib.sha256(data).hexdigest() == file.sha256:
            return data
    return None


def kept(file: TextFile) -> bool:
    """Whether the text is at hand. A lock knows texts by their hashes alone."""
    return bool(file.text) or file.sha256 == hashlib.sha256(b"").hexdigest()


def _encodings(text: str) -> Iterator[bytes]:
    """The encodings in which sources read texts."""
    plain = text.encode("utf-8", "replace")
    yield plain
    yield codecs.BOM_UTF8 + plain
    if not text.isascii():
        yield text.encode("cp1252", "replace")
    yield codecs.BOM_UTF16_LE + text.encode("utf-16-le", "replace")
    yield codecs.BOM_UTF16_BE + text.encode("utf-16-be", "replace")
