"""WL407 update."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL407",
    name="update",
    title="Updates are followed where the licence asks for it.",
    why="Some licences oblige users to move to new versions of the model.",
    remedy="Watch for new versions and plan the move.",
    severity="low",
    facts=("update_duty",),
)


def check(case: Case) -> Iterator[Outcome]:
    """A duty to follow updates."""
    for binding, clause in case.clauses("update_duty"):
        if case.does(clause.when):
            what = clause.summary or "use the newest version of the model."
            yield RULE.duty(binding, clause, f"Follow updates ({binding.entry.name}): {what}")
