"""WL703 drift."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.findings import Finding
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL703",
    name="drift",
    title="The model still stands under the terms that the lock holds.",
    why="A licence read today may be another one tomorrow under the same name; a model may be moved, closed or made "
    "from something else.",
    remedy="Read what changed; keep to the locked commit, whose terms you accepted, or write the lock anew.",
    severity="high",
)


def drifted(then: Verdict, now: Verdict, changes: tuple[str, ...]) -> Finding:
    """The finding for a model whose verdict is no longer the locked one, with what moved."""
    why = "; ".join(changes) or "no single change was found"
    return RULE.finding(now, f"The verdict was {then.value} and would be {now.value}: {why}.")


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: only weightlaw verify compares a model with what it was."""
    return iter(())
