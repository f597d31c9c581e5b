"""Bootstrap over prompts: the prompt is the unit, so whole prompts are drawn, never single votes or samples.

Percentile intervals (Efron 1979). They are approximate: with 20 prompts a 95 % interval of a mean or a median holds
some 90 to 95 times in 100. Where all draws give the same, and with fewer than five prompts, they would promise what
nobody knows: then there is none. The draws come from a generator whose sequence numpy never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb
from typing import Any

from weightlaw.trial.statistics.libraries import numpy
from weightlaw.trial.statistics.shares import LEVEL

DRAWS = 2000
FEWEST = 5
"""Prompts: fewer drawn again show nothing of what others would give."""
Bounds = tuple[float | None, float | None]
"""Both None: no interval can be told."""


def draws(count: int, seed: int, times: int = DRAWS) -> Any:
    """Numbers of prompts, drawn with replacement: one row a draw. The same seed gives the same rows."""
    return numpy().random.RandomState(seed % 2**32).randint(0, count, size=(times, count))


def middle(values: Any, level: float = LEVEL) -> tuple[float, float]:
    """The middle `level` of what the draws gave."""
    low, high = numpy().quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def interval(values: Any) -> Bounds:
    """The middle 95 % of the draws that have a value; none where these are all the same."""
    np = numpy()
    kept = values[np.isfinite(values)]
    if not len(kept) or np.ptp(kept) <= 1e-12 * np.abs(kept).max():
        return None, None
    return middle(kept)


def mean_interval(values: Sequence[float], seed: int) -> Bounds:
    """Of the mean of one figure a prompt."""
    data = numpy().asarray(values, dtype=float)
    if len(data) < FEWEST:
        return None, None
    return interval(data[draws(len(data), seed)].mean(axis=1))


def median_interval(values: Sequence[float], seed: int) -> Bounds:
    """Of the median of one figure a prompt."""
    np = numpy()
    data = np.asarray(values, dtype=float)
    if len(data) < FEWEST:
        return None, None
    return interval(np.median(data[draws(len(data), seed)], axis=1))


def ratio_interval(first: Sequence[float], second: Sequence[float], seed: int) -> Bounds:
    """Of the ratio of two sums over the same prompts; draws in which the second is zero are left out."""
    np = numpy()
    if len(first) < FEWEST:
        return None, None
    rows = draws(len(first), seed)
    above, below = (np.asarray(v, dtype=float)[rows].sum(axis=1) for v in (first, second))
    with np.errstate(divide="ignore", invalid="ignore"):
        return interval(above / below)


def rated_interval(prompts: Sequence[tuple[int, int, int]], seed: int) -> Bounds:
    """Of the share of prompts won, ties left out: prompts are drawn, then the raters of each.

    A prompt is (raters for the first, for a tie, for the second).
    """
    np = numpy()
    if len(prompts) < FEWEST:
        return None, None
    chances = np.array([majority_chances(*prompt) for prompt in prompts])
    rows = draws(len(prompts), seed)
    luck = np.random.RandomState((seed + 1) % 2**32).random_sample(rows.shape)
    won = (luck < chances[rows, 0]).sum(axis=1)
    lost = (luck >= 1 - chances[rows, 1]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return interval(won / (won + lost))


@lru_cache(maxsize=4096)
def majority_chances(first: int, tie: int, second: int) -> tuple[float, float]:
    """The chances that the first, and that the second, has a majority when the raters are drawn with replacement."""
    raters = first + tie + second
    return _over_half(first / raters, raters), _over_half(second / raters, raters)


def _over_half(share: float, of: int) -> float:
    least = of // 2 + 1
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(least, of + 1))
