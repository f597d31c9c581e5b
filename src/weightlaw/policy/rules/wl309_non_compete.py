"""WL309 non-compete."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL309",
    name="non-compete",
    title="The use does not compete with the licensor in a way that the licence forbids.",
    why="Only the organization knows whether what it builds competes with the licensor.",
    remedy="Confirm that the use is not one that the section names.",
    severity="high",
    facts=("non_compete",),
)


def check(case: Case) -> Iterator[Outcome]:
    """A duty not to compete, in the licence's sense."""
    for binding, clause in case.clauses("non_compete"):
        if case.does(clause.when) and (case.deployment.commercial or not clause.commercial_only):
            yield RULE.duty(binding, clause, f"Do not compete: {clause.summary}")
