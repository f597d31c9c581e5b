"""For a model that may not be deployed: the best one that may, and whether it is at its level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from weightlaw.domain.verdict import Verdict
from weightlaw.scores.boards import Board, board
from weightlaw.scores.intervals import difference
from weightlaw.scores.ranking import DEFAULT_BENCHMARK, Entry, Judge, Ranking, rank
from weightlaw.scores.store import Scores, load
from weightlaw.scores.values import Figure

Level = Literal["better", "at its level", "below its level", "not known"]


class Replacement(Struct, frozen=True, kw_only=True):
    """The best allowed replacement of a denied model, by one benchmark."""

    instead_of: str
    model: str
    """Hub id."""
    verdict: Verdict
    duties: int
    level: Level
    """By the 95% interval of the difference; below its level: nothing allowed comes up to it."""
    benchmark: str
    date: str
    difference: float
    """Replacement minus the denied model, in the board's unit."""
    low: float | None
    high: float | None
    unit: str


def best_replacement(
    model: str, judge: Judge, *, by: str = DEFAULT_BENCHMARK, scores: Scores | None = None
) -> Replacement | None:
    """The best model that `judge` lets be deployed, measured against `model` (a Hub id).

    None where the board has no figure of `model` (its copies and fine-tunes have none either), or nothing on
    the board may be deployed. For several denied models use `replacements`, which judges the board once.
    """
    return replacements([model], judge, by=by, scores=scores).get(model)


def replacements(
    models: Sequence[str],
    judge: Judge,
    *,
    by: str = DEFAULT_BENCHMARK,
    scores: Scores | None = None,
) -> dict[str, Replacement]:
    """`best_replacement` of many models: Hub id -> replacement; models without a figure are missing."""
    scores = scores or load()
    table = board(scores, scores.main_series(by))
    figures = {f.hub.casefold(): f for f in table.figures if f.hub}
    wanted = {m: figures[m.casefold()] for m in models if m.casefold() in figures}
    if not wanted:
        return {}
    ranking = rank(table, judge)
    found = {m: _replacement(m, f, ranking) for m, f in wanted.items()}
    return {m: r for m, r in found.items() if r is not None}


def _replacement(model: str, denied: Figure, ranking: Ranking) -> Replacement | None:
    best = next((e for e in ranking.deployable if e.figure.key != denied.key), None)
    return None if best is None else _measured(model, denied, best, ranking.board)


def _measured(model: str, denied: Figure, best: Entry, table: Board) -> Replacement:
    found = difference(best.figure, denied, table.se)
    low, high = (found[1], found[2]) if found else (None, None)
    return Replacement(
        instead_of=model,
        model=best.figure.key,
        verdict=best.verdict or Verdict.REVIEW,
        duties=best.duties,
        level=_level(low, high),
        benchmark=table.series.benchmark,
        date=table.date,
        difference=best.figure.score - denied.score,
        low=low,
        high=high,
        unit=table.series.unit,
    )


def _level(low: float | None, high: float | None) -> Level:
    if low is None or high is None:
        return "not known"
    if low > 0:
        return "better"
    return "below its level" if high < 0 else "at its level"
