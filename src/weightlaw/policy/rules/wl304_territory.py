"""WL304 territory."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.findings import Finding, Unknown
from weightlaw.domain.places import overlap, place_name
from weightlaw.domain.terms import Territory
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Assumption, Case, Outcome, Rule, at, confidence_of

RULE = Rule(
    id="WL304",
    name="territory",
    title="The organization's seat and markets lie where the licence grants rights.",
    why="Some licences grant nothing in the EU, the UK or South Korea, or nothing to organizations "
    "seated there. It makes no difference where the servers stand.",
    remedy="Ask the licensor for a licence of your own, or choose a model without such a bar.",
    severity="critical",
    facts=("territory",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Denied in an excluded place; review where seat or markets decide and were not said."""
    for binding, clause in case.clauses("territory"):
        touched = case.touches(clause.models)
        if touched is False:
            continue
        outcomes = list(_places(case, binding, clause, certain=bool(touched)))
        if touched is None and any(isinstance(o, Finding) for o in outcomes):
            yield from _modality_unknown(binding, clause)
        yield from outcomes


def _modality_unknown(binding: Binding, clause: Territory) -> Iterator[Outcome]:
    yield Unknown(
        fact="modality",
        why=f"{binding.entry.name}{at(clause)} speaks of multimodal models only, and weightlaw does not "
        "know whether this model is one",
    )


def _places(case: Case, binding: Binding, clause: Territory, certain: bool) -> Iterator[Outcome]:
    seat, markets = case.deployment.headquarters, case.deployment.markets
    in_seat = overlap(seat, clause.excluded) if seat and "headquarters" in clause.basis else None
    market_counts = bool({"market", "outputs"} & set(clause.basis))
    hits = [m for m in markets if overlap(m, clause.excluded)] if market_counts else []
    if in_seat and seat:
        yield _finding(binding, clause, f"your seat is in {place_name(seat)}", certain)
    elif hits:
        yield _finding(binding, clause, f"{place_name(hits[0])} is one of your markets", certain)
    else:
        yield from _missing(case, binding, clause, market_counts)


def _finding(binding: Binding, clause: Territory, what: str, certain: bool) -> Outcome:
    where = ", ".join(place_name(p) for p in clause.excluded)
    touched = f" ({clause.applies_to})" if clause.applies_to else ""
    doubt = "" if certain else " if the model is multimodal, which is not known"
    return RULE.finding(
        Verdict.DENIED if certain else Verdict.REVIEW,
        f"{binding.title}{at(clause)}: no rights in {where}{touched}; {what}{doubt}.",
        binding.evidence(clause),
        remedy=f"Ask {binding.entry.steward or 'the licensor'} for a licence of your own, or choose a "
        "model without such a bar.",
        confidence=confidence_of(clause),
    )


def _missing(
    case: Case, binding: Binding, clause: Territory, market_counts: bool
) -> Iterator[Outcome]:
    """Ask for what decides and was not said. Inside the organization the seat's country is the market."""
    seat, markets = case.deployment.headquarters, case.deployment.markets
    inside = case.deployment.uses == ("internal",)
    wanted = []
    if seat is None and ("headquarters" in clause.basis or (market_counts and inside)):
        wanted.append(("headquarters", "--headquarters"))
    if market_counts and not markets and not inside:
        wanted.append(("markets", "--market"))
    if not wanted:
        yield from _inside(clause, seat, market_counts and inside and not markets, binding)
        return
    where = ", ".join(place_name(p) for p in clause.excluded)
    why = f"{binding.entry.name}{at(clause)} grants no rights in {where}"
    yield from (Unknown(fact=fact, why=why, flag=flag) for fact, flag in wanted)
    facts, flags = " and ".join(f for f, _ in wanted), " and ".join(f"{f} DE" for _, f in wanted)
    yield RULE.finding(
        Verdict.REVIEW,
        f"{binding.title}{at(clause)} turns on the {facts}, which nobody said.",
        binding.evidence(clause),
        remedy=f"Say it, e.g. {flags}.",
    )


def _inside(
    clause: Territory, seat: str | None, assumed: bool, binding: Binding
) -> Iterator[Outcome]:
    """Use inside the organization happens where its seat is, unless markets were named."""
    if not assumed or seat is None:
        return
    yield Assumption(f"used in {place_name(seat)} only, where the seat is")
    if overlap(seat, clause.excluded):
        yield _finding(binding, clause, f"your seat is in {place_name(seat)}", certain=True)
