"""WL108 unread-clause."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL108",
    name="unread-clause",
    title="Every clause on users, money, places or commerce could be read.",
    why="A clause that speaks of these and was not understood may decide the case.",
    remedy="Read the named section, or give it to counsel.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "unread-clause")
