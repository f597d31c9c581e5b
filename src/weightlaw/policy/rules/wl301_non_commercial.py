"""WL301 non-commercial."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Case, Outcome, Rule, at, confidence_of

RULE = Rule(
    id="WL301",
    name="non-commercial",
    title="A commercial deployment has a licence that permits commercial use.",
    why="Non-commercial and research licences grant nothing to a business use, however small it is.",
    remedy="Ask the licensor for a commercial licence, or choose a model that permits commercial use.",
    severity="critical",
    facts=("commercial_use",),
)


def check(case: Case) -> Iterator[Outcome]:
    """Denied where commercial use is barred, review where the text is unclear about it."""
    if not case.deployment.commercial:
        return
    for binding, clause in case.clauses("commercial_use"):
        who = binding.entry.steward or "the licensor"
        if clause.value == "no":
            yield RULE.finding(
                Verdict.DENIED,
                f"{binding.title}{at(clause)}: commercial use is not permitted.",
                binding.evidence(clause),
                remedy=f"Ask {who} for a commercial licence, or choose a model that permits commercial "
                "use. If the use is not commercial, say so: --non-commercial.",
                confidence=confidence_of(clause),
            )
        elif clause.value == "unclear":
            yield RULE.finding(
                Verdict.REVIEW,
                f"{binding.title}{at(clause)}: unclear whether commercial use is permitted.",
                binding.evidence(clause),
                remedy="Have counsel read the section.",
                confidence="low",
            )
