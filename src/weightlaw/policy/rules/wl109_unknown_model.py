"""WL109 unknown-model."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.findings import Finding
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL109",
    name="unknown-model",
    title="The reference means a model that is known.",
    why="A model that nobody can find cannot be judged, and what was not judged is not allowed.",
    remedy="Write the Hub id (org/model), and let weightlaw ask the Hub.",
    severity="high",
)


def not_found(name: str, near: tuple[str, ...], trouble: str) -> Finding:
    """The finding for a reference that means no model; `trouble` says why the Hub could not tell."""
    hint = f"Did you mean {', '.join(near)}?" if near else RULE.remedy
    text = f"No model {name} is known." + (f" {trouble.rstrip('.')}." if trouble else "")
    return RULE.finding(Verdict.REVIEW, text, remedy=hint)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: a model that reached the rules is known."""
    return iter(())
