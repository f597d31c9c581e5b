"""WL906 waiver-expiring."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL906",
    name="waiver-expiring",
    title="No waiver of this model expires within 30 days.",
    why="After its last day the model is reviewed or denied again: better to know before.",
    remedy="Renew the waiver with its approver, or plan the end of the use.",
    severity="low",
)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: told by the judgement, when waivers are applied."""
    return iter(())
