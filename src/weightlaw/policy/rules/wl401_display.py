"""WL401 display."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL401",
    name="display",
    title="What the licence wants shown is shown.",
    why="Some licences oblige products to name the model where people see it.",
    remedy="Display the string where the licence asks for it.",
    severity="medium",
    facts=("attribution_display",),
)


def check(case: Case) -> Iterator[Outcome]:
    """The displays that this deployment calls for; those tied to a size have a rule of their own."""
    for binding, clause in case.clauses("attribution_display"):
        if not case.does(clause.when) or (
            clause.commercial_only and not case.deployment.commercial
        ):
            continue
        touched = case.touches(clause.models)
        if touched is False:
            continue
        condition = "" if touched else "if the model is multimodal"
        others = [f'"{t}"' for t in clause.alternatives if t != clause.text]
        choice = " or ".join([f'"{clause.text}"', *others])
        where = f" ({clause.where})" if clause.where else ""
        text = f"Display {choice}{where}."
        yield RULE.duty(
            binding, clause, text, where=clause.where, display=clause.text, condition=condition
        )
