"""WL105 contradiction."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL105",
    name="contradiction",
    title="Card, tag, files and catalogue agree on the licence.",
    why="Where two sources name two licences, the milder one cannot be relied on.",
    remedy="Ask the publisher which licence applies; until then keep to both.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "contradiction")
