"""Permissions that are yes, conditional, no or unclear: shared by WL305, WL306 and WL307."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.terms import Permission
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule, at, confidence_of


def judge(rule: Rule, case: Case, fact: str, doing: str) -> Iterator[Outcome]:
    """Denied on `no`, review on `unclear`, on conditions that no duty expresses and where a licence's
    reading holds nothing on a right that every licence must grant; else a duty.
    """
    for binding in case.subject.bindings:
        if fact != "hosting" and silent(binding, fact):
            text = f"{binding.title}: nothing was read on whether {doing} is permitted."
            yield rule.finding(Verdict.REVIEW, text, binding.evidence(), confidence="low")
    for binding, clause in case.clauses(fact):
        where = f"{binding.title}{at(clause)}"
        evidence = binding.evidence(clause)
        sure = confidence_of(clause)
        if clause.value == "no":
            text = f"{where}: {doing} is not permitted."
            yield rule.finding(Verdict.DENIED, text, evidence, confidence=sure)
        elif clause.value == "unclear":
            text = f"{where}: unclear whether {doing} is permitted."
            yield rule.finding(Verdict.REVIEW, text, evidence, confidence="low")
        elif clause.value == "conditional":
            yield from _conditional(rule, binding, clause, doing)


def silent(binding: Binding, fact: str) -> bool:
    """Whether the terms of a licence (not of a policy) say nothing on a right; unread texts have a rule."""
    read = binding.entry.text is not None or binding.file is not None
    return read and binding.entry.kind == "license" and getattr(binding.terms, fact) is None


def _conditional(rule: Rule, binding: Binding, clause: Permission, doing: str) -> Iterator[Outcome]:
    condition = clause.summary or "see the section"
    if _is_duty(binding):
        text = f"{doing[0].upper()}{doing[1:]} is permitted on conditions: {condition}"
        yield rule.duty(binding, clause, text)
        return
    yield rule.finding(
        Verdict.REVIEW,
        f"{binding.title}{at(clause)}: {doing} is permitted on a condition. {condition}",
        binding.evidence(clause),
        remedy="Have somebody confirm that the condition is met.",
        confidence=confidence_of(clause),
    )


def _is_duty(binding: Binding) -> bool:
    """Whether the condition is one that other rules turn into duties or hold against the deployment."""
    terms = binding.terms
    passes_on = terms.use_restrictions is not None and terms.use_restrictions.must_pass_on
    purpose = terms.commercial_use is not None and terms.commercial_use.value == "no"
    return bool(passes_on or terms.share_alike or purpose)
