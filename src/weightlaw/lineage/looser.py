"""Where a derivative's licence grants more, or asks less, than its base's: over terms, not over names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from weightlaw.domain.deployment import METRIC_NAMES
from weightlaw.domain.findings import Confidence, Evidence, Severity
from weightlaw.domain.terms import Clause, Terms, Threshold
from weightlaw.lineage.binding import Binding, Gap

_RANK = {"yes": 0, "conditional": 1, "unclear": 1, "no": 2}
_DUTIES = {
    "registration": "a duty to register",
    "update_duty": "a duty to update",
    "non_compete": "a ban on competing uses",
    "safety_guardrails": "a duty to keep safeguards",
}
_GRAVE = frozenset({"commercial_use", "thresholds", "territory", "share_alike", "derivatives"})
_TOLD = 8


class Lack(Struct, frozen=True, kw_only=True):
    """A term of the base that the derivative's licence does not have."""

    fact: str
    """Key of the fact in the terms."""
    text: str
    clause: Clause


def lacks(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    """What the base demands or withholds and none of the own licences does.

    Notices are left out: who relabels one permissive licence as another owes the notices of both, and no more.
    """
    yield from _commercial(own, base)
    yield from _permissions(own, base)
    yield from _thresholds(own, base)
    yield from _territory(own, base)
    yield from _lasting(own, base)
    yield from _names(own, base)
    yield from _training(own, base)
    yield from _duties(own, base)


def _rank(terms: Sequence[Terms], fact: str) -> int:
    """How much the strictest of some licences withholds."""
    clauses = (getattr(t, fact) for t in terms)
    return max((_RANK[c.value] for c in clauses if c is not None), default=0)


def _commercial(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    clause = base.commercial_use
    if clause is None or _RANK[clause.value] <= _rank(own, "commercial_use"):
        return
    if clause.value == "no":
        yield Lack(fact="commercial_use", text="commercial use is barred", clause=clause)
    elif not base.thresholds:  # where there are, they say it better
        yield Lack(fact="commercial_use", text="commercial use is conditional", clause=clause)


def _permissions(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    for fact, doing in (("derivatives", "derivatives"), ("redistribution", "handing on")):
        clause = getattr(base, fact)
        if clause is not None and clause.value == "no" and _rank(own, fact) < _RANK["no"]:
            yield Lack(fact=fact, text=f"{doing}: not permitted", clause=clause)


def _thresholds(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    held = [t for terms in own for t in terms.thresholds]
    for threshold in base.thresholds:
        if not any(_covers(h, threshold) for h in held):
            unit = f" {threshold.currency}" if threshold.currency else ""
            text = f"a threshold at {threshold.value:,}{unit} {METRIC_NAMES[threshold.metric]}"
            yield Lack(fact="thresholds", text=text, clause=threshold)


def _covers(own: Threshold, base: Threshold) -> bool:
    """Whether one threshold is at least as strict as another of the same kind."""
    same = (own.metric, own.currency, own.measured) == (base.metric, base.currency, base.measured)
    return same and own.value <= base.value


def _territory(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    held = {place for terms in own for clause in terms.territory for place in clause.excluded}
    for clause in base.territory:
        if missing := [place for place in clause.excluded if place not in held]:
            text = f"no rights in {', '.join(missing)}"
            yield Lack(fact="territory", text=text, clause=clause)


def _lasting(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    """What must be passed on: the licence itself, and its forbidden uses."""
    if base.share_alike is not None and not any(t.share_alike for t in own):
        text = "derivatives stay under the same licence"
        yield Lack(fact="share_alike", text=text, clause=base.share_alike)
    limits = base.use_restrictions
    if limits is not None and not any(t.use_restrictions for t in own):
        passed = ", to be passed on" if limits.must_pass_on else ""
        yield Lack(fact="use_restrictions", text=f"forbidden uses{passed}", clause=limits)


def _names(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    named = {n.prefix.casefold() for t in own for n in t.naming}
    for naming in base.naming:
        if naming.prefix and naming.prefix.casefold() not in named:
            text = f"names begin with {naming.prefix!r}"
            yield Lack(fact="naming", text=text, clause=naming)
    shown = {d.text.casefold() for t in own for d in t.attribution_display}
    for display in base.attribution_display:
        if display.text and display.text.casefold() not in shown:
            text = f"{display.text!r} must be displayed"
            yield Lack(fact="attribution_display", text=text, clause=display)


def _training(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    clause = base.outputs
    if clause is None or clause.train_other_models in (None, "yes"):
        return
    held = (t.outputs.train_other_models for t in own if t.outputs)
    if _RANK[clause.train_other_models] > max((_RANK[h] for h in held if h), default=0):
        yield Lack(fact="outputs", text="limits on training with outputs", clause=clause)


def _duties(own: Sequence[Terms], base: Terms) -> Iterator[Lack]:
    for fact, text in _DUTIES.items():
        clause = getattr(base, fact)
        if clause is not None and not any(getattr(t, fact) for t in own):
            yield Lack(fact=fact, text=text, clause=clause)


def looser(model_id: str, own: Sequence[Binding], base: Binding, sure: Confidence) -> Gap | None:
    """The contradiction between a model's own licences and one of a base's, if its own are looser.

    `sure`: how sure it is that the base is one. None where nothing of the base's licence is missing, or
    where either side's terms are not known.
    """
    mine = [b for b in own if b.entry.kind == "license"]
    known = [b for b in mine if b.entry.text is not None or b.file is not None]
    same = any(b.entry.id == base.entry.id for b in mine)
    if not known or same or base.entry.kind != "license":
        return None
    found = list(lacks([b.terms for b in own], base.terms))
    return _gap(model_id, known, base, found, sure) if found else None


def _gap(
    model_id: str, own: Sequence[Binding], base: Binding, found: list[Lack], sure: Confidence
) -> Gap:
    names = " and ".join(b.entry.name for b in own)
    missing = "; ".join(f"{lack.text}{_section(lack.clause)}" for lack in found[:_TOLD])
    more = f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    grave: Severity = "high" if any(lack.fact in _GRAVE for lack in found) else "medium"
    return Gap(
        kind="looser-than-base",
        text=f"{model_id} stands under {names}, which is looser than {base.title} of its base. The base's "
        f"terms bind too. Missing in the looser one: {missing}{more}.",
        confidence=sure,
        evidence=(own[0].evidence(), *_evidence(base, found)),
        severity=grave,
    )


def _evidence(base: Binding, found: list[Lack]) -> list[Evidence]:
    """The base's words where its text was at hand; else its text once, not once a clause."""
    evidence = [base.evidence(lack.clause) for lack in found[:_TOLD]]
    return [e for e in evidence if e.quote] or evidence[:1]


def _section(clause: Clause) -> str:
    return f" ({clause.section})" if clause.section else ""
