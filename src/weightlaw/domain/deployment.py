"""What an organization wants to do with a model, and how large it is."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from weightlaw.domain.quantities import Money
from weightlaw.domain.terms import Threshold, When

Use = Literal["internal", "feature", "service", "device", "weights"]
"""internal: own staff only; feature: part of a product that others reach over the network; service: the
model itself offered to third parties; device: shipped inside a product; weights: handed out."""

OrganizationKind = Literal[
    "company",
    "university",
    "public-administration",
    "nonprofit",
    "individual",
]
FieldOfUse = Literal[
    "general",
    "medical",
    "legal",
    "finance",
    "employment",
    "education",
    "minors",
    "biometrics",
    "critical-infrastructure",
    "law-enforcement",
    "surveillance",
    "military",
    "elections",
    "public-services",
]
"""`general` is none of the others."""
KINDS: tuple[OrganizationKind, ...] = get_args(OrganizationKind)
FIELDS: tuple[FieldOfUse, ...] = get_args(FieldOfUse)

USES: tuple[Use, ...] = ("internal", "feature", "service", "device", "weights")
_DOES: dict[Use, tuple[When, ...]] = {
    "internal": ("use",),
    "feature": ("use", "product", "publish_outputs"),
    "service": ("use", "product", "host", "publish_outputs"),
    "device": ("use", "product", "distribute", "publish_outputs"),
    "weights": ("use", "distribute"),
}


class Deployment(Struct, frozen=True, kw_only=True):
    """One deployment. What is None was not said, and is never taken to be zero."""

    name: str = ""
    uses: tuple[Use, ...] = ("feature",)
    commercial: bool = True
    research: bool = False
    """The purpose is research; implies that it is not commercial."""
    fine_tuned: bool = False
    trains_on_outputs: bool = False
    derived_name: str | None = None
    """The name under which a derived model goes."""
    headquarters: str | None = None
    """Where the organization has its seat: ISO 3166-1 alpha-2, or EU."""
    markets: tuple[str, ...] = ()
    """Where it is offered."""
    mau: int | None = None
    """Monthly active users of the organization with its affiliates, today."""
    mau_at: tuple[tuple[str, int], ...] = ()
    """Monthly active users in past months: `("2025-03", 650_000_000)`."""
    product_mau: int | None = None
    """Monthly active users of the one product."""
    dau: int | None = None
    """Daily active users of the organization with its affiliates."""
    revenue: Money | None = None
    """Annual revenue of the organization with its affiliates."""
    monthly_revenue: Money | None = None
    funding: Money | None = None
    employees: int | None = None
    kind: OrganizationKind | None = None
    """The kind of organization."""
    affiliates_counted: bool = True
    """False: the figures leave affiliates out, so they are the least that can be."""
    counted_on: str | None = None
    """UTC day on which today's users were counted."""
    growth: float | None = None
    """Growth of users in a month, compounding: 0.02 for 2 %."""
    product_growth: float | None = None
    """Growth of the product's users, where it was said apart; else they grow as the organization's."""
    product_revenue: Money | None = None
    """Annual revenue of the one product."""
    fields: tuple[FieldOfUse, ...] = ()
    """Fields of use; empty: not said."""
    purpose: str = ""
    """What it is for, in words."""

    def asks_product(self, threshold: Threshold) -> bool:
        """Whether a threshold of users is held against the product's own."""
        return threshold.whose in ("product", "user") and self.product_mau is not None

    def growth_in_month(self, *, product: bool) -> float | None:
        """How the product's or the organization's users grow: as the other's where only that was said."""
        own, other = self.growth, self.product_growth
        if product:
            own, other = other, own
        return other if own is None else own

    def does(self) -> frozenset[When]:
        """What this deployment does that may call duties into being."""
        does = {when for use in self.uses for when in _DOES[use]}
        if self.fine_tuned and "distribute" in does:
            does.add("distribute_derivative")
        if self.trains_on_outputs or (self.fine_tuned and does & {"product", "distribute"}):
            does.add("train")  # a fine-tune that others can reach is made available
        return frozenset(does)


class Figure(Struct, frozen=True, kw_only=True):
    """What is known of a size: it lies between `low` and `high` (None: unbounded)."""

    low: int | float = 0
    high: int | float | None = None
    basis: str = ""
    """Which input it rests on, in words; empty where nothing was said."""


FLAGS = {
    "monthly_active_users": "--mau",
    "daily_active_users": "--dau",
    "annual_revenue": "--revenue",
    "monthly_revenue": "--monthly-revenue",
    "funding": "--funding",
    "employees": "--employees",
    "headquarters": "--headquarters",
    "markets": "--market",
}
METRIC_NAMES = {
    "monthly_active_users": "monthly active users",
    "daily_active_users": "daily active users",
    "annual_revenue": "annual revenue",
    "monthly_revenue": "monthly revenue",
    "funding": "funding raised",
    "employees": "employees",
    "other": "a size of another kind",
}


def figure(deployment: Deployment, threshold: Threshold) -> Figure:
    """What the deployment says of the size that a standing threshold asks about.

    Bounds are used where they are certain: daily users are at most monthly users; a month's revenue is
    at most the year's; a product's users are at most the organization's. Figures without affiliates
    are only the least that can be, unless one product's are asked for.
    """
    return complete(_figure(deployment, threshold), deployment, threshold)


def complete(known: Figure, deployment: Deployment, threshold: Threshold) -> Figure:
    """The figure with affiliates, where they were left out and count: no upper bound is known."""
    if deployment.affiliates_counted or deployment.asks_product(threshold) or known.high is None:
        return known
    return Figure(low=known.low, basis=f"at least {known.basis}, affiliates not counted")


def _figure(deployment: Deployment, threshold: Threshold) -> Figure:
    match threshold.metric:
        case "monthly_active_users":
            return _users(deployment, threshold)
        case "daily_active_users":
            return _daily(deployment)
        case "annual_revenue":
            return _annual(deployment, threshold.currency)
        case "monthly_revenue":
            return _money(
                deployment.monthly_revenue,
                deployment.revenue,
                threshold.currency,
                "monthly revenue",
            )
        case "funding":
            return _money(deployment.funding, None, threshold.currency, "funding")
        case "employees" if deployment.employees is not None:
            n = deployment.employees
            return Figure(low=n, high=n, basis=f"{n:,} employees")
    return Figure()


def _users(deployment: Deployment, threshold: Threshold) -> Figure:
    if deployment.asks_product(threshold) and (n := deployment.product_mau) is not None:
        return Figure(low=n, high=n, basis=f"{n:,} monthly active users of the product")
    floor = max((deployment.dau or 0, deployment.product_mau or 0))
    if deployment.mau is not None:
        n = max(deployment.mau, floor)
        return Figure(low=n, high=n, basis=f"{n:,} monthly active users")
    basis = f"at least {floor:,} monthly active users" if floor else ""
    return Figure(low=floor, basis=basis)


def _daily(deployment: Deployment) -> Figure:
    if deployment.dau is not None:
        n = deployment.dau
        return Figure(low=n, high=n, basis=f"{n:,} daily active users")
    if deployment.mau is not None:
        n = deployment.mau
        return Figure(high=n, basis=f"{n:,} monthly active users, so no more a day")
    return Figure()


def yearly(deployment: Deployment) -> Money | None:
    """The organization's annual revenue: no less than its product's, and than that of a month."""
    known = deployment.revenue
    if known is None:
        return None
    parts = (known, deployment.product_revenue, deployment.monthly_revenue)
    return max(m for m in parts if m is not None and m.currency == known.currency)


def _annual(deployment: Deployment, currency: str | None) -> Figure:
    known = _money(yearly(deployment), None, currency, "annual revenue")
    if known.basis:
        return known
    parts = (deployment.product_revenue, deployment.monthly_revenue)
    least = max((m for m in parts if m is not None and m.currency == currency), default=None)
    return known if least is None else Figure(low=least.amount, basis=f"at least {least} a year")


def _money(exact: Money | None, ceiling: Money | None, currency: str | None, what: str) -> Figure:
    if exact is not None and exact.currency == currency:
        return Figure(low=exact.amount, high=exact.amount, basis=f"{what} of {exact}")
    if ceiling is not None and ceiling.currency == currency:
        return Figure(high=ceiling.amount, basis=f"annual revenue of {ceiling}, so no more a month")
    return Figure()
