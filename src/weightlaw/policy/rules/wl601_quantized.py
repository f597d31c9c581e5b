"""WL601 quantized."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL601",
    name="quantized",
    title="Whether the weights are those that published scores belong to.",
    why="Published scores are those of the full-precision model; a quantization is another artefact, and in "
    "law a derivative.",
    remedy="Do not quote the full-precision scores for it; measure it, or use the published loss.",
    severity="info",
)


def check(case: Case) -> Iterator[Outcome]:
    """A word on scores where the artefact is quantized; it changes no verdict."""
    if case.subject.quantization:
        known = "; ".join(case.subject.losses) or "no loss is published for it"
        yield RULE.finding(
            Verdict.ALLOWED,
            f"The weights are quantized: {case.subject.quantization}. Published scores belong to the "
            f"full-precision model. Published loss: {known}.",
        )
