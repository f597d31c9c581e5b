"""What is different in a text that is nearly a known one, word by word, as far as hashes can tell.

The words of known texts are not kept. What was added or changed is quoted from the file at hand, with a
few words to either side belonging to the known text where a chunk was touched; of what was removed only the
number of words and the place are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from weightlaw.reading.decode import Decoded
from weightlaw.reading.tokens import Tokens

_LONGEST_QUOTE = 400
_WORDS_BEFORE = 8
MOST_CHANGES = 200
"""More are not listed one by one."""


class Change(Struct, frozen=True, kw_only=True):
    """One difference to the known text, in the order of the file."""

    kind: Literal["added", "removed", "changed"]
    start: int
    """Characters of the decoded file; for `removed`, the place where the words would stand."""
    end: int
    words: str = ""
    """What the file says there, cut after 400 characters."""
    count: int = 0
    """Words of the file that the known text does not have there."""
    missing: int = 0
    """Words of the known text that the file does not have there. They are not kept, so not quoted."""
    after: str = ""
    """The words of the file just before, to find the place."""


class Stretch(Struct, frozen=True):
    """Words `first` up to `last` of the file that stand for `missing` words of the known text."""

    first: int
    last: int
    missing: int


def describe(stretches: Iterable[Stretch], tokens: Tokens, decoded: Decoded) -> tuple[Change, ...]:
    """The changes that these stretches are, at most MOST_CHANGES."""
    ordered = sorted(stretches, key=lambda s: (s.first, s.last))
    return tuple(_change(s, tokens, decoded) for s in ordered[:MOST_CHANGES])


def _change(stretch: Stretch, tokens: Tokens, decoded: Decoded) -> Change:
    first, last = stretch.first, stretch.last
    start = tokens.starts[first] if first < last else _end_of(first - 1, tokens)
    end = tokens.ends[last - 1] if first < last else start
    raw_start, raw_end = decoded.span(start, end)
    quote = tokens.text[start : min(end, start + _LONGEST_QUOTE)]
    return Change(
        kind="changed"
        if first < last and stretch.missing
        else "added"
        if first < last
        else "removed",
        start=raw_start,
        end=raw_end,
        words=quote + ("…" if end - start > _LONGEST_QUOTE else ""),
        count=last - first,
        missing=stretch.missing,
        after=tokens.raw(max(0, first - _WORDS_BEFORE), first)[-_LONGEST_QUOTE:],
    )


def _end_of(token: int, tokens: Tokens) -> int:
    return tokens.ends[token] if token >= 0 else 0
