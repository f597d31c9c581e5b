"""The laws of the judgement, over invented licences and deployments."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.invented import DEPLOYMENTS, TERMS, subject_with
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.licenses import LicenseEntry, TextRead
from weightlaw.domain.quantities import Money
from weightlaw.domain.terms import CommercialUse, Permission, Terms
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy.house import House, Preferences
from weightlaw.policy.judging import judge

replace = msgspec.structs.replace
COUNTS = st.integers(min_value=0, max_value=2 * 10**9)


@given(TERMS, DEPLOYMENTS, COUNTS)
def test_more_users_are_never_milder(terms: Terms, deployment: Deployment, more: int) -> None:
    """Raising a count that was said never makes the verdict milder."""
    subject = subject_with(terms)
    before = judge(subject, deployment).verdict
    for field in ("mau", "product_mau", "dau", "employees"):
        said = getattr(deployment, field)
        if said is not None:
            after = judge(subject, replace(deployment, **{field: said + more})).verdict
            assert after.rank >= before.rank, field


@given(TERMS, DEPLOYMENTS, COUNTS)
def test_more_users_then_are_never_milder(terms: Terms, deployment: Deployment, more: int) -> None:
    """Raising the count of a past month never makes the verdict milder."""
    subject = subject_with(terms)
    history = tuple((month, count + more) for month, count in deployment.mau_at)
    before = judge(subject, deployment).verdict
    assert judge(subject, replace(deployment, mau_at=history)).verdict.rank >= before.rank


@given(TERMS, DEPLOYMENTS, st.integers(min_value=0, max_value=10**10))
def test_more_money_is_never_milder(terms: Terms, deployment: Deployment, more: int) -> None:
    """Raising an amount that was said never makes the verdict milder."""
    subject = subject_with(terms)
    before = judge(subject, deployment).verdict
    for field in ("revenue", "monthly_revenue", "funding"):
        said = getattr(deployment, field)
        if said is not None:
            raised = replace(deployment, **{field: Money(said.amount + more, said.currency)})
            assert judge(subject, raised).verdict.rank >= before.rank, field


@given(TERMS, DEPLOYMENTS, st.sampled_from(["DE", "KR", "US", "GB", "EU"]))
def test_more_markets_are_never_milder(terms: Terms, deployment: Deployment, place: str) -> None:
    """Adding a market to markets that were said never makes the verdict milder."""
    subject = subject_with(terms)
    if deployment.markets:
        wider = replace(deployment, markets=(*deployment.markets, place))
        assert judge(subject, wider).verdict.rank >= judge(subject, deployment).verdict.rank


@given(TERMS, TERMS, DEPLOYMENTS)
def test_another_licence_is_never_milder(a: Terms, b: Terms, deployment: Deployment) -> None:
    """A base model's licence, or any other, only adds."""
    one, two = subject_with(a), subject_with(a, b)
    assert judge(two, deployment).verdict.rank >= judge(one, deployment).verdict.rank


@given(TERMS, DEPLOYMENTS)
def test_house_rules_only_add(terms: Terms, deployment: Deployment) -> None:
    """No house rule makes a verdict milder than the licence's own."""
    subject = subject_with(terms)
    house = House(osi_required=True, families=Preferences(deny=("community",)))
    assert judge(subject, deployment, house).verdict.rank >= judge(subject, deployment).verdict.rank


@given(TERMS, DEPLOYMENTS)
def test_unknown_figures_are_never_milder_than_small_ones(
    terms: Terms, deployment: Deployment
) -> None:
    """Forgetting all sizes never beats saying that they are the smallest possible."""
    subject = subject_with(terms)
    small = replace(
        deployment, mau=0, product_mau=None, dau=0, mau_at=(), employees=0,
        revenue=Money(0, "USD"), monthly_revenue=Money(0, "USD"), funding=Money(0, "USD"),
    )  # fmt: skip
    unsaid = replace(
        small, mau=None, dau=None, employees=None, revenue=None, monthly_revenue=None, funding=None
    )
    assert judge(subject, unsaid).verdict.rank >= judge(subject, small).verdict.rank


@given(TERMS, DEPLOYMENTS)
def test_same_in_same_out(terms: Terms, deployment: Deployment) -> None:
    """The same inputs give the same bytes."""
    subject = subject_with(terms)
    first, second = judge(subject, deployment), judge(subject, deployment)
    assert msgspec.json.encode(first) == msgspec.json.encode(second)


@given(DEPLOYMENTS)
def test_nothing_known_is_never_allowed(deployment: Deployment) -> None:
    """No licence, an unread licence, a loose name, silent terms: never allowed, never conditional."""
    unread = LicenseEntry(id="LicenseRef-x", name="X")
    silent = LicenseEntry(
        id="LicenseRef-y", name="Y", text=TextRead(sha256="0", source="s", read="2026-01-01")
    )
    assert judge(Subject(id="a/b"), deployment).verdict is Verdict.REVIEW
    for entry in (silent,):
        subject = Subject(id="a/b", bindings=(Binding(entry=entry, terms=entry.facts),))
        verdict = judge(subject, deployment).verdict
        assert verdict.rank >= Verdict.REVIEW.rank or not deployment.commercial
    assert unread.text is None


@pytest.mark.parametrize("value", ["no", "conditional", "unclear"])
def test_every_answer_but_yes_is_stricter(value: str) -> None:
    """Of commercial use and of redistribution."""
    yes = Terms(
        commercial_use=CommercialUse(section="1", value="yes"),
        redistribution=Permission(section="1", value="yes"),
        derivatives=Permission(section="1", value="yes"),
    )
    deployment = Deployment(uses=("weights",), fine_tuned=True)
    assert judge(subject_with(yes), deployment).verdict is Verdict.ALLOWED
    for fact in ("commercial_use", "redistribution", "derivatives"):
        kind = type(getattr(yes, fact))
        terms = replace(yes, **{fact: kind(section="1", value=value)})
        assert judge(subject_with(terms), deployment).verdict.rank >= Verdict.REVIEW.rank
