"""WL805 house-allowed."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.houserules import HouseRule
from weightlaw.policy.matching import Facts, fits, texts_of
from weightlaw.policy.rules.wl804_house_rule import said, unsaid
from weightlaw.policy.truth import Missing, any_of

RULE = Rule(
    id="WL805",
    name="house-allowed",
    title="Where the house lists what it allows, every licence of the model is on the list.",
    why="A policy with rules of effect `allow` accepts nothing else: what nobody thought of is not allowed.",
    remedy="Choose a model that a rule allows, or ask whoever keeps the policy.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """What the policy says otherwise, for each licence that no rule allows; review where that is not known."""
    rules = [rule for rule in case.house.rules if rule.effect == "allow"]
    if not rules:
        return
    for binding in texts_of(case):
        yield from _judge(rules, case, binding)


def _judge(rules: list[HouseRule], case: Case, binding: Binding | None) -> Iterator[Outcome]:
    facts = Facts(case, binding)
    allowed = any_of(fits(rule, facts) for rule in rules)
    if allowed is True:
        return
    title = binding.title if binding else "The model"
    evidence = [binding.evidence()] if binding else []
    listed = "; ".join(f"{rule.name}: {said(rule)}" for rule in rules[:4])
    more = f" and {len(rules) - 4} more" if len(rules) > 4 else ""
    source = case.house.source or "the policy"
    if isinstance(allowed, Missing):
        yield from (unsaid(f, f"a rule of {source} asks for it") for f in allowed.facts)
        text = f"{title}: whether {source} allows it cannot be decided, for want of {', '.join(allowed.facts)}."
        yield RULE.finding(Verdict.REVIEW, text, *evidence)
    else:
        text = f"{title}: no rule of {source} allows it. It allows: {listed}{more}"
        yield RULE.finding(case.house.otherwise, text, *evidence)
