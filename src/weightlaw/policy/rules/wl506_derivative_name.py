"""WL506 derivative-name."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL506",
    name="derivative-name",
    title="A derivative's own name and card keep its bases' rules on names and displays.",
    why="The breach is its publisher's, who may lose the licence for it. Whoever uses the model has a licence from "
    "the base's licensor and keeps it by keeping its terms, so the verdict does not change; but a publisher that "
    "overlooked this may have overlooked more.",
    remedy="Keep the rules in what you publish yourself; tell the publisher.",
    severity="low",
)


def check(case: Case) -> Iterator[Outcome]:
    """A word on the publisher's breach; it changes no verdict."""
    for gap in case.subject.gaps:
        if gap.kind == "derivative-name":
            yield RULE.finding(
                Verdict.ALLOWED,
                gap.text,
                *gap.evidence,
                remedy=gap.remedy,
                confidence=gap.confidence,
                severity=gap.severity,
            )
