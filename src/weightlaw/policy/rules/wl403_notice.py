"""WL403 notice."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.terms import Notice
from weightlaw.policy.case import Case, Outcome, Rule

RULE = Rule(
    id="WL403",
    name="notice",
    title="Copies carry the notices that the licence asks for.",
    why="Nearly every licence, MIT included, ties the right to hand on copies to its notices.",
    remedy="Put the licence copy and the notices beside the weights.",
    severity="low",
    facts=("notice",),
)


def check(case: Case) -> Iterator[Outcome]:
    """The notices that this deployment calls for."""
    for binding, clause in case.clauses("notice"):
        if clause.kind == "state_changes" and not case.deployment.fine_tuned:
            continue
        if case.does(clause.when):
            text = _TEXTS[clause.kind].format(name=binding.entry.name)
            yield RULE.duty(binding, clause, text, where=_where(clause), display=clause.text)


def _where(clause: Notice) -> str:
    return "a Notice text file with the copies" if clause.kind == "notice_file" else ""


_TEXTS = {
    "include_license": "Give recipients a copy of {name}.",
    "retain_notices": "Keep the copyright and licence notices of {name} in all copies.",
    "notice_file": "Put the notice that {name} prescribes into a Notice file with the copies.",
    "state_changes": "Say in modified files that you changed them ({name}).",
}
