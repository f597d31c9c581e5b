"""WL902 kept-duty."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL902",
    name="kept-duty",
    title="A duty recorded as kept is kept.",
    why="A record that a file contradicts is worse than none: people rely on it.",
    remedy="Put the words or the copy where the policy says they are, or correct the policy.",
    severity="medium",
)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: told by the judgement, which holds duties against records."""
    return iter(())
