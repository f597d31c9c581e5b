"""WL402 naming."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.terms import Naming
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule, at

RULE = Rule(
    id="WL402",
    name="naming",
    title="A derived model's name follows the licence's rule.",
    why="Llama's licences want derived models to begin with Llama; others forbid the licensor's names.",
    remedy="Rename the derived model.",
    severity="medium",
    facts=("naming",),
)


def check(case: Case) -> Iterator[Outcome]:
    """A duty on the name, or denied where the name is known and breaks the rule."""
    if not case.deployment.fine_tuned and not case.deployment.trains_on_outputs:
        return  # nothing is derived, so there is nothing to name
    for binding, clause in case.clauses("naming"):
        if case.does(clause.when):
            yield from _judge(case, binding, clause)


def _judge(case: Case, binding: Binding, clause: Naming) -> Iterator[Outcome]:
    name = case.deployment.derived_name
    if name is None or not (clause.prefix or clause.contains or clause.forbids):
        yield RULE.duty(binding, clause, f"Name the derived model by the rule: {clause.rule}.")
        return
    if broken := _broken(name.split("/")[-1], clause):
        yield RULE.finding(
            Verdict.DENIED,
            f"{binding.title}{at(clause)}: the name {name!r} {broken}.",
            binding.evidence(clause),
            remedy=f"Rename the derived model: {clause.rule}.",
        )


def _broken(name: str, clause: Naming) -> str:
    low = name.casefold()
    if clause.prefix and not low.startswith(clause.prefix.casefold()):
        return f"does not begin with {clause.prefix!r}"
    if clause.contains and clause.contains.casefold() not in low:
        return f"does not contain {clause.contains!r}"
    forbidden = next((f for f in clause.forbids if f.casefold() in low), None)
    return f"contains {forbidden!r}" if forbidden else ""
