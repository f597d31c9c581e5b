"""WL102 unknown-license."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL102",
    name="unknown-license",
    title="The declared licence is one that weightlaw knows.",
    why="A name that nobody has read the text of may demand anything.",
    remedy="Read the text that the model ships (weightlaw read FILE), or give it to counsel.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "unknown-license")
