"""WL310 use-restrictions."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.terms import UseRestrictions
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule, at

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


_TOUCHED: dict[str, tuple[str, ...]] = {
    "medical": ("medical", "professional practice"),
    "legal": ("legal advice", "professional practice"),
    "finance": ("financial", "professional practice", "automated decisions"),
    "employment": ("employment", "automated decisions"),
    "education": ("education", "automated decisions"),
    "minors": ("minors", "vulnerable groups"),
    "biometrics": ("biometric", "surveillance"),
    "critical-infrastructure": ("critical infrastructure",),
    "law-enforcement": ("law enforcement", "surveillance", "biometric", "automated decisions"),
    "surveillance": ("surveillance", "biometric", "espionage"),
    "military": ("military", "weapons", "nuclear", "espionage", "itar"),
    "elections": ("election",),
    "public-services": ("social scoring", "automated decisions"),
}
"""By field of use: words of the categories that may speak of it."""


def check(case: Case) -> Iterator[Outcome]:
    """A duty to keep to the restrictions, naming what they cover; review where they name the field of use."""
    for binding, clause in case.clauses("use_restrictions"):
        if clause.kind == "incorporated_policy" and _policy_is_bound(case, binding):
            continue
        yield RULE.duty(binding, clause, _text(binding, clause))
        yield from _fields(case, binding, clause)


def _fields(case: Case, binding: Binding, clause: UseRestrictions) -> Iterator[Outcome]:
    """Each stated field that the restrictions may forbid: whether they do is for a person to decide."""
    for field in case.deployment.fields:
        words = _TOUCHED.get(field, ())
        met = [c for c in clause.categories if any(word in c for word in words)]
        if met:
            yield RULE.finding(
                Verdict.REVIEW,
                f"{binding.title}{at(clause)}: the field of use is {field}, and it restricts {', '.join(met)}.",
                binding.evidence(clause),
                remedy="Have counsel hold the use against these restrictions, or choose a model without them.",
                severity="high",
            )


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
