"""WL904 rule-in-shadow."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL904",
    name="rule-in-shadow",
    title="No rule of the house stands in the shadow of another.",
    why="Where one rule allows all that another denies, readers differ on what the policy says; the deny holds.",
    remedy="Decide which of the two is meant, and delete the other.",
    severity="medium",
)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: told by `policy validate`, before there is a case."""
    return iter(())
