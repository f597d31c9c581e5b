"""A table of the compiled knowledge: lines of `key TAB JSON`, of which only the line asked for is decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
FEW = 16
"""So many keys are looked for in the text; who asks for more is given an index."""


def written(rows: Mapping[str, object]) -> bytes:
    """The lines of a table. Keys hold neither tab nor line break: ValueError."""
    lines = bytearray(b"\n")
    for key, value in rows.items():
        if "\t" in key or "\n" in key:
            raise ValueError(f"{key!r} cannot be a key")
        lines += b"%s\t%s\n" % (key.encode(), msgspec.json.encode(value))
    return bytes(lines)


class Table(Generic[T]):
    """Values by key, as `dict.get` gives them. Each is decoded when it is asked for."""

    def __init__(self, data: bytes, start: int, end: int, kind: type[T]) -> None:
        self._data, self._start, self._end = data, start, end
        self._kind = kind
        self._asked = 0
        self._index: dict[str, tuple[int, int]] = {}

    def get(self, key: str) -> T | None:
        """The value of a key, None where there is none."""
        begin, end = self._place(key)
        if end < 0:
            return None
        return msgspec.json.decode(memoryview(self._data)[begin:end], type=self._kind)

    def __contains__(self, key: str) -> bool:
        return self._place(key)[1] >= 0

    def __iter__(self) -> Iterator[str]:
        """All keys, in the order in which they were written."""
        return iter(self._indexed())

    def _place(self, key: str) -> tuple[int, int]:
        """Where the value stands; (-1, -1) where there is none."""
        if self._asked < FEW and "\n" not in key and "\t" not in key:
            self._asked += 1
            wanted = b"\n%s\t" % key.encode("utf-8", "replace")
            found = self._data.find(wanted, self._start, self._end)
            begin = found + len(wanted)
            return (-1, -1) if found < 0 else (begin, self._data.index(b"\n", begin))
        return self._indexed().get(key, (-1, -1))

    def _indexed(self) -> dict[str, tuple[int, int]]:
        if not self._index:
            lines = re.compile(rb"([^\t\n]+)\t([^\n]*)\n").finditer(
                self._data, self._start, self._end
            )
            self._index = {m[1].decode(): m.span(2) for m in lines}
        return self._index
