"""Files of text as they lie on a disk or come in a layer: bounded, decoded, hashed as shipped."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat

from weightlaw.domain.models import TextFile, TextOrigin
from weightlaw.errors import SourceError
from weightlaw.references.parsing import printable

MAX_TEXT = 2 * 1024 * 1024
"""Bytes of a licence or policy that are read; the longest known are below 100 kB."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_bounded(path: str, limit: int = MAX_TEXT) -> bytes:
    """The bytes of a regular file. Raises SourceError if it is none, is larger, or cannot be read."""
    shown = printable(path, 200)
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(f"{shown} is no regular file")
        if found.st_size > limit:
            raise SourceError(f"{shown} has {found.st_size:,} bytes; {limit:,} are read at most")
        with open(path, "rb") as file:
            return file.read(limit)
    except OSError as error:
        raise SourceError(f"{shown} cannot be read: {error.strerror or error}") from None


def decode(data: bytes) -> tuple[str, str]:
    """The text and a note on its encoding, empty where it is plain UTF-8. Never raises."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(
                encoding, "replace"
            ), "" if encoding == "utf-8-sig" else "it is UTF-16"
    try:
        text, note = data.decode("utf-8"), ""
    except UnicodeDecodeError:
        text, note = (
            data.decode("cp1252", "replace"),
            "it is not UTF-8; it was read as Windows-1252",
        )
    if "\0" in text:
        return text.replace("\0", ""), "it holds binary zeros, which were left out"
    return text, note


def text_file(path: str, data: bytes, origin: TextOrigin = "file") -> tuple[TextFile, str]:
    """A text with its hash, and a note on its encoding (empty where nothing is odd)."""
    text, note = decode(data)
    digest = hashlib.sha256(data).hexdigest()
    return TextFile(path=path, text=text, sha256=digest, origin=origin), note and f"{path}: {note}"
