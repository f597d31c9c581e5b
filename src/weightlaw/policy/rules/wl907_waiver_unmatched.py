"""WL907 waiver-unmatched."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL907",
    name="waiver-unmatched",
    title="Every waiver lifts exactly one finding.",
    why="A waiver that fits nothing hides that something changed; one that fits two was never decided.",
    remedy="Correct the waiver, or delete it.",
    severity="low",
)


def check(case: Case) -> Iterator[Outcome]:
    """Nothing: told by the judgement, when waivers are applied."""
    return iter(())
