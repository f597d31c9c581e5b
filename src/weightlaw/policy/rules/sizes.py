"""Holds a licence's thresholds against a deployment's figures: shared by WL201, WL202 and WL203."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import groupby

from msgspec import Struct, structs

from weightlaw.domain.deployment import FLAGS, METRIC_NAMES, Deployment, Figure, complete, figure
from weightlaw.domain.findings import Finding, Unknown
from weightlaw.domain.quantities import short
from weightlaw.domain.terms import Threshold
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Assumption, Case, Outcome, Rule, at, confidence_of


class State(Enum):
    """Whether a threshold is passed."""

    BELOW = "below"
    ABOVE = "above"
    NOT_SHOWN = "not shown"
    """Above today, and nobody showed that it was below when it counted."""
    UNKNOWN = "unknown"


class Tested(Struct, frozen=True, kw_only=True):
    """A threshold with what the deployment's figures say of it."""

    threshold: Threshold
    state: State
    basis: str = ""
    """The figure it was held against, in words."""
    assumption: str = ""
    unknown: Unknown | None = None


def test_threshold(threshold: Threshold, binding: Binding, deployment: Deployment) -> Tested:
    """Hold one threshold against what was said of the organization's size."""
    if threshold.measured == "rolling":
        return _standing(threshold, deployment)
    if threshold.measured == "release_date" and threshold.metric == "monthly_active_users":
        return _at_release(threshold, binding, deployment)
    return _once(threshold, deployment)


def _standing(threshold: Threshold, deployment: Deployment) -> Tested:
    known = figure(deployment, threshold)
    state = _place(threshold, known)
    if state is not State.UNKNOWN:
        return Tested(threshold=threshold, state=state, basis=known.basis)
    return Tested(threshold=threshold, state=state, unknown=_ask(threshold, deployment))


def _once(threshold: Threshold, deployment: Deployment) -> Tested:
    """A size of another moment: today's figure clears it, and never shows that it was passed then."""
    tested = _standing(threshold, deployment)
    if tested.state is State.ABOVE:
        return Tested(threshold=threshold, state=State.NOT_SHOWN, basis=tested.basis)
    return tested


def _at_release(threshold: Threshold, binding: Binding, deployment: Deployment) -> Tested:
    month = month_before(binding.entry.dates.release)
    history = dict(deployment.mau_at)
    if month and month in history:
        n = history[month]
        said = Figure(low=n, high=n, basis=f"{n:,} monthly active users in {month}")
        exact = complete(said, deployment, threshold)
        state = _place(threshold, exact)
        asked = _ask(threshold, deployment, month) if state is State.UNKNOWN else None
        return Tested(threshold=threshold, state=state, basis=exact.basis, unknown=asked)
    if deployment.mau is None and deployment.product_mau is None:
        return Tested(
            threshold=threshold, state=State.UNKNOWN, unknown=_ask(threshold, deployment, month)
        )
    known = figure(deployment, threshold)
    state = _place(threshold, _not_less(known, max(history.values(), default=0)))
    when = month or "the month that the licence names"
    if state is State.BELOW:
        text = f"no more monthly active users in {when} than today ({known.basis})"
        return Tested(threshold=threshold, state=state, basis=known.basis, assumption=text)
    if state is State.UNKNOWN:
        ask = _ask(threshold, deployment, month)
        return Tested(threshold=threshold, state=state, unknown=ask)
    return Tested(threshold=threshold, state=State.NOT_SHOWN, basis=known.basis)


def _not_less(known: Figure, floor: int) -> Figure:
    """Another month's figure raises today's: whoever once had more users is not shown to be below."""
    if known.high is None:
        return Figure(low=max(known.low, floor), basis=known.basis)
    return Figure(low=max(known.low, floor), high=max(known.high, floor), basis=known.basis)


def _place(threshold: Threshold, known: Figure) -> State:
    value, strict = threshold.value, threshold.comparator == ">"
    if (known.low > value) if strict else (known.low >= value):
        return State.ABOVE
    if known.high is not None and ((known.high <= value) if strict else (known.high < value)):
        return State.BELOW
    return State.UNKNOWN


def month_before(date: str | None) -> str | None:
    """The calendar month before a release date: `2025-04-05` -> `2025-03`."""
    if not date or len(date) < 7:
        return None
    year, month = int(date[:4]), int(date[5:7])
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"


def _ask(threshold: Threshold, deployment: Deployment, month: str | None = None) -> Unknown:
    name = METRIC_NAMES[threshold.metric]
    flag = FLAGS.get(threshold.metric, "")
    why = f"the licence sets a limit at {size(threshold)}"
    if month:
        why += f", tested once for {month}"
        flag += f" or --mau-at {month}=..."
    given = getattr(deployment, _MONEY_FIELDS.get(threshold.metric, ""), None)
    if given is not None:
        name += f" in {threshold.currency}"
        why += f"; {given} was said, and weightlaw does not convert currencies"
    return Unknown(fact=name, why=why, flag=flag)


_MONEY_FIELDS = {
    "annual_revenue": "revenue",
    "monthly_revenue": "monthly_revenue",
    "funding": "funding",
}


def size(threshold: Threshold) -> str:
    """`700M monthly active users`, `1M USD annual revenue`."""
    money = f" {threshold.currency}" if threshold.currency else ""
    return f"{short(threshold.value)}{money} {METRIC_NAMES[threshold.metric]}"


def groups(case: Case, attribution: bool) -> Iterator[tuple[Binding, tuple[Tested, ...]]]:
    """The thresholds that belong together, tested; those that only call for a display apart."""
    for binding in case.subject.bindings:
        wanted = [
            t
            for t in binding.terms.thresholds
            if (t.consequence == "attribution") == attribution
            and (case.deployment.commercial or not t.commercial_only)
            and not (t.exempts_internal and case.deployment.uses == ("internal",))
        ]
        for _, members in groupby(wanted, key=lambda t: (t.section, t.combine) if t.combine else t):
            yield binding, tuple(test_threshold(t, binding, case.deployment) for t in members)


def combined(tested: tuple[Tested, ...]) -> State:
    """The state of thresholds that belong together: `any` trips on one, `all` on all."""
    states = [t.state for t in tested]
    order = [State.ABOVE, State.NOT_SHOWN, State.UNKNOWN, State.BELOW]
    if tested[0].threshold.combine == "all":
        order = [State.BELOW, State.UNKNOWN, State.NOT_SHOWN, State.ABOVE]
    return min(states, key=order.index)


def judge_groups(rule: Rule, case: Case, standing: bool) -> Iterator[Outcome]:
    """Findings on the thresholds that gate rights: standing ones, or those tested once."""
    for binding, tested in groups(case, attribution=False):
        if (tested[0].threshold.measured == "rolling") != standing:
            continue
        state = combined(tested)
        yield from (Assumption(t.assumption) for t in tested if t.assumption)
        if state is State.UNKNOWN:
            yield from _review(rule, binding, tested)
        elif state is not State.BELOW:
            yield _above(rule, case, binding, tested, state)


def _review(rule: Rule, binding: Binding, tested: tuple[Tested, ...]) -> Iterator[Outcome]:
    asked = [t.unknown for t in tested if t.unknown is not None]
    yield from asked
    facts = " and ".join(dict.fromkeys(u.fact for u in asked))
    flags = " and ".join(dict.fromkeys(u.flag for u in asked if u.flag))
    yield rule.finding(
        Verdict.REVIEW,
        f"{binding.title}{at(tested[0].threshold)} turns on the {facts}, which nobody said.",
        *(binding.evidence(t.threshold) for t in tested),
        remedy=f"Say it with {flags}." if flags else "Have counsel hold your figures against it.",
    )


def _above(
    rule: Rule, case: Case, binding: Binding, tested: tuple[Tested, ...], state: State
) -> Finding:
    """Denied; review where the size only counts for businesses of a kind that nothing here shows."""
    finding = _denied(rule, binding, tested, state)
    kinds = [t.threshold for t in tested if t.threshold.bites_when]
    if not kinds or any(case.does(t.bites_when) for t in kinds):
        return finding
    text = f"{finding.message} It counts only in some businesses: {kinds[0].scope or 'see the section'}."
    remedy = f"Have somebody decide whether yours is one. {finding.remedy}"
    return structs.replace(finding, verdict=Verdict.REVIEW, message=text, remedy=remedy)


def _denied(rule: Rule, binding: Binding, tested: tuple[Tested, ...], state: State) -> Finding:
    above = [t for t in tested if t.state in (State.ABOVE, State.NOT_SHOWN)]
    first = above[0]
    limit = " and ".join(size(t.threshold) for t in above)
    verb = _CONSEQUENCES[first.threshold.consequence]
    month = month_before(binding.entry.dates.release)
    shown = f", and not shown to have been below it in {month}" if state is State.NOT_SHOWN else ""
    if state is State.NOT_SHOWN and not (month and first.threshold.measured == "release_date"):
        shown = ", and not shown to have been below it when it counted"
    relation = "at or above" if first.threshold.comparator == ">=" else "above"
    return rule.finding(
        Verdict.DENIED,
        f"{binding.title}{at(first.threshold)}: {relation} {limit} {verb}. "
        f"You have {first.basis}{shown}.",
        *(binding.evidence(t.threshold) for t in above),
        remedy=_remedy(rule, binding, first, state, month),
        confidence=confidence_of(first.threshold),
    )


def _remedy(rule: Rule, binding: Binding, tested: Tested, state: State, month: str | None) -> str:
    who = binding.entry.steward or "the licensor"
    parts = [f"Ask {who} for a licence of your own, or choose a model without such a cap."]
    if state is State.NOT_SHOWN and month and tested.threshold.measured == "release_date":
        parts.append(f"If you had fewer users in {month}, say so: --mau-at {month}=...")
    if tested.threshold.exception:
        parts.append(f"Exception: {tested.threshold.exception}.")
    return " ".join(parts)


_CONSEQUENCES = {
    "request_license": "there are no rights without a separate licence",
    "not_licensed": "there is no licence",
    "pay": "a paid licence is needed",
    "attribution": "a display is demanded",
    "other": "other terms apply",
}
