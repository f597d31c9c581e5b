"""WL306 redistribution."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.permissions import judge

RULE = Rule(
    id="WL306",
    name="redistribution",
    title="Copies of the model may be handed on.",
    why="Weights on a device, in a container image or on a mirror are copies that leave your hands.",
    remedy="Let recipients fetch the model from its publisher, or ask the licensor.",
    severity="high",
    facts=("redistribution",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Only where copies leave the organization."""
    if case.does(("distribute",)):
        yield from judge(RULE, case, "redistribution", "handing on copies of the model")
