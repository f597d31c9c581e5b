"""Invented terms and deployments for the laws: everything that the vocabulary can say."""

from __future__ import annotations

from hypothesis import strategies as st

from weightlaw.domain import terms as t
from weightlaw.domain.deployment import USES, Deployment
from weightlaw.domain.licenses import Dates, LicenseEntry, TextRead
from weightlaw.domain.quantities import Money
from weightlaw.lineage.binding import Binding, Subject

ANSWERS = st.sampled_from(["yes", "conditional", "no", "unclear"])
PLACES = st.sampled_from(["DE", "FR", "US", "KR", "GB", "EU", "NO"])
WHEN = st.lists(
    st.sampled_from(["use", "product", "host", "distribute", "distribute_derivative", "train"]),
    max_size=3,
).map(tuple)
MONEY = st.builds(
    Money,
    amount=st.sampled_from([0, 10**5, 10**6, 10**6 + 1, 10**7, 10**9]),
    currency=st.sampled_from(["USD", "EUR"]),
)
COUNTS = st.sampled_from([0, 1, 10**6, 10**8, 10**8 + 1, 7 * 10**8, 9 * 10**8])
MONTHS = st.sampled_from(["2025-02", "2025-03", "2026-01"])


def _maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


THRESHOLDS = st.builds(
    t.Threshold,
    section=st.sampled_from(["1", "2"]),
    metric=st.sampled_from(["monthly_active_users", "daily_active_users", "employees"]),
    value=st.sampled_from([10**6, 10**8, 7 * 10**8]),
    comparator=st.sampled_from([">", ">="]),
    measured=st.sampled_from(["release_date", "rolling", "other"]),
    consequence=st.sampled_from(["request_license", "not_licensed", "pay", "other"]),
    whose=st.sampled_from(["organization", "affiliates", "product", "user"]),
    commercial_only=st.booleans(),
    combine=st.sampled_from([None, "any", "all"]),
) | st.builds(
    t.Threshold,
    section=st.sampled_from(["1", "2"]),
    metric=st.sampled_from(["annual_revenue", "monthly_revenue", "funding"]),
    value=st.sampled_from([10**6, 10**7]),
    currency=st.sampled_from(["USD", "EUR"]),
    comparator=st.sampled_from([">", ">="]),
    measured=st.sampled_from(["rolling", "other"]),
    consequence=st.sampled_from(["request_license", "pay", "attribution"]),
    combine=st.sampled_from([None, "any", "all"]),
)
TERRITORIES = st.builds(
    t.Territory,
    section=st.just("3"),
    excluded=st.lists(st.sampled_from(["EU", "UK", "KR"]), min_size=1, unique=True).map(tuple),
    basis=st.sampled_from(
        [("headquarters",), ("market",), ("headquarters", "market"), ("outputs",)]
    ),
    models=st.sampled_from(["all", "multimodal"]),
)
DISPLAYS = st.builds(
    t.Display, section=st.just("4"), text=st.just("Built with X"), when=WHEN
) | st.just(t.Display(section="4", text="X", when=("threshold",)))
PERMISSIONS = st.builds(t.Permission, section=st.just("5"), value=ANSWERS)
TERMS: st.SearchStrategy[t.Terms] = st.builds(
    t.Terms,
    family=st.sampled_from(["permissive", "community", "non-commercial", "copyleft"]),
    commercial_use=st.builds(
        t.CommercialUse,
        section=st.just("1"),
        value=ANSWERS,
        gates=st.lists(st.sampled_from(["threshold", "registration", "agreement"])).map(tuple),
        only_for=st.lists(st.sampled_from(["research", "non-commercial"])).map(tuple),
    ),
    redistribution=_maybe(PERMISSIONS),
    derivatives=_maybe(PERMISSIONS),
    hosting=_maybe(PERMISSIONS),
    thresholds=st.lists(THRESHOLDS, max_size=3).map(tuple),
    territory=st.lists(TERRITORIES, max_size=2).map(tuple),
    attribution_display=st.lists(DISPLAYS, max_size=2).map(tuple),
    outputs=_maybe(st.builds(t.Outputs, section=st.just("6"), train_other_models=_maybe(ANSWERS))),
    registration=_maybe(st.builds(t.Duty, section=st.just("7"), commercial_only=st.booleans())),
)
DEPLOYMENTS: st.SearchStrategy[Deployment] = st.builds(
    Deployment,
    uses=st.lists(st.sampled_from(USES), min_size=1, max_size=3, unique=True).map(tuple),
    commercial=st.booleans(),
    fine_tuned=st.booleans(),
    trains_on_outputs=st.booleans(),
    headquarters=_maybe(PLACES),
    markets=st.lists(PLACES, max_size=2).map(tuple),
    mau=_maybe(COUNTS),
    mau_at=st.lists(st.tuples(MONTHS, COUNTS), max_size=2, unique_by=lambda x: x[0]).map(
        lambda pairs: tuple(sorted(pairs))
    ),
    product_mau=_maybe(COUNTS),
    dau=_maybe(COUNTS),
    revenue=_maybe(MONEY),
    monthly_revenue=_maybe(MONEY),
    funding=_maybe(MONEY),
    employees=_maybe(COUNTS),
)


def entry_with(terms: t.Terms, number: int = 0) -> LicenseEntry:
    """An invented licence of April 2025 with these terms, its text read."""
    return LicenseEntry(
        id=f"LicenseRef-invented-{number}",
        name=f"Invented License {number}",
        dates=Dates(release="2025-04-05"),
        text=TextRead(sha256="00", source="invented", read="2026-01-01"),
        facts=terms,
    )


def subject_with(*terms: t.Terms) -> Subject:
    """An invented multimodal model that stands under these terms."""
    bindings = tuple(
        Binding(entry=entry_with(each, number), terms=each) for number, each in enumerate(terms)
    )
    return Subject(id="org/model", bindings=bindings, modalities=("text", "image"))
