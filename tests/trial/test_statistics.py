"""Numbers against published tables, other people's code, plain enumeration, and simulations with known truth."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from weightlaw.errors import UsageError
from weightlaw.trial.statistics import (
    agreement,
    exact,
    libraries,
    paired,
    power,
    ratings,
    resampling,
    shares,
)

COUNTS = st.integers(0, 120).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
PLACES = np.linspace(0.005, 0.995, 199)
"""True shares at which coverage is enumerated."""


def hits(least: float, of: int, level: float) -> bool:
    """Whether `least` hits in `of` simulated trials are what `level` gives, within four standard errors of chance."""
    return least >= of * level - 4 * math.sqrt(of * level * (1 - level))


# the tables of the method


@pytest.mark.parametrize(
    ("prompts", "wins"), [(10, 9), (15, 12), (20, 15), (30, 21), (50, 33), (100, 61)]
)
def test_wins_needed(prompts: int, wins: int) -> None:
    """Fewest wins with two-sided p below 5%."""
    assert power.wins_needed(prompts) == wins
    assert exact.sign_test(wins, prompts) < 0.05 <= exact.sign_test(wins - 1, prompts)


def test_twenty_prompts() -> None:
    """What 20 prompts show, to the digits that are printed."""
    assert round(exact.sign_test(15, 20), 3) == 0.041
    assert round(exact.sign_test(14, 20), 3) == 0.115
    told = {
        "exact 15": shares.clopper_pearson(15, 20),
        "wilson 15": shares.wilson(15, 20),
        "exact 16": shares.clopper_pearson(16, 20),
    }
    assert {k: (round(100 * a, 1), round(100 * b, 1)) for k, (a, b) in told.items()} == {
        "exact 15": (50.9, 91.3),
        "wilson 15": (53.1, 88.8),
        "exact 16": (56.3, 94.3),
    }
    assert round(100 * shares.upper_bound(0, 20), 1) == 13.9


@pytest.mark.parametrize(
    ("elo", "share", "at_20", "first", "stays"),
    [
        (25, 53.6, 5.2, 1530, 1561),
        (30, 54.3, 5.6, 1061, 1088),
        (42, 56.0, 7.1, 545, 564),
        (50, 57.1, 8.4, 388, 403),
        (100, 64.0, 21.8, 101, 108),
        (150, 70.3, 42.9, 49, 51),
        (200, 76.0, 65.6, 30, 33),
        (240, 79.9, 80.2, 20, 23),
    ],
)
def test_gaps(elo: float, share: float, at_20: float, first: int, stays: int) -> None:
    """Each gap's share, its power with 20 prompts, and both numbers of prompts."""
    expected = power.share_of(elo)
    assert round(100 * expected, 1) == share
    assert round(100 * power.power(20, expected), 1) == at_20
    assert power.prompts_needed(elo) == (first, stays)


# other people's code and plain enumeration


@given(COUNTS)
def test_shares_and_tests_equal_scipys(counts: tuple[int, int]) -> None:
    """Intervals and p are those of scipy's binomtest."""
    count, of = counts
    if of == 0:
        assert shares.wilson(0, 0) == shares.clopper_pearson(0, 0) == (0, 1)
        assert exact.sign_test(0, 0) == 1
        return
    oracle = stats.binomtest(count, of)
    assert exact.sign_test(count, of) == pytest.approx(oracle.pvalue, rel=1e-9)
    for ours, method in ((shares.wilson, "wilson"), (shares.clopper_pearson, "exact")):
        interval = oracle.proportion_ci(method=method)
        assert ours(count, of) == pytest.approx((interval.low, interval.high), abs=1e-9)


@given(COUNTS, st.floats(0.01, 0.99))
def test_bound_and_test_say_the_same(counts: tuple[int, int], bound: float) -> None:
    """The one-sided test is below 2.5% exactly where the lower bound clears: they cannot contradict each other."""
    count, of = counts
    p, lower = exact.above(count, of, bound), shares.lower_bound(count, of, 0.975)
    if of:
        assert p == pytest.approx(
            stats.binomtest(count, of, bound, alternative="greater").pvalue, rel=1e-8, abs=1e-300
        )
    if abs(lower - bound) > 1e-9:
        assert (p < 0.025) == (lower > bound)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60), st.floats(0.5, 1.0))
def test_power_by_counting(of: int, share: float) -> None:
    """Power is the sum of the chances of all outcomes that would be significant."""
    counted = sum(
        math.comb(of, k) * share**k * (1 - share) ** (of - k)
        for k in range(of + 1)
        if exact.sign_test(k, of) < 0.05
    )
    assert power.power(of, share) == pytest.approx(counted, abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.floats(60, 800))
def test_prompts_needed_by_counting(elo: float) -> None:
    """Both numbers by trying every number of prompts."""
    share = power.share_of(elo)
    enough = [power.power(n, share) >= 0.8 for n in range(700)]
    last = max((n for n, e in enumerate(enough) if not e), default=-1)
    assert power.prompts_needed(elo) == (enough.index(True), last + 1)


@settings(deadline=None)
@given(st.integers(1, 400))
def test_smallest_share_is_where_power_begins(of: int) -> None:
    """At it there is 80% power, just below it there is not; below six prompts there is none."""
    smallest = power.smallest_share(of)
    if of < 6:
        assert smallest is None
        assert power.power(of, 1.0) == 0
        return
    assert smallest is not None
    assert power.power(of, smallest) == pytest.approx(0.8, abs=1e-6)
    assert power.power(of, smallest - 0.001) < 0.8


@given(st.floats(-700, 700))
def test_elo_and_share_turn_back(elo: float) -> None:
    """A gap to a share and back."""
    assert power.elo_of(power.share_of(elo)) == pytest.approx(elo, abs=1e-6)


@pytest.mark.parametrize("elo", [0, -5, 0.5, 801, math.inf, math.nan])
def test_gap_out_of_range(elo: float) -> None:
    """One sentence, not minutes of computing or an empty array."""
    with pytest.raises(UsageError, match="choose one from"):
        power.prompts_needed(elo)


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_equals_the_binomial(b: int, c: int) -> None:
    """Only pairs that differ count."""
    oracle = stats.binomtest(b, b + c).pvalue if b + c else 1.0
    assert exact.mcnemar(b, c) == pytest.approx(oracle)


def test_newcombes_interval_by_another_implementation() -> None:
    """59 both, 6 and 16 alone, 80 neither: what the R package contingencytables (3.0) prints for its own example."""
    told = paired.difference(59, 6, 16, 80)
    assert [round(v, 4) for v in told] == [-0.0621, -0.1186, -0.0046]


@given(*[st.integers(0, 30)] * 4)
def test_paired_difference_laws(a: int, b: int, c: int, d: int) -> None:
    """The interval holds the difference, stays in -1 to 1, and turns its sign with the order."""
    value, low, high = paired.difference(a, b, c, d)
    assert -1 - 1e-9 <= low <= value + 1e-9
    assert value - 1e-9 <= high <= 1 + 1e-9
    turned = paired.difference(a, c, b, d)
    if a + b + c + d:
        assert turned == pytest.approx((-value, -high, -low))


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_laws(values: list[float]) -> None:
    """Never milder than the plain p, never past Bonferroni, in the same order; one alone is left as it is."""
    adjusted = exact.holm(values)
    for plain, corrected in zip(values, adjusted, strict=True):
        assert plain <= corrected <= min(1.0, len(values) * plain) + 1e-12
    order = sorted(range(len(values)), key=lambda i: values[i])
    assert [adjusted[i] for i in order] == sorted(adjusted)
    if len(values) == 1:
        assert list(adjusted) == values


def test_holm_by_hand() -> None:
    """Three tests worked out on paper."""
    assert exact.holm([0.03, 0.01, 0.04]) == pytest.approx((0.06, 0.03, 0.06))


RATINGS = st.lists(
    st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=4), min_size=2, max_size=25
)


@settings(deadline=None)
@given(RATINGS)
def test_alpha_equals_evalicas(units: list[list[str]]) -> None:
    """Krippendorff's alpha, missing ratings included, as another implementation computes it."""
    import evalica
    import pandas as pd

    ours = agreement.alpha(units)
    several = [u for u in units if len(u) > 1]
    if len({r for u in several for r in u}) < 2:
        assert ours is None
        return
    numbers = {"a": 0.0, "b": 1.0, "": 2.0}
    rows = [[numbers[u[r]] if r < len(u) else None for u in several] for r in range(4)]
    theirs = evalica.alpha(pd.DataFrame(rows, dtype=float), distance="nominal", solver="naive")
    assert ours == pytest.approx(theirs.alpha, abs=1e-9)


MATRICES = st.lists(st.integers(1, 30), min_size=6, max_size=6)


@settings(deadline=None, max_examples=40)
@given(MATRICES, st.integers(0, 10))
def test_strengths_equal_evalicas(wins: list[int], ties: int) -> None:
    """Bradley and Terry with ties as half wins, without a prior, as another implementation computes it."""
    import evalica

    matrix = np.zeros((3, 3))
    xs, ys, winners, weights = [], [], [], []
    for (a, b), won in zip(((0, 1), (0, 2), (1, 2), (1, 0), (2, 0), (2, 1)), wins, strict=True):
        matrix[a, b] += won + ties / 2
        matrix[b, a] += ties / 2
        for winner, weight in ((evalica.Winner.X, won), (evalica.Winner.Draw, ties)):
            xs.append(str(a))
            ys.append(str(b))
            winners.append(winner)
            weights.append(float(weight))
    theirs = evalica.bradley_terry(
        xs, ys, winners, weights=weights, solver="naive", tolerance=1e-12, limit=10_000
    )
    logs = np.log([theirs.scores[str(i)] for i in range(3)])
    ours = ratings.strengths(matrix, prior=1e-9)
    assert ours == pytest.approx(logs - logs.mean(), abs=1e-4)


def test_prior_hardly_moves_what_is_told() -> None:
    """The prior that keeps a winner of everything finite moves 60 prompts by less than two in a hundred."""
    wins = np.array([[0.0, 35, 45], [25, 0, 40], [15, 20, 0]])
    assert ratings.strengths(wins) == pytest.approx(ratings.strengths(wins, 1e-9), rel=0.02)
    swept = ratings.strengths(np.array([[0.0, 20, 20], [0, 0, 20], [0, 0, 0]]))
    assert np.isfinite(swept).all()
    assert swept[0] > swept[1] > swept[2]


def test_batches_are_alike() -> None:
    """Many matrices at once give what each gives alone."""
    rng = np.random.RandomState(3)
    many = rng.randint(0, 9, size=(20, 4, 4)).astype(float)
    alone = [ratings.strengths(m) for m in many]
    assert np.allclose(ratings.strengths(many), alone, atol=1e-8)


@pytest.mark.parametrize(
    ("pairs", "whole"),
    [([(0, 1), (1, 2)], True), ([(0, 1), (2, 3)], False), ([(1, 2), (2, 3)], False), ([], False)],
)
def test_connected(pairs: list[tuple[int, int]], whole: bool) -> None:
    """Candidates that never met, not even through others, have no place on one scale."""
    assert ratings.connected(pairs, 1 + max((n for p in pairs for n in p), default=1)) is whole


def test_majority_chances_by_enumeration() -> None:
    """Drawing raters again, counted out."""
    for told in ((2, 1, 0), (1, 1, 1), (3, 0, 2)):
        votes = "f" * told[0] + "t" * told[1] + "s" * told[2]
        all_draws = list(product(votes, repeat=len(votes)))
        counted = [
            sum(2 * d.count(k) > len(votes) for d in all_draws) / len(all_draws) for k in "fs"
        ]
        assert resampling.majority_chances(*told) == pytest.approx(counted)


# coverage and level: enumerated where outcomes can be counted


def _coverage(interval: Callable[[int, int], tuple[float, float]], of: int) -> Any:
    ks = np.arange(of + 1)
    ends = np.array([interval(int(k), of) for k in ks])
    inside = (ends[:, :1] <= PLACES) & (ends[:, 1:] >= PLACES)
    return (inside * stats.binom.pmf(ks[:, None], of, PLACES)).sum(axis=0)


@pytest.mark.parametrize("of", [5, 20, 50])
def test_coverage_of_shares(of: int) -> None:
    """Clopper and Pearson never hold less than 95%; Wilson's holds 95% on average, and nowhere much less inside."""
    assert _coverage(shares.clopper_pearson, of).min() >= 0.95
    wilson = _coverage(shares.wilson, of)
    assert 0.945 <= wilson.mean() <= 0.97
    assert wilson[(PLACES > 0.1) & (PLACES < 0.9)].min() > 0.89


@pytest.mark.parametrize("of", range(1, 61))
def test_levels_of_exact_tests(of: int) -> None:
    """Where there is no difference, a difference is found at most one time in twenty; where the open model is worse by
    just the margin, "not worse" is said at most one time in forty."""
    ks = range(of + 1)
    wrong = sum(stats.binom.pmf(k, of, 0.5) for k in ks if exact.sign_test(k, of) < 0.05)
    assert wrong <= 0.05
    for bound in (0.3, 0.4, 0.45):
        worse = sum(stats.binom.pmf(k, of, bound) for k in ks if exact.above(k, of, bound) < 0.025)
        assert worse <= 0.025


# and simulated where they cannot


def test_level_of_holm() -> None:
    """Five tags without any difference: one or more false words in at most 5% of trials."""
    rng = np.random.RandomState(11)
    wins = rng.binomial(40, 0.5, size=(4000, 5))
    false = sum(min(exact.holm([exact.sign_test(int(k), 40) for k in row])) < 0.05 for row in wins)
    assert hits(4000 - false, 4000, 0.95)


def test_level_of_mcnemar_and_coverage_of_the_paired_difference() -> None:
    """Correlated yes and no on the same 40 prompts with equal and with unequal chances."""
    rng = np.random.RandomState(12)
    for second in (0.3, 0.15):
        held = false = 0
        for _ in range(3000):
            luck = rng.random_sample(40)
            shared = rng.random_sample(40) < 0.5
            other = np.where(shared, luck, rng.random_sample(40))
            a, b = luck < 0.3, other < second
            counts = [
                int((a & b).sum()),
                int((a & ~b).sum()),
                int((~a & b).sum()),
                int((~a & ~b).sum()),
            ]
            _, low, high = paired.difference(*counts)
            held += low <= 0.3 - second <= high
            false += exact.mcnemar(counts[1], counts[2]) < 0.05
        assert hits(held, 3000, 0.94)
        assert held < 0.99 * 3000
        if second == 0.3:
            assert hits(3000 - false, 3000, 0.95)


SKEWED = {
    "mean": (resampling.mean_interval, math.exp(0.18)),
    "median": (resampling.median_interval, 1.0),
}


@pytest.mark.parametrize(("prompts", "level"), [(20, 0.89), (60, 0.925)])
@pytest.mark.parametrize("what", SKEWED)
def test_coverage_of_means_and_medians(what: str, prompts: int, level: float) -> None:
    """Times and costs are skewed: with 20 prompts the bootstrap holds some nine times in ten, with more it nears 95%."""
    interval, truth = SKEWED[what]
    rng = np.random.RandomState(13)
    held = 0
    for seed in range(600):
        low, high = interval(list(rng.lognormal(0, 0.6, prompts)), seed)
        assert low is not None
        assert high is not None
        held += low <= truth <= high
    assert hits(held, 600, level)
    assert held < 0.985 * 600


def test_coverage_of_retry_ratios() -> None:
    """Failed attempts of two candidates on the same 50 prompts."""
    rng = np.random.RandomState(14)
    held = 0
    for seed in range(600):
        first, second = (rng.geometric(1 - p, 50) - 1 for p in (0.3, 0.2))
        low, high = resampling.ratio_interval(list(first), list(second), seed)
        assert low is not None
        assert high is not None
        held += low <= (0.3 / 0.7) / (0.2 / 0.8) <= high
    assert hits(held, 600, 0.92)


def test_coverage_over_raters() -> None:
    """Prompts on which three raters differ: drawing prompts and then raters errs on the wide side, never the narrow."""
    rng = np.random.RandomState(15)

    def drawn(count: int) -> list[tuple[int, int, int]]:
        firsts = rng.binomial(3, rng.beta(3, 2, count))
        return [(int(f), 0, int(3 - f)) for f in firsts]

    truth = float(np.mean([f > s for f, _, s in drawn(200_000)]))
    held = 0
    for seed in range(300):
        low, high = resampling.rated_interval(drawn(40), seed)
        assert low is not None
        assert high is not None
        held += low <= truth <= high
    assert hits(held, 300, 0.95)


def _battles(rng: Any, prompts: int, truth: list[float], spread: float) -> Any:
    """One verdict for each pair of three on each prompt; a prompt suits some candidates better than others."""
    made = np.zeros((prompts, 3, 3))
    strength = np.array(truth) + rng.normal(0, spread, (prompts, 3))
    for a, b in ((0, 1), (0, 2), (1, 2)):
        chance = 1 / (1 + np.exp(strength[:, b] - strength[:, a]))
        luck = rng.random_sample(prompts)
        won = np.where(rng.random_sample(prompts) < 0.1, 0.5, (luck < chance).astype(float))
        made[:, a, b], made[:, b, a] = won, 1 - won
    return made


@pytest.mark.parametrize(("prompts", "spread"), [(20, 0.0), (60, 1.0)])
def test_coverage_of_ratings(prompts: int, spread: float) -> None:
    """Elo of three candidates, prompts that suit some better than others: the bootstrap holds what it says, nearly."""
    rng = np.random.RandomState(16)
    truth = ratings.strengths(_battles(rng, 200_000, [0, 0.4, 0.9], spread).sum(axis=0))
    gaps = (truth - truth[0]) * ratings.ELO
    held = 0
    for seed in range(200):
        made = ratings.ratings(_battles(rng, prompts, [0, 0.4, 0.9], spread), 0, seed)
        held += sum(made[i].low <= gaps[i] <= made[i].high for i in (1, 2))
    assert hits(held, 400, 0.93)
    assert held < 0.99 * 400


def test_ranks_without_a_difference() -> None:
    """Three equal candidates: a rank is claimed that is not theirs in few trials."""
    rng = np.random.RandomState(17)
    wrong = 0
    for seed in range(150):
        made = ratings.ratings(_battles(rng, 40, [0, 0, 0], 0.0), 0, seed)
        wrong += any((r.best_rank, r.worst_rank) != (1, 3) for r in made)
    assert hits(150 - wrong, 150, 0.94)  # corrected for three pairs, and a little for the bootstrap


def test_same_seed_same_draws() -> None:
    """The first draws of a seed are written down here: a report is the same on every machine and every numpy."""
    assert resampling.draws(10, 7, 1).tolist() == [[4, 9, 6, 3, 3, 7, 7, 9, 7, 8]]
    assert (resampling.draws(50, 7) == resampling.draws(50, 7)).all()
    assert (resampling.draws(50, 7) != resampling.draws(50, 8)).any()


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what to install."""
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    with pytest.raises(UsageError, match=r"pip install 'weightlaw\[trial\]'"):
        libraries.special()
