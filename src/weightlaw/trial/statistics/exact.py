"""Exact tests: the sign test, a share against a bound, McNemar's; and Holm's correction for several of them."""

from __future__ import annotations

from collections.abc import Sequence

from weightlaw.trial.statistics.libraries import special

ALPHA = 0.05
"""Two-sided level of every test; a one-sided test has half of it."""


def tail(least: int, of: int, share: float) -> float:
    """The chance of at least `least` hits in `of` independent prompts of which each hits with chance `share`."""
    if least <= 0:
        return 1.0
    if least > of:
        return 0.0
    return float(special().betainc(least, of - least + 1, share))


def sign_test(wins: int, of: int) -> float:
    """Two-sided p that `wins` of `of` non-tied prompts are more or fewer than chance; 1 where there are none."""
    return min(1.0, 2 * tail(max(wins, of - wins), of, 0.5))


def above(wins: int, of: int, bound: float) -> float:
    """One-sided p against a true share of at most `bound`; below 2.5 % exactly where the lower end of the 95 %
    Clopper-Pearson interval lies above it."""
    return tail(wins, of, bound)


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p for pairs of yes and no on the same prompts (McNemar 1947): those that agree say nothing."""
    return sign_test(only_first, only_first + only_second)


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p of each of several tests, in their order (Holm 1979): the chance of one false word among all of them
    stays at the level of one."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    adjusted = [0.0] * len(values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = highest
    return tuple(adjusted)
