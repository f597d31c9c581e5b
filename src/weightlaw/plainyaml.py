"""YAML as people mean it: no surprises, and every value knows its line.

`NO` is Norway, dates stay text, duplicate keys and tags are errors, aliases cannot explode. Numbers and
booleans follow YAML 1.2's core schema (`true`, `false`, `null`; decimal integers and floats).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from weightlaw.errors import DataError

Path = tuple[str | int, ...]
MAX_NODES = 200_000
MAX_DEPTH = 60

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    if _depth_exceeds(text, MAX_DEPTH):
        raise DataError([f"{name}:1:1: nested more than {MAX_DEPTH} levels deep"])
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        raise DataError([f"{name}:{where}: not YAML: {error.problem or error.context}"]) from None
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError([f"{name}:1:1: not YAML: {first}"]) from None
    builder = _Builder(name)
    data = builder.build(node, (), 0) if node is not None else None
    if builder.problems:
        raise DataError(builder.problems)
    return Document(data, builder.marks)


def _depth_exceeds(text: str, limit: int) -> bool:
    """Whether collections are nested deeper than `limit`.

    PyYAML's C composer calls itself for each level and ends the whole process when its stack is full; its
    event parser does not, so it looks first.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > limit:
                    return True
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, UnicodeError, ValueError):
        return False  # the composer meets the same fault at this depth, and says what it is
    return False


class _Builder:
    """Turns composed nodes into plain values, keeping marks and collecting problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self.marks: dict[Path, tuple[int, int]] = {}
        self._nodes = 0

    def build(self, node: Any, path: Path, depth: int) -> Any:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.marks.setdefault(path, (line, column))
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            if not self.problems or "too large" not in self.problems[-1]:
                self._problem(node, "too large or too deeply nested (an alias bomb?)")
            return None
        if node.tag not in _TAGS:
            self._problem(node, f"the tag {node.tag} is not allowed here")
            return None
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path, depth))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i), depth + 1) for i, item in enumerate(node.value)]
        return self._scalar(node)

    def _pairs(self, node: Any, path: Path, depth: int) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, "a key must be plain text")
                continue
            key = key_node.value
            if key in seen:
                self._problem(key_node, f"the key {key!r} is given twice")
                continue
            seen.add(key)
            mark = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            self.marks[(*path, key)] = mark
            yield key, self.build(value_node, (*path, key), depth + 1)

    def _scalar(self, node: Any) -> Any:
        text: str = node.value
        if node.style in ("'", '"', "|", ">"):
            return text
        if text.lower() in _CONSTANTS and text in (text.lower(), text.capitalize(), text.upper()):
            return _CONSTANTS[text.lower()]
        if _INT.match(text):
            return int(text) if len(text) < 40 else text
        if _FLOAT.match(text):
            return float(text)
        return text

    def _problem(self, node: Any, what: str) -> None:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.problems.append(f"{self.name}:{line}:{column}: {what}")
