"""Patterns of names."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from weightlaw.policy.matching import like

LETTERS = st.text("abA/*", max_size=8)


@given(st.text("abA/", max_size=10), LETTERS)
def test_a_star_stands_for_anything(value: str, pattern: str) -> None:
    """As fnmatch says it, in any case of letters."""
    assert like(value, pattern) is fnmatchcase(value.casefold(), pattern.casefold())
