"""Quantities as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.domain.quantities import Money, parse_count, parse_money, parse_month, short
from weightlaw.errors import UsageError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("900M", 900_000_000),
        ("900m", 900_000_000),
        ("1.2B", 1_200_000_000),
        ("5k", 5_000),
        ("5000", 5_000),
        ("700,000,000", 700_000_000),
        ("700_000_000", 700_000_000),
        ("700 million", 700_000_000),
        ("0", 0),
        ("1.0000005M", 1_000_001),
    ],
)
def test_counts(text: str, value: int) -> None:
    """Units, separators and fractions; half a user more is a user more."""
    assert parse_count(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "M", "-5M", "9OOM", "1e9", "1.2.3M", "900MM", "5%", "١٢", "1,00", "9" * 40, "nan", "inf"],
)
def test_wrong_counts(text: str) -> None:
    """One clear error that says how to write it."""
    with pytest.raises(UsageError):
        parse_count(text)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("40M-USD", Money(40_000_000, "USD")),
        ("5M EUR", Money(5_000_000, "EUR")),
        ("40m-usd", Money(40_000_000, "USD")),
        ("$1.5M", Money(1_500_000, "USD")),
        ("€5M", Money(5_000_000, "EUR")),
        ("500k-USD", Money(500_000, "USD")),
        ("1000000 USD", Money(1_000_000, "USD")),
        ("3 billion JPY", Money(3_000_000_000, "JPY")),
    ],
)
def test_money(text: str, money: Money) -> None:
    """A sign or an ISO code names the currency."""
    assert parse_money(text) == money


@pytest.mark.parametrize("text", ["5M", "5M-XXQ", "USD", "", "five USD", "5M-US", "€5M-USD"])
def test_wrong_money(text: str) -> None:
    """No currency, or none that is known, is an error and never dollars."""
    with pytest.raises(UsageError):
        parse_money(text)


@given(st.integers(min_value=0, max_value=10**14))
def test_short_is_exact(value: int) -> None:
    """What is shown can be read back as the same number."""
    assert parse_count(short(value)) == value


@given(st.text(max_size=30))
def test_any_text(text: str) -> None:
    """Nothing but UsageError comes out of arbitrary text."""
    for parse in (parse_count, parse_money, parse_month):
        try:
            parse(text)
        except UsageError:
            continue
