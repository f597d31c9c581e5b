"""WL501 unknown-base."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL501",
    name="unknown-base",
    title="The licences of all base models are known.",
    why="A derivative is bound by its bases' terms too; one that nobody can see may forbid the use.",
    remedy="Find the base model's licence, or choose a model whose lineage is open.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "unknown-base")
