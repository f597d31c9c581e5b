"""WL504 incompatible-terms."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Gap
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL504",
    name="incompatible-terms",
    title="The licences that bind a model can all be kept at once.",
    why="A share-alike licence and a non-commercial one, two share-alike licences, two rules on the name, a base that "
    "permits no derivatives: whoever published such a model could not license it, and nobody who hands it on can.",
    remedy="Choose a model whose licences fit together, or ask one of the licensors.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review; denied where copies are handed out of what may not be handed on at all."""
    hands_out = case.does(("distribute",))
    for gap in case.subject.gaps:
        if gap.kind == "incompatible-terms":
            yield RULE.finding(
                _verdict(gap, hands_out),
                gap.text,
                *gap.evidence,
                remedy=gap.remedy,
                confidence=gap.confidence,
            )


def _verdict(gap: Gap, hands_out: bool) -> Verdict:
    return Verdict.DENIED if gap.bars and hands_out else Verdict.REVIEW
