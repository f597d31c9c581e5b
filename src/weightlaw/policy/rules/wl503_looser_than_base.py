"""WL503 looser-than-base."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL503",
    name="looser-than-base",
    title="A derivative's licence grants no more than its base's.",
    why="Who makes a model from another cannot give away more than they were given: a third of the derivatives of "
    "restricted bases carry a permissive tag all the same. The base's terms are applied beside the looser licence, "
    "and decide by their own rules, so this finding alone makes the answer conditional and not a review.",
    remedy="Keep to the base's terms; do not rely on the looser tag.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Conditional for each base whose terms the model's own licence loses."""
    for gap in case.subject.gaps:
        if gap.kind == "looser-than-base":
            yield RULE.finding(
                Verdict.CONDITIONAL,
                gap.text,
                *gap.evidence,
                remedy=gap.remedy,
                confidence=gap.confidence,
                severity=gap.severity,
            )
