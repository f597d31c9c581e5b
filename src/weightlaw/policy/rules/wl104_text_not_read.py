"""WL104 text-not-read."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL104",
    name="text-not-read",
    title="The licence's text has been read.",
    why="Where only a name is known, no term is known, and silence is not consent.",
    remedy="Read the text (weightlaw read FILE), or give it to counsel.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "text-not-read")
