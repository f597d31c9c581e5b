"""WL602 contradicting-parts."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL602",
    name="contradicting-parts",
    title="The parts of an artefact agree on what it is.",
    why="A header, a card and a file name that disagree mean that somebody repackaged something else.",
    remedy="Ask whoever made the artefact, or take the model from its publisher.",
    severity="medium",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each contradiction between parts."""
    return findings_for(RULE, case, "contradicting-parts")
