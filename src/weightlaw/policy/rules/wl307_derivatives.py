"""WL307 derivatives."""

from __future__ import annotations

from collections.abc import Iterator

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
    """Only where the deployment fine-tunes."""
    if case.deployment.fine_tuned:
        yield from judge(RULE, case, "derivatives", "making a modified model")
