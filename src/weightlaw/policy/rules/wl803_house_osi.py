"""WL803 house-osi."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL803",
    name="house-osi",
    title="The licence is OSI-approved where this organization requires it.",
    why="OSI approval is a test that procurement rules name; it says nothing of data or code.",
    remedy="Choose a model under an OSI-approved licence, or ask whoever keeps the policy.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Denied where OSI approval is required and a binding text has none."""
    if not case.house.osi_required:
        return
    where = case.house.source or "the policy"
    for binding in case.subject.bindings:
        if not binding.entry.osi_approved:
            text = f"{binding.title} is not OSI-approved, which {where} requires."
            yield RULE.finding(Verdict.DENIED, text, binding.evidence())
