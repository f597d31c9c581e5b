"""The gap of open to closed models, in points and in months, by stated rules with their intervals.

Points: the best closed figure minus the best open one on one board. Months: two step lines over time, the best
closed and the best open model so far (Epoch AI's method, data insights of 2025-10-30 and 2026-05-29). On each
day: how long ago was the first closed model released that is better than the best open model of that day? The
mean over the days of a window is the gap. *Strict*: better is any higher score. *Significant*: better is more
than chance explains (a one-sided 95% test of two figures), which is how Epoch counts. Both are shown, for the
rule alone moves the result by months. Intervals: 90%, by drawing every figure anew from its own interval.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from weightlaw.errors import UsageError
from weightlaw.scores.boards import Board, day
from weightlaw.scores.intervals import Z95, win_rate
from weightlaw.scores.values import Figure

DRAWS = 400
SEED = 20260824
MONTH = 30.4375
"""Days."""
Z90 = 1.644854
_REACH = 8
"""Figures this many standard errors below the best cannot become the best in any draw."""


class PointsGap(Struct, frozen=True, kw_only=True):
    """Best closed minus best open on one board; above 0: closed ahead."""

    series: str
    benchmark: str
    unit: str
    date: str
    closed: Figure
    open: Figure
    difference: float
    low: float | None
    high: float | None
    """Ends of the 90% interval; None: a figure of the two has none."""
    win_rate: float | None = None
    """For Elo scales: the expected share of votes of the closed model."""
    unclear: int = 0
    """Figures left out because it is not stated whether the weights are open."""


class MonthsGap(Struct, frozen=True, kw_only=True):
    """How far open trails closed in time, by one rule over one window."""

    series: str
    rule: str
    start: str
    end: str
    months: float
    low: float
    high: float
    """Ends of the 90% interval."""
    models: int
    """Models with a figure and a release date."""


class Lag(Struct, frozen=True, kw_only=True):
    """How long after the first closed model at or above its score an open model came out."""

    model: str
    score: float
    released: str
    closed: str
    closed_released: str
    months: float


class Timed(Struct, frozen=True, kw_only=True):
    """A figure of a model whose release date is known."""

    model: str
    score: float
    se: float
    released: date
    open: bool


def points_gap(board: Board) -> PointsGap:
    """The gap in points on a board. Raises UsageError where one side has no figure."""
    closed = board.best("closed")
    best_open = board.best("open")
    if closed is None or best_open is None:
        raise UsageError(f"{board.series.benchmark} has no figure of one of the two sides")
    low, high = _resampled_points(board)
    d = closed.score - best_open.score
    return PointsGap(
        series=board.series.id,
        benchmark=board.series.benchmark,
        unit=board.series.unit,
        date=board.date,
        closed=closed,
        open=best_open,
        difference=d,
        low=low,
        high=high,
        win_rate=win_rate(d) if board.series.scale == "rating" else None,
        unclear=sum(not f.weights for f in board.figures),
    )


def _resampled_points(board: Board) -> tuple[float | None, float | None]:
    """90% interval of the difference of the two bests, each figure drawn from its own interval."""
    sides = [_contenders(board, side) for side in ("closed", "open")]
    if not all(sides):
        return None, None
    chance = random.Random(SEED)
    draws = [_best(sides[0], chance) - _best(sides[1], chance) for _ in range(DRAWS * 5)]
    return _percentiles(draws)


def _contenders(board: Board, side: str) -> list[tuple[float, float]]:
    """Score and standard error of all that could be best of a side; empty if its best has none."""
    found = [(f.score, _se(board, f)) for f in board.figures if f.weights == side]
    if not found or found[0][1] is None:
        return []
    known = [(score, se) for score, se in found if se is not None]
    top = known[0][0] - _REACH * known[0][1]
    return [(score, se) for score, se in known if score + _REACH * se >= top]


def _se(board: Board, figure: Figure) -> float | None:
    limits = board.limits(figure)
    return (limits[1] - limits[0]) / 2 / Z95 if limits else None


def _best(figures: Sequence[tuple[float, float]], chance: random.Random) -> float:
    return max(chance.gauss(score, se) for score, se in figures)


def _percentiles(draws: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(draws)
    n = len(ordered)
    return ordered[math.floor(0.05 * n)], ordered[min(n - 1, math.ceil(0.95 * n) - 1)]


def timed(board: Board, releases: Mapping[str, str]) -> list[Timed]:
    """The figures of a board whose model's release date and kind of weights are known."""
    found = []
    for figure in board.figures:
        released, se = day(releases.get(figure.key, "")), _se(board, figure)
        if released is not None and se is not None and figure.weights:
            found.append(
                Timed(
                    model=figure.key,
                    score=figure.score,
                    se=se,
                    released=released,
                    open=figure.weights == "open",
                )
            )
    return sorted(found, key=lambda t: (t.released, -t.score, t.model))


def months_gap(
    series: str, models: Sequence[Timed], start: date, end: date, *, significant: bool
) -> MonthsGap:
    """The mean gap over the days of a window (both ends included), with its interval."""
    if not any(m.open for m in models) or all(m.open for m in models):
        raise UsageError(f"{series} has too few models with release dates for a gap in months")
    better = _significantly if significant else _strictly
    chance = random.Random(SEED)
    draws = [_mean_gap(_drawn(models, chance), start, end, better) for _ in range(DRAWS)]
    low, high = _percentiles(draws)
    return MonthsGap(
        series=series,
        rule="significant" if significant else "strict",
        start=start.isoformat(),
        end=end.isoformat(),
        months=_mean_gap(models, start, end, better),
        low=low,
        high=high,
        models=len(models),
    )


Better = Callable[[Timed, Timed], bool]


def _strictly(closed: Timed, best_open: Timed) -> bool:
    return closed.score > best_open.score


def _significantly(closed: Timed, best_open: Timed) -> bool:
    return closed.score - best_open.score > Z90 * math.hypot(closed.se, best_open.se)


def _drawn(models: Sequence[Timed], chance: random.Random) -> list[Timed]:
    return [
        Timed(
            model=m.model,
            score=chance.gauss(m.score, m.se),
            se=m.se,
            released=m.released,
            open=m.open,
        )
        for m in models
    ]


def _mean_gap(models: Sequence[Timed], start: date, end: date, better: Better) -> float:
    """Day by day: how long ago the first better closed model came out; 0 where there is none yet."""
    closed = [m for m in models if not m.open]
    total = 0.0
    for best, first, last in _reigns([m for m in models if m.open], start, end):
        overtaken = next((c.released for c in closed if better(c, best)), None)
        if overtaken is not None and overtaken <= last:
            begin = max(first, overtaken)
            days = (last - begin).days + 1
            total += days * ((begin - overtaken).days + (last - overtaken).days) / 2
    known = max(start, min(m.released for m in models if m.open))
    return total / max(1, (end - known).days + 1) / MONTH


def _reigns(opens: Sequence[Timed], start: date, end: date) -> list[tuple[Timed, date, date]]:
    """The best open model so far, with the first and last day of its reign within the window."""
    records = [m for i, m in enumerate(opens) if all(m.score > o.score for o in opens[:i])]
    found = []
    for i, record in enumerate(records):
        following = records[i + 1].released.toordinal() - 1 if i + 1 < len(records) else None
        last = end if following is None else min(end, date.fromordinal(following))
        first = max(start, record.released)
        if first <= last:
            found.append((record, first, last))
    return found


def release_lags(models: Sequence[Timed]) -> list[Lag]:
    """For each open model that was the best open one when it came out: its lag by the strict rule."""
    closed = [m for m in models if not m.open]
    opens = [m for m in models if m.open]
    found = []
    for i, model in enumerate(opens):
        record = all(model.score > o.score for o in opens[:i])
        first = next((c for c in closed if c.score >= model.score), None)
        if record and first is not None:
            found.append(_lag(model, first))
    return found


def _lag(model: Timed, first: Timed) -> Lag:
    return Lag(
        model=model.model,
        score=model.score,
        released=model.released.isoformat(),
        closed=first.model,
        closed_released=first.released.isoformat(),
        months=(model.released - first.released).days / MONTH,
    )


def level_gap(models: Sequence[Timed], floor: float = 115.0, step: float = 0.1) -> float:
    """The horizontal gap of Epoch's first insight, strict: the mean over score levels of the months between the
    closed line and the open line reaching a level, from `floor` to the best open score."""
    top = max(m.score for m in models if m.open)
    levels = [floor + i * step for i in range(int((top - floor) / step) + 1)]
    lines = [[m for m in models if m.open == side] for side in (True, False)]
    reached = [[_reach(line, level) for level in levels] for line in lines]
    pairs = zip(reached[0], reached[1], strict=True)
    gaps = [(o - c).days / MONTH for o, c in pairs if o is not None and c is not None]
    return sum(gaps) / len(gaps)


def _reach(line: Sequence[Timed], level: float) -> date | None:
    return next((m.released for m in line if m.score >= level), None)


def gaps_of(board: Board, releases: Mapping[str, str]) -> tuple[PointsGap, tuple[MonthsGap, ...]]:
    """The gap in points, and in months by both rules where enough release dates are known.

    The window is the year up to the board's date: one figure for the whole past would hide that it moves.
    """
    points = points_gap(board)
    models, end = timed(board, releases), day(board.date)
    sides = {m.open for m in models}
    if end is None or len(sides) < 2 or not _covered(board, releases):
        return points, ()
    start = end.replace(year=end.year - 1) if (end.month, end.day) != (2, 29) else end
    rules = (False, True)
    series = board.series.id
    return points, tuple(months_gap(series, models, start, end, significant=s) for s in rules)


def _covered(board: Board, releases: Mapping[str, str]) -> bool:
    """Whether the release dates of both bests are known: without them months would be of other models."""
    bests = (board.best("open"), board.best("closed"))
    return all(f is not None and f.key in releases for f in bests)
