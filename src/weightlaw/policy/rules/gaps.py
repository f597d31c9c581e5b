"""From what could not be settled about a licence to findings: shared by the WL1xx and WL5xx rules."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import GapKind
from weightlaw.policy.case import Case, Outcome, Rule


def findings_for(rule: Rule, case: Case, kind: GapKind) -> Iterator[Outcome]:
    """A review for every gap of this kind."""
    for gap in case.subject.gaps:
        if gap.kind == kind:
            yield rule.finding(
                Verdict.REVIEW,
                gap.text,
                *gap.evidence,
                remedy=gap.remedy,
                confidence=gap.confidence,
            )
