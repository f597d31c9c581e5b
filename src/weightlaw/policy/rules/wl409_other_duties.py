"""WL409 other-duties."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL409",
    name="other-duties",
    title="Duties of a rarer kind are told too.",
    why="Some licences ask for things that few others do, such as telling users who the provider is.",
    remedy="Do what the section asks for, or have counsel read it.",
    severity="medium",
    facts=("other_duties",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Each duty that this deployment calls into being."""
    for binding, clause in case.clauses("other_duties"):
        if case.does(clause.when) and (case.deployment.commercial or not clause.commercial_only):
            text = f"{clause.what[0].upper()}{clause.what[1:]} ({binding.entry.name})."
            yield RULE.duty(binding, clause, text)
