"""WL804 house-rule."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from weightlaw.domain.deployment import FLAGS, METRIC_NAMES
from weightlaw.domain.findings import Evidence, Unknown
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.houserules import HouseRule
from weightlaw.policy.matching import Facts, candidates, fits, texts_of
from weightlaw.policy.truth import Missing, Truth

RULE = Rule(
    id="WL804",
    name="house-rule",
    title="No rule of the house speaks against the model.",
    why="The organization's policy denies, or wants a person to decide, for a reason that it states.",
    remedy="Choose a model that the rule does not meet, or ask whoever keeps the policy for a waiver.",
    severity="high",
)
_FLAGS = {
    "the field of use": "--field",
    "the kind of organization": "--kind",
    "the markets": "--market",
    "the headquarters": "--headquarters",
    **{name: FLAGS[metric] for metric, name in METRIC_NAMES.items() if metric in FLAGS},
}
"""Options that say what a rule of the house asks for."""
_VERDICTS = {"deny": Verdict.DENIED, "review": Verdict.REVIEW}


def check(case: Case) -> Iterator[Outcome]:
    """Each rule of the house that denies or reviews; review where it cannot be decided."""
    texts = list(texts_of(case))
    facts = {id(binding): Facts(case, binding) for binding in texts}
    for rule in case.house.rules:
        if rule.effect != "allow":
            found = [(b, fits(rule, facts[id(b)])) for b in candidates(rule, texts)]
            if any(truth is not False for _, truth in found):
                yield from _outcomes(rule, found)


def _outcomes(rule: HouseRule, found: list[tuple[Binding | None, Truth]]) -> Iterator[Outcome]:
    met = [binding for binding, truth in found if truth is True]
    if met:
        names = ", ".join(dict.fromkeys(b.title for b in met if b))
        text = f"{said(rule)}{f' Met by {names}.' if names else ''} [{where(rule)}]"
        yield finding(RULE, rule, _VERDICTS[rule.effect], text, met)
        return
    facts = dict.fromkeys(f for _, t in found if isinstance(t, Missing) for f in t.facts)
    if facts:
        text = f"Cannot be decided, for want of {', '.join(facts)}: {said(rule)} [{where(rule)}]"
        yield from (unsaid(fact, f"{where(rule)} asks for it") for fact in facts)
        yield finding(RULE, rule, Verdict.REVIEW, text, [b for b, _ in found])


def unsaid(fact: str, why: str) -> Unknown:
    """A fact that a rule of the house wants, with the option that says it."""
    return Unknown(fact=fact, why=why, flag=_FLAGS.get(fact, ""))


def said(rule: HouseRule) -> str:
    """The reason as a sentence."""
    reason = rule.reason.strip()
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def where(rule: HouseRule) -> str:
    """Which rule of which policy."""
    return f"rule {rule.name} of {rule.source}"


def finding(
    about: Rule, rule: HouseRule, verdict: Verdict, text: str, met: list[Binding | None]
) -> Outcome:
    """A finding that carries the house rule's name and what it wants done."""
    evidence: list[Evidence] = [b.evidence() for b in met if b]
    made = about.finding(verdict, text, *evidence, remedy=rule.remedy)
    return structs.replace(made, house_rule=rule.name)
