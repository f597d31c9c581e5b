"""HTML -> the text a reader sees, with a map back to the file.

A lexer of our own, since Python's html.parser is quadratic on some malformed pages (CVE-2025-6069) and
does not say where the data it hands out ends. Every step here moves forward and looks a bounded way ahead.
"""

from __future__ import annotations

import html
import re
from array import array
from bisect import bisect_right
from itertools import pairwise


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?:[\s/][^<>]{0,4000})?>")
_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = _names("""
    address article aside blockquote body center dd details div dl dt fieldset figure footer
    form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section summary table tbody
    td th thead title tr ul br
""")
_PARAGRAPHS = _BLOCKS - {"br", "li", "td", "th", "tr", "dd", "dt"}
_SILENT = _names("""
    script style template noscript svg iframe
""")
_LOOKS = re.compile(r"<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]", re.I)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|li|ul|ol|h[1-6]|table|tr|td|br|pre|article|section)[\s/>]", re.I
)


def is_html(text: str, name: str) -> bool:
    """Whether a file is HTML: it says so at its start or by its name, or begins with a block and has more."""
    start = text[:4000]
    if _LOOKS.search(start):
        return True
    if name.lower().endswith((".html", ".htm", ".xhtml")):
        return bool(_TAG.search(text[:100_000]))
    if name.lower().endswith((".md", ".markdown", ".mdx")):
        return False
    begins = _TAG.match(start.lstrip("\ufeff \t\r\n"))
    return bool(begins) and len(_BLOCK_TAG.findall(text[:100_000])) >= 2


class Piece:
    """Text collected with, for every stretch of it, where it comes from."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.places = array("q")
        self.origins = array("q")

    def add(self, text: str, origin: int) -> None:
        """Append `text` that begins at `origin` in the file."""
        if text:
            self.places.append(self.size)
            self.origins.append(origin)
            self.parts.append(text)
            self.size += len(text)

    @property
    def at_space(self) -> bool:
        """Whether nothing, or white space, stands last."""
        return not self.parts or self.parts[-1][-1].isspace()


def read(raw: str) -> tuple[str, array[int], array[int]]:
    """The visible text, the places in it where a stretch begins, and where each comes from in `raw`."""
    out = Piece()
    depth_pre, at, size = 0, 0, len(raw)
    while at < size:
        opening = raw.find("<", at)
        opening = size if opening < 0 else opening
        _words(out, raw, at, opening, bool(depth_pre))
        if opening == size:
            break
        tag = _TAG.match(raw, opening)
        if tag is None:
            at = _other(out, raw, opening)
            continue
        name = tag.group(2).lower()
        depth_pre = max(0, depth_pre + (-1 if tag.group(1) else 1)) if name == "pre" else depth_pre
        at = _after_tag(out, raw, tag, name)
    return "".join(out.parts), out.places, out.origins


def to_raw(places: array[int], origins: array[int], offset: int) -> int:
    """Where in the file the character at `offset` of the visible text comes from."""
    at = bisect_right(places, offset) - 1
    if at < 0:
        return 0
    moved = origins[at] + offset - places[at]
    # A stretch that stands for something longer or shorter (a reference, a line break) is one place.
    return min(moved, origins[at + 1]) if at + 1 < len(origins) else moved


def _after_tag(out: Piece, raw: str, tag: re.Match[str], name: str) -> int:
    end = tag.end()
    if name in _BLOCKS:
        _break(out, "\n\n" if name in _PARAGRAPHS else "\n", tag.start())
    if name in _SILENT and not tag.group(1) and not tag.group().endswith("/>"):
        closing = re.compile(rf"</{name}\b", re.I).search(raw, end)
        return closing.start() if closing else len(raw)
    return end


def _break(out: Piece, lines: str, origin: int) -> None:
    """A line break, and never more than one empty line in a row."""
    if out.parts and not (out.parts[-1].endswith(lines) or out.parts[-1] == "\n\n"):
        out.add(lines, origin)


def _other(out: Piece, raw: str, at: int) -> int:
    """A comment, a declaration, or a `<` that is just a character."""
    if raw.startswith("<!--", at):
        end = raw.find("-->", at + 4)
        return end + 3 if end >= 0 else len(raw)
    if raw.startswith(("<!", "<?"), at):
        end = raw.find(">", at)
        return end + 1 if end >= 0 else len(raw)
    out.add("<", at)
    return at + 1


def _words(out: Piece, raw: str, first: int, last: int, pre: bool) -> None:
    """Text between tags: white space folded (not within <pre>), references resolved."""
    edges = [first, *(e for m in _REFERENCE.finditer(raw, first, last) for e in m.span()), last]
    for n, (a, b) in enumerate(pairwise(edges)):
        if n % 2:
            out.add(html.unescape(raw[a:b]), a)
        elif pre:
            out.add(raw[a:b], a)
        else:
            _folded(out, raw, a, b)


def _folded(out: Piece, raw: str, first: int, last: int) -> None:
    at = first
    for match in _SPACE.finditer(raw, first, last):
        out.add(raw[at : match.start()], at)
        if not out.at_space:
            out.add(" ", match.start())
        at = match.end()
    out.add(raw[at:last], at)
