"""Thresholds against the expected size and its forecast, as numbers on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import structs

from weightlaw.domain.deployment import METRIC_NAMES, Deployment
from weightlaw.domain.quantities import Money, short
from weightlaw.domain.terms import Threshold
from weightlaw.lineage.binding import Binding
from weightlaw.policy.forecast import Crossing
from weightlaw.policy.rules.sizes import State, Tested, month_before, size, test_threshold
from weightlaw.reports.procurement.gathering import Item, Material
from weightlaw.reports.procurement.tasks import forecast
from weightlaw.reports.procurement.view import Axis, Limit, Point

_USERS = ("monthly_active_users", "daily_active_users")
_DECADES = {"users": (3, 10), "money": (4, 12), "other": (0, 7)}
"""Powers of ten at the ends of an axis."""
_YEARS = (1, 2, 3)
_STATES = {
    State.BELOW: "below",
    State.ABOVE: "above",
    State.NOT_SHOWN: "above today, not shown to have been below then",
    State.UNKNOWN: "not known: nobody said the size",
}
_ABOVE = {
    "request_license": "no rights without a separate licence",
    "not_licensed": "no licence",
    "pay": "a paid licence is needed",
    "attribution": "words must be displayed",
    "other": "other terms apply",
}
_MEASURED = {
    "rolling": "standing test",
    "release_date": "tested once",
    "other": "tested at another time",
}


class Key(NamedTuple):
    """What stands on one axis."""

    metric: str
    currency: str | None
    product: bool
    """Whether users are the product's own: they may be fewer, and grow otherwise, than the organization's."""

    def at(self, value: float) -> int:
        """Where a value stands between the axis's ends, 0 to 1000."""
        low, high = self.decades()
        share = (math.log10(max(value, 1)) - low) / (high - low)
        return round(1000 * min(max(share, 0), 1))

    def decades(self) -> tuple[int, int]:
        """Powers of ten at the axis's ends."""
        return _DECADES["users" if self.metric in _USERS else "money" if self.currency else "other"]


def _key(threshold: Threshold, deployment: Deployment) -> Key:
    own = threshold.metric == "monthly_active_users" and deployment.asks_product(threshold)
    return Key(threshold.metric, threshold.currency, own)


def axes(material: Material) -> tuple[Axis, ...]:
    """One axis a metric and currency, each with its thresholds by size."""
    found: dict[Key, dict[Limit, dict[str, None]]] = {}
    for item in material.items:
        for key, limit in _limits(item, material):
            found.setdefault(key, {}).setdefault(limit, {})[item.id] = None
    return tuple(
        _axis(key, limits, material.deployment) for key, limits in sorted(found.items(), key=str)
    )


def _axis(key: Key, found: dict[Limit, dict[str, None]], deployment: Deployment) -> Axis:
    limits = sorted(
        (structs.replace(k, models=tuple(v)) for k, v in found.items()), key=lambda k: k.at
    )
    sizes = tuple(_sizes(key, deployment))
    whose = " of the product" if key.product else ""
    name = METRIC_NAMES[key.metric] + whose + (f", {key.currency}" if key.currency else "")
    return Axis(
        metric=name,
        ticks=tuple(_ticks(key)),
        sizes=sizes,
        limits=tuple(limits),
        summary=_summary(name, limits, sizes),
    )


def _limits(item: Item, material: Material) -> Iterator[tuple[Key, Limit]]:
    crossed = {(c.license, c.section, c.limit): c for c in forecast(item, material)}
    for binding in item.bindings:
        for threshold in binding.terms.thresholds:
            if material.deployment.commercial or not threshold.commercial_only:
                key = _key(threshold, material.deployment)
                passed = crossed.get((binding.title, threshold.section, size(threshold)))
                yield key, _limit(threshold, binding, material.deployment, passed)


def _limit(
    threshold: Threshold, binding: Binding, deployment: Deployment, passed: Crossing | None
) -> Limit:
    tested = test_threshold(threshold, binding, deployment)
    month = month_before(binding.entry.dates.release)
    once = f", for {month}" if threshold.measured == "release_date" and month else ""
    return Limit(
        license=binding.entry.name,
        section=threshold.section,
        limit=size(threshold),
        measured=f"{_MEASURED[threshold.measured]}{once}",
        above=_ABOVE[threshold.consequence],
        state=_state(tested),
        here=tested.basis,
        bars=threshold.consequence != "attribution",
        at=_key(threshold, deployment).at(threshold.value),
        models=(),
        passed=passed.month or "" if passed else "",
        assumption=passed.assumption if passed else "",
    )


def _state(tested: Tested) -> str:
    """Where the size stands; a sum in another currency is not converted, so the currency is named."""
    currency = tested.threshold.currency if tested.state is State.UNKNOWN else None
    return _STATES[tested.state] + (f" in {currency}" if currency else "")


def _ticks(key: Key) -> Iterator[Point]:
    low, high = key.decades()
    for power in range(low, high + 1):
        yield Point(label=short(10**power), at=key.at(10**power))


def _sizes(key: Key, deployment: Deployment) -> Iterator[Point]:
    """What was said of this size, and for users its forecast."""
    today = _said(key, deployment)
    if today is None:
        return
    yield Point(label=f"{short(today)} today", at=key.at(today))
    growth = deployment.growth_in_month(product=key.product)
    if growth and key.metric in _USERS:
        for years in _YEARS:
            grown = today * (1 + growth) ** (12 * years)
            yield Point(label=f"{short(_rounded(grown))} in {12 * years} months", at=key.at(grown))


def _said(key: Key, deployment: Deployment) -> int | float | None:
    said = {
        "monthly_active_users": deployment.product_mau
        if key.product or deployment.mau is None
        else deployment.mau,
        "daily_active_users": deployment.dau,
        "annual_revenue": deployment.revenue,
        "monthly_revenue": deployment.monthly_revenue,
        "funding": deployment.funding,
        "employees": deployment.employees,
    }.get(key.metric)
    if isinstance(said, Money):
        return said.amount if said.currency == key.currency else None
    return said


def _rounded(value: float) -> int:
    """Three significant digits: a forecast is no more exact."""
    digits = max(0, math.floor(math.log10(max(value, 1))) - 2)
    return int(round(value, -digits))


def _summary(name: str, limits: Iterable[Limit], sizes: tuple[Point, ...]) -> str:
    said = ", ".join(p.label for p in sizes) or "nobody said how large it is"
    lines = "; ".join(
        f"{k.license}: {k.limit}, {k.state}{f', passed in {k.passed}' if k.passed and k.state == 'below' else ''}"
        for k in limits
    )
    return f"{name[:1].upper()}{name[1:]} ({said}). {lines}."
