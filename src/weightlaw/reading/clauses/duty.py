"""What the duties that are either there or not have in common: the first sentence that states one."""

from __future__ import annotations

from typing import Literal

from weightlaw.domain.terms import Duty
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression

_COMMERCIAL = Expression(r"commercial|商业|商用")


def first_duty(
    reader: Reader,
    patterns: tuple[Pattern, ...],
    unless: Expression,
    *,
    unless_before: bool = False,
    commerce: Literal["", "here", "near"] = "",
) -> Duty | None:
    """The first sentence that a pattern finds and that `unless` does not explain away.

    `unless_before`: the sentence before may explain it too. `commerce`: whether the duty may be one of
    commercial use only, as its sentence says, or one beside it.
    """
    for hit in reader.hits(*patterns):
        before = next(reader.around(hit.unit, 1, 0), hit.unit)
        if unless.test(hit.unit.text) or (unless_before and unless.test(before.text)):
            continue
        commercial = bool(commerce) and _COMMERCIAL.test(_about(reader, hit, commerce))
        value = "prohibited" if hit.pattern.name == "guardrails.circumvent" else "yes"
        return Duty(**place_of(reader, hit), value=value, commercial_only=commercial)
    return None


def _about(reader: Reader, hit: Hit, commerce: str) -> str:
    unit, text = hit.unit, hit.unit.full[0]
    if commerce == "near":
        for near in reader.around(unit, 1, 1):
            before = near.index < unit.index and near.section == unit.section
            if near.paragraph == unit.paragraph or before:
                text += " " + near.text
    return text
