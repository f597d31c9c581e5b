"""YAML as people mean it: no surprises, and every value knows its line.

`NO` is Norway, dates stay text, duplicate keys and tags are errors, aliases cannot explode. Numbers and
booleans follow YAML 1.2's core schema (`true`, `false`, `null`; decimal integers and floats).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import yaml

from weightlaw.errors import DataError

Path = tuple[str | int, ...]
MAX_NODES = 200_000
MAX_DEPTH = 60

_NUMBER_STARTS = frozenset("+-0123456789")
_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL"), None),
}
_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Resolves no types: they are ours to resolve."""


class Document:
    """A parsed YAML file: `data` plain values, `mark(path)` the line and column of any of them."""

    def __init__(self, data: Any, marks: dict[Path, tuple[int, int]]) -> None:
        self.data = data
        self._marks = marks

    def mark(self, path: Path) -> tuple[int, int]:
        """Line and column (both from 1) of the value at `path`, or of its nearest parent."""
        while path and path not in self._marks:
            path = path[:-1]
        return self._marks.get(path, (1, 1))


def parse(text: str, name: str) -> Document:
    """Parse one YAML document. Raises DataError with all problems, each `name:line:column: ...`."""
    document, problems = read(text, name)
    if problems:
        raise DataError(problems)
    return document


def read(text: str, name: str) -> tuple[Document, list[str]]:
    """The same, for whoever goes on to tell what else is wrong. Raises DataError where it is no YAML at all."""
    builder = _Builder(name)
    try:
        data = builder.document(_Loader(text).get_event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        raise DataError([f"{name}:{where}: not YAML: {error.problem or error.context}"]) from None
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError([f"{name}:1:1: not YAML: {first}"]) from None
    return Document(data, builder.marks), builder.problems


def _number(text: str) -> str | int | float:
    """A number as YAML 1.2's core schema writes it in decimals; any other text as it is."""
    # without regular expressions: compiling two costs as much as reading a hundred lines
    whole, point, rest = text.removeprefix("-" if text[0] == "-" else "+").partition(".")
    if not _digits(whole) or (whole[0] == "0" and whole != "0"):
        return text
    if not point:
        return int(text) if len(text) < 40 else text
    fraction, power, exponent = rest.replace("E", "e", 1).partition("e")
    exponent = exponent[1:] if exponent[:1] in ("-", "+") else exponent
    return float(text) if _digits(fraction) and (not power or _digits(exponent)) else text


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


class _Builder:
    """Turns events into plain values in one pass, keeping marks and collecting problems.

    From events, not from composed nodes: PyYAML's C composer calls itself for each level, and ends the whole
    process when its stack is full. What is too deep or too large ends the reading at once.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self.marks: dict[Path, tuple[int, int]] = {}
        self._nodes = 0
        self._anchors: dict[str, tuple[Any, int]] = {}
        """What each anchor stands for, and how many values that is."""
        self._next: Callable[[], Any] = lambda: None

    def document(self, next_event: Callable[[], Any]) -> Any:
        """The value of the one document, or None where there is none."""
        self._next = next_event
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        data = self.build(self._next(), (), 0)
        self._next()
        more = self._next()
        if not isinstance(more, yaml.StreamEndEvent):
            self._problem(more, "a second document begins: one a file")
        return data

    def build(self, event: Any, path: Path, depth: int) -> Any:
        """The value that begins with an event. Raises DataError where it is too deep or too large."""
        mark = event.start_mark
        self.marks.setdefault(path, (mark.line + 1, mark.column + 1))
        before = self._nodes
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise DataError([f"{self._place(event)}: nested more than {MAX_DEPTH} levels deep"])
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._tagged(event)
        value = self._value(event, path, depth)
        self._bounded(event)
        if event.anchor is not None:
            if event.anchor in self._anchors:
                self._problem(event, f"the anchor &{event.anchor} is given twice")
            self._anchors[event.anchor] = (value, self._nodes - before)
        return value

    def _tagged(self, event: Any) -> None:
        if event.tag is not None and event.tag not in _TAGS:
            self._problem(event, f"the tag {event.tag} is not allowed here")

    def _value(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.MappingStartEvent):
            return dict(self._pairs(path, depth))
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._items(path, depth))
        return self._scalar(event)

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            self._problem(event, f"*{event.anchor} stands for nothing that was given before")
            return None
        value, size = self._anchors[event.anchor]
        self._nodes += size
        self._bounded(event)
        return value

    def _bounded(self, event: Any) -> None:
        if self._nodes > MAX_NODES:
            what = "too large or too deeply nested (an alias bomb?)"
            raise DataError([*self.problems, f"{self._place(event)}: {what}"])

    def _items(self, path: Path, depth: int) -> Iterator[Any]:
        index = 0
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self.build(event, (*path, index), depth + 1)
            index += 1

    def _pairs(self, path: Path, depth: int) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event, path, depth)
            if key is not None and key in seen:
                self._problem(event, f"the key {key!r} is given twice")
                key = None
            if key is None:
                self.build(self._next(), (*path, ""), depth + 1)  # read over
                continue
            seen.add(key)
            mark = event.start_mark
            self.marks[(*path, key)] = (mark.line + 1, mark.column + 1)
            yield key, self.build(self._next(), (*path, key), depth + 1)

    def _key(self, event: Any, path: Path, depth: int) -> str | None:
        """A key's text; None for what is none, which is told."""
        if isinstance(event, yaml.ScalarEvent):
            self._tagged(event)
            if event.anchor is not None:
                self._anchors[event.anchor] = (self._scalar(event), 1)
            return str(event.value)
        value = self.build(event, (*path, ""), depth + 1)
        if isinstance(value, str):
            return value
        self._problem(event, "a key must be plain text")
        return None

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if event.style in ("'", '"', "|", ">"):
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        return _number(text) if text[0] in _NUMBER_STARTS else text

    def _problem(self, event: Any, what: str) -> None:
        self.problems.append(f"{self._place(event)}: {what}")

    def _place(self, event: Any) -> str:
        return f"{self.name}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"
