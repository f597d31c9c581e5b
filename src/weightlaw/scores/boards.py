"""A board: the figures of one series that may stand in one ranking, the best of each model."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from weightlaw.errors import UsageError
from weightlaw.scores import eci
from weightlaw.scores.intervals import limits
from weightlaw.scores.store import Scores
from weightlaw.scores.values import Figure, Series, Weights


class Board(Struct, frozen=True, kw_only=True):
    """A series at one publication (ratings, indexes), or all its runs (fixed tests)."""

    series: Series
    date: str
    """UTC date of the publication, or of the newest run."""
    figures: tuple[Figure, ...]
    """Best first, one a model: its best effort."""
    se: float | None = None
    """Standard error for figures without an interval, in the unit; None: no estimate."""

    def best(self, weights: Weights) -> Figure | None:
        """The best figure of open or of closed models."""
        return next((f for f in self.figures if f.weights == weights), None)

    def limits(self, figure: Figure) -> tuple[float, float] | None:
        """The figure's 95% interval, published or estimated."""
        return limits(figure, self.se)

    def rank(self, name: str) -> int | None:
        """Place from 1 by score of a model or a source's name."""
        wanted = name.casefold()
        for place, figure in enumerate(self.figures, 1):
            if wanted in (figure.key.casefold(), figure.name.casefold()):
                return place
        return None


def board(scores: Scores, series: Series, on: str = "", *, every: bool = False) -> Board:
    """The newest board of a series, or the one published on the UTC date `on`. Raises UsageError.

    Variants (another harness) are left out where the series has figures without one, for they are of another
    method. With `every` each effort of a model stands on its own, as boards themselves show it.
    """
    figures = [f for f in scores.figures(series.id) if not on or f.date == on]
    if not figures:
        dates = ", ".join(sorted({f.date for f in scores.figures(series.id)})) or "none"
        raise UsageError(f"no {series.benchmark} board of {on}; there are: {dates}")
    newest = max(f.date for f in figures)
    if series.scale != "test":
        figures = [f for f in figures if f.date == newest]
    if any(not f.variant for f in figures) and series.scale == "rating":
        figures = [f for f in figures if not f.variant]
    ordered = sorted(figures, key=lambda f: (-f.score, f.name))
    shown = ordered if every else best_of_each(ordered)
    when = newest or scores.source(figures[0].source).date
    se = eci.standard_error(scores) if series.id == eci.SERIES else None
    return Board(series=series, date=when, figures=tuple(shown), se=se)


def best_of_each(ordered: Iterable[Figure]) -> list[Figure]:
    """The first figure of each model."""
    seen: dict[str, Figure] = {}
    for figure in ordered:
        seen.setdefault(figure.key.casefold(), figure)
    return list(seen.values())


def day(text: str) -> date | None:
    """A UTC date, or None where the text is none (a month alone counts from its first day)."""
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return None
