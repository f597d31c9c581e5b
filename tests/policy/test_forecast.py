"""Forecasts: the month a cap is passed, and how large a deployment may become."""

from __future__ import annotations

import pytest

from tests.invented import subject_with
from weightlaw.catalog.store import load
from weightlaw.checking import cases
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.terms import CommercialUse, Permission, Terms, Threshold
from weightlaw.lineage.binding import Subject
from weightlaw.policy.about import About
from weightlaw.policy.amounts import add_months, days_between, parse_growth
from weightlaw.policy.forecast import crossings, largest
from weightlaw.policy.house import House
from weightlaw.policy.policyfile import parse_policy

TODAY = "2026-11-24"


def qwen() -> tuple[Subject, About]:
    return cases(["qwen2.5-72b"])[0]


@pytest.mark.parametrize(
    ("users", "growth", "month"),
    [
        (80_000_000, 0.02, "2027-11"),  # 80M * 1.02^12 = 101.46M, ^11 = 99.47M
        (100_000_000, 0.02, "2026-12"),
        (50_000_000, 1.0, "2027-01"),  # 100M in the first month is not above 100M
        (100_000_001, 0.02, "2026-11"),
        (80_000_000, 0.0, None),
        (80_000_000, -0.02, None),
        (80_000_000, None, None),
        (1, 0.0001, None),
    ],
)
def test_month(users: int, growth: float | None, month: str | None) -> None:
    """The first month in which the cap is passed, compounding from this one."""
    subject, _ = qwen()
    (found,) = crossings(subject, Deployment(mau=users, growth=growth), TODAY)
    assert found.month == month
    assert found.section == "4"
    assert found.used == users / 100_000_000
    assert found.assumption


def test_counted_on() -> None:
    """Growth starts on the day on which users were counted."""
    subject, _ = qwen()
    deployment = Deployment(mau=80_000_000, growth=0.02, counted_on="2026-05-31")
    assert crossings(subject, deployment, TODAY)[0].month == "2027-05"


@pytest.mark.parametrize(
    ("growth", "product_growth", "month"),
    [
        (0.5, 0.02, "2028-06"),
        (0.02, None, "2028-06"),
        (None, 0.02, "2028-06"),
        (0.5, None, "2026-12"),
    ],
)
def test_a_product_grows_by_its_own_growth(
    growth: float | None, product_growth: float | None, month: str
) -> None:
    """70M x 1.02^19 is the first above 100M: the product's growth counts, and the organization's only where it has none of its own."""
    subject, _ = qwen()
    own = Deployment(
        mau=90_000_000, product_mau=70_000_000, growth=growth, product_growth=product_growth
    )
    (found,) = crossings(subject, own, TODAY)
    assert found.month == month


def test_nobody_said() -> None:
    """Without a figure there is no month, and the reason is told."""
    subject, _ = qwen()
    found = crossings(subject, Deployment(growth=0.02), TODAY)[0]
    assert (found.month, found.have) == (None, None)
    assert "nobody said" in found.assumption


def test_largest_under_a_cap() -> None:
    """Up to the cap itself, then the licence's section."""
    subject, about = qwen()
    most = largest(subject, Deployment(mau=5), House(), about)
    assert most.users == 100_000_000
    assert most.then
    assert most.then.evidence[0].section == "4"


def test_largest_under_a_rule() -> None:
    """A rule of the house may bind earlier."""
    text = "rules:\n  early: {reason: Warn us., review: {cap_used_above: 70%}}\n"
    house = parse_policy(text, "p.yaml", load(), today=TODAY).house
    subject, about = qwen()
    most = largest(subject, Deployment(mau=5), house, about)
    assert most.users == 70_000_000
    assert most.then
    assert most.then.house_rule == "early"


def test_no_limit_and_not_even_one() -> None:
    """Licences without a cap have no limit; a model that is denied anyway has none to give."""
    free = Terms(
        family="permissive", commercial_use=CommercialUse(section="1", value="yes"),
        redistribution=Permission(section="1", value="yes"), derivatives=Permission(section="1", value="yes"),
    )  # fmt: skip
    assert largest(subject_with(free), Deployment()).unlimited
    barred = Terms(commercial_use=CommercialUse(section="1", value="no"))
    most = largest(subject_with(barred), Deployment())
    assert most.users is None
    assert most.then


def test_revenue_has_no_month() -> None:
    """Growth is that of users; nothing is made up for revenue."""
    cap = Threshold(
        section="1", metric="annual_revenue", value=10**6, currency="USD", comparator=">", measured="rolling",
        consequence="request_license",
    )  # fmt: skip
    found = crossings(subject_with(Terms(thresholds=(cap,))), Deployment(growth=0.5), TODAY)[0]
    assert found.month is None


def test_amounts() -> None:
    """Growth a year is that of twelve months; months and days are counted by the calendar."""
    assert (1 + parse_growth("30%/year")) ** 12 == pytest.approx(1.3)
    assert parse_growth("2%/month") == 0.02
    assert add_months("2026-11", 2) == "2027-01"
    assert days_between("2024-02-28", "2024-03-01") == 2
    assert days_between("2026-11-24", "2027-11-24") == 365
    assert days_between("2026-11", "2026-11-24") == 23
