"""WL308 training-on-outputs."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.terms import Outputs
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case, Outcome, Rule, at, confidence_of

RULE = Rule(
    id="WL308",
    name="training-on-outputs",
    title="The outputs may be used to train other models.",
    why="Several licences forbid using outputs to improve other models, or tie a name and a display to it.",
    remedy="Do not train on the outputs, or use a model that permits it.",
    severity="high",
    facts=("outputs",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Only where the deployment trains on outputs."""
    if case.deployment.trains_on_outputs:
        for binding, clause in case.clauses("outputs"):
            yield from _judge(binding, clause)


def _judge(binding: Binding, clause: Outputs) -> Iterator[Outcome]:
    where, evidence = f"{binding.title}{at(clause)}", binding.evidence(clause)
    if clause.train_other_models == "no":
        yield RULE.finding(
            Verdict.DENIED,
            f"{where}: outputs may not be used to train other models.",
            evidence,
            confidence=confidence_of(clause),
        )
    elif clause.train_other_models == "conditional" and clause.by_name_only:
        text = f"Training on outputs is permitted on conditions: {clause.summary or clause.train_scope}"
        yield RULE.duty(binding, clause, text)
    elif clause.train_other_models in ("conditional", "unclear"):
        yield RULE.finding(
            Verdict.REVIEW,
            f"{where}: outputs may be used to train other models only on a condition. {clause.summary}",
            evidence,
            remedy="Have somebody confirm that the condition is met.",
        )
