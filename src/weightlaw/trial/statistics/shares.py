"""Intervals of a share of prompts.

Wilson's is shown (Wilson 1927): its width is right on average. Clopper and Pearson's (1934) holds at least as often as
it says for every true share: it stands where something is promised.
"""

from __future__ import annotations

from statistics import NormalDist

from weightlaw.trial.statistics.libraries import special

LEVEL = 0.95
"""Of every two-sided interval; one-sided bounds that guard a decision have (1 + LEVEL) / 2, 97.5 %."""


def wilson(count: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of `count` out of `of` prompts; (0, 1) where there is none."""
    if of == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = count / of
    scale = 1 + z * z / of
    centre = (share + z * z / (2 * of)) / scale
    half = z / scale * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return (0.0 if count == 0 else centre - half), (1.0 if count == of else centre + half)


def clopper_pearson(count: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact two-sided interval; (0, 1) where there is none."""
    side = (1 + level) / 2
    return lower_bound(count, of, side), upper_bound(count, of, side)


def lower_bound(count: int, of: int, level: float = LEVEL) -> float:
    """The exact one-sided lower bound: the true share lies above it at least `level` of the time."""
    if count == 0:
        return 0.0
    return float(special().betaincinv(count, of - count + 1, 1 - level))


def upper_bound(count: int, of: int, level: float = LEVEL) -> float:
    """The exact one-sided upper bound: 0 of 20 gives 13.9 %."""
    if count == of:
        return 1.0
    return float(special().betaincinv(count + 1, of - count, level))
