"""WL302 purpose."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.findings import Unknown
from weightlaw.domain.terms import CommercialUse
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule, at

RULE = Rule(
    id="WL302",
    name="purpose",
    title="A use that is not commercial has one of the purposes that the licence permits.",
    why="Research-only licences permit less than non-commercial ones: a charity's chatbot is neither "
    "commercial nor research.",
    remedy="Confirm that the use is research, or choose a model that permits the use.",
    severity="high",
    facts=("commercial_use",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Where commercial use is barred: is this use one of those that remain?"""
    if case.deployment.commercial:
        return
    for binding, clause in case.clauses("commercial_use"):
        if clause.value == "no":
            yield from _judge(case, binding, clause)


def _judge(case: Case, binding: Binding, clause: CommercialUse) -> Iterator[Outcome]:
    if case.does(clause.barred_when):
        yield RULE.finding(
            Verdict.DENIED,
            f"{binding.title}{at(clause)}: not permitted in production or towards end users, for whatever "
            "purpose.",
            binding.evidence(clause),
            remedy="Keep it inside (--use internal), or choose a model that permits the use.",
        )
        return
    research = case.deployment.research and "research" in clause.only_for
    if "non-commercial" in clause.only_for or research:
        purposes = " or ".join(clause.only_for)
        yield RULE.duty(binding, clause, f"Keep the use to what is permitted: {purposes}.")
        return
    purposes = " or ".join(clause.only_for) or "what the text names"
    if "research" in clause.only_for and not case.deployment.research:
        yield Unknown(
            fact="purpose",
            why=f"{binding.entry.name} permits {purposes} only",
            flag="--research",
        )
    yield RULE.finding(
        Verdict.REVIEW,
        f"{binding.title}{at(clause)}: permitted for {purposes} only.",
        binding.evidence(clause),
        remedy="If the purpose is research, say so with --research; else have counsel decide.",
    )
