"""What stands around a place in a text: its line, its bracket, its YAML mapping. All of it bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_WINDOW = 600
"""Characters that are looked at on either side for a bracket."""
MAX_LINES = 30
MAX_LINE = 2000
FAR = 5000
"""Characters: no line is looked at beyond."""
_YAML_KEY = re.compile(
    r"(?P<indent>\s*)(?P<dash>-\s+)?[\"']?(?P<key>[\w.-]+)[\"']?\s*:\s*[\"']?(?P<value>[^\s\"'#]*)"
)


def line_of(text: str, at: int) -> tuple[int, int]:
    """Begin and end of the line of an offset, not further away than matters."""
    low, high = max(0, at - FAR), min(len(text), at + FAR)
    begin, end = text.rfind("\n", low, at), text.find("\n", at, high)
    return begin + 1 if begin >= 0 else low, end if end >= 0 else high


def opening(text: str, start: int) -> int | None:
    """The bracket that encloses an offset, if it is near."""
    depth = 0
    for at in range(start - 1, max(-1, start - MAX_WINDOW), -1):
        if text[at] in ")]}":
            depth += 1
        elif text[at] in "([{":
            depth -= 1
            if depth < 0:
                return at
    return None


def closing(text: str, end: int) -> int | None:
    """The end of the bracket that encloses an offset, if it is near."""
    depth = 0
    for at in range(end, min(len(text), end + MAX_WINDOW)):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
            if depth < 0:
                return at
    return None


def siblings(text: str, at: int) -> Iterator[tuple[str, str, int]]:
    """The other keys of the YAML mapping that the line of an offset belongs to, with their values and line's begin."""
    low, high = line_of(text, at)
    mine = _YAML_KEY.match(text[low : min(high, low + MAX_LINE)])
    if mine is None:
        return
    indent = len(mine["indent"]) + len(mine["dash"] or "")
    for line, begin in _lines(text, high + 1, forward=True):
        found = _YAML_KEY.match(line)
        depth = len(line) - len(line.lstrip())
        if depth < indent or line.lstrip().startswith("- "):
            if depth <= indent:
                break
        elif found and depth == indent:
            yield found["key"], found["value"], begin
    for line, begin in () if mine["dash"] else _lines(text, low - 1, forward=False):
        found = _YAML_KEY.match(line)
        if found and len(found["indent"]) + len(found["dash"] or "") == indent:
            yield found["key"], found["value"], begin
            if found["dash"]:
                break
        elif len(line) - len(line.lstrip()) < indent:
            break


def _lines(text: str, at: int, forward: bool) -> Iterator[tuple[str, int]]:
    """Lines that are neither empty nor comments, from an offset on."""
    for _ in range(MAX_LINES):
        if not 0 <= at < len(text):
            return
        begin, stop = line_of(text, at)
        at = stop + 1 if forward else begin - 1
        line = text[begin : min(stop, begin + MAX_LINE)]
        if line.strip() and not line.lstrip().startswith("#"):
            yield line, begin
