"""What licences restrict, whoever deploys: sentences for limitations and considerations."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.terms import Clause, Naming, Outputs, Permission, UseRestrictions
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import at
from weightlaw.reports.sbom.view import Note

_KEYS = {
    "commercial_use": "commercial use",
    "redistribution": "redistribution",
    "derivatives": "derivatives",
    "hosting": "hosting for others",
    "thresholds": "size",
    "territory": "territory",
    "outputs": "use of outputs for training",
    "use_restrictions": "permitted uses",
    "share_alike": "share alike",
    "naming": "names of derived models",
    "attribution_display": "words to display",
    "registration": "registration",
    "non_compete": "competition",
    "safety_guardrails": "safeguards",
    "update_duty": "updates",
}


_PLACE = frozenset(Clause.__struct_fields__)


def restrictions(binding: Binding) -> Iterator[Note]:
    """Each restriction of one licence with its section."""
    for key, word in _KEYS.items():
        value = getattr(binding.terms, key)
        clauses = value if isinstance(value, tuple) else () if value is None else (value,)
        for clause in clauses:
            if _restricts(clause):
                yield _note(binding, clause, word)


def _restricts(clause: Clause) -> bool:
    if isinstance(clause, Permission):
        return clause.value != "yes"
    if isinstance(clause, Outputs):
        return clause.train_other_models not in (None, "yes")
    return True


def _note(binding: Binding, clause: Clause, word: str) -> Note:
    ethical = isinstance(clause, UseRestrictions)
    what = clause.summary or _said(clause)
    if isinstance(clause, UseRestrictions) and clause.categories:
        what += f" Categories: {', '.join(clause.categories)}."
    text = f"{binding.title}{at(clause)} ({word}): {what}"
    return Note(kind="restriction", text=text, ethical=ethical)


def _said(clause: Clause) -> str:
    """The values of a clause that was read and has no summary."""
    told = []
    for key in clause.__struct_fields__:
        value = getattr(clause, key)
        if (key in _PLACE and not (key == "rule" and isinstance(clause, Naming))) or value in (
            None,
            "",
            (),
            False,
        ):
            continue
        told.append(f"{key.replace('_', ' ')} {_shown(value)}")
    return f"{'; '.join(told)}." if told else "see the section."


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "yes"
    return f"{value:,}" if isinstance(value, int) else str(value)
