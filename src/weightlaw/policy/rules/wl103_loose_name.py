"""WL103 loose-name."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL103",
    name="loose-name",
    title="The tag names one licence, not a family or a placeholder.",
    why="Tags such as other, openrail or cc cover texts that allow and texts that forbid the same use.",
    remedy="Find the text that the model ships and name the licence it really is.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "loose-name")
