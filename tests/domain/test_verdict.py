"""Combining verdicts: associative, commutative, idempotent, and nothing is allowed by accident."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from weightlaw.domain.verdict import Verdict, strictest

VERDICTS = st.sampled_from(list(Verdict))


@given(VERDICTS, VERDICTS, VERDICTS)
def test_laws(a: Verdict, b: Verdict, c: Verdict) -> None:
    """A semilattice: the order of combining makes no difference."""
    assert strictest([a, b]) == strictest([b, a])
    assert strictest([a, strictest([b, c])]) == strictest([strictest([a, b]), c])
    assert strictest([a, a]) == a
    assert strictest([a, b]).rank >= a.rank


def test_nothing_is_not_allowed() -> None:
    """Of no model at all the verdict is review."""
    assert strictest([]) is Verdict.REVIEW
