"""Two candidates on the same prompts: the difference of two shares, with its interval."""

from __future__ import annotations

import math

from weightlaw.trial.statistics.shares import LEVEL, wilson


def difference(
    both: int, only_first: int, only_second: int, neither: int, level: float = LEVEL
) -> tuple[float, float, float]:
    """First share minus second on the same prompts, with its interval.

    Wilson's limits joined with the correlation of the pairs (Newcombe, Statistics in Medicine 17, 1998, method 10).
    Without prompts (0, -1, 1).
    """
    of = both + only_first + only_second + neither
    if of == 0:
        return 0.0, -1.0, 1.0
    one, two = (both + only_first) / of, (both + only_second) / of
    low1, high1 = wilson(both + only_first, of, level)
    low2, high2 = wilson(both + only_second, of, level)
    tied = _correlation(both, only_first, only_second, neither)
    below = _joined(one - low1, high2 - two, tied)
    above = _joined(high1 - one, two - low2, tied)
    return one - two, one - two - below, one - two + above


def _joined(first: float, second: float, correlation: float) -> float:
    square = first * first - 2 * correlation * first * second + second * second
    return math.sqrt(max(0.0, square))


def _correlation(a: int, b: int, c: int, d: int) -> float:
    """Of the pairs, with Newcombe's correction for continuity where it is positive."""
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    cross = float(a * d - b * c)
    if cross > 0:
        cross = max(cross - (a + b + c + d) / 2, 0.0)
    return cross / math.sqrt(margins)
