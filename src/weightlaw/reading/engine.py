"""Patterns over sentences: which words were found, where, and by which named pattern.

A pattern is a name, some literal anchors and an expression of RE2, which is linear in the text
whatever the text (no look-around, no back-references). The anchors are searched first with plain string
search, so an expression is compiled and run only for sentences that hold one of its anchors: a text
pays for what it speaks about. Expressions see folded text (see `document`): lower case, one blank, ASCII
quotes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from weightlaw.reading.document import Document, Unit
from weightlaw.reading.expressions import Expression, Match

MAX_HITS = 200
"""At most so many hits of one pattern in one text: more is an attack, not a license."""

MAX_EVIDENCE = 700
"""A longer sentence is not evidence as a whole: the words around the hit are."""


MAX_QUOTE = 4000
"""Longer than any notice that a license prescribes."""

MAX_QUOTATIONS = 30
_CLOSING = {"\u201c": "\u201d", "\u00ab": "\u00bb", "\u300c": "\u300d", "\u300e": "\u300f"}


class Pattern:
    """A named expression. `introduced`: matched against a list item behind its introduction.

    `listed`: matched against such items only.
    """

    __slots__ = ("anchors", "confidence", "expression", "introduced", "listed", "name")

    def __init__(
        self,
        name: str,
        anchors: str,
        expression: str,
        *,
        introduced: bool = False,
        listed: bool = False,
        confidence: float = 0.9,
    ) -> None:
        self.name = name
        self.anchors = tuple(anchors.split("|"))
        self.expression = Expression(expression)
        self.introduced = introduced or listed
        self.listed = listed
        self.confidence = confidence


class Hit(Struct, frozen=True):
    """A pattern found in a sentence: `start` and `end` in the folded text of the document."""

    unit: Unit
    pattern: Pattern
    start: int
    end: int
    match: Match
    shift: int
    """What to add to an offset in `match` to get one in the folded text (for introduced items, the
    introduction is in front)."""

    def group(self, name: str) -> str:
        """The folded words of a named group."""
        return self.match.group(name)

    def span(self, name: str) -> tuple[int, int]:
        """Where a named group stands in the folded text of the document."""
        start, end = self.match.groups.get(name, (0, 0))
        return max(start + self.shift, self.unit.start), max(end + self.shift, self.unit.start)


class Reader:
    """One text under reading: which sentences hold which words, and what patterns find in them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.understood: dict[int, set[str]] = {}
        """The sentences from which something was read, and of which matter."""
        self._words = " ".join(set(document.text.split(" ")))
        self._where: dict[str, list[int]] = {}
        self._children: dict[int, list[int]] = {}
        for unit in document.units:
            if unit.lead is not None:
                self._children.setdefault(unit.lead.index, []).append(unit.index)

    def understand(self, unit: Unit, matter: str) -> None:
        """Note that a sentence was read, so that it is not reported as unread on this matter."""
        self.understood.setdefault(unit.index, set()).add(matter)

    def mentions(self, anchor: str) -> list[int]:
        """The sentences that hold a literal, by their number, each once."""
        known = self._where.get(anchor)
        if known is None:
            found = self._occurrences(anchor) if self._occurs(anchor) else ()
            known = self._where[anchor] = list(found)
        return known

    def _occurs(self, anchor: str) -> bool:
        """Whether a literal can occur at all: its words are looked up in the words of the text, which
        are few however long the text is."""
        return all(word in self._words for word in anchor.split(" "))

    def _occurrences(self, anchor: str) -> Iterator[int]:
        text, starts, units = self.document.text, self.document.starts, self.document.units
        place, index = text.find(anchor), 0
        while place >= 0 and units:
            while index + 1 < len(starts) and starts[index + 1] <= place:
                index += 1
            yield index
            if index + 1 >= len(starts):
                return
            place = text.find(anchor, starts[index + 1])

    def units(self, *anchors: str) -> list[Unit]:
        """The sentences that hold any of the literals, in the order of the text."""
        found = {index for anchor in anchors for index in self.mentions(anchor)}
        return [self.document.units[index] for index in sorted(found)]

    def hits(self, *patterns: Pattern) -> Iterator[Hit]:
        """What the patterns find, pattern by pattern, in the order of the text."""
        for pattern in patterns:
            count = 0
            for unit in self._candidates(pattern):
                if pattern.listed and unit.lead is None:
                    continue
                hit = self.hit(pattern, unit)
                if hit is not None:
                    yield hit
                    count += 1
                    if count >= MAX_HITS:
                        break

    def _candidates(self, pattern: Pattern) -> list[Unit]:
        """The sentences that hold an anchor, and for introduced items those whose introduction does."""
        found = self.units(*pattern.anchors)
        if not pattern.introduced or not self._children:
            return found
        places = {unit.index for unit in found}
        for unit in found:
            places.update(self._children.get(unit.index, ()))
        return [self.document.units[index] for index in sorted(places)]

    def hit(self, pattern: Pattern, unit: Unit) -> Hit | None:
        """What one pattern finds in one sentence, its anchors not asked."""
        text, raw = unit.full if pattern.introduced else (unit.text, unit.raw)
        match = pattern.expression.search(text, raw)
        if match is None:
            return None
        shift = unit.start - (len(text) - len(unit.text))
        if match.end + shift <= unit.start:
            return None  # the introduction says it by itself, and is a sentence of its own
        start = max(match.start + shift, unit.start)
        return Hit(unit, pattern, start, max(match.end + shift, start + 1), match, shift)

    def first(self, *patterns: Pattern) -> Hit | None:
        """The first find of the first pattern that finds anything."""
        return next(self.hits(*patterns), None)

    def evidence(self, hit: Hit) -> tuple[int, int]:
        """The words a find rests on, as offsets in the text as given: its sentence, if not too long."""
        return self.place(hit.unit, hit.start, hit.end)

    def place(self, unit: Unit, start: int, end: int) -> tuple[int, int]:
        """The sentence of a find, or the words around it, as offsets in the text as given."""
        if len(unit.text) <= MAX_EVIDENCE:
            return self.document.span(unit.start, unit.end)
        end = min(end, start + MAX_EVIDENCE)
        room = (MAX_EVIDENCE - (end - start)) // 2
        return self.document.span(max(unit.start, start - room), min(unit.end, end + room))

    def quotation(self, start: int, limit: int) -> tuple[int, int] | None:
        """The first words in quotation marks between two places of the folded text.

        Marks nest (a notice may quote a trade mark): typographic ones are counted as they were given, plain
        ones by what stands beside them, within their paragraph. Where that finds no end, the next mark is it.
        """
        text, document = self.document.text, self.document
        first = text.find('"', start, limit)
        if first < 0:
            return None
        opening = document.source[document.given(first)]
        closing = _CLOSING.get(opening)
        end = self._closing(first, opening, closing) if closing else self._plain_closing(first)
        place = end if end > 0 else text.find('"', first + 1, first + MAX_QUOTE)
        return (first + 1, place) if place > first + 1 else None

    def _closing(self, first: int, opening: str, closing: str) -> int:
        """The mark that closes a typographic one; -1 where none does."""
        text, document = self.document.text, self.document
        depth, place = 1, first
        while depth and (place := text.find('"', place + 1, first + MAX_QUOTE)) >= 0:
            given = document.source[document.given(place)]
            depth += 1 if given == opening else -1 if given == closing else 0
        return place

    def _plain_closing(self, first: int) -> int:
        """The plain mark that closes one: those that stand before a word open, the others close."""
        text, depth, place = self.document.text, 1, first
        unit = self.document.unit_at(first)
        limit = min(self.paragraph_end(unit) if unit else first, first + MAX_QUOTE)
        while depth and (place := text.find('"', place + 1, limit)) >= 0:
            opens = text[place - 1] in " ([" and text[place + 1 : place + 2].isalnum()
            depth += 1 if opens else -1
        return place

    def paragraph_end(self, unit: Unit) -> int:
        """Where the paragraph of a sentence ends, in the folded text; at most MAX_QUOTE further on."""
        end = unit.end
        for near in self.document.units[unit.index + 1 : unit.index + 30]:
            if near.paragraph != unit.paragraph or near.end > unit.start + MAX_QUOTE:
                break
            end = near.end
        return end

    def quotations(self, unit: Unit) -> list[tuple[int, int]]:
        """The words in quotation marks that begin in a sentence, as places counted from its start; the last may
        run on in its paragraph (a notice of several sentences)."""
        found: list[tuple[int, int]] = []
        place, end = unit.start, self.paragraph_end(unit)
        while len(found) < MAX_QUOTATIONS:
            quoted = self.quotation(place, unit.end)
            if quoted is None or quoted[1] > end:
                break
            found.append((quoted[0] - unit.start, quoted[1] - unit.start))
            place = quoted[1] + 1
        return found

    def around(self, unit: Unit, before: int = 0, after: int = 0) -> Iterator[Unit]:
        """The neighbors of a sentence, itself not among them, nearest first, following ones first."""
        units = self.document.units
        yield from units[unit.index + 1 : unit.index + 1 + after]
        yield from reversed(units[max(0, unit.index - before) : unit.index])


def place_of(reader: Reader, hit: Hit, *, confidence: float | None = None) -> dict[str, Any]:
    """The keyword arguments section, start, end, confidence and rule of a clause, from a find."""
    start, end = reader.evidence(hit)
    reader.understand(hit.unit, hit.pattern.name.split(".")[0])
    return {
        "section": hit.unit.section,
        "start": start,
        "end": end,
        "confidence": hit.pattern.confidence if confidence is None else confidence,
        "pattern": hit.pattern.name,
    }
