"""Which licences a text is, by its words alone: the title decides nothing.

A licence is `exact` when the whole text, but for what the SPDX matching guidelines let vary, consists of the
words of known texts, in order: one word more, less or other anywhere makes it `modified`, with the nearest
known text, how near it is and what differs. What resembles no known text is `none`.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from weightlaw.reading import ignorable
from weightlaw.reading.alignment import Alignment, View, align
from weightlaw.reading.changes import Change, Stretch, describe
from weightlaw.reading.decode import Decoded, from_text
from weightlaw.reading.fingerprints import Index, Row
from weightlaw.reading.tokens import Tokens, tokenize

# Below half of the words in common two texts are not versions of one another. Licences of a family (the
# Llama licences, the RAILs) share 0.5 to 0.9; unrelated ones with common boilerplate under 0.3.
NEAR_ENOUGH = 0.5
# Of a text of a few words nearly all must be there: they are said in other texts too.
_SHORT, _SHORT_NEAR_ENOUGH = 40, 0.8
_CANDIDATES = 8
# Rounds of the search: each finds one licence or more. Long texts get fewer, so that the time stays linear.
_FEWEST_ROUNDS, _MOST_ROUNDS, _CHUNK_VISITS = 16, 200, 12_000_000
_WHOLE = 0.3  # of the best score, from which a whole licence goes before a longer one that is not
_UNKNOWN_TEXT = 120  # words around a licence from which they are reported as a text of their own


class Match(Struct, frozen=True, kw_only=True):
    """One licence found, or one stretch of text that is no known licence."""

    id: str | None
    """The known licence that it is, or is a modification of; None where it is neither."""
    match: Literal["exact", "modified", "none"]
    similarity: float
    """Twice the words in common by the words of both texts; 1 only when exact."""
    nearest: str | None
    """The known licence that is most like it."""
    start: int
    """Characters of the decoded file."""
    end: int
    changed: bool = False
    """Whether the words of the licence itself differ; False also where it only has words around it."""
    also: tuple[str, ...] = ()
    """Other ids with the same text, e.g. GPL-3.0-or-later."""
    changes: tuple[Change, ...] = ()
    """What differs, in order; at most 200."""


def identify(text: str | Decoded, index: Index) -> tuple[Match, ...]:
    """All licences in a text, in order; one Match of `none` where there is nothing known in it.

    Offsets count characters of `Decoded.raw` (of the text itself, for a string). Any text is accepted, and the
    time is linear in its length.
    """
    decoded = from_text(text) if isinstance(text, str) else text
    tokens = tokenize(decoded.text)
    known = index.same_words(tokens.words)
    if known is not None:
        return (_match(_complete(known), [], tokens, decoded),)
    view = View(tokens, index)
    found = _search(view)
    if not found:
        return (_none(0, len(tokens), view, decoded),)
    return tuple(_report(found, view, decoded))


def _complete(row: Row) -> Alignment:
    words = row.known.words
    return Alignment(row, 0, words, words, 0, 0, ())


def _search(view: View) -> list[Alignment]:
    """The alignments that explain the text best, none overlapping."""
    found: list[Alignment] = []
    free = [(0, len(view.tokens))]
    rounds = max(_FEWEST_ROUNDS, min(_MOST_ROUNDS, _CHUNK_VISITS // (len(view.chunks) + 1)))
    for _ in range(rounds):
        chosen = list(_chosen(_pool(view, free)))
        if not chosen:
            break
        found.extend(chosen)
        free = list(_free(found, len(view.tokens)))
    return sorted(found, key=lambda a: a.t0)


def _pool(view: View, free: list[tuple[int, int]]) -> list[Alignment]:
    """Alignments of the most promising known texts over the stretches still free."""
    pool: list[Alignment] = []
    enough = 0
    for shared, number in _candidates(view, free):
        if shared <= enough:
            break
        laid = list(align(view, view.index.row(number), free))
        pool.extend(laid)
        if any(a.whole for a in laid):
            enough = max(enough, shared)
    return pool


def _candidates(view: View, free: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Known texts by what they would explain, best first: how many chunks are shared, and which text."""
    shared, size = _shared(view, free), view.index.size
    best = heapq.nsmallest(
        _CANDIDATES, shared.items(), key=lambda item: (size(item[0]) - 3 * item[1], item[0])
    )
    return [(count, number) for number, count in best]


def _shared(view: View, free: list[tuple[int, int]]) -> Counter[int]:
    """How many chunks of the free stretches each known text has."""
    chunks: set[int] = set()
    for first, last in free:
        a, b = bisect_left(view.starts, first), bisect_left(view.starts, last)
        chunks.update(view.chunks[a:b])
    chunks.discard(-1)
    return view.index.holders(chunks)


def _chosen(pool: list[Alignment]) -> Iterator[Alignment]:
    """The best of the pool, and all others that are whole; none overlapping.

    Only the best of those that are not whole: elsewhere in the text, known texts that did not make it into
    this pool may fit better, and get their chance once this one is out of the way.
    """
    taken: list[tuple[int, int]] = []
    best = max((a.score for a in pool), default=0)
    # A licence that stands there whole explains its words better than a longer text of which parts are missing.
    for one in sorted(
        pool,
        key=lambda a: (not (a.whole and a.score >= _WHOLE * best), -a.score, a.row.number, a.t0),
    ):
        apart = all(one.t1 <= a or b <= one.t0 for a, b in taken)
        if apart and _near_enough(one) and (one.whole or not taken):
            taken.append((one.t0, one.t1))
            yield one


def _near_enough(one: Alignment) -> bool:
    short = one.matched + one.missing < _SHORT
    return one.similarity >= (_SHORT_NEAR_ENOUGH if short else NEAR_ENOUGH)


def _free(found: list[Alignment], size: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in sorted((a.t0, a.t1) for a in found):
        if at < start:
            yield at, start
        at = end
    if at < size:
        yield at, size


def _report(found: list[Alignment], view: View, decoded: Decoded) -> Iterator[Match]:
    """A Match for each licence found, and for each long stretch between them that is none."""
    own = [[Stretch(*gap) for gap in one.gaps] for one in found]
    unknown: list[tuple[int, int]] = []
    for n in range(len(found) + 1):
        first = found[n - 1].t1 if n else 0
        last = found[n].t0 if n < len(found) else len(view.tokens)
        foreign = not _tells_nothing(view.tokens, first, last, found[n : n + 1], decoded)
        _settle(first, last, foreign, n, found, own)
        if foreign and last - first >= _UNKNOWN_TEXT:
            unknown.append((first, last))
    matches = [_match(a, s, view.tokens, decoded) for a, s in zip(found, own, strict=True)]
    matches.extend(_none(a, b, view, decoded) for a, b in unknown)
    yield from sorted(matches, key=lambda m: (m.start, m.end))


def _tells_nothing(
    tokens: Tokens, first: int, last: int, after: list[Alignment], decoded: Decoded
) -> bool:
    """Whether the words between two licences are a title, notices of copyright or front matter."""
    if decoded.front_matter:
        first = max(first, bisect_left(tokens.starts, decoded.front_matter[1]))
    if first >= last:
        return True
    names = frozenset(tokenize(" ".join(_ids(after[0].row))).words) if after else None
    return ignorable.around(tokens, first, last, names)


def _settle(
    first: int, last: int, foreign: bool, n: int, found: list[Alignment], own: list[list[Stretch]]
) -> None:
    """Put foreign words before licence `n`, and words missing at that seam, to the account of one of the two.

    Foreign words go to the licence before, unless only the one after lacks words there.
    """
    trail = found[n - 1].trail if n else 0
    lead = found[n].lead if n < len(found) else 0
    to_after = n == 0 or (lead > 0 and not trail)
    if foreign:
        missing = lead if to_after else trail
        replaced = missing if last - first <= 4 * missing + 40 else 0
        own[n if to_after else n - 1].append(Stretch(first, last, replaced))
        lead, trail = lead - replaced * to_after, trail - replaced * (not to_after)
    if trail:
        own[n - 1].append(Stretch(first, first, trail))
    if lead:
        own[n].append(Stretch(last, last, lead))


def _match(one: Alignment, stretches: list[Stretch], tokens: Tokens, decoded: Decoded) -> Match:
    first, *also = _ids(one.row)
    around = sum(s.last - s.first for s in stretches) - one.extra
    # A long text around a short licence must not make the licence itself look foreign.
    wrong = one.missing + one.extra + min(around, one.matched)
    start, end = _span(one.t0, one.t1, tokens, decoded)
    return Match(
        id=first,
        match="modified" if stretches else "exact",
        similarity=min(0.9999, _ratio(one.matched, wrong)) if stretches else 1.0,
        nearest=first,
        start=start,
        end=end,
        changed=not one.whole,
        also=tuple(also),
        changes=describe(stretches, tokens, decoded),
    )


def _none(first: int, last: int, view: View, decoded: Decoded) -> Match:
    """A stretch that is no known licence, with the known text most like it."""
    free, size = [(first, last)], last - first
    shared = _shared(view, free)
    likely = heapq.nlargest(_CANDIDATES, shared, key=lambda number: (shared[number], -number))
    laid = (one for number in likely for one in align(view, view.index.row(number), free))
    likeness = {one: _ratio(one.matched, one.missing + size - one.matched) for one in laid}
    best = max(likeness, key=lambda a: (likeness[a], -a.row.number), default=None)
    start, end = _span(first, last, view.tokens, decoded)
    return Match(
        id=None,
        match="none",
        # One that is near is found, unless a file has hundreds of licences: then the last are not told apart.
        similarity=min(likeness[best], NEAR_ENOUGH) if best else 0.0,
        nearest=best.row.known.id if best else None,
        start=start,
        end=end,
    )


def _ids(row: Row) -> tuple[str, ...]:
    return row.known.id, *row.known.also


def _ratio(matched: int, wrong: int) -> float:
    return round(2 * matched / (2 * matched + wrong), 4) if matched else 0.0


def _span(first: int, last: int, tokens: Tokens, decoded: Decoded) -> tuple[int, int]:
    if first >= last:
        return 0, len(decoded.raw)
    return decoded.span(tokens.starts[first], tokens.ends[last - 1])
