"""WL405 share-alike."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL405",
    name="share-alike",
    title="Derivatives are licensed alike where the licence demands it.",
    why="Copyleft ties what is made from the model to the same terms, for some licences also over a network.",
    remedy="License the derivative under the same terms, or do not hand it out.",
    severity="medium",
    facts=("share_alike",),
)


def check(case: Case) -> Iterator[Outcome]:
    """A duty where this deployment calls it into being."""
    for binding, clause in case.clauses("share_alike"):
        if case.does(clause.when):
            what = clause.summary or "license derivatives under the same terms."
            yield RULE.duty(binding, clause, f"Share alike ({binding.entry.name}): {what}")
