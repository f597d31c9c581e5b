"""From a value with the names that lead to it to a mention: shared by all finders of settings and code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from weightlaw.scanning import shapes
from weightlaw.scanning.deciding import Place, reading
from weightlaw.scanning.keys import says_path, weak, words
from weightlaw.scanning.urls import addresses
from weightlaw.scanning.values import Certainty, Mention, SourceFile

_PLACES: dict[str, Place] = {
    "model": "model",
    "ollama": "ollama",
    "docker": "docker",
    "sentence": "sentence",
    "neutral": "bare",
    "": "bare",
}
_DEFAULT = re.compile(
    r"\$\{(?P<key>[\w.-]+):?(?P<sign>[-=]?)(?P<quote>[\"']?)(?P<value>[^{}$\s\"']{3,200})(?P=quote)\}"
)
_SIZED = re.compile(r"[a-z][\w.-]*:\d+(?:\.\d+)?[bm](?![a-z])", re.A)
"""A name with a size can be nothing but a model's, also under `MODEL_BACKEND`."""
_DYNAMIC = re.compile(
    r"\$\{?\{?[\w. -]+\}?\}?|\{\{[^{}]{1,80}\}\}|%\([\w]+\)s|\{[\w.]{0,40}\}|<[\w-]+>"
)


def place_of(path: Sequence[str], value: str) -> Place | None:
    """Which kind of place the path of names makes; None: one that names no model."""
    said = says_path(path)
    if said == "never":
        sized = _SIZED.match(value) and any("model" in words(key) for key in path)
        return "model" if sized and shapes.open_name(value) else None
    if said == "model" and "/" not in value and path and weak(path[-1]):
        return "bare"
    return _PLACES[said]


def mention(
    start: int,
    value: str,
    path: Sequence[str],
    finder: str,
    certainty: Certainty = "runtime",
    place: Place | None = None,
) -> Mention | None:
    """The mention of a model by a value, if it is one."""
    text = value.strip()
    if not text or len(text) > 400:
        return None
    if default := _DEFAULT.fullmatch(text):
        return mention(
            start + value.index(text) + default.start("value"),
            default["value"],
            (*path, default["key"]) if not path or says_path(path) in ("", "neutral") else path,
            finder,
            certainty,
            place,
        )
    where = place or place_of(path, text)
    if where is None:
        return None
    found = reading(text, where)
    if found:
        return Mention(start + value.index(text), text, found, finder, certainty)
    return _dynamic(start + value.index(text), text, where, finder, certainty)


def _dynamic(
    start: int, text: str, place: Place, finder: str, certainty: Certainty
) -> Mention | None:
    """`meta-llama/Llama-3.1-${SIZE}`: only a part is known."""
    if place == "bare" or "/" not in text or not _DYNAMIC.search(text) or re.search(r"\s", text):
        return None
    filled = _DYNAMIC.sub("x1", text)
    head = _DYNAMIC.split(text)[0]
    if certainty == "runtime" and "/" in head and reading(filled, place):
        return Mention(start, text, "hub", finder, "dynamic")
    return None


def address_mentions(
    text: str, finder: str, certainty: Certainty = "runtime", offset: int = 0
) -> Iterator[Mention]:
    """Every address of a model in a text."""
    for start, address in addresses(text):
        yield Mention(offset + start, address, "hub", finder, certainty)


def hash_comment(source: SourceFile, start: int, markers: str = "#") -> bool:
    """Whether the offset lies behind a comment's mark on its line."""
    begin = source.text.rfind("\n", 0, start) + 1
    if start - begin > 2000:
        return False
    before = source.text[begin:start]
    quote = ""
    for i, char in enumerate(before):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in markers and (i == 0 or before[i - 1] in " \t;"):
            return True
    return before.lstrip()[:1] in tuple(markers) or before.lstrip().startswith(
        ("//", "REM ", "rem ", "::", "--[[")
    )


def once(mentions: Iterator[Mention]) -> Iterator[Mention]:
    """Each place once, the first finder's word."""
    seen: set[int] = set()
    for found in mentions:
        if found.start not in seen:
            seen.add(found.start)
            yield found
