"""WL903 rule-never-fits."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL903",
    name="rule-never-fits",
    title="Every rule of the house can fit something.",
    why="A rule that fits nothing gives false comfort: somebody believes that it guards.",
    remedy="Correct what the rule is about, or delete it.",
    severity="medium",
)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: told by `policy validate`, before there is a case."""
    return iter(())
