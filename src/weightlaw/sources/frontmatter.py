"""A card's YAML front matter, read as far as it can be read. No content makes this raise.

The Hub and its client disagree with YAML and with each other about tabs, duplicate keys and control characters. A
licence must not be missed for that, so what no parser accepts is read line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from weightlaw import plainyaml
from weightlaw.errors import DataError

MAX_FRONT = 400_000
"""Characters of front matter that are looked at, without the benchmark tables, which are the longest in the wild."""
MAX_UNCLOSED = 400
"""Lines taken for front matter where its end is missing."""
MAX_BELOW = 2_000
"""Lines that one value may cover, and values that one key may have."""

_OPEN = re.compile(r"\ufeff?\s*---[ \t]*(?:\r\n|\r|\n)")
_CLOSE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_IGNORED = ("model-index", "widget")
_WANTED = (
    "license|licence|license_name|license_link|base_model|base_model_relation|tags|datasets"
    "|pipeline_tag|library_name|extra_gated_prompt|extra_gated_heading|extra_gated_description"
)
_LINE = re.compile(rf"[ \t]{{0,2}}(?:[-*][ \t])?['\"]?({_WANTED})['\"]?[ \t]*:(?:[ \t]+(.*))?\Z")
_ITEM = re.compile(r"[ \t]*[-*][ \t]+(.+)\Z")
_FOLDED = re.compile(r"[>|][+-]?[0-9]?[+-]?\Z")


class Parts(Struct, frozen=True, kw_only=True):
    """A card cut in two."""

    front: str | None
    """The front matter without its fences; None where there is none."""
    prose: str
    closed: bool = True


def split(text: str) -> Parts:
    """Cut a card into front matter and prose, as the Hub's client does."""
    opened = _OPEN.match(text)
    if not opened:
        return Parts(front=None, prose=text)
    closed = _CLOSE.search(text, opened.end())
    if closed:
        return Parts(
            front=text[opened.end() : closed.start()],
            prose=text[closed.end() :].removeprefix("\r").removeprefix("\n"),
        )
    return Parts(front=_unclosed(text[opened.end() :]), prose=text[opened.end() :], closed=False)


def _unclosed(rest: str) -> str:
    """The lines up to the first heading: a fence that never closes hides no licence."""
    lines = []
    for line in rest[:MAX_FRONT].splitlines()[:MAX_UNCLOSED]:
        if line.startswith("#"):
            break
        lines.append(line)
    return "\n".join(lines)


def mapping(front: str) -> tuple[dict[str, object], tuple[str, ...]]:
    """The front matter's keys and what was wrong with it. Falls back to reading line by line."""
    text = "".join(line + "\n" for line in _without_ignored(front))
    notes = ["the card's front matter is too long and was cut"] if len(text) > MAX_FRONT else []
    text = text[:MAX_FRONT]
    repaired = _CONTROL.sub("", text.replace("\t", "  "))
    problem = ""
    for attempt in dict.fromkeys((text, repaired)):
        try:
            data = plainyaml.parse(attempt, "README.md").data
        except DataError as error:
            problem = problem or error.problems[0]
            continue
        if problem:
            notes.append(f"the card's front matter is broken and was repaired: {problem}")
        if data is None or isinstance(data, dict):
            return data or {}, tuple(notes)
        problem = problem or "README.md:1:1: no keys and values"
        break
    notes.append(f"the card's front matter is broken and was read line by line: {problem}")
    return _by_lines(text), tuple(notes)


def _without_ignored(front: str) -> Iterator[str]:
    """All lines but those of long tables that say nothing of a licence."""
    skipping = False
    for line in front.splitlines():
        if line[:1] not in ("", " ", "\t", "-", "#"):
            skipping = line.split(":")[0].strip("'\" ") in _IGNORED
        # The line numbers in messages stay right: a skipped line stays as an empty one.
        yield "" if skipping else line


def _by_lines(text: str) -> dict[str, object]:
    """Every wanted key with all its values, those of repeated keys together."""
    found: dict[str, list[str]] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = _LINE.match(line)
        if not match:
            continue
        below = (lines[i] for i in range(number + 1, min(len(lines), number + MAX_BELOW)))
        held = found.setdefault(match[1], [])
        if len(held) < MAX_BELOW:
            held.extend(_values(_uncommented(match[2] or ""), below))
    return dict(found)


def _values(value: str, below: Iterable[str]) -> Iterator[str]:
    """The value of a line: in it, or in the lines below it."""
    if not value:
        yield from _items(below)
    elif _FOLDED.match(value):
        yield _folded(below)
    elif value.startswith("["):
        parts = value.strip("[]").split(",")
        yield from (p for part in parts if (p := _unquoted(part)))
    elif plain := _unquoted(value):
        yield plain


def _items(below: Iterable[str]) -> Iterator[str]:
    for line in below:
        if not line.strip():
            continue
        match = _ITEM.match(line)
        if not match or _LINE.match(line):
            return
        yield _unquoted(_uncommented(match[1]))


def _folded(below: Iterable[str]) -> str:
    lines = []
    for line in below:
        if line.strip() and line[0] not in " \t":
            break
        lines.append(line.strip())
    return "\n".join(lines).strip()


def _uncommented(value: str) -> str:
    return value.split(" #")[0].strip()


def _unquoted(value: str) -> str:
    return value.strip().strip("'\"").strip()
