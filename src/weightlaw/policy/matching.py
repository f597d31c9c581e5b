"""Whether a rule of the house fits one licence of one model in one deployment: true, false or not known.

Of facts that are lists (makers, uses, markets, ...) one suffices for `deny` and `review`, and all are needed for
`allow` and `unless`; so another base model or another market never makes an answer milder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from msgspec import structs

from weightlaw.domain.deployment import METRIC_NAMES, Deployment, figure
from weightlaw.domain.places import members
from weightlaw.domain.terms import Terms, Threshold
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy.about import FULL_PRECISION, About
from weightlaw.policy.amounts import days_between
from weightlaw.policy.case import Case
from weightlaw.policy.houserules import OF_LICENSE, HouseRule, Match
from weightlaw.policy.truth import Truth, all_of, any_of, missing, negated

LEVELS = ("low", "medium", "high")
_LOOSE = ("family", "placeholder")
_LINEAGE_GAPS = ("unknown-base", "unclear-lineage", "suspected-base")
_DOUBTS = {"text-not-read": "low", "unread-clause": "medium", "modified-text": "medium"}


class Facts:
    """What rules are held against: a case, and one of the licences that bind the model (None: there is none)."""

    def __init__(self, case: Case, binding: Binding | None) -> None:
        self.case = case
        self.binding = binding

    @property
    def subject(self) -> Subject:
        """The model with everything that binds it."""
        return self.case.subject

    @property
    def deployment(self) -> Deployment:
        """What is done with it, by whom."""
        return self.case.deployment

    @property
    def about(self) -> About:
        """Who made it and how it is stored; nothing known where nobody looked."""
        return self.case.about or About()

    @property
    def of_policy(self) -> bool:
        """Whether this is a use policy and no licence."""
        return self.binding is not None and self.binding.entry.kind == "policy"

    @cached_property
    def loose(self) -> bool:
        """Whether no single licence is known: none at all, or only a name that covers several."""
        return self.binding is None or self.binding.entry.kind in _LOOSE

    @cached_property
    def terms(self) -> Terms | None:
        """What the licence demands; None where its text was not read."""
        binding = self.binding
        if binding is None or self.loose:
            return None
        return binding.terms if binding.entry.text or binding.file else None

    @cached_property
    def views(self) -> dict[str, Any]:
        """The names that conditions begin with, and what they stand for here."""
        from weightlaw.policy.conditions import views  # only where there is a condition

        return views(self)

    @cached_property
    def openness(self) -> str | None:
        """See the policy's documentation: from `open-source` down to `non-commercial`."""
        return openness(self.binding, self.terms)

    @cached_property
    def confidence(self) -> str:
        """How sure it is what the licence demands: the least sure clause, or a doubt about the licence."""
        doubts = [
            _DOUBTS.get(gap.kind) or _low(gap.kind, gap.confidence) for gap in self.subject.gaps
        ]
        known = [doubt for doubt in doubts if doubt]
        return min([*known, *_clause_levels(self.terms)], key=LEVELS.index, default="low")


def _low(kind: str, confidence: str) -> str | None:
    if kind != "low-confidence":
        return None
    return "low" if confidence == "high" else confidence  # how sure it is that the source is weak


def _clause_levels(terms: Terms | None) -> Iterator[str]:
    if terms is None:
        yield "low"
        return
    yield "high"
    for name in (
        "commercial_use",
        "redistribution",
        "derivatives",
        "hosting",
        "thresholds",
        "territory",
    ):
        value = getattr(terms, name)
        for clause in value if isinstance(value, tuple) else (value,) if value else ():
            yield (
                "high"
                if clause.confidence >= 0.9
                else "medium"
                if clause.confidence >= 0.7
                else "low"
            )


def openness(binding: Binding | None, terms: Terms | None) -> str | None:
    """How open a licence is: a reading of its terms, not a title; None where they are not known.

    A use policy that is shipped beside a licence is as open as the uses it leaves.
    """
    if binding is None or binding.entry.kind in _LOOSE:
        return None
    if binding.entry.kind == "policy":
        return None if terms is None else "restricted" if terms.use_restrictions else "unrestricted"
    if binding.entry.osi_approved:
        return "open-source"
    if terms is None or terms.family is None:
        return None
    commercial = terms.commercial_use.value if terms.commercial_use else None
    if commercial == "no" or terms.family in ("non-commercial", "research-only"):
        return "non-commercial"
    return "restricted" if _restricted(terms, commercial) else "unrestricted"


def _restricted(terms: Terms, commercial: str | None) -> bool:
    outputs = terms.outputs.train_other_models if terms.outputs else None
    return bool(
        commercial != "yes"
        or terms.family in ("community", "responsible-use", "proprietary")
        or any(t.consequence != "attribution" for t in terms.thresholds)
        or terms.territory
        or terms.use_restrictions
        or terms.non_compete
        or outputs in ("no", "conditional", "unclear")
    )


def fits(rule: HouseRule, facts: Facts) -> Truth:
    """Whether the rule fits: its match, not its `unless`, and its condition."""
    every = rule.effect == "allow"
    match = _of_policy(rule.match) if every and facts.of_policy else rule.match
    matched = matches(match, facts, every)
    if matched is False:
        return False
    parts: list[Truth] = [matched]
    if rule.unless is not None:
        parts.append(negated(matches(rule.unless, facts, every=not every)))
    if rule.when is not None:
        parts.append(rule.when.holds(facts, rule.effect))
    return all_of(parts)


def _of_policy(match: Match) -> Match:
    """What an `allow` asks of a use policy: not its name or family, for those are the licence's."""
    return structs.replace(match, licenses=None, families=None)


def matches(match: Match, facts: Facts, every: bool) -> Truth:
    """Whether all keys of a match hold. `every`: of facts that are lists, all values are needed."""
    return all_of(TESTS[key](getattr(match, key), facts, every) for key in match.given)


def candidates(rule: HouseRule, texts: Iterable[Binding | None]) -> list[Binding | None]:
    """Those of all texts that bind against which a rule is held: use policies only where it asks for them."""
    if rule.of_policies:
        return list(texts)
    return [b for b in texts if b is None or b.entry.kind != "policy"]


def texts_of(case: Case) -> Iterator[Binding | None]:
    """Everything that binds; None for the model's own licence, where it has none that is known."""
    yield from case.subject.bindings
    if not any(b.role == "license" and b.entry.kind != "policy" for b in case.subject.bindings):
        yield None


def _some(wanted: Iterable[Truth], every: bool) -> Truth:
    return all_of(wanted) if every else any_of(wanted)


def _license(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    if facts.binding is None or facts.loose:
        return missing("the licence")
    return facts.binding.entry.id in wanted


def _family(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    if facts.of_policy:
        return False
    family = facts.terms.family if facts.terms else None
    return missing("the licence's family") if family is None else family in wanted


def _osi(wanted: bool, facts: Facts, every: bool) -> Truth:
    if facts.binding is None or facts.loose:
        return missing("the licence")
    return facts.binding.entry.osi_approved is wanted


def _openness(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    return missing("the licence's terms") if facts.openness is None else facts.openness in wanted


def _makers(field: str, name: str) -> Callable[[tuple[str, ...], Facts, bool], Truth]:
    """A test of a fact about the model and everything it was made from."""

    same = _known_as if field == "id" else _like

    def test(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
        found: list[Truth] = [
            missing(f"the {name} of {m.id}") if value is None else same(value, wanted)
            for m in facts.about.makers
            for value in (getattr(m, field),)
        ]
        if not facts.about.makers or any(g.kind in _LINEAGE_GAPS for g in facts.subject.gaps):
            found.append(missing("what the model was made from"))
        return _some(found, every)

    return test


def _like(value: str, wanted: tuple[str, ...]) -> bool:
    return any(like(value, pattern) for pattern in wanted)


def like(value: str, pattern: str) -> bool:
    """Whether a value is the pattern, in any case of letters; `*` stands for anything.

    Not fnmatch: a regular expression for each pattern costs more than all the rest of a rule.
    """
    low = value.casefold()
    first, *others = pattern.casefold().split("*")
    if not others:
        return low == first
    if not low.startswith(first):
        return False
    place, last = len(first), others[-1]
    for part in others[:-1]:
        found = low.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return low.endswith(last) and len(low) - len(last) >= place


def _model(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    return _known_as(facts.subject.id, wanted)


def _known_as(value: str, wanted: tuple[str, ...]) -> Truth:
    """Whether a name is wanted. A folder or file may be a copy of any model, so it is never surely another one."""
    if _like(value, wanted):
        return True
    return missing(f"which model {value} is") if is_artefact(value) else False


def is_artefact(model_id: str) -> bool:
    """Whether an id names a folder, a file or a server's model (`folder:./m`), and no model of the Hub."""
    return ":" in model_id.partition("/")[0]


def _relations(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    found: list[Truth] = [
        missing(f"how it was made from {base.id}")
        if base.relation == "unknown"
        else base.relation in wanted
        for base in facts.subject.bases
    ]
    return _some(found, every)


def _modalities(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    known = facts.subject.modalities
    return _some((m in wanted for m in known), every) if known else missing("its modalities")


def _gated(wanted: bool, facts: Facts, every: bool) -> Truth:
    gated = facts.subject.gated
    return missing("whether it is gated") if gated == "unknown" else (gated != "no") is wanted


def _unpinned(wanted: bool, facts: Facts, every: bool) -> Truth:
    return facts.about.pinned is not wanted


def _quantized(wanted: bool, facts: Facts, every: bool) -> Truth:
    known = facts.about.quantization
    return missing("its quantization") if known is None else (known != FULL_PRECISION) is wanted


def _quantizations(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    known = facts.about.quantization
    return missing("its quantization") if known is None else _like(known, wanted)


def _cap_used(share: float, facts: Facts, every: bool) -> Truth:
    if facts.terms is None:
        return missing("the licence's terms")
    return any_of(
        _used(t, share, facts.deployment) for t in standing_caps(facts.terms, facts.deployment)
    )


def standing_caps(terms: Terms, deployment: Deployment) -> Iterator[Threshold]:
    """The sizes that are tested at all times and take rights away, as far as they concern the deployment."""
    for threshold in terms.thresholds:
        gates = threshold.consequence != "attribution" and threshold.measured == "rolling"
        if gates and (deployment.commercial or not threshold.commercial_only):
            yield threshold


def _used(threshold: Threshold, share: float, deployment: Deployment) -> Truth:
    known = figure(deployment, threshold)
    limit = threshold.value * share
    if known.low > limit:
        return True
    if known.high is not None and known.high <= limit:
        return False
    return missing(METRIC_NAMES[threshold.metric])


def _age(days: int, facts: Facts, every: bool) -> Truth:
    as_of, today = facts.subject.as_of, facts.case.house.today
    if not as_of or not today:
        return missing("how old the facts are")
    return days_between(as_of, today) > days


def _confidence(level: str, facts: Facts, every: bool) -> Truth:
    return LEVELS.index(facts.confidence) < LEVELS.index(level)


def _said(field: str, name: str) -> Callable[[tuple[str, ...], Facts, bool], Truth]:
    """A test of a list that the deployment may or may not state."""

    def test(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
        said = getattr(facts.deployment, field)
        return _some((value in wanted for value in said), every) if said else missing(name)

    return test


def _markets(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    """By countries: who offers in the EU offers in each of its members."""
    said = countries_of(facts.deployment.markets)
    return _some((code in wanted for code in said), every) if said else missing("the markets")


@lru_cache(maxsize=64)
def countries_of(places: tuple[str, ...]) -> tuple[str, ...]:
    """Every country that places stand for."""
    return tuple(sorted({code for place in places for code in members(place)}))


def _commercial(wanted: bool, facts: Facts, every: bool) -> Truth:
    return facts.deployment.commercial is wanted


def _kind(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    kind = facts.deployment.kind
    return missing("the kind of organization") if kind is None else kind in wanted


def _deployment(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    return facts.deployment.name in wanted


TESTS: dict[str, Callable[[Any, Facts, bool], Truth]] = {
    "licenses": _license,
    "families": _family,
    "osi_approved": _osi,
    "openness": _openness,
    "developers": _makers("developer", "developer"),
    "countries": _makers("country", "country of the developer"),
    "models": _model,
    "lineage": _makers("id", "name"),
    "relations": _relations,
    "modalities": _modalities,
    "gated": _gated,
    "unpinned": _unpinned,
    "quantized": _quantized,
    "quantizations": _quantizations,
    "cap_used_above": _cap_used,
    "facts_older_than": _age,
    "confidence_below": _confidence,
    "uses": _said("uses", "what it is used for"),
    "commercial": _commercial,
    "fields": _said("fields", "the field of use"),
    "markets": _markets,
    "organization": _kind,
    "deployments": _deployment,
}
"""One test a key of `Match`."""


def license_only(match: Match) -> bool:
    """Whether a match is about nothing but the licence."""
    return set(match.given) <= OF_LICENSE
