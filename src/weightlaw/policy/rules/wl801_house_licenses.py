"""WL801 house-licenses."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL801",
    name="house-licenses",
    title="The licence is one that this organization accepts.",
    why="An organization may accept less than the law and the licences permit.",
    remedy="Choose a model under an accepted licence, or ask whoever keeps the policy.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Denied where the licence is on the list of the denied, or not on that of the allowed."""
    wanted = case.house.licenses
    for binding in case.subject.bindings:
        entry = binding.entry
        if entry.id in wanted.deny:
            yield _denied(case, binding, f"denies {entry.id}")
        elif wanted.allow and entry.kind != "policy" and entry.id not in wanted.allow:
            yield _denied(case, binding, f"does not list {entry.id} among the allowed licences")


def _denied(case: Case, binding: Binding, what: str) -> Outcome:
    where = case.house.source or "the policy"
    return RULE.finding(Verdict.DENIED, f"{binding.title}: {where} {what}.", binding.evidence())
