"""Expressions of RE2 over text: compiled when first used, offsets in characters.

RE2 is linear in the text whatever the text. It works on bytes; its wrapper for `str` counts characters
anew at each search, so texts are encoded once here and offsets are converted only where a text
is not ASCII.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import re2
from msgspec import Struct

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.dot_nl = True


class Match(Struct, frozen=True):
    """Where an expression matched: offsets in characters, of the whole and of its named groups."""

    text: str
    start: int
    end: int
    groups: dict[str, tuple[int, int]]

    def group(self, name: str) -> str:
        """The words of a named group, empty where it took no part."""
        start, end = self.groups.get(name, (0, 0))
        return self.text[start:end]


class Expression:
    """An expression of RE2, compiled when first used."""

    __slots__ = ("_compiled", "_names", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._compiled: Any = None
        self._names: tuple[tuple[str, int], ...] = ()

    def _ready(self) -> Any:
        if self._compiled is None:
            self._compiled = re2.compile(self.source.encode(), _OPTIONS)
            index = self._compiled.groupindex
            self._names = tuple((str(name, "ascii"), place) for name, place in index.items())
        return self._compiled

    def search(self, text: str, raw: bytes | None = None) -> Match | None:
        """The first match; `raw` is the text encoded, where the caller has it."""
        raw = text.encode("utf-8", "replace") if raw is None else raw
        found = self._ready().search(raw)
        return None if found is None else self._match(found, text, raw)

    def test(self, text: str) -> bool:
        """Whether it matches anywhere."""
        return self._ready().search(text.encode("utf-8", "replace")) is not None

    def finditer(self, text: str) -> Iterator[Match]:
        """All matches, in order, not overlapping."""
        raw = text.encode("utf-8", "replace")
        for found in self._ready().finditer(raw):
            yield self._match(found, text, raw)

    def _match(self, found: Any, text: str, raw: bytes) -> Match:
        spans = {name: found.span(i) for name, i in self._names if found.start(i) >= 0}
        start, end = found.span()
        if len(raw) == len(text):
            return Match(text, start, end, spans)
        spans = {name: (_chars(raw, a), _chars(raw, b)) for name, (a, b) in spans.items()}
        return Match(text, _chars(raw, start), _chars(raw, end), spans)


def _chars(raw: bytes, place: int) -> int:
    return len(raw[:place].decode("utf-8", "ignore"))
