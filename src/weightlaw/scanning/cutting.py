"""Large files are read where they hold a hint, and only there: a bound on what a hostile file can cost.

A megabyte is read whole. Of more, the surroundings of every hint are read, as far as they fit into a megabyte; what does
not fit is told, for it may hold a model.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from weightlaw.scanning import hints
from weightlaw.scanning.values import SourceFile

WHOLE = 1_000_000
"""Bytes."""
AROUND = 2_000
"""Bytes before and after a hint, and as much again to begin and end at a line's end."""

Piece = tuple[int, int]


class CutFile(SourceFile):
    """The pieces of a large file, joined; places are told as they are in the file."""

    def __init__(self, path: str, data: bytes, pieces: list[Piece]) -> None:
        self._data = data
        self._pieces = pieces
        self._starts: list[int] = []
        self._known = (0, 0)
        self._left = (-1, 0)
        texts, at = [], 0
        for begin, end in pieces:
            text = hints.decode(data[begin:end])
            self._starts.append(at)
            texts.append(text)
            at += len(text) + 1
        super().__init__(path, "\n".join(texts))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the whole file."""
        number = max(bisect_right(self._starts, offset) - 1, 0)
        begin, _ = self._pieces[number]
        first, _ = super().place(self._starts[number])
        line, column = super().place(offset)
        if line == first:
            column = offset - self._starts[number] + 1 + self._left_of(begin)
        return self._lines_before(begin) + line - first + 1, column

    def _left_of(self, begin: int) -> int:
        """Characters of the line before a piece that begins inside it."""
        if self._left[0] != begin:
            head = self._data[self._data.rfind(b"\n", 0, begin) + 1 : begin]
            self._left = (begin, len(head.decode("utf-8", "replace")))
        return self._left[1]

    def _lines_before(self, at: int) -> int:
        known, lines = self._known if self._known[0] <= at else (0, 0)
        lines += self._data.count(b"\n", known, at)
        self._known = (at, lines)
        return lines


def source_of(path: str, data: bytes) -> tuple[SourceFile, str]:
    """The text to be searched, and what was left out of it; empty: nothing that could hold a model."""
    if len(data) <= WHOLE:
        return SourceFile(path, hints.decode(data)), ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return SourceFile(path, hints.decode(data[:WHOLE])), _told(WHOLE)
    pieces, left = _pieces(data)
    return CutFile(path, data, pieces), _told(left) if left is not None else ""


def _told(at: int) -> str:
    return f"read to byte {at:,} only: it holds more hints of models than are looked at in one file"


def _pieces(data: bytes) -> tuple[list[Piece], int | None]:
    """Where to look, in order; and where looking ended, if there was more."""
    pieces: list[Piece] = []
    total = 0
    for begin, end in _around(data):
        if pieces and begin <= pieces[-1][1]:
            begin, end = pieces[-1][0], max(end, pieces[-1][1])
            total -= pieces.pop()[1] - begin
        total += end - begin
        pieces.append((begin, end))
        if total > WHOLE:
            cut = end - (total - WHOLE)
            pieces[-1] = (begin, cut)
            return pieces, cut
    return pieces, None


def _around(data: bytes) -> Iterator[Piece]:
    at = 0
    while (found := hints.find(data, at)) is not None:
        begin, end = max(0, found[0] - AROUND), min(len(data), found[1] + AROUND)
        line = data.rfind(b"\n", max(0, begin - AROUND), begin)
        stop = data.find(b"\n", end, end + AROUND)
        yield line + 1 if line >= 0 else begin, stop if stop >= 0 else end
        at = max(found[1], end - AROUND // 2)
