"""WL101 no-license."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL101",
    name="no-license",
    title="The model has a licence at all.",
    why="A model without a licence is not free: by default its makers keep all rights, and nobody may "
    "copy or use it beyond what the law allows anyone.",
    remedy="Ask the publisher to add a licence, or choose a model that has one.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review where no licence was declared."""
    return findings_for(RULE, case, "no-license")
