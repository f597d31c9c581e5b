"""WL201 release-date-threshold."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.sizes import judge_groups

RULE = Rule(
    id="WL201",
    name="release-date-threshold",
    title="The organization was below a size that is tested once, when the version came out.",
    why="Some licences grant nothing to organizations that were above a size on the day the version was "
    "released, until the licensor agrees. Growth afterwards does not trip the test, and shrinking "
    "afterwards does not undo it.",
    remedy="Ask the licensor for a licence of your own, or choose a model without such a cap.",
    severity="critical",
    facts=("thresholds",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Denied above the size, review where it is not known."""
    return judge_groups(RULE, case, standing=False)
