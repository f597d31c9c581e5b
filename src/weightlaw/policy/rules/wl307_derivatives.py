"""WL307 derivatives."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from weightlaw.domain.findings import Finding
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.permissions import judge

RULE = Rule(
    id="WL307",
    name="derivatives",
    title="The model may be fine-tuned.",
    why="A fine-tune, a merge and in most readings a quantization are derivatives.",
    remedy="Use the model as it is, or ask the licensor.",
    severity="high",
    facts=("derivatives",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Only where the deployment fine-tunes. What is kept inside is for a person to decide at worst: some
    texts bar only the sharing of modified models.
    """
    if not case.deployment.fine_tuned:
        return
    inside = not case.does(("product", "host", "distribute"))
    for outcome in judge(RULE, case, "derivatives", "making a modified model"):
        if inside and isinstance(outcome, Finding) and outcome.verdict is Verdict.DENIED:
            yield structs.replace(outcome, verdict=Verdict.REVIEW)
        else:
            yield outcome
