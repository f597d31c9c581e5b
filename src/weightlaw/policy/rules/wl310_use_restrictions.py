"""WL310 use-restrictions."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.terms import UseRestrictions
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL310",
    name="use-restrictions",
    title="The use is not one that the licence or its use policy forbids.",
    why="Fields such as weapons, medical advice or surveillance are barred by many model licences, "
    "also where the law would permit them.",
    remedy="Compare the use with the list, and write the list into your own terms of use.",
    severity="medium",
    facts=("use_restrictions",),
)


def check(case: Case) -> Iterator[Outcome]:
    """A duty to keep to the restrictions, naming what they cover."""
    for binding, clause in case.clauses("use_restrictions"):
        if clause.kind == "incorporated_policy" and _policy_is_bound(case, binding):
            continue
        yield RULE.duty(binding, clause, _text(binding, clause))


def _policy_is_bound(case: Case, binding: Binding) -> bool:
    """Whether the policy itself is at hand, and speaks for itself."""
    bound = {b.entry.id for b in case.subject.bindings}
    return any(policy in bound for policy in binding.entry.incorporates)


def _text(binding: Binding, clause: UseRestrictions) -> str:
    name = binding.entry.name
    if clause.kind == "incorporated_policy" and not clause.categories:
        return f"Keep to the use policy that {name} incorporates: {clause.policy_url or 'see the text'}."
    if not clause.categories:
        return f"Keep to the use restrictions of {name}."
    shown = ", ".join(clause.categories[:6])
    more = len(clause.categories) - 6
    return f"Keep to the use restrictions of {name}: no {shown}{f' and {more} more' if more > 0 else ''}."
