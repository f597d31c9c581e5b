"""WL107 modified-text."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules.gaps import findings_for

RULE = Rule(
    id="WL107",
    name="modified-text",
    title="The shipped text is the licence it claims to be, unchanged.",
    why="Licences are edited under old names: one changed number changes who may use the model.",
    remedy="Read what was changed, and have counsel judge the text as it stands.",
    severity="high",
)


def check(case: Case) -> Iterator[Outcome]:
    """Review for each such doubt."""
    return findings_for(RULE, case, "modified-text")
