"""How sure Epoch's index of a model is, which Epoch's file does not say: estimated from Epoch's own tests."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import median

from weightlaw.scores.store import Scores

SERIES = "epoch-eci"
MIN_TESTS = 4
_EDGE = 0.01
"""Shares are kept this far from 0 and 1, where a test says nothing more of ability."""


def standard_error(scores: Scores) -> float:
    """Standard error of the index of one model, in points: the median over models of a jackknife.

    For each model with at least four of Epoch's own tests, every test's share of right answers gives an
    ability by Epoch's published curve; the tests are weighted by their information and left out one at a
    time. It measures how much the index would move with other tests; Epoch bootstraps likewise.
    """
    errors = [_jackknife(points) for points in _implied(scores) if len(points) >= MIN_TESTS]
    return median(errors)


def _implied(scores: Scores) -> list[list[tuple[float, float]]]:
    """A model's abilities by its tests, each with its weight."""
    indexed = {f.key for f in scores.figures(SERIES)}
    best: dict[str, dict[str, float]] = defaultdict(dict)
    curves = scores.parameters()
    for series in curves:
        for figure in scores.figures(series):
            if figure.key in indexed:
                known = best[figure.key].get(series, 0.0)
                best[figure.key][series] = max(known, figure.score / 100)
    return [[_ability(share, *curves[s]) for s, share in tests.items()] for tests in best.values()]


def _ability(share: float, difficulty: float, slope: float) -> tuple[float, float]:
    share = min(max(share, _EDGE), 1 - _EDGE)
    ability = difficulty + math.log(share / (1 - share)) / slope
    return ability, slope * slope * share * (1 - share)


def _jackknife(points: list[tuple[float, float]]) -> float:
    n = len(points)
    left = [_mean([p for j, p in enumerate(points) if j != i]) for i in range(n)]
    centre = sum(left) / n
    return math.sqrt((n - 1) / n * sum((x - centre) ** 2 for x in left))


def _mean(points: list[tuple[float, float]]) -> float:
    return sum(x * w for x, w in points) / sum(w for _, w in points)
