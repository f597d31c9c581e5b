"""Licence text -> what it demands: the whole reading, assembled from the kinds of clauses.

`python -m weightlaw.reading.facts FILE...` prints one JSON object a file, in the vocabulary of the corpus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, structs

from weightlaw.domain.terms import Clause, Terms
from weightlaw.reading.clauses import (
    commercial,
    competition,
    display,
    grants,
    guardrails,
    hosting,
    indemnity,
    law,
    naming,
    notices,
    other,
    outputs,
    patents,
    registration,
    restrictions,
    share_alike,
    termination,
    territory,
    thresholds,
    updates,
)
from weightlaw.reading.document import Document
from weightlaw.reading.engine import Hit, Reader
from weightlaw.reading.family import family
from weightlaw.reading.unread import UnreadPlace, unread

if TYPE_CHECKING:
    import pathlib


class Reading(Struct, frozen=True):
    """What a text demands, and the places that speak of a deciding matter but were not understood."""

    terms: Terms
    unread: tuple[UnreadPlace, ...] = ()


def read_facts(text: str) -> Reading:
    """Read a license text. Deterministic, offline, linear in the text; never raises for its content."""
    reader = Reader(Document(text))
    terms = _permissions(reader, _clauses(reader))
    terms = structs.replace(terms, family=family(reader, terms))
    commercial = terms.commercial_use.value if terms.commercial_use else None
    places = unread(
        reader,
        territory_known=bool(terms.territory),
        commercial=commercial,
        open_=terms.family in _OPEN,
    )
    return Reading(terms=terms, unread=places)


_OPEN = ("permissive", "public-domain", None)
"""Families of texts in which nothing was read that narrows them."""


def clauses(terms: Terms) -> list[Clause]:
    """All the clauses of a reading, in the order of the fields."""
    found: list[Clause] = []
    for name in terms.__struct_fields__:
        value = getattr(terms, name)
        if isinstance(value, Clause):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(one for one in value if isinstance(one, Clause))
    return found


def _clauses(reader: Reader) -> Terms:
    return Terms(
        thresholds=thresholds.read(reader),
        territory=territory.read(reader),
        attribution_display=display.read(reader),
        naming=naming.read(reader),
        notice=notices.read(reader),
        outputs=outputs.read(reader),
        use_restrictions=restrictions.read(reader),
        share_alike=share_alike.read(reader),
        registration=registration.read(reader),
        update_duty=updates.read(reader),
        non_compete=competition.read(reader),
        safety_guardrails=guardrails.read(reader),
        indemnity_by_licensee=indemnity.read(reader),
        other_duties=other.read(reader),
        patent=patents.read(reader),
        termination=termination.read(reader),
        governing_law=law.read(reader),
    )


def _permissions(reader: Reader, terms: Terms) -> Terms:
    """What is permitted, from the grants and from what the other clauses limit."""
    granted = grants.grants(reader)
    context = commercial.Context(
        granted=granted[0] if granted else None,
        thresholds=terms.thresholds,
        registration=terms.registration,
    )
    use = commercial.read(reader, context)
    limits = grants.Limits(
        purpose=use is not None and use.value == "no",
        territory=bool(terms.territory),
        passed_on=terms.use_restrictions is not None and terms.use_restrictions.must_pass_on,
        alike=terms.share_alike is not None,
        payment=use is not None and "payment" in use.gates,
        gated=use is not None and use.value == "conditional",
    )
    derivatives = grants.derivatives(reader, granted, limits)
    return structs.replace(
        terms,
        commercial_use=use,
        outputs=outputs.settle(
            terms.outputs, bound=_binds_derivatives(reader, terms, granted, limits)
        ),
        redistribution=grants.redistribution(reader, granted, limits),
        derivatives=derivatives,
        hosting=hosting.read(reader, granted, limits),
    )


def _binds_derivatives(
    reader: Reader, terms: Terms, granted: list[Hit], limits: grants.Limits
) -> bool:
    """Whether a model made from outputs, if it counts as a derivative, is bound by anything."""
    if limits.purpose or limits.passed_on or limits.alike or terms.use_restrictions is not None:
        return True
    anywhere = structs.replace(limits, territory=False)
    free = grants.derivatives(reader, granted, anywhere)
    return free is None or free.value != "yes"


def facts_json(reading: Reading) -> dict[str, Any]:
    """The facts of a reading as plain values, in the keys of the corpus' FACTS.md."""
    plain: dict[str, Any] = msgspec.to_builtins(reading.terms)
    for name in (
        "thresholds",
        "notice",
        "attribution_display",
        "territory",
        "naming",
        "termination",
    ):
        if not plain.get(name):
            plain.pop(name, None)
    if reading.terms.use_restrictions is not None:
        plain["use_restrictions"]["must_pass_on"] = reading.terms.use_restrictions.must_pass_on
    return plain


def line(path: pathlib.Path) -> dict[str, Any]:
    """One line of output for a file; bytes that are not UTF-8 are replaced, offsets count characters."""
    import hashlib  # here and below: reading a text in memory needs none of these

    data = path.read_bytes()
    reading = read_facts(data.decode("utf-8", "replace"))
    return {
        "file": str(path),
        "sha256": hashlib.sha256(data).hexdigest(),
        "license": {"id": None, "match": "none", "similarity": 0.0, "nearest": None},
        "facts": facts_json(reading),
        "unread": msgspec.to_builtins(reading.unread),
    }


def main(arguments: list[str]) -> int:
    """Print one JSON object a file."""
    import pathlib
    import sys

    for name in arguments:
        sys.stdout.buffer.write(msgspec.json.encode(line(pathlib.Path(name))) + b"\n")
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
