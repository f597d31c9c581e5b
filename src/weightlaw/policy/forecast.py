"""When growth reaches a licence's standing caps, and how large a deployment may become under a policy.

Growth compounds month by month from the day on which users were counted. That is an assumption, and each answer
carries it in words; it is never used for a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, structs

from weightlaw.domain.deployment import METRIC_NAMES, Deployment, figure
from weightlaw.domain.findings import Finding
from weightlaw.domain.quantities import short
from weightlaw.domain.terms import Threshold
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy.about import About
from weightlaw.policy.amounts import add_months
from weightlaw.policy.house import House
from weightlaw.policy.judging import judge

HORIZON_MONTHS = 600
MOST_USERS = 10**11
"""More than there are people: a deployment that may serve so many has no limit."""
_GROW = ("monthly_active_users", "daily_active_users")


class Crossing(Struct, frozen=True, kw_only=True):
    """One standing threshold of one licence, and when it is reached."""

    license: str
    section: str
    metric: str
    limit: str
    """`100M monthly active users`."""
    consequence: str
    have: int | float | None = None
    """The figure today; None: nobody said."""
    used: float | None = None
    """Share of the limit that is used today."""
    month: str | None = None
    """The month in which it is passed; None: not within fifty years, or not known."""
    assumption: str = ""
    """What the month rests on, or why there is none."""


class Largest(Struct, frozen=True, kw_only=True):
    """How many monthly active users a model may serve under a policy."""

    users: int | None
    """None: not even one."""
    unlimited: bool = False
    then: Finding | None = None
    """What stands against more."""


def crossings(subject: Subject, deployment: Deployment, today: str) -> tuple[Crossing, ...]:
    """Every standing threshold of every licence that binds, those for a display too."""
    return tuple(_of(subject, deployment, today))


def _of(subject: Subject, deployment: Deployment, today: str) -> Iterator[Crossing]:
    for binding in subject.bindings:
        for threshold in binding.terms.thresholds:
            concerns = deployment.commercial or not threshold.commercial_only
            if threshold.measured == "rolling" and concerns:
                yield _crossing(binding, threshold, deployment, today)


def _crossing(
    binding: Binding, threshold: Threshold, deployment: Deployment, today: str
) -> Crossing:
    known = figure(deployment, threshold)
    have = known.low if known.basis and known.high is not None and known.low else None
    month, assumption = _month(threshold, have, deployment, today)
    money = f" {threshold.currency}" if threshold.currency else ""
    return Crossing(
        license=binding.title,
        section=threshold.section,
        metric=threshold.metric,
        limit=f"{short(threshold.value)}{money} {METRIC_NAMES[threshold.metric]}",
        consequence=threshold.consequence,
        have=have,
        used=None if have is None else have / threshold.value,
        month=month,
        assumption=assumption,
    )


def _month(
    threshold: Threshold, have: int | float | None, deployment: Deployment, today: str
) -> tuple[str | None, str]:
    name = METRIC_NAMES[threshold.metric]
    start = (deployment.counted_on or today)[:7]
    if have is None:
        return None, f"nobody said the {name}"
    if _passed(threshold, have):
        return start, "it is passed already"
    growth = deployment.growth_in_month(product=deployment.asks_product(threshold))
    if threshold.metric not in _GROW or not growth:
        return None, f"no growth of the {name} is given"
    if growth < 0:
        return None, f"the {name} are said to shrink by {-growth:.2%} a month"
    said = f"{short(have)} in {start}, growing by {growth:.2%} a month, compounding"
    months = _months(threshold, have, growth)
    return (None if months is None else add_months(start, months)), said


def _passed(threshold: Threshold, value: float) -> bool:
    return value > threshold.value if threshold.comparator == ">" else value >= threshold.value


def _months(threshold: Threshold, have: float, growth: float) -> int | None:
    value = float(have)
    for month in range(1, HORIZON_MONTHS + 1):
        value *= 1 + growth
        if _passed(threshold, value):
            return month
    return None


def largest(
    subject: Subject, deployment: Deployment, house: House = House(), about: About | None = None
) -> Largest:
    """The most users with whom the model may be deployed like this, found by halving.

    The organization and the product grow alike, and all of them are counted. Growth never makes a verdict milder (a law that the tests hold), so there is one such number.
    """

    def stands_against(users: int) -> Finding | None:
        product = None if deployment.product_mau is None else users
        grown = structs.replace(deployment, mau=users, product_mau=product, dau=None)
        judgement = judge(subject, grown, house, about)
        serious = judgement.verdict.rank >= Verdict.REVIEW.rank
        return judgement.findings[0] if serious and judgement.findings else None

    if first := stands_against(0):
        return Largest(users=None, then=first)
    if (last := stands_against(MOST_USERS)) is None:
        return Largest(users=MOST_USERS, unlimited=True)
    low, high = 0, MOST_USERS
    while high - low > 1:
        middle = (low + high) // 2
        found = stands_against(middle)
        low, high, last = (middle, high, last) if found is None else (low, middle, found)
    return Largest(users=low, then=last)
