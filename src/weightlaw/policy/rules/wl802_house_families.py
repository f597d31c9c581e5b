"""WL802 house-families."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL802",
    name="house-families",
    title="The licence's family is one that this organization accepts.",
    why="A rule on families (permissive, copyleft, community, ...) also covers licences yet to come.",
    remedy="Choose a model under an accepted family of licences, or ask whoever keeps the policy.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Denied by family, review where a list exists and the family is not known."""
    wanted = case.house.families
    if not wanted.allow and not wanted.deny:
        return
    where = case.house.source or "the policy"
    for binding in case.subject.bindings:
        family = binding.terms.family
        if binding.entry.kind == "policy":
            continue
        if family is None:
            text = f"{binding.title}: {where} rules on families, and this licence's is not known."
            yield RULE.finding(Verdict.REVIEW, text, binding.evidence())
        elif family in wanted.deny or (wanted.allow and family not in wanted.allow):
            text = f"{binding.title}: {where} does not accept the family {family}."
            yield RULE.finding(Verdict.DENIED, text, binding.evidence())
