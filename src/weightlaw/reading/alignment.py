"""Lays a known text over a text at hand: which words are its own, which are missing, which are new.

Chunks that occur once in the known text are anchors; from each the agreement is followed to both
sides chunk by chunk (every chunk's length is known, so its hash can be checked wherever it stands), the
stretches found are chained in order, and what lies between is judged under the matching guidelines.
Every step is linear in the words looked at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

from weightlaw.reading import ignorable
from weightlaw.reading.fingerprints import Index, Row, chunk_hash, cut
from weightlaw.reading.tokens import Tokens, tokenize

# Stretches tried as the one before: enough for any real text, and few where a text has far too many.
_LOOK_BACK, _LOOK_BACK_OF_MANY, _MANY = 64, 6, 2_000
_MOST_CHAINS = 16
_SHORTEST_CHAIN = 6  # words
_LONGEST_BROKEN = 400  # characters in which a word broken over two lines is looked for
_BREAK = re.compile(r"(?<=\S)\n(?=\S)")


class View:
    """A text at hand, cut into chunks and looked up."""

    def __init__(self, tokens: Tokens, index: Index) -> None:
        self.tokens = tokens
        self.index = index
        words = tokens.words
        self.starts = cut(words)
        pairs = zip(self.starts, self.starts[1:], strict=False)
        self.chunks = [index.chunk(chunk_hash(words[a:b])) for a, b in pairs]
        self.places: dict[int, list[int]] = defaultdict(list)
        """Where each known chunk starts."""
        self._at: dict[int, tuple[int, int]] = {}
        for n, chunk in enumerate(self.chunks):
            start = self.starts[n]
            self._at[start] = (self.starts[n + 1], chunk)
            if chunk >= 0:
                self.places[chunk].append(start)

    def same(self, first: int, last: int, chunk: int) -> bool:
        """Whether the words from `first` up to `last` are that chunk."""
        end, known = self._at.get(first, (-1, -1))
        if end == last:
            return known == chunk
        return chunk_hash(self.tokens.words[first:last]) == self.index.hash_of(chunk)


class Run(NamedTuple):
    """Words `t0` to `t1` of the text at hand are the chunks `j0` to `j1` of the known text."""

    t0: int
    t1: int
    j0: int
    j1: int


class Gap(NamedTuple):
    """Words of the text at hand that are not the known text's, and how many of its words they replace."""

    t0: int
    t1: int
    missing: int


class Alignment(NamedTuple):
    """A known text laid over the words `t0` to `t1`."""

    row: Row
    t0: int
    t1: int
    matched: int
    lead: int
    """Words missing at its start, and below at its end."""
    trail: int
    gaps: tuple[Gap, ...]

    @property
    def missing(self) -> int:
        """Words of the known text that are not there and may not be absent."""
        return self.lead + self.trail + sum(g.missing for g in self.gaps)

    @property
    def extra(self) -> int:
        """Words inside that the known text does not have."""
        return sum(g.t1 - g.t0 for g in self.gaps)

    @property
    def whole(self) -> bool:
        """Whether the known text stands here, every word of it and no other."""
        return not (self.gaps or self.lead or self.trail)

    @property
    def similarity(self) -> float:
        """Twice the words in common by the words of both."""
        return 2 * self.matched / (2 * self.matched + self.missing + self.extra or 1)

    @property
    def score(self) -> float:
        """How well it explains the text: what it explains, less half of what it gets wrong."""
        return self.matched - (self.missing + self.extra) / 2


def align(view: View, row: Row, free: list[tuple[int, int]]) -> Iterator[Alignment]:
    """Every place within the `free` stretches of the text where the known text stands, or some of it."""
    seeds = sorted((t, j) for c, j in row.unique.items() for t in view.places.get(c, ()))
    at = 0
    for low, high in free:
        inside = []
        while at < len(seeds) and seeds[at][0] < high:
            if seeds[at][0] >= low:
                inside.append(seeds[at])
            at += 1
        for chain in _chains(_runs(view, row, inside, low, high), row):
            yield _Layer(view, row, chain, low, high).alignment()


def _runs(view: View, row: Row, seeds: list[tuple[int, int]], low: int, high: int) -> list[Run]:
    runs: list[Run] = []
    end = low
    for t, j in seeds:
        if t < end or t + row.lengths[j] > high:
            continue  # already part of the run before
        t1, j1 = _forward(view, row, t, j, high)
        t0, j0 = _backward(view, row, t, j, end)
        runs.append(Run(t0, t1, j0, j1))
        end = t1
    return runs


def _forward(view: View, row: Row, t: int, j: int, high: int) -> tuple[int, int]:
    chunks, lengths, same = row.chunks, row.lengths, view.same
    while j < len(chunks) and t + lengths[j] <= high and same(t, t + lengths[j], chunks[j]):
        t += lengths[j]
        j += 1
    return t, j


def _backward(view: View, row: Row, t: int, j: int, low: int) -> tuple[int, int]:
    chunks, lengths, same = row.chunks, row.lengths, view.same
    while j and t - lengths[j - 1] >= low and same(t - lengths[j - 1], t, chunks[j - 1]):
        j -= 1
        t -= lengths[j]
    return t, j


def _chains(runs: list[Run], row: Row) -> Iterator[list[Run]]:
    """The best chains of runs in order, none sharing a run, best first."""
    best, before = _best_before(runs, row)
    used = [False] * len(runs)
    found = 0
    for last in sorted(range(len(runs)), key=lambda k: (-best[k], k)):
        if used[last] or found == _MOST_CHAINS or best[last] < _SHORTEST_CHAIN:
            continue
        chain, at = [], last
        while at >= 0 and not used[at]:
            used[at] = True
            chain.append(runs[at])
            at = before[at]
        found += 1
        yield _trimmed(chain[::-1], row)


def _best_before(runs: list[Run], row: Row) -> tuple[list[float], list[int]]:
    """For each run the worth of the best chain that ends with it, and the run before it there."""
    best: list[float] = []
    before: list[int] = []
    look_back = _LOOK_BACK if len(runs) < _MANY else _LOOK_BACK_OF_MANY
    for k, run in enumerate(runs):
        worth, link = 0.0, -1
        for p in range(max(0, k - look_back), k):
            if runs[p].j1 < run.j1:
                linked = best[p] - _price(runs[p], run, row)
                worth, link = (linked, p) if linked > worth else (worth, link)
        best.append(worth + run.t1 - run.t0)
        before.append(link)
    return best, before


def _price(prior: Run, run: Run, row: Row) -> float:
    """What linking two runs costs: the words both claim, and the foreign words between, ever less."""
    shared = max(0, row.at[prior.j1] - row.at[run.j0])
    between = run.t0 + shared - prior.t1
    return shared + min(between / 2, 24 + between / 16)


def _trimmed(chain: list[Run], row: Row) -> list[Run]:
    """The chain with each run cut back to the chunks that the runs before it left."""
    out: list[Run] = []
    for run in chain:
        j0 = max(run.j0, out[-1].j1) if out else run.j0
        if j0 < run.j1:
            out.append(Run(run.t0 + row.at[j0] - row.at[run.j0], run.t1, j0, run.j1))
    return out


class _Between:
    """What lies between two runs, narrowed from both ends as far as the two texts agree."""

    def __init__(self, t: int, t_end: int, j: int, j_end: int) -> None:
        self.t, self.t_end = t, t_end
        self.j, self.j_end = j, j_end
        self.kinds: set[str] = set()
        """Kinds of the parts left out on the known side that may be filled in otherwise."""


class _Layer:
    """One chain being made an alignment."""

    def __init__(self, view: View, row: Row, chain: list[Run], low: int, high: int) -> None:
        self.view = view
        self.row = row
        self.chain = chain
        self.low = low
        self.high = high
        self.hit = bytearray(len(row.chunks))
        for run in chain:
            self.hit[run.j0 : run.j1] = b"\1" * (run.j1 - run.j0)

    def alignment(self) -> Alignment:
        """The chain with its gaps judged and both its ends followed as far as they go."""
        chain, row = self.chain, self.row
        lead = _Between(self.low, chain[0].t0, 0, chain[0].j0)
        trail = _Between(chain[-1].t1, self.high, chain[-1].j1, len(row.chunks))
        pairs = pairwise(chain)
        inner = [_Between(a.t1, b.t0, a.j1, b.j0) for a, b in pairs]
        # An end of the text at hand may be an end of the known one, with a change in between.
        open_lead = self._narrow(lead, self._from_right, self._from_left)
        open_trail = self._narrow(trail, self._from_left, self._from_right)
        for between in inner:
            self._from_left(between)
            self._from_right(between)
        inner = [*([] if open_lead else [lead]), *inner, *([] if open_trail else [trail])]
        due = self._due()
        gaps = tuple(g for between in inner if (g := self._gap(between, due)))
        matched = sum(n for n, hit in zip(row.lengths, self.hit, strict=True) if hit)
        return Alignment(
            row=row,
            t0=lead.t_end if open_lead else self.low,
            t1=trail.t if open_trail else self.high,
            matched=matched,
            lead=due[lead.j_end] - due[lead.j] if open_lead else 0,
            trail=due[trail.j_end] - due[trail.j] if open_trail else 0,
            gaps=gaps,
        )

    def _narrow(
        self,
        outer: _Between,
        from_inside: Callable[[_Between], None],
        from_outside: Callable[[_Between], None],
    ) -> bool:
        """Narrow the stretch before or after all runs; whether its outer side stays open."""
        from_inside(outer)
        if outer.j == outer.j_end:
            return True
        hit = bytes(self.hit)
        tried = _Between(outer.t, outer.t_end, outer.j, outer.j_end)
        from_outside(tried)
        lacking = self.row.at[tried.j_end] - self.row.at[tried.j]
        if hit == self.hit or tried.t_end - tried.t > 4 * lacking + 40:
            self.hit[:] = hit
            return True
        outer.t, outer.t_end, outer.j, outer.j_end = tried.t, tried.t_end, tried.j, tried.j_end
        return False

    def _due(self) -> list[int]:
        """Words before each chunk that may not be absent: an appendix is there as a whole or not at all."""
        row = self.row
        due = list(row.required)
        for mark in row.known.marks:
            part = self.hit[mark.first : mark.last]
            if mark.kind in ("title", "appendix") and any(part) and not all(part):
                flags = [b - a for a, b in pairwise(due)]
                for j in range(mark.first, mark.last):
                    flags[j] = 0 if self._inside_other(j, mark.kind) else row.lengths[j]
                due = [0, *accumulate(flags)]
        return due

    def _inside_other(self, j: int, kind: str) -> bool:
        return any(m.first <= j < m.last and m.kind != kind for m in self.row.known.marks)

    def _gap(self, between: _Between, due: list[int]) -> Gap | None:
        missing = due[between.j_end] - due[between.j]
        if not missing and self._explained(between):
            return None
        return Gap(between.t, between.t_end, missing)

    def _explained(self, between: _Between) -> bool:
        t, end, tokens = between.t, between.t_end, self.view.tokens
        if t == end or ("name" in between.kinds and ignorable.name(tokens, t, end)):
            return True
        if end - t == 1 and ignorable.list_number(tokens, t) and "number" not in between.kinds:
            return True
        at_line = "copyright" in between.kinds or tokens.begins_line(t)
        return at_line and ignorable.around(tokens, t, end, None)

    def _from_left(self, between: _Between) -> None:
        while between.j < between.j_end and self._step_left(between):
            pass

    def _step_left(self, b: _Between) -> bool:
        end = b.t + self.row.lengths[b.j]
        if end <= b.t_end and self.view.same(b.t, end, self.row.chunks[b.j]):
            self.hit[b.j] = 1
            b.t, b.j = end, b.j + 1
            return True
        if b.t < b.t_end and self._step_broken(b):
            return True
        mark = self.row.mark.get(b.j)
        if mark is None or mark.last > b.j_end:
            return self._skip_extra(b)
        if mark.kind in ("title", "appendix"):
            b.j = mark.last
            return True
        return (
            self._skip_number(b) if mark.kind == "number" else self._fill(b, mark.kind, mark.last)
        )

    def _step_broken(self, b: _Between) -> bool:
        """The next chunk with a word broken over two lines, as wrapping to a width does to addresses."""
        tokens, size = self.view.tokens, self.row.lengths[b.j]
        last = min(b.t + size + 2, b.t_end)
        # `http\ns://`: what was broken may have been taken for the end of the chunk before
        first = b.t - (b.t > 0 and tokens.text[tokens.ends[b.t - 1] : tokens.starts[b.t]] == "\n")
        raw = tokens.raw(first, last)
        if len(raw) > _LONGEST_BROKEN:
            return False
        breaks = [m.start() for m in _BREAK.finditer(raw)]
        for joined in (*([at] for at in breaks), breaks) if breaks else ():
            words = tokenize("".join(c for at, c in enumerate(raw) if at not in joined)).words
            lost, before = last - first - len(words), b.t - first
            if lost > 0 and self._is_next(b, words[:before], words[before : before + size]):
                self.hit[b.j] = 1
                b.t, b.j = b.t + size + lost, b.j + 1
                return True
        return False

    def _is_next(self, b: _Between, before: list[str], words: list[str]) -> bool:
        if before != self.view.tokens.words[b.t - len(before) : b.t]:
            return False
        hashed = self.view.index.hash_of(self.row.chunks[b.j])
        return len(words) == self.row.lengths[b.j] and chunk_hash(words) == hashed

    def _skip_number(self, b: _Between) -> bool:
        """A list number of the known text may be absent or in another style, but not another number."""
        if b.t < b.t_end and ignorable.list_number(self.view.tokens, b.t):
            known = self.view.index.hash_of(self.row.chunks[b.j])
            if not self._same_number(self.view.tokens.words[b.t], known):
                b.kinds.add("number")
                return False
            b.t += 1
        b.j += 1
        return True

    def _same_number(self, word: str, known: int) -> bool:
        """Whether the text's `b` may stand for the known `2` or `ii`: the known one is only a hash."""
        numbers = ignorable.ordinal(word)
        styles = (style for n in numbers if n.isdecimal() for style in ignorable.styles(int(n)))
        return any(chunk_hash([style]) == known for style in (*numbers, *styles))

    def _skip_extra(self, b: _Between) -> bool:
        """A list number or a copyright notice that the known text does not have."""
        tokens = self.view.tokens
        if b.t >= b.t_end:
            return False
        if ignorable.list_number(tokens, b.t):
            b.t += 1
            return True
        return tokens.begins_line(b.t) and self._fill(b, "copyright", b.j)

    def _fill(self, b: _Between, kind: str, then: int) -> bool:
        """Pass over a name or notice in the text at hand, up to the chunk `then` of the known text."""
        tokens = self.view.tokens
        fits = ignorable.name if kind == "name" else ignorable.notice
        for size in range(min(ignorable.LONGEST_FILLER, b.t_end - b.t) + 1):
            at = b.t + size
            then_now = self._continues(b, at, then)
            if then_now and (fits(tokens, b.t, at) if size else then_now > b.j):
                b.t, b.j = at, then_now
                return True
        if then == b.j_end > b.j:
            b.kinds.add(kind)
            b.j = then
            return True
        return False

    def _continues(self, b: _Between, at: int, then: int) -> int:
        """The chunk, `then` or after the list number there, that stands at word `at`; 0 for none."""
        row = self.row
        while then < b.j_end:
            end = at + row.lengths[then]
            if end <= b.t_end and self.view.same(at, end, row.chunks[then]):
                return then
            if then not in row.mark or row.mark[then].kind != "number":
                break
            then += 1
        return 0

    def _from_right(self, between: _Between) -> None:
        while between.j < between.j_end and self._step_right(between):
            pass

    def _step_right(self, b: _Between) -> bool:
        j = b.j_end - 1
        start = b.t_end - self.row.lengths[j]
        if start >= b.t and self.view.same(start, b.t_end, self.row.chunks[j]):
            self.hit[j] = 1
            b.t_end, b.j_end = start, j
            return True
        mark = self.row.mark_end.get(b.j_end)
        if mark is None or mark.first < b.j:
            return False
        if (
            mark.kind == "number"
            and b.t < b.t_end
            and ignorable.list_number(self.view.tokens, b.t_end - 1)
        ):
            b.kinds.add("number")
            return False
        b.kinds.add(mark.kind)
        b.j_end = mark.first
        return True
