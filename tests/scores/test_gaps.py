"""The gap in points and in months, on lines whose answer is known beforehand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.scores.made import figure, scores
from weightlaw.errors import UsageError
from weightlaw.scores import eci
from weightlaw.scores.boards import board
from weightlaw.scores.gaps import (
    MONTH,
    Timed,
    gaps_of,
    level_gap,
    months_gap,
    points_gap,
    release_lags,
    timed,
)
from weightlaw.scores.store import load

START = date(2025, 1, 1)


def at(score: float, days: int, opened: bool, se: float = 0.01) -> Timed:
    """A model released `days` after the start."""
    name = f"{'open' if opened else 'closed'}-{score:g}"
    return Timed(model=name, score=score, se=se, released=START + timedelta(days), open=opened)


def test_a_constant_lag_is_found_by_every_rule() -> None:
    """Open follows closed by 60 days at every level, just below it; so its better is 60 to 90 days old each day."""
    models = [at(100 + i, 30 * i, opened=False) for i in range(24)]
    models += [at(99.7 + i, 30 * i + 60, opened=True) for i in range(22)]
    models.sort(key=lambda m: (m.released, -m.score))
    lags = release_lags(models)
    assert {round(lag.months * MONTH) for lag in lags} == {60}
    assert level_gap(models, floor=100.4, step=1) == pytest.approx(60 / MONTH, abs=0.01)
    end = START + timedelta(690)
    found = months_gap("s", models, START + timedelta(90), end, significant=False)
    assert found.months * MONTH == pytest.approx(75, abs=2)
    assert found.low <= found.months <= found.high


def test_a_lead_inside_the_intervals_does_not_count() -> None:
    models = [at(100, 0, opened=True, se=5), at(101, 10, opened=False, se=5)]
    end = START + timedelta(300)
    strict = months_gap("s", models, START, end, significant=False)
    significant = months_gap("s", models, START, end, significant=True)
    assert strict.months > 4
    assert significant.months == 0


def test_no_gap_without_two_sides() -> None:
    with pytest.raises(UsageError):
        months_gap("s", [at(100, 0, opened=True)], START, START, significant=False)


def test_points_have_an_interval_that_holds_them() -> None:
    known = scores(
        figure("closed", 1500, 5, weights="closed"),
        figure("org/open", 1480, 5),
        figure("unclear", 1600, 5, weights=""),
    )
    gap = points_gap(board(known, known.one("elo")))
    assert gap.difference == 20
    assert gap.low is not None
    assert gap.high is not None
    assert 10 < gap.low < 20 < gap.high < 30
    assert gap.unclear == 1


def test_no_interval_where_the_best_has_none() -> None:
    known = scores(figure("closed", 1500, None, weights="closed"), figure("org/open", 1480, 5))
    gap = points_gap(board(known, known.one("elo")))
    assert (gap.low, gap.high) == (None, None)


def test_the_same_gap_each_time() -> None:
    """The draws are seeded: the same figures give the same interval."""
    table = board(load(), load().one("epoch-eci"))
    assert gaps_of(table, load().releases()) == gaps_of(table, load().releases())


def test_how_sure_the_index_is() -> None:
    """A jackknife over Epoch's own tests: one to two points, so that 1 point (DeepSeek-V2 beside GPT-4, Epoch's
    own example) is no difference."""
    assert eci.standard_error(load()) == pytest.approx(1.31, abs=0.01)


def test_all_models_of_the_index_have_a_release_date_but_a_few() -> None:
    table = board(load(), load().one("epoch-eci"))
    assert len(table.figures) - len(timed(table, load().releases())) <= 8


def test_old_boards_can_be_asked_for() -> None:
    series = load().one("arena-text-style")
    assert board(load(), series, "2026-06-25").date == "2026-06-25"
    with pytest.raises(UsageError, match="there are: 2026-06-25, 2026-08-19"):
        board(load(), series, "2025-01-01")


def test_another_harness_is_not_on_the_board() -> None:
    """Web pages built in the Codex harness are by another method than the rest of the board."""
    series = load().one("arena-webdev")
    assert any(f.variant for f in load().figures(series.id))
    assert not any(f.variant for f in board(load(), series).figures)
