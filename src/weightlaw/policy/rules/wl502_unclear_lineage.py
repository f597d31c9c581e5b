"""WL502 unclear-lineage."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL502",
    name="unclear-lineage",
    title="The lineage could be followed to its roots.",
    why="What was not followed may bind.",
    remedy="Check the lineage by hand.",
    severity="medium",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "unclear-lineage")
