"""One file, read whole: which licences it holds, what it demands, and what was changed in them."""

from __future__ import annotations

import hashlib
from typing import Any

from msgspec import Struct, structs

from weightlaw.domain.termdiff import TermChange, differences
from weightlaw.domain.terms import Clause, Terms
from weightlaw.reading.changes import MOST_CHANGES
from weightlaw.reading.decode import MAX_BYTES, Decoded, UnreadableText, decode
from weightlaw.reading.facts import Reading, read_facts
from weightlaw.reading.fingerprints import Index, default_index
from weightlaw.reading.identify import Match, identify
from weightlaw.reading.knownreadings import known_reading
from weightlaw.reading.unread import LIMIT, UnreadPlace


class Part(Struct, frozen=True, kw_only=True):
    """One licence of a file (or a stretch that is none), with what its words demand."""

    match: Match
    terms: Terms
    """Read from the words, with places in the file."""
    unread: tuple[UnreadPlace, ...] = ()
    term_changes: tuple[TermChange, ...] | None = None
    """For a modified text: how its terms differ from those of the nearest. None: cannot be told."""


class TextReading(Struct, frozen=True, kw_only=True):
    """A file as it was read."""

    name: str
    sha256: str
    """Of the bytes."""
    raw: str
    """The decoded file, line ends `\\n`; all offsets count its characters."""
    terms: Terms
    """What the file as a whole demands."""
    unread: tuple[UnreadPlace, ...]
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = ()

    @property
    def main(self) -> Part:
        """The part that is most of the file: the longest that is a known licence, else the longest."""
        return max(self.parts, key=lambda p: (p.match.id is not None, p.match.end - p.match.start))


def examine(data: bytes, name: str, index: Index | None = None) -> TextReading:
    """Read one file. Raises UnreadableText for what is no text; any text is accepted."""
    decoded = decode(data, name)
    matches = identify(decoded, index or default_index())
    whole = read_facts(decoded.text)
    alone = len(matches) == 1
    parts = tuple(
        _whole(decoded, match, whole) if alone else _part(decoded, match) for match in matches
    )
    return TextReading(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        raw=decoded.raw,
        terms=placed(whole.terms, decoded),
        unread=_told(whole.unread, decoded, matches),
        parts=parts,
        warnings=decoded.warnings,
    )


def read(path: str) -> TextReading:
    """Read a licence text from a file. Raises UnreadableText, also where the file cannot be opened."""
    try:
        with open(path, "rb") as file:
            return examine(file.read(MAX_BYTES + 1), path)
    except OSError as error:
        raise UnreadableText(path, error.strerror or str(error)) from None


def _whole(decoded: Decoded, match: Match, reading: Reading) -> Part:
    """The only part of a file: what was read in the whole of it."""
    terms = placed(reading.terms, decoded)
    unread = _told(reading.unread, decoded, (match,))
    return Part(match=match, terms=terms, unread=unread, term_changes=term_changes(match, terms))


def _part(decoded: Decoded, match: Match) -> Part:
    """One licence among several: what its own words say, with places in the whole file."""
    own = decode(decoded.raw[match.start : match.end].encode(), decoded.name)
    reading = read_facts(own.text)
    terms = placed(reading.terms, own, match.start)
    unread = _told(reading.unread, own, (match,), match.start)
    return Part(match=match, terms=terms, unread=unread, term_changes=term_changes(match, terms))


def term_changes(match: Match, terms: Terms) -> tuple[TermChange, ...] | None:
    """How the terms of a modified text differ from what was read in the known text itself.

    Both sides are readings by the same reader: what it misses in both is no difference.
    """
    if match.match == "exact":
        return ()
    known = known_reading(match.nearest) if match.match == "modified" and match.nearest else None
    return None if known is None else tuple(differences(known, terms))


def placed(terms: Terms, decoded: Decoded, shift: int = 0) -> Terms:
    """The terms with offsets that count characters of the decoded file."""
    if decoded.places is None and not decoded.shift and not shift:
        return terms
    changed: dict[str, Any] = {}
    for name in terms.__struct_fields__:
        value = getattr(terms, name)
        if isinstance(value, tuple):
            changed[name] = tuple(_moved(clause, decoded, shift) for clause in value)
        elif isinstance(value, Clause):
            changed[name] = _moved(value, decoded, shift)
    return structs.replace(terms, **changed)


def _moved(clause: Clause, decoded: Decoded, shift: int) -> Clause:
    if clause.start is None or clause.end is None:
        return clause
    start, end = decoded.span(clause.start, clause.end)
    return structs.replace(clause, start=start + shift, end=end + shift)


def _told(
    places: tuple[UnreadPlace, ...], decoded: Decoded, matches: tuple[Match, ...], shift: int = 0
) -> tuple[UnreadPlace, ...]:
    """The unread places, in the decoded file. What limits in the words of a known text is known with it."""
    moved = (_place(place, decoded, shift) for place in places)
    return tuple(p for p in moved if p.mentions != LIMIT or not _is_known(p, matches))


def _is_known(place: UnreadPlace, matches: tuple[Match, ...]) -> bool:
    """Whether a place stands in a known text and touches nothing that was changed in it."""
    holding = [m for m in matches if m.start < place.end and place.start < m.end]
    changes = [c for m in holding for c in m.changes]
    if not holding or len(changes) >= MOST_CHANGES or any(m.match == "none" for m in holding):
        return False
    return not any(c.start <= place.end and place.start <= c.end for c in changes)


def _place(place: UnreadPlace, decoded: Decoded, shift: int) -> UnreadPlace:
    start, end = decoded.span(place.start, place.end)
    return structs.replace(place, start=start + shift, end=end + shift)
