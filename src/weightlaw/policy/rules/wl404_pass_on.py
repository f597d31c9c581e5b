"""WL404 pass-on."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL404",
    name="pass-on",
    title="Use restrictions are imposed on recipients where the licence demands it.",
    why="Responsible-use licences bind everybody down the line, by your contract with them.",
    remedy="Write the restrictions into your terms, as enforceable provisions.",
    severity="medium",
    facts=("use_restrictions",),
)


def check(case: Case) -> Iterator[Outcome]:
    """A duty where copies, or access as the licence counts it, go to others."""
    for binding, clause in case.clauses("use_restrictions"):
        if clause.must_pass_on and case.does(clause.pass_on_when):
            text = (
                f"Bind your own recipients and users to the use restrictions of {binding.entry.name} "
                "in an enforceable way (terms of use or licence)."
            )
            yield RULE.duty(binding, clause, text, where="terms of use or licence")
