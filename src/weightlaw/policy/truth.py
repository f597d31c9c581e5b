"""Three answers: true, false, or not known with the facts that are missing (Kleene's logic).

A rule of the house that cannot be decided leads to review, so "not known" is carried to the end and never
becomes true or false on the way.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Missing(Struct, frozen=True):
    """Not known: which facts would settle it, in words."""

    facts: tuple[str, ...]


Truth = bool | Missing


def missing(fact: str) -> Missing:
    """Not known, for want of this one fact."""
    return Missing((fact,))


def all_of(truths: Iterable[Truth]) -> Truth:
    """True when all are; false as soon as one is; else not known. Of none: true."""
    facts: dict[str, None] = {}
    for truth in truths:
        if truth is False:
            return False
        if isinstance(truth, Missing):
            facts.update(dict.fromkeys(truth.facts))
    return Missing(tuple(facts)) if facts else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """True as soon as one is; false when all are; else not known. Of none: false."""
    facts: dict[str, None] = {}
    for truth in truths:
        if truth is True:
            return True
        if isinstance(truth, Missing):
            facts.update(dict.fromkeys(truth.facts))
    return Missing(tuple(facts)) if facts else False


def negated(truth: Truth) -> Truth:
    """The opposite; what is not known stays so."""
    return truth if isinstance(truth, Missing) else not truth
