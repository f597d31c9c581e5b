"""What may be compared is decided by the data, and a difference inside the intervals is none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scores.made import figure, scores
from weightlaw.catalog.store import load as load_catalog
from weightlaw.errors import UsageError
from weightlaw.scores.comparing import Comparison, compare, outcome
from weightlaw.scores.intervals import difference, wilson, win_rate
from weightlaw.scores.store import Scores, load
from weightlaw.scores.subjects import subject
from weightlaw.scores.values import Figure

CATALOG = load_catalog()


def compared(a: str, b: str, known: Scores | None = None, **more: object) -> list[Comparison]:
    """A comparison by names."""
    known = known or load()
    one, two = subject(a, known, CATALOG), subject(b, known, CATALOG)
    return list(compare(known, one, two, **more))  # type: ignore[arg-type]


def only(*figures: Figure, **more: object) -> Comparison:
    """The one comparison of two invented figures."""
    (found,) = compared(figures[0].name, figures[1].name, scores(*figures), **more)
    return found


def test_a_difference_outside_the_intervals_is_told() -> None:
    found = only(figure("org/a", 1500), figure("org/b", 1450))
    assert found.outcome == "first is higher"
    assert found.difference == 50
    assert found.low == pytest.approx(50 - math.sqrt(2))
    assert found.win_rate == pytest.approx(0.571, abs=0.001)


def test_a_difference_inside_the_intervals_is_none() -> None:
    found = only(figure("org/a", 1500, 5), figure("org/b", 1495, 5))
    assert found.outcome == "no difference shown"
    assert found.difference == 5


def test_without_an_interval_nothing_is_known() -> None:
    found = only(figure("org/a", 1500, None), figure("org/b", 1400))
    assert found.outcome == "not known"
    assert found.difference is None


@pytest.mark.parametrize(
    ("one", "two", "reason"),
    [
        (
            {"date": "2025-12-11", "source": "s2"},
            {},
            "other dates: Elo of 2025-12-11 beside one of",
        ),
        ({"date": "", "source": "s2"}, {}, "a date is not stated"),
        ({"effort": "high"}, {}, "another effort: high beside none stated"),
        ({"variant": "codex harness"}, {}, "another method: codex harness beside the usual one"),
        ({"precision": "FP8"}, {"precision": "BF16"}, "other precisions: FP8 beside BF16"),
        ({"series": "test"}, {"series": "vendor"}, "another kind of publisher: independent beside"),
    ],
)
def test_refused_with_the_reason(one: dict[str, str], two: dict[str, str], reason: str) -> None:
    found = only(figure("org/a", 80, 1.0, **one), figure("org/b", 70, 1.0, **two))
    assert found.outcome == "refused"
    assert found.difference is None
    assert any(r.startswith(reason) for r in found.reasons), found.reasons


def test_style_control_on_and_off_are_two_views() -> None:
    known = scores(
        figure("org/a", 1500, series="arena-text-style", source="arena-2026-08-19"),
        figure("org/b", 1400, series="arena-text-raw", source="arena-2026-08-19"),
    )
    (found,) = compared("org/a", "org/b", known)
    assert found.outcome == "refused"
    assert "another view: style control on beside style control off" in found.reasons


def test_fixed_tests_may_lie_two_years_apart_and_no_more() -> None:
    near = only(
        figure("org/a", 80, series="test", date="2026-01-01"),
        figure("org/b", 70, series="test", date="2024-06-01"),
    )
    far = only(
        figure("org/a", 80, series="test", date="2026-08-01"),
        figure("org/b", 70, series="test", date="2024-06-01"),
    )
    assert (near.outcome, far.outcome) == ("first is higher", "refused")


def test_best_effort_is_said() -> None:
    found = only(figure("org/a", 80, effort="max"), figure("org/b", 70), any_effort=True)
    assert found.outcome == "first is higher"
    assert "each at its best effort: max beside none stated" in found.notes


def test_a_quantized_copy_is_not_what_was_measured() -> None:
    """Full precision beside Q4_K_M: refused, with the published loss."""
    for found in compared("google/gemma-3-27b-it:Q4_K_M", "phi-4"):
        assert found.outcome == "refused"
        assert any("you would run Q4_K_M" in r for r in found.reasons)
        assert found.losses


def test_the_models_of_the_issue() -> None:
    (found,) = compared("glm-4.7", "claude-opus-4-7", benchmark="gpqa")
    assert found.reasons == ("another effort: none stated beside xhigh",)
    board = {c.series: c for c in compared("glm-4.7", "olmo-3.1-32b-instruct")}
    assert board["arena-text-style"].outcome == "first is higher"


def test_an_index_has_an_estimated_interval_that_is_called_so() -> None:
    (found,) = compared("deepseek-r1", "o1-2024-12-17", benchmark="eci")
    assert found.outcome == "no difference shown"
    assert any("estimated by weightlaw" in n for n in found.notes)


def test_unknown_names_are_errors() -> None:
    with pytest.raises(UsageError, match="no benchmark"):
        load().benchmark("no such thing")
    with pytest.raises(UsageError, match="no model and no figure"):
        subject("no such model", load(), CATALOG)


SIDES = st.tuples(st.floats(1, 99), st.floats(0.01, 20), st.floats(0.01, 20))


@given(SIDES, SIDES)
def test_turned_round_a_comparison_says_the_same(
    one: tuple[float, float, float], two: tuple[float, float, float]
) -> None:
    """Antisymmetric, and the interval holds the difference."""
    a, b = (
        Figure(series="s", name="x", score=s, low=s - below, high=s + above)
        for s, below, above in (one, two)
    )
    forward, back = difference(a, b), difference(b, a)
    assert forward
    assert back
    assert forward[1] <= forward[0] <= forward[2]
    assert (forward[0], forward[1], forward[2]) == pytest.approx((-back[0], -back[2], -back[1]))
    turned = {"first is higher": "second is higher", "second is higher": "first is higher"}
    said = outcome(forward[1], forward[2])
    assert outcome(back[1], back[2]) == turned.get(said, said)


@given(st.floats(-800, 800))
def test_votes_add_up(elo: float) -> None:
    assert win_rate(elo) + win_rate(-elo) == pytest.approx(1)


def test_wilson() -> None:
    """methods.md: GPQA's 198 questions are 4 to 6 points wide, 15 of 20 is 53.1 to 88.8."""
    assert wilson(0.75, 20) == pytest.approx((0.531, 0.888), abs=5e-4)
