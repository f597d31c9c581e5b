"""Duties in this deployment, sorted by their force: must, must not, and if."""

from __future__ import annotations

from msgspec import structs

from weightlaw.domain.findings import DutyItem
from weightlaw.domain.verdict import Verdict
from weightlaw.reports.procurement.decisions import license_name
from weightlaw.reports.procurement.gathering import Item, Material
from weightlaw.reports.procurement.view import Mode, Obligation

_FORBIDDING = frozenset({"WL309", "WL310"})
"""Duties to leave something: competing, and the uses that a policy bars."""
_ORDER: tuple[Mode, ...] = ("must", "must not", "if")


def obligations(material: Material) -> tuple[Obligation, ...]:
    """Every duty once, with the models it holds for; those of denied models too, in case they are licensed."""
    found: dict[Obligation, dict[str, None]] = {}
    for item in material.items:
        for duty in item.result.duties:
            found.setdefault(_obligation(item, duty), {})[item.id] = None
        for kept in item.result.kept:
            how = "file looked at" if kept.checked else "on record only"
            row = _obligation(item, kept.duty, f"{kept.place} ({how}; {kept.source})")
            found.setdefault(row, {})[item.id] = None
    rows = [structs.replace(row, models=tuple(models)) for row, models in found.items()]
    return tuple(sorted(rows, key=lambda row: (row.only_if_licensed, _ORDER.index(row.mode))))


def _obligation(item: Item, duty: DutyItem, kept: str = "") -> Obligation:
    return Obligation(
        mode=_mode(duty),
        text=duty.text,
        condition=duty.condition,
        display=duty.display,
        license=license_name(item, duty.license),
        section=duty.section,
        models=(),
        kept=kept,
        only_if_licensed=item.result.verdict is Verdict.DENIED,
    )


def _mode(duty: DutyItem) -> Mode:
    if duty.condition:
        return "if"
    return "must not" if duty.rule in _FORBIDDING else "must"
