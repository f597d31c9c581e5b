"""WL905 waiver-expired."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL905",
    name="waiver-expired",
    title="No waiver of this model has expired.",
    why="A waiver lifts a finding until its last day; after it the finding counts again.",
    remedy="Renew the waiver with its approver, or stop the use.",
    severity="medium",
)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: told by the judgement, when waivers are applied."""
    return iter(())
