"""WL702 outdated-lock."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.findings import Finding
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL702",
    name="outdated-lock",
    title="The terms in the lock are those that this weightlaw knows of the licences.",
    why="A lock keeps answers stable: it is used as it stands, also where the licence knowledge has been corrected "
    "since.",
    remedy="Run weightlaw verify, and write the lock anew if the newer reading is to count.",
    severity="low",
)
_TOLD = 8


def outdated(name: str, changes: tuple[str, ...]) -> Finding:
    """The word on terms that are known otherwise today; it changes no verdict."""
    more = f"; and {len(changes) - _TOLD} more" if len(changes) > _TOLD else ""
    text = f"This weightlaw knows terms otherwise than {name}, which is used: {'; '.join(changes[:_TOLD])}{more}."
    return RULE.finding(Verdict.ALLOWED, text)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: only whoever reads the lock can know."""
    return iter(())
