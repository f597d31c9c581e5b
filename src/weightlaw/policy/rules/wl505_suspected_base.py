"""WL505 suspected-base."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL505",
    name="suspected-base",
    title="The model does not look like a derivative of a base that it does not name.",
    why="Name, configuration and the shape of the weights give bases away that no card names. It is a suspicion: "
    "names are given freely, and shapes are copied. One of medium or high confidence is for a person to settle.",
    remedy="Ask the publisher what the model was made from.",
    severity="medium",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for a suspicion worth a question; a word for one of low confidence."""
    for gap in case.subject.gaps:
        if gap.kind == "suspected-base":
            weak = gap.confidence == "low"
            yield RULE.finding(
                Verdict.ALLOWED if weak else Verdict.REVIEW,
                gap.text,
                *gap.evidence,
                remedy=gap.remedy,
                confidence=gap.confidence,
                severity="info" if weak else None,
            )
