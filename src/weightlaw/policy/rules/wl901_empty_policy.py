"""WL901 empty-policy."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL901",
    name="empty-policy",
    title="The policy file says something.",
    why="Whoever keeps a policy file expects it to guard; an empty one must not pass for a policy that allows.",
    remedy="Write one with `weightlaw policy init`, delete the file, or use --no-policy.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review under a policy file that says nothing."""
    if case.house.empty:
        yield RULE.finding(Verdict.REVIEW, f"{case.house.source or 'The policy'} says nothing.")
