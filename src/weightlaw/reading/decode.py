"""Bytes of a licence file -> its text, or one clear reason why there is none.

Two texts come out. `raw` is the file as `Path.read_text()` gives it (line ends become `\\n`): every offset
that weightlaw reports counts characters of it. `text` is what is read: without markup where the file is
HTML, without a byte order mark. `to_raw` leads from the one to the other.
"""

from __future__ import annotations

import io
import re
from array import array
from typing import Any, Literal

from msgspec import Struct

from weightlaw.errors import SourceError
from weightlaw.reading import htmltext

MAX_BYTES = 8_000_000
_MAX_PDF_PAGES = 500

Kind = Literal["text", "markdown", "card", "html", "pdf"]
"""`card`: Markdown that begins with YAML front matter, as model cards on the Hub do."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NAMED = ((b"PK\x03\x04", "a ZIP archive or Office document"), (b"{\\rtf", "an RTF document"))
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)


class UnreadableText(SourceError):
    """A file that cannot be read as text. `reason` is a phrase, the message names the file too."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")


class Decoded(Struct, frozen=True, kw_only=True):
    """A file that could be read."""

    name: str
    kind: Kind
    text: str
    """What is read."""
    raw: str
    """The decoded file, line ends `\\n`: offsets that are reported count its characters."""
    warnings: tuple[str, ...] = ()
    front_matter: tuple[int, int] | None = None
    """Where the YAML front matter of a model card stands in `text`, its `---` lines included."""
    shift: int = 0
    """Characters of `raw` before `text` (a byte order mark)."""
    places: Any = None
    origins: Any = None

    def to_raw(self, offset: int) -> int:
        """The offset in `raw` of the character at `offset` of `text`."""
        offset = max(0, min(offset, len(self.text)))
        if self.places is None:
            return offset + self.shift
        return min(htmltext.to_raw(self.places, self.origins, offset), len(self.raw))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of `raw` that the stretch of `text` from `start` up to `end` comes from."""
        first = self.to_raw(start)
        return first, max(first, self.to_raw(end - 1) + 1) if end > start else first


def decode(data: bytes, name: str) -> Decoded:
    """The text of a file. Raises UnreadableText when it is too large, binary or damaged."""
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        raise UnreadableText(name, f"{len(data):,} bytes; a licence text has at most {limit}")
    if data.startswith(b"%PDF-"):
        return _pdf(data, name)
    _refuse_what_is_no_text(data, name)
    raw, warnings = _characters(data, name)
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if htmltext.is_html(raw, name):
        text, places, origins = htmltext.read(raw)
        return _decoded(name, "html", text, raw, warnings, places, origins)
    text = raw.removeprefix("\ufeff")
    kind = _kind(text, name)
    return _decoded(name, kind, text, raw, warnings)


def from_text(text: str, name: str = "text") -> Decoded:
    """A text that is already one: offsets count its own characters, nothing is cleaned."""
    return _decoded(name, _kind(text, name), text, text, ())


def _decoded(
    name: str,
    kind: Kind,
    text: str,
    raw: str,
    warnings: tuple[str, ...],
    places: array[int] | None = None,
    origins: array[int] | None = None,
) -> Decoded:
    front = _FRONT_MATTER.match(text) if kind == "card" else None
    return Decoded(
        name=name,
        kind=kind,
        text=text,
        raw=raw,
        warnings=warnings,
        front_matter=front.span() if front else None,
        shift=0 if places is not None else len(raw) - len(text),
        places=places,
        origins=origins,
    )


def _kind(text: str, name: str) -> Kind:
    if text.startswith("---") and _FRONT_MATTER.match(text):
        return "card"
    return "markdown" if name.lower().endswith((".md", ".markdown", ".mdx")) else "text"


def _refuse_what_is_no_text(data: bytes, name: str) -> None:
    for start, what in _NAMED:
        if data.startswith(start):
            raise UnreadableText(name, f"{what}; save it as plain text first")
    if data.startswith(b"version https://git-lfs.github.com/spec/"):
        raise UnreadableText(name, "a Git LFS pointer, not the file itself; run git lfs pull")
    if any(data.startswith(bom) for bom, _ in _BOMS):
        return
    controls = len(_CONTROL.findall(data))
    if b"\0" in data or controls * 50 > len(data):
        raise UnreadableText(name, "binary data, not text")


def _characters(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _with_bom(data, encoding, name)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        encoding = _guess(data)
        line = data.count(b"\n", 0, error.start) + 1
        warning = f"{name}:{line}: not UTF-8; read as {encoding}, so some characters may be wrong"
        return data.decode(encoding, errors="replace"), (warning,)


def _with_bom(data: bytes, encoding: str, name: str) -> tuple[str, tuple[str, ...]]:
    warnings: tuple[str, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        warnings = (f"{name}: damaged {encoding.upper()}; some characters are lost",)
        text = data.decode(encoding, errors="replace")
    if text.count("\0"):
        raise UnreadableText(name, "binary data, not text")
    return text, warnings


def _guess(data: bytes) -> str:
    """GB 18030 where nearly every high byte is one of a pair, as in Chinese text; else Windows' Latin."""
    high = len(re.findall(rb"[\x80-\xff]", data))
    paired = 2 * len(re.findall(rb"[\x81-\xfe][\x81-\xfe]", data))
    if paired >= 0.95 * high:
        try:
            data.decode("gb18030")
            return "gb18030"
        except UnicodeDecodeError:
            pass
    return "cp1252"


def _pdf(data: bytes, name: str) -> Decoded:
    """The text layer of a PDF: offsets count characters of what pypdf extracts."""
    try:
        import pypdf
    except ImportError:
        reason = "reading PDF needs an extra: pip install weightlaw[pdf-read]"
        raise UnreadableText(name, reason) from None
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        pages = [page.extract_text() for page in reader.pages[:_MAX_PDF_PAGES]]
    except Exception as error:  # a damaged file makes pypdf raise nearly anything
        raise UnreadableText(name, f"a PDF that cannot be read: {error}") from None
    text = "\n".join(pages)
    if not text.strip():
        raise UnreadableText(name, "a PDF without a text layer (a scan?)")
    warning = f"{name}: offsets count characters of the text extracted from the PDF"
    return _decoded(name, "pdf", text, text, (warning,))
