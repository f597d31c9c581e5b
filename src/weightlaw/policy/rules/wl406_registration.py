"""WL406 registration."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL406",
    name="registration",
    title="The organization registers where the licence asks for it.",
    why="Some licences are free of charge, but only for those who register before the use.",
    remedy="Register with the licensor and keep the confirmation.",
    severity="high",
    facts=("registration",),
)


def check(case: Case) -> Iterator[Outcome]:
    """A duty to register before this use."""
    for binding, clause in case.clauses("registration"):
        if case.does(clause.when) and (case.deployment.commercial or not clause.commercial_only):
            who = binding.entry.steward or "the licensor"
            text = f"Register with {who} before the use. {clause.summary}".strip()
            yield RULE.duty(binding, clause, text)
