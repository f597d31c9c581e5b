"""A license text made ready for reading: folded, cut into sentences, every offset kept.

Folding removes what says nothing in law (case, line breaks, Markdown marks, typographic quotes, HTML
tags), so that one pattern reads a text however it was wrapped. Each folded character knows its place in
the text as given. Everything here is linear in the text and bounded per sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from msgspec import Struct

from weightlaw.reading.folding import fold
from weightlaw.reading.sections import Marker, Numbering, marker

MAX_SENTENCE = 4000
"""Longer sentences are cut: it bounds what one pattern looks at, and no license needs more."""

MAX_LEAD = 1500
"""How much of an introduction ("You will not:") is put before each of its list items."""

_WORDS = re.compile("[^ *`\x00\\\\\u200b\ufeff\u00ad]+(?: [^ *`\x00\\\\\u200b\ufeff\u00ad]+)*")
_NOISE = re.compile("  |[*`\x00\\\\\u200b\ufeff\u00ad]")
_PARTED = re.compile("[\u2e80-\u9fff] +[\u2e80-\u9fff]")
_RUNS = re.compile("[^ *`\x00\\\\\u200b\ufeff\u00ad]+")
_NO_LIMIT = "not limited to"
_ANNOUNCES = re.compile(r"(?::-?|-|\b(?:to|that|for|by))\Z")
_FOR_INSTANCE = "e.g. including"
"""Says the same, in as many characters, without a "not" that forbids nothing."""
_STOP = re.compile(
    r"[.!?][\"')\]]*(?= )|[\u3002\uff01\uff1f]|; (?=(?:and |or )?(?:[a-z]|[0-9]{1,2}"
    r"|[ivx]{2,4})\. )"
)
_ABBREVIATED = re.compile(
    r"(?:^|[ (\"'])(?:inc|ltd|co|corp|e\.?g|i\.?e|etc|no|nos|vs?|u\.s|u\.k|u\.s\.a|art|sec"
    r"|dr|mr|ms|st"
    r"|cf|al|pte|llc|l\.l\.c|approx|[a-z])\.\Z"
)
_REFERENCE = re.compile(
    r"(?:section|paragraph|clause|article|exhibit|attachment"
    r"|appendix)s?(?: [0-9a-z.()]{1,9},? (?:and|or|to))?\Z"
)
_CLOSES = re.compile(r"(?:[.;:\u3002]|\band|\bor|\u201d|\")\Z")
_CARRIES_ON = re.compile(r"(?:[.;:,)\u3002]|\band|\bor|\u201d|\")\Z")
_NUMBER = re.compile(r"\(?(?:[0-9]{1,3}(?:\.[0-9]{1,3})*|[ivx]{1,5})[.)] ")
_FORBIDS = re.compile(
    r"(?:may not|not to|shall not|must not|will not|prohibited|不得)[^:]*following"
    r"|following[^:]*prohibited"
)
_OPENS = re.compile(r"[\"'(\[]*[A-Z0-9\u4e00-\u9fff\u201c\u2018*_#]")


class Unit:
    """One sentence or list item: `text` folded, with its section and the words that introduce it."""

    __slots__ = (
        "_full",
        "_raw",
        "heading",
        "index",
        "item",
        "lead",
        "paragraph",
        "section",
        "start",
        "text",
    )

    def __init__(self, index: int, start: int, text: str, section: str, lead: Unit | None) -> None:
        self.index = index
        self.start = start
        self.text = text
        self.section = section
        self.lead = lead
        self.item = False
        self.heading = False
        self.paragraph = 0
        self._raw: bytes | None = None
        self._full: tuple[str, bytes] | None = None

    @property
    def end(self) -> int:
        """Offset behind the last character, in the folded text."""
        return self.start + len(self.text)

    @property
    def raw(self) -> bytes:
        """The text as the engine searches it."""
        if self._raw is None:
            self._raw = self.text.encode("utf-8", "replace")
        return self._raw

    @property
    def introduction(self) -> str:
        """The words that introduce this item ("You will not: "), empty for a sentence of its own."""
        if self.lead is None:
            return ""
        return f"{self.lead.introduction}{self.lead.text} "[-MAX_LEAD:]

    @property
    def full(self) -> tuple[str, bytes]:
        """The item behind its introduction, as text and as the engine searches it."""
        if self._full is None:
            whole = self.introduction + self.text
            self._full = (whole, whole.encode("utf-8", "replace"))
        return self._full


class Document:
    """A text as its reader sees it: `text` folded, `units` its sentences, `source` as given."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.units: list[Unit] = []
        self._folded: list[int] = []
        self._given: list[int] = []
        self.text = _Builder(self).build(fold(source))
        self.starts = [unit.start for unit in self.units]

    def unit_at(self, place: int) -> Unit | None:
        """The sentence that holds a place of the folded text."""
        found = bisect_right(self.starts, place) - 1
        return self.units[found] if found >= 0 else None

    def given(self, place: int) -> int:
        """Where a character of the folded text stands in the text as given."""
        found = bisect_right(self._folded, place) - 1
        if found < 0:
            return 0
        return min(self._given[found] + place - self._folded[found], len(self.source))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of the folded text, in the text as given."""
        first = self.given(start)
        return first, max(first, self.given(max(start, end - 1)) + 1 if end > start else first)

    def words(self, start: int, end: int) -> str:
        """The words of a stretch as they were given, on one line and without Markdown marks."""
        first, last = self.span(start, end)
        return " ".join(self.source[first:last].replace("**", "").replace("`", "").split())


class _Lead(Struct, frozen=True):
    """Words that introduce, with how deep they stand in the numbering and on the page."""

    depth: int
    indent: int
    unit: Unit


class _Builder:
    """Joins lines to paragraphs and cuts them to sentences, keeping numbers and places."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.numbering = Numbering()
        self.pieces: list[str] = []
        self.length = 0
        self.leads: list[_Lead] = []
        self.indent = 0
        self.paragraph: list[tuple[int, int]] = []
        self.item = False
        self.fresh = False
        self.paragraphs = 0
        self.following = ""
        self.standing: tuple[str, Unit] | None = None

    def build(self, low: str) -> str:
        """Cut the folded text; returns it with white space and marks collapsed."""
        lines = _lines(low)
        widths = _widths(lines)
        previous = ""
        for place, ((start, line), width) in enumerate(zip(lines, widths, strict=True)):
            self.following = lines[place + 1][1] if place + 1 < len(lines) else ""
            self._line(low, start, line, previous, width)
            previous = line
        self._flush(low)
        return "".join(self.pieces)

    def _line(self, low: str, start: int, line: str, previous: str, width: int) -> None:
        bare = line.strip(" *_`#>|/\x00")
        if not bare or not any(map(str.isalnum, bare)):
            self._flush(low)
            return
        shift = line.index(bare[0]) if bare else 0
        mark = _mark(line, bare.replace("\\", ""), previous, width)
        if mark is None and self.paragraph and _continues(line, previous, width):
            self.paragraph.append((start, start + len(line)))
            return
        self._flush(low)
        self.indent = len(line) - len(line.lstrip(" "))
        if mark is not None:
            self.numbering.enter(mark, self.indent, announced=self.fresh)
            self.item = True
        elif self._stands_alone(line, width) and _is_heading(
            self.document.source[start : start + len(line)], bare
        ):
            self._heading(self.document.source[start + shift : start + shift + len(bare)])
        self.paragraph.append((start, start + len(line)))

    def _stands_alone(self, line: str, width: int) -> bool:
        """Whether a line ends where it does on purpose, and not because it was full."""
        first = self.following.split(None, 1)[:1]
        return not first or len(line) + 1 + len(first[0]) < min(width, MAX_WRAP) - 8

    def _heading(self, words: str) -> None:
        if self.document.units:  # the first one is the title of the text
            self.numbering.heading(" ".join(words.replace("*", "").split()))
        self.leads.clear()

    def _flush(self, low: str) -> None:
        if not self.paragraph:
            return
        begin = self.length
        for start, end in self.paragraph:
            self._collapse(low, start, end)
        self._add(" ")
        text = "".join(self.pieces[self._first :]) if self.pieces else ""
        self._sentences(text, begin)
        self.paragraph.clear()
        self.paragraphs += 1
        self.item = False
        self._first = len(self.pieces)

    _first = 0

    def _collapse(self, low: str, start: int, end: int) -> None:
        document = self.document
        line = low[start:end]
        runs = _runs(line)
        for offset, words in runs:
            left = len(words) - len(words.lstrip(" "))
            words = words.strip(" ")
            if not words:
                continue
            place = start + offset + left
            if self._spaced(low, place):
                self._add(" ")
            document._folded.append(self.length)
            document._given.append(place)
            self._add(words)

    def _spaced(self, low: str, place: int) -> bool:
        """Whether a blank goes before the words at `place`: not where only a mark was removed."""
        if not self.pieces or self.pieces[-1] == " ":
            return False
        if ord(low[place]) > 0x2E7F and ord(self.pieces[-1][-1]) > 0x2E7F:
            return False  # Chinese is wrapped without blanks
        back = place - 1
        while back >= 0 and low[back] in "*`\x00\\\u200b\ufeff\u00ad":
            back -= 1
        return back < 0 or low[back] in " \n"

    def _add(self, words: str) -> None:
        self.pieces.append(words)
        self.length += len(words)

    def _sentences(self, text: str, begin: int) -> None:
        first = 0
        source = self.document
        for stop in _STOP.finditer(text):
            end = stop.end()
            if end - first < 2 or not self._is_stop(text, first, stop, begin, source):
                continue
            self._unit(text, first, end, begin)
            first = end
        self._unit(text, first, len(text), begin)

    def _is_stop(
        self, text: str, first: int, stop: re.Match[str], begin: int, source: Document
    ) -> bool:
        if stop[0][0] in ";\u3002\uff01\uff1f":
            return True
        if (
            _NUMBER.match(text[first : first + 12].split(" ", 1)[0] + " ")
            and " " not in text[first : stop.start()]
        ):
            return False  # the mark of a list item, not a sentence
        if stop[0] == "." and _ABBREVIATED.search(text[max(first, stop.start() - 8) : stop.end()]):
            return False
        given = source.given(begin + stop.end() + 1)
        return bool(_OPENS.match(source.source, given))

    def _unit(self, text: str, first: int, end: int, begin: int) -> None:
        words = text[first:end]
        first += len(words) - len(words.lstrip(" "))
        words = words.strip(" ")
        while words:
            cut = _cut(words)
            self._append(words[:cut], begin + first)
            rest = words[cut:].lstrip(" ")
            first += len(words) - len(rest)
            words = rest

    def _append(self, words: str, start: int) -> None:
        words = words.replace(_NO_LIMIT, _FOR_INSTANCE)
        units = self.document.units
        depth = self.numbering.depth
        while self.leads and self._is_over(self.leads[-1], depth):
            self.leads.pop()
        lead = self.leads[-1].unit if self._under(depth) else self._standing()
        unit = Unit(len(units), start, words, self.numbering.path, lead)
        unit.item = self.item
        unit.paragraph = self.paragraphs
        units.append(unit)
        self.fresh = _ANNOUNCES.search(words) is not None
        if self.fresh and len(self.leads) < 8:
            self.leads.append(_Lead(depth, self.indent, unit))
            if _FORBIDS.search(words) and not unit.item:
                self.standing = (self.numbering.path, unit)

    def _is_over(self, lead: _Lead, depth: int) -> bool:
        """Whether an introduction has come to its end: at the next number or indent of its
        rank. A paragraph at the margin between two items interrupts a list and does not end it."""
        if lead.depth < depth or self._under(depth):
            return False
        beside = self.indent < lead.indent or self.indent == lead.indent > 0
        return self.item or beside or lead.unit.section != self.numbering.path

    def _under(self, depth: int) -> bool:
        """Whether what comes now stands under an introduction: deeper in the numbering, right behind
        it, or more indented, for lists that lost their numbers."""
        if not self.leads:
            return False
        lead = self.leads[-1]
        if self.item:
            return lead.depth < depth
        return self.fresh or self.indent > lead.indent

    def _standing(self) -> Unit | None:
        """ "You may not use it for the following:" introduces all paragraphs up to the next heading,
        be they numbered or not: what is forbidden stays forbidden."""
        if self.standing is None or self.standing[0] != self.numbering.path or self.item:
            return None
        return self.standing[1]


def _runs(line: str) -> list[tuple[int, str]]:
    """The stretches of a line that stay as they are, each with its place in the line."""
    if not line.isascii() and _PARTED.search(line):  # Chinese copied from a PDF: blanks in words
        return [(m.start(), m[0]) for m in _RUNS.finditer(line)]
    if _NOISE.search(line) is None:
        return [(0, line)]
    return [(m.start(), m[0]) for m in _WORDS.finditer(line)]


def _lines(low: str) -> list[tuple[int, str]]:
    """The lines with their places; one that held only a tag ("<br>" before a line end) is none."""
    lines = []
    place = 0
    for line in low.split("\n"):
        bare = line.rstrip(" \x00")
        if bare or not line or line.isspace():
            quoted = len(bare) - len(bare.lstrip("> ")) if bare.lstrip(" ")[:1] == ">" else 0
            lines.append((place + quoted, bare[quoted:]))
        place += len(line) + 1
    return lines


def _widths(lines: list[tuple[int, str]]) -> list[int]:
    """For each line, how wide the block of lines around it is: wide blocks are not wrapped."""
    widths = [0] * len(lines)
    first = 0
    for place in range(len(lines) + 1):
        if place == len(lines) or not lines[place][1]:
            wide = max((_width(line) for _, line in lines[first:place]), default=0)
            widths[first:place] = [wide] * (place - first)
            first = place + 1
    return widths


def _width(line: str) -> int:
    """How wide a line is, long addresses not counted: no wrapping breaks them."""
    if len(line) <= MAX_WRAP:
        return len(line)
    return sum(len(word) + 1 for word in line.split() if len(word) < MAX_WORD)


MAX_WORD = 50
MAX_WRAP = 140
"""A block with a longer line than this was not wrapped: there, each line is a paragraph."""


def _continues(line: str, previous: str, width: int) -> bool:
    if not previous:
        return False
    if line.lstrip(" ").startswith(("#", "**")) or previous.lstrip(" ").startswith("#"):
        return False
    if width > MAX_WRAP and previous.endswith((".", ":", ";", '"', ")", "\u3002")):
        return False
    if width > MAX_WRAP and len(previous) < MAX_WRAP // 2:
        return False
    fits = len(previous) + 1 + len(line.split(None, 1)[0]) < width - 8
    return not (fits and previous.endswith((".", ":", ";", "\u3002")))


def _mark(line: str, bare: str, previous: str, width: int) -> Marker | None:
    stripped = line.lstrip(" #>")
    mark = marker(stripped if stripped[:1] in "*-+" else bare)
    if mark is None or (mark.kind == "bullet" and stripped.startswith("**")):
        mark = marker(bare)
    if mark is None:
        return None
    if previous and mark.kind != "annex" and _REFERENCE.search(previous[-32:]):
        return None  # "as set out in section / 5. of this license": a wrapped reference
    full = len(previous) > min(width, MAX_WRAP) * 0.6
    if full and mark.kind not in ("annex", "bullet") and not _wraps_at(mark, previous):
        return None  # "for (i) this, / (ii) that", "Llama / 3.1": numbers within a wrapped sentence
    if full and stripped.startswith("- ") and not _CARRIES_ON.search(previous):
        return None  # "including / - but not limited to - ...": a dash in a wrapped sentence
    return mark


def _wraps_at(mark: Marker, previous: str) -> bool:
    """Whether a sentence or an item can have ended with the line before."""
    ended = _CLOSES if mark.kind in ("plet", "pnum") else _CARRIES_ON
    return ended.search(previous) is not None


def _is_heading(given: str, bare: str) -> bool:
    stripped = given.strip()
    if len(bare) > 80 or bare.endswith((".", ";", ",", ":")) or not bare[0].isalpha():
        return False
    if stripped.startswith(("#", "**")):
        return True
    words = stripped.split()
    if len(words) > 10 or '"' in bare:
        return False
    return stripped.isupper() or (
        len(words) <= 6 and sum(w[:1].isupper() for w in words) * 3 >= 2 * len(words)
    )


def _cut(words: str) -> int:
    if len(words) <= MAX_SENTENCE:
        return len(words)
    space = words.rfind(" ", MAX_SENTENCE // 2, MAX_SENTENCE)
    return space if space > 0 else MAX_SENTENCE
