"""Changed terms in the words of someone who has to decide: "it now forbids commercial use"."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.termdiff import TermChange, differences
from weightlaw.domain.terms import Permission, ShareAlike, Terms, Territory
from weightlaw.lockfile.pairing import Bound, Pair

_ANSWERS = {
    "no": "it now forbids",
    "conditional": "it now permits only on conditions",
    "yes": "it now permits",
    "unclear": "it no longer says clearly whether it permits",
}
_PERMITTED = {
    "commercial_use": "commercial use",
    "redistribution": "handing on copies",
    "derivatives": "derivatives",
    "hosting": "offering the model to others as a service",
}
_DUTIES = {
    "registration": "registration",
    "update_duty": "taking up updates",
    "non_compete": "not to compete",
    "safety_guardrails": "keeping safety guardrails",
    "indemnity_by_licensee": "that you indemnify the licensor",
    "use_restrictions": "keeping to restrictions of use",
}


def terms_compared(pair: Pair) -> Iterator[tuple[TermChange, str]]:
    """The changes in terms of one licence, each with its words; those that have plain words come first."""
    if pair.old is None or pair.new is None:
        return
    old, new = _comparable(pair.old, pair.new), _comparable(pair.new, pair.old)
    worded = [(change, words(change)) for change in differences(old, new)]
    yield from sorted(worded, key=lambda each: each[1] == each[0].told())


def _comparable(side: Bound, other: Bound) -> Terms:
    """The terms as they can be held against the other side's.

    What a person noted of a known text and what the reader finds in a changed copy differ by more than the change: then
    the reader's own reading of the known text stands for it.
    """
    if not side.catalogued or other.catalogued:
        return side.license.terms
    from weightlaw.reading.knownreadings import (
        known_reading,
    )  # heavy: only where a text was changed

    return known_reading(side.license.id) or side.license.terms


def said(pair: Pair, told: str) -> str:
    """The sentence's second half; a change of the reading alone is told as one."""
    if pair.same_text:
        return f"did not change, but this weightlaw reads it otherwise: {told}"
    return f"changed: {told}"


def words(change: TermChange) -> str:
    """One change in words; where there are none for it, the exact change itself."""
    clause = change.new
    if change.fact in _PERMITTED and isinstance(clause, Permission):
        old = change.old.value if isinstance(change.old, Permission) else ""
        if clause.value != old:
            return f"{_ANSWERS[clause.value]} {_PERMITTED[change.fact]} ({change.told()})"
    if change.fact in _DUTIES and change.change != "changed":
        verb = "now demands" if change.change == "added" else "no longer demands"
        return f"it {verb} {_DUTIES[change.fact]} ({change.told()})"
    if isinstance(clause, Territory) and change.change == "added":
        return f"it now grants nothing in {', '.join(clause.excluded)} ({change.told()})"
    if isinstance(clause, ShareAlike) and change.change == "added":
        return f"derivatives must now be licensed alike ({change.told()})"
    return change.told()
