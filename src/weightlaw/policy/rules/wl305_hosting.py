"""WL305 hosting."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.permissions import judge

RULE = Rule(
    id="WL305",
    name="hosting",
    title="The model may be offered to third parties as a service.",
    why="Using a model inside a product and renting the model itself out are two things in law.",
    remedy="Keep the model inside your own product, or ask the licensor.",
    severity="high",
    facts=("hosting",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Only where the deployment offers the model itself as a service."""
    if case.does(("host",)):
        yield from judge(RULE, case, "hosting", "offering the model as a service to third parties")
