"""WL701 edited-lock."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.findings import Finding
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL701",
    name="edited-lock",
    title="The lock is as weightlaw wrote it.",
    why="Whoever can edit a lock can write a licence that nobody granted: what a hand changed was never found "
    "anywhere.",
    remedy="Write the lock anew with weightlaw lock, and look at what differs.",
    severity="high",
)


def edited(name: str, edits: tuple[str, ...]) -> Finding:
    """The finding for a lock that does not fit its checksums; `edits` say what was changed."""
    text = f"{name} was edited by hand since weightlaw wrote it: {'; '.join(edits)}."
    return RULE.finding(Verdict.REVIEW, text)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: only whoever reads the lock can know."""
    return iter(())
