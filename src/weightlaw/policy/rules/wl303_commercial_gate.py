"""WL303 commercial-gate."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule, at, confidence_of
from weightlaw.policy.rules.permissions import silent

RULE = Rule(
    id="WL303",
    name="commercial-gate",
    title="What commercial use depends on, beyond sizes and registration, is settled.",
    why="Some licences let a business in only under a subscription, a separate agreement or within "
    "some products. No figure can show that such a condition is met.",
    remedy="Have somebody confirm that the condition is met.",
    severity="high",
    facts=("commercial_use",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Review where commercial use depends on something that no other rule tests."""
    if not case.deployment.commercial:
        return
    for binding in case.subject.bindings:
        if silent(binding, "commercial_use"):
            text = f"{binding.title}: nothing was read on whether commercial use is permitted."
            yield RULE.finding(Verdict.REVIEW, text, binding.evidence(), confidence="low")
    for binding, clause in case.clauses("commercial_use"):
        if clause.value != "conditional" or _tested_elsewhere(binding):
            continue
        if clause.exempts_internal and case.deployment.uses == ("internal",):
            continue
        yield RULE.finding(
            Verdict.REVIEW,
            f"{binding.title}{at(clause)}: commercial use depends on a condition. {clause.summary}",
            binding.evidence(clause),
            confidence=confidence_of(clause),
        )


def _tested_elsewhere(binding: Binding) -> bool:
    """Whether thresholds and registration, which have rules of their own, are all that gates it."""
    terms = binding.terms
    gates = set(terms.commercial_use.gates) if terms.commercial_use else set()
    if any(t.consequence != "attribution" for t in terms.thresholds) and "threshold" in gates:
        gates -= {"threshold", "agreement", "payment"}
    if terms.registration is not None:
        gates.discard("registration")
    return bool(terms.commercial_use and terms.commercial_use.gates) and not gates
