"""WL202 standing-threshold."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.sizes import judge_groups

RULE = Rule(
    id="WL202",
    name="standing-threshold",
    title="The organization is below every size that the licence tests at all times.",
    why="A standing cap can be reached later, by growth: on that day the rights end, or a fee is due.",
    remedy="Ask the licensor for a licence of your own, or choose a model without such a cap.",
    severity="critical",
    facts=("thresholds",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Denied above the size, review where it is not known."""
    return judge_groups(RULE, case, standing=True)
