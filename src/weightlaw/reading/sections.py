"""The text's own numbering: `1.b.i`, `4`, `Attachment A`, or the words of an unnumbered heading.

A license is cited by its numbering, so every fact carries it. The numbering of real licenses is
irregular (`1.`, `1.1`, `(a)`, `i.`, headings without numbers, numbers that restart in an annex), so
this keeps a small stack of open levels and never fails: at worst a label is coarser than the text.
"""

from __future__ import annotations

import re

from msgspec import Struct

MAX_DEPTH = 8
MAX_LABEL = 48
MAX_TITLE = 70

_MARKER = re.compile(
    r"(?:(?P<part>(?:section|article|clause|exhibit|attachment|annex|appendix|schedule"
    r"|part)(?= )|§)"
    r" ?(?P<partno>[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}|[ivx]{1,5}|[a-z])(?P<stop>[.:)]|$|(?= ))"
    r"|(?P<dec>[0-9]{1,3}(?:\.[0-9]{1,3}){1,4})(?:[.):](?= |$)|(?= ))"
    r"|(?P<num>[0-9]{1,3})[.)、:](?![0-9])"
    r"|\((?P<pnum>[0-9]{1,3})\)"
    r"|(?P<let>[a-z]|[ivx]{2,5})[.)](?= |$)"
    r"|\((?P<plet>[a-z]|[ivx]{2,5})\)"
    r"|第(?P<zh>[一二三四五六七八九十百0-9]{1,5})[条章节]"
    r"|(?P<zhnum>[一二三四五六七八九十]{1,3})、"
    r"|\((?P<pzh>[一二三四五六七八九十]{1,3})\)"
    r"|(?P<bullet>[*•·\-+])(?= ))"
)
_ROMAN = re.compile(r"[ivx]+\Z")
_ANNEX = ("exhibit", "attachment", "annex", "appendix", "schedule")


class Marker(Struct, frozen=True):
    """A numbering mark at the start of a line: its style and its label."""

    kind: str
    label: str
    length: int


def marker(line: str) -> Marker | None:
    """The numbering mark at the start of a folded (lower-case, stripped) line, if there is one."""
    found = _MARKER.match(line)
    if found is None:
        return None
    kind = found.lastgroup or "num"
    if found["part"]:
        word = found["part"]
        if not found["stop"] and len(line) > MAX_TITLE:
            return None  # "section 2 of this agreement ..." wrapped to the start of a line
        if word in _ANNEX:
            return Marker("annex", f"{word} {found['partno']}", found.end())
        return Marker("dec" if "." in found["partno"] else "num", found["partno"], found.end())
    return Marker(kind, found[kind], found.end())


def _roman(label: str, kind: str, levels: list[tuple[str, int, str]]) -> str:
    """`i.` is the letter after `h` or the Roman one: the open levels decide."""
    if not _ROMAN.match(label):
        return kind
    before = [seen for level, _, seen in levels if level == kind]
    if len(label) == 1 and before and ord(before[-1][0]) == ord(label) - 1:
        return kind
    return kind + "r"


class Numbering:
    """Follows the marks of a text, line after line, and names the place they lead to."""

    def __init__(self) -> None:
        self._levels: list[tuple[str, int, str]] = []
        self._heading = ""
        self.path = "preamble"

    @property
    def depth(self) -> int:
        """How deep the current place is: 0 before the first number, 3 in `1.1.2`."""
        return sum(1 + label.count(".") if kind == "dec" else 1 for kind, _, label in self._levels)

    def heading(self, words: str) -> None:
        """An unnumbered heading: numbering may restart under it."""
        self._heading = words.strip(" .:-")[:MAX_LABEL].rstrip()
        self._levels.clear()
        self.path = self._heading or "preamble"

    def enter(self, mark: Marker, indent: int, *, announced: bool = False) -> None:
        """A numbered line: close the levels it ends, open its own."""
        if mark.kind == "annex":
            self.heading(mark.label)
            return
        kind = mark.kind
        if kind in ("let", "plet"):
            kind = _roman(mark.label, kind, self._levels)
        if kind in ("dec", "zh"):
            self._levels.clear()
        else:
            self._close(kind, indent, mark.label, announced)
        if len(self._levels) < MAX_DEPTH:
            self._levels.append((kind, indent, mark.label))
        self._name()

    def _close(self, kind: str, indent: int, label: str, announced: bool) -> None:
        for place, (level, where, _) in enumerate(self._levels):
            if level == kind and indent <= where + 1:
                del self._levels[place:]
                return
        if (
            kind == "num"
            and self._levels
            and (self._follows(label) or self._outranks(indent, announced))
        ):
            self._levels.clear()

    def _outranks(self, indent: int, announced: bool) -> bool:
        """A number at the margin that no words announce is a section, and not an item under `a)`."""
        kind, where, _ = self._levels[0]
        return not announced and indent <= where and kind in ("let", "letr", "plet", "pletr")

    def _follows(self, label: str) -> bool:
        """Whether `5` comes after `4.2`: then it is a section of its own, not an item in 4.2."""
        kind, _, last = self._levels[0]
        first = last.split(".")[0]
        return (
            kind == "dec"
            and first.isdecimal()
            and label.isdecimal()
            and int(first) + 1 == int(label)
        )

    def _name(self) -> None:
        labels = [label for kind, _, label in self._levels if kind != "bullet"]
        path = ".".join(labels)
        annexed = self._heading.split(" ")[0] in _ANNEX
        if not path or annexed:
            path = f"{self._heading}.{path}".strip(".") if path else self._heading
        self.path = path or "preamble"
