"""WL106 weak-source."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL106",
    name="weak-source",
    title="The licence rests on a source that can be relied on.",
    why="A licence known from one second-hand note may be another one in fact.",
    remedy="Open the model's page and confirm its licence, or run without --offline.",
    severity="medium",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "low-confidence")
