"""The header of a GGUF file: its metadata, within bounds, and never its tensors.

The layout is that of ggml's docs/gguf.md: magic, version, counts, then key-value pairs, all little-endian. The
file may come from anyone, so every length is held against what is left of the file before it is believed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError
from weightlaw.references.parsing import printable
from weightlaw.sources.gguf_facts import Value, describe

MAX_HEADER = 64 * 1024 * 1024
"""Bytes of a header that are read at most. The largest vocabularies with merges need about 20 MB."""
MAX_PAIRS = 20_000
MAX_STRING = 1024 * 1024
"""Bytes of a string that is kept; chat templates stay far below."""
MAX_KEY = 65_535
"""The specification's own limit."""
MAX_KEPT_ITEMS = 256
"""Longer arrays (the vocabulary) are counted and skipped."""
MAX_NESTING = 3
MAX_INNER_ARRAYS = 100_000

_CHUNK = 256 * 1024
_STRING, _ARRAY, _BOOL = 8, 9, 7
_SCALARS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<B",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")
_OLD_MAGICS = (
    b"lmgg",
    b"fmgg",
    b"tjgg",
    b"algg",
)  # ggml, ggmf, ggjt and ggla, as they lie in the file


class GgufHeader(Struct, frozen=True, kw_only=True):
    """What the header says. `values` are plain: a long array is None, its length is in `lengths`."""

    version: int
    tensors: int
    values: dict[str, Value]
    lengths: dict[str, int]
    """Number of items of every array."""
    size: int
    """Bytes up to the end of the metadata."""
    sha256: str
    """Of those bytes: evidence of what was read."""


def read_gguf(path: str | os.PathLike[str], label: str = "") -> ModelFacts:
    """Facts from one `.gguf` file. Raises SourceError if it cannot be read or is no sound GGUF."""
    shown = label or os.fspath(path)
    header = read_header_of(path, shown)
    return describe(
        header.values,
        header.lengths,
        id=f"file:{shown}",
        name=Path(shown).name,
        sha256=header.sha256,
    )


def read_header_of(path: str | os.PathLike[str], label: str = "") -> GgufHeader:
    """The header of the file at `path`. Raises SourceError."""
    shown = printable(label or os.fspath(path), 200)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise SourceError(f"{shown} is no regular file")  # opening a pipe would wait forever
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            return read_header(file, shown, size)
    except OSError as error:
        raise SourceError(f"{shown} cannot be read: {error.strerror or error}") from None


def read_header(file: BinaryIO, name: str, size: int) -> GgufHeader:
    """The header of an open file of `size` bytes, `name` for messages. Raises SourceError, in bounded time."""
    reader = _Reader(file, name, size)
    version = _version(reader)
    tensors, pairs = reader.u64(), reader.u64()
    if pairs > MAX_PAIRS or tensors > 2**40:
        raise reader.error(f"it claims {pairs:,} metadata entries and {tensors:,} tensors")
    for _ in range(pairs):
        reader.pair()
    return GgufHeader(
        version=version,
        tensors=tensors,
        values=reader.values,
        lengths=reader.lengths,
        size=reader.at,
        sha256=hashlib.sha256(memoryview(reader.data)[: reader.at]).hexdigest(),
    )


def _version(reader: _Reader) -> int:
    magic = reader.take(4)
    if magic in _OLD_MAGICS:
        raise reader.error("it is in a GGML format older than GGUF: convert it, or name the model")
    if magic != b"GGUF":
        raise reader.error(
            f"it does not start with GGUF but with {printable(repr(magic)[2:-1], 30)}"
        )
    version = reader.u32()
    if version & 0xFFFF == 0 and version:
        raise reader.error(
            "it is a big-endian GGUF, which is not read here: name the model instead"
        )
    if version not in (2, 3):
        raise reader.error(f"its GGUF version is {version}; versions 2 and 3 are read")
    return version


class _Reader:
    """Walks the metadata. `data` grows in steps, never beyond MAX_HEADER nor the file's size."""

    def __init__(self, file: BinaryIO, name: str, size: int) -> None:
        self.file = file
        self.name = name
        self.limit = min(size, MAX_HEADER)
        self.short = size <= MAX_HEADER
        self.data = bytearray()
        self.at = 0
        self.values: dict[str, Value] = {}
        self.lengths: dict[str, int] = {}
        self._inner = 0

    def error(self, problem: str) -> SourceError:
        """The one line that a reader of the report gets."""
        return SourceError(f"{self.name} is no sound GGUF file: {problem} (byte {self.at:,})")

    def need(self, count: int) -> None:
        """Make sure that `count` more bytes are in `data`."""
        end = self.at + count
        if end > self.limit:
            why = (
                "it ends within its header"
                if self.short
                else f"its header exceeds {MAX_HEADER:,} bytes"
            )
            raise self.error(why)
        while len(self.data) < end:
            more = self.file.read(max(_CHUNK, min(end, self.limit) - len(self.data)))
            if not more:
                raise self.error("it ends within its header")
            self.data += more

    def take(self, count: int) -> bytes:
        """The next bytes."""
        self.need(count)
        start, self.at = self.at, self.at + count
        return bytes(self.data[start : self.at])

    def u32(self) -> int:
        """The next unsigned 32 bits."""
        return int(_U32.unpack(self.take(4))[0])

    def u64(self) -> int:
        """The next unsigned 64 bits."""
        return int(_U64.unpack(self.take(8))[0])

    def string(self, most: int) -> str:
        """A string. Bytes that are not UTF-8 are replaced: llama.cpp does not check them either."""
        length = self.u64()
        if length > most:
            raise self.error(f"a string of {length:,} bytes")
        return self.take(length).decode("utf-8", "replace")

    def pair(self) -> None:
        """One key with its value. A key that comes twice is refused: readers differ on which one counts."""
        key = self.string(MAX_KEY)
        if key in self.values:
            raise self.error(f"the key {printable(key)} comes twice")
        self.values[key] = self.value(key, self.u32(), 0)

    def value(self, key: str, kind: int, depth: int) -> Value:
        """The next value of type `kind`."""
        if kind == _STRING:
            return self.string(MAX_STRING)
        if kind == _ARRAY:
            return self.array(key, depth)
        layout = _SCALARS.get(kind)
        if layout is None:
            raise self.error(f"{printable(key)} has the unknown type {kind}")
        found = struct.unpack(layout, self.take(struct.calcsize(layout)))[0]
        return bool(found) if kind == _BOOL else found

    def array(self, key: str, depth: int) -> Value:
        """An array: kept if it is short and of scalars or strings, else counted and skipped."""
        kind, count = self.u32(), self.u64()
        if depth == 0:
            self.lengths[key] = count
        smallest = (
            struct.calcsize(_SCALARS[kind]) if kind in _SCALARS else 12 if kind == _ARRAY else 8
        )
        if count * smallest > self.limit - self.at:
            raise self.error(f"{printable(key)} claims {count:,} items, which the rest cannot hold")
        if kind == _ARRAY:
            self.nested(key, count, depth)
        elif count <= MAX_KEPT_ITEMS:
            return tuple(str(self.value(key, kind, depth)) for _ in range(count))
        else:
            self.skip(key, kind, count)
        return None

    def nested(self, key: str, count: int, depth: int) -> None:
        """Arrays of arrays: walked, never kept. Writers use none that matter here."""
        self._inner += count
        if depth >= MAX_NESTING or self._inner > MAX_INNER_ARRAYS:
            raise self.error(f"{printable(key)} nests arrays too deeply or too often")
        for _ in range(count):
            self.array(key, depth + 1)

    def skip(self, key: str, kind: int, count: int) -> None:
        """Past a long array."""
        if kind == _STRING:
            self.skip_strings(count)
            return
        layout = _SCALARS.get(kind)
        if layout is None:
            raise self.error(f"{printable(key)} has items of the unknown type {kind}")
        step = count * struct.calcsize(layout)
        self.need(step)
        self.at += step

    def skip_strings(self, count: int) -> None:
        """Past many strings: the loop that a vocabulary of 256,000 words spends its time in."""
        unpack = _U64.unpack_from
        for _ in range(count):
            if self.at + 8 > len(self.data):
                self.need(8)
            end = self.at + 8 + unpack(self.data, self.at)[0]
            if end > len(self.data):
                self.need(end - self.at)
            self.at = end
