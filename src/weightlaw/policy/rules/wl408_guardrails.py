"""WL408 guardrails."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL408",
    name="guardrails",
    title="Safety measures stay in place where the licence asks for it.",
    why="Some licences end, or are broken, when safeguards are removed or circumvented.",
    remedy="Keep the safeguards, or replace them with ones that do as much.",
    severity="medium",
    facts=("safety_guardrails",),
)


def check(case: Case) -> Iterator[Outcome]:
    """A duty to keep the safeguards."""
    for binding, clause in case.clauses("safety_guardrails"):
        if case.does(clause.when):
            what = clause.summary or "do not remove or circumvent the model's safety measures."
            yield RULE.duty(binding, clause, f"Keep the safeguards ({binding.entry.name}): {what}")
