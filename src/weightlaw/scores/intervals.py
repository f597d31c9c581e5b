"""Differences and their intervals. No figure is called better by less than its interval allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class Measured(Protocol):
        """A score with its 95% interval, where it has one."""

        @property
        def score(self) -> float:
            """In the series' unit."""

        @property
        def low(self) -> float | None:
            """Lower end."""

        @property
        def high(self) -> float | None:
            """Upper end."""


Z95 = 1.959964
"""Standard normal quantile of a two-sided 95% interval."""


def difference(
    a: Measured, b: Measured, se: float | None = None
) -> tuple[float, float, float] | None:
    """`a` minus `b` with its 95% interval; None where an interval is missing and no `se` is given.

    The two intervals are taken as independent and joined by the side that matters (MOVER: Zou and Donner,
    Statistics in Medicine 27, 2008), so lopsided ones, such as Wilson's, keep their shape. `se` is the
    standard error to use for figures without an interval, in the series' unit.
    """
    first, second = limits(a, se), limits(b, se)
    if first is None or second is None:
        return None
    d = a.score - b.score
    below = math.hypot(a.score - first[0], second[1] - b.score)
    above = math.hypot(first[1] - a.score, b.score - second[0])
    return d, d - below, d + above


def limits(figure: Measured, se: float | None = None) -> tuple[float, float] | None:
    """The figure's 95% interval: as published, else from a standard error, else None."""
    if figure.low is not None and figure.high is not None:
        return figure.low, figure.high
    if se is None:
        return None
    return figure.score - Z95 * se, figure.score + Z95 * se


def win_rate(elo: float) -> float:
    """Expected share of votes for a model that is `elo` points ahead: 1/(1+10^(-elo/400))."""
    return 1 / (1 + math.pow(10, -elo / 400))


def wilson(right: float, cases: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share (0 to 1) of `cases` questions."""
    centre = (right + Z95**2 / (2 * cases)) / (1 + Z95**2 / cases)
    half = math.sqrt(right * (1 - right) / cases + Z95**2 / (4 * cases**2))
    half *= Z95 / (1 + Z95**2 / cases)
    return centre - half, centre + half
