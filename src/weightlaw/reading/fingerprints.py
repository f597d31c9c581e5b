"""What is known of licence texts without keeping them: hashes of their words, in order.

A text is cut into chunks of a few words, at places that its own words decide (content-defined chunking), so
that the same passage is cut alike wherever it stands, however it is wrapped, and an edit disturbs
only the chunk it falls in. Of each chunk the first 64 bits of a BLAKE2b hash are kept, of each text
the order of its chunks and the SHA-256 of all its words. `compile_fingerprints` writes the file.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b, sha256
from itertools import accumulate, chain, compress, count
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

import msgspec
from msgspec import Struct

from weightlaw import datafiles
from weightlaw.errors import DataError
from weightlaw.reading import tokens as normalization

SCHEMA = "weightlaw.fingerprints/1"
FILE_NAME = "fingerprints.json"

# Small chunks show better what was changed; large ones make a smaller file. On 760 texts, cuts
# at every fourth word or so, at least three words apart, gave six words a chunk.
_SHORTEST, _LONGEST, _EVERY = 3, 16, 4
CHUNKING = f"crc32 mod {_EVERY}, {_SHORTEST} to {_LONGEST} words, blake2b-64"

MarkKind = Literal["number", "copyright", "name", "title", "appendix"]
"""What a part of a text may do without ceasing to be that text (SPDX matching guidelines):

- `number` a list number: may be absent;
- `copyright` a copyright notice: may be another one, or absent;
- `name` a name to fill in, as in BSD's "Neither the name of ...": may be another one;
- `title`, `appendix` may be absent as a whole, and only as a whole.
"""


class Mark(Struct, frozen=True, array_like=True):
    """The chunks from `first` up to and without `last` that the matching guidelines let vary."""

    first: int
    last: int
    kind: MarkKind


class KnownText(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One known text. A licence may have several, and a text may have several names."""

    id: str
    also: tuple[str, ...] = ()
    """Other ids with the same text, e.g. GPL-3.0-or-later beside GPL-3.0-only."""
    source: str
    sha256: str
    """Of the normalized words, one space between two."""
    words: int
    chunks: int
    marks: tuple[Mark, ...] = ()


class _File(Struct, frozen=True, kw_only=True):
    schema: str
    normalization: int
    chunking: str
    note: str
    texts: tuple[KnownText, ...]
    hashes: bytes
    lengths: bytes
    order: bytes
    spread: bytes
    holders: bytes


class Row:
    """A known text made ready for comparison: its chunks, their word counts and what may vary."""

    def __init__(self, number: int, known: KnownText, chunks: array[int], lengths: bytes) -> None:
        self.number = number
        self.known = known
        self.chunks = chunks.tolist()
        self.lengths = [lengths[c] for c in self.chunks]
        self.at = [0, *accumulate(self.lengths)]
        """Words before chunk j."""
        self.mark = {m.first: m for m in known.marks}
        self.mark_end = {m.last: m for m in known.marks}
        required = bytearray(b"\1" * len(self.chunks))
        for mark in known.marks:
            required[mark.first : mark.last] = bytes(mark.last - mark.first)
        self.required = [0, *accumulate(n * r for n, r in zip(self.lengths, required, strict=True))]
        """Words before chunk j that may not be absent."""
        seen = Counter(self.chunks)
        self.unique = {c: j for j, c in enumerate(self.chunks) if seen[c] == 1}
        """Chunks that occur once in the text, and where: the anchors of a comparison."""


class Index:
    """All known texts, to be looked up by chunk. Rows are made when first compared."""

    def __init__(self, file: _File) -> None:
        self.texts = file.texts
        self._hashes = _array("Q", file.hashes)
        self._lengths = file.lengths
        self._order = _array("I", file.order)
        self._holders = _array("H", file.holders)
        self._held = array("I", accumulate(_array("H", file.spread), initial=0))
        self._first = [0, *accumulate(t.chunks for t in file.texts)]
        self._sizes = [
            t.chunks - sum(m.last - m.first for m in t.marks if m.kind != "appendix")
            for t in file.texts
        ]
        self._by_words = {t.sha256: n for n, t in enumerate(file.texts)}
        self._rows: dict[int, Row] = {}

    def chunk(self, hashed: int) -> int:
        """The number of the chunk with this hash, or -1 where no known text has it."""
        at = bisect_left(self._hashes, hashed)
        return at if at < len(self._hashes) and self._hashes[at] == hashed else -1

    def hash_of(self, chunk: int) -> int:
        """The hash of a chunk."""
        return self._hashes[chunk]

    def holders(self, chunks: Iterable[int]) -> Counter[int]:
        """How many of these chunks each known text holds, by the text's number."""
        held, rows = self._held, self._holders
        return Counter(chain.from_iterable(rows[held[c] : held[c + 1]] for c in chunks))

    def size(self, number: int) -> int:
        """Chunks of a known text, without names, numbers and notices, which no other text may share."""
        return self._sizes[number]

    def row(self, number: int) -> Row:
        """A known text, ready for comparison."""
        if number not in self._rows:
            chunks = self._order[self._first[number] : self._first[number + 1]]
            self._rows[number] = Row(number, self.texts[number], chunks, self._lengths)
        return self._rows[number]

    def same_words(self, words: list[str]) -> Row | None:
        """The known text that consists of exactly these words."""
        number = self._by_words.get(words_sha256(words))
        return None if number is None else self.row(number)


def words_sha256(words: list[str]) -> str:
    """SHA-256 of normalized words, one space between two."""
    return sha256(_joined(words)).hexdigest()


def chunk_hash(words: list[str]) -> int:
    """The 64 bits kept of a chunk."""
    return int.from_bytes(blake2b(_joined(words), digest_size=8).digest(), "little")


def cut(words: list[str]) -> list[int]:
    """Where each chunk starts, and the number of words last. Every chunk but the last is 3 to 16 words."""
    if not words:
        return [0]
    starts, last, size = [0], 0, len(words)
    flags = _Cuts()
    for at in compress(count(), map(flags.__getitem__, words)):
        while at - last > _LONGEST:
            last += _LONGEST
            starts.append(last)
        if at - last >= _SHORTEST:
            starts.append(at)
            last = at
    starts.extend(range(last + _LONGEST, size, _LONGEST))
    starts.append(size)
    return starts


class _Cuts(dict[str, bool]):
    """Whether a chunk may start at a word, decided once a distinct word and kept for one text only."""

    def __missing__(self, word: str) -> bool:
        self[word] = answer = crc32(word.encode("utf-8", "surrogatepass")) % _EVERY == 0
        return answer


def _joined(words: list[str]) -> bytes:
    return " ".join(words).encode("utf-8", "surrogatepass")


def load(path: Path) -> Index:
    """Read the compiled fingerprints. Raises DataError when they are missing or of another version."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        raise DataError([f"{path}: the fingerprints of the licence texts are missing"]) from None
    except (OSError, msgspec.MsgspecError) as error:
        raise DataError([f"{path}: cannot be read as fingerprints: {error}"]) from None
    expected = (SCHEMA, normalization.VERSION, CHUNKING)
    if (file.schema, file.normalization, file.chunking) != expected:
        raise DataError(
            [f"{path}: made by another version; run weightlaw.reading.compile_fingerprints"]
        )
    return Index(file)


@lru_cache(maxsize=1)
def default_index() -> Index:
    """The fingerprints that ship with weightlaw: inside the package, else in the checkout."""
    return load(default_path())


def default_path() -> Path:
    """Where the shipped fingerprints are."""
    return Path(datafiles.path("license_db", "fingerprints", FILE_NAME))


def encode(texts: list[tuple[KnownText, list[tuple[int, int]]]]) -> bytes:
    """The file of fingerprints for known texts and their chunks (hash, words): the same bytes each time."""
    texts = sorted(texts, key=lambda t: (t[0].id, t[0].source))
    lengths = {hashed: size for _, chunks in texts for hashed, size in chunks}
    hashes = sorted(lengths)
    number = {hashed: at for at, hashed in enumerate(hashes)}
    holders: list[set[int]] = [set() for _ in hashes]
    for row, (_, chunks) in enumerate(texts):
        for hashed, _size in chunks:
            holders[number[hashed]].add(row)
    blobs = {
        "hashes": _bytes("Q", hashes),
        "lengths": bytes(lengths[h] for h in hashes),
        "order": _bytes("I", (number[h] for _, chunks in texts for h, _ in chunks)),
        "spread": _bytes("H", map(len, holders)),
        "holders": _bytes("H", chain.from_iterable(map(sorted, holders))),
    }
    return _readable(_header(), [known for known, _ in texts], blobs)


def _header() -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "normalization": normalization.VERSION,
        "chunking": CHUNKING,
        "note": "Hashes of licence texts, no texts. Written by weightlaw.reading.compile_fingerprints; "
        "the blobs are little-endian arrays in base64.",
    }


def _readable(header: dict[str, Any], texts: list[KnownText], blobs: dict[str, bytes]) -> bytes:
    """JSON with one known text a line, so that a change shows in a diff."""
    lines = [f"{_json(key)}: {_json(value)}," for key, value in header.items()]
    rows = ",\n".join(_json(text) for text in texts)
    tail = [f"{_json(key)}: {_json(value)}" for key, value in blobs.items()]
    return "\n".join(["{", *lines, f'"texts": [\n{rows}\n],', ",\n".join(tail), "}", ""]).encode()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _array(kind: str, data: bytes) -> array[int]:
    values = array(kind)
    values.frombytes(data)
    return _little_endian(values)


def _bytes(kind: str, values: Iterable[int]) -> bytes:
    return _little_endian(array(kind, values)).tobytes()


def _little_endian(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values.byteswap()
    return values
