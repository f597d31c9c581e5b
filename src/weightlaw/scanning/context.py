"""From a value with the names that lead to it to a mention: shared by all finders of settings and code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from weightlaw.scanning import shapes
from weightlaw.scanning.deciding import Place, host_prefix, known_name, reading
from weightlaw.scanning.keys import says, says_path, weak, words
from weightlaw.scanning.urls import addresses
from weightlaw.scanning.values import Certainty, Mention, SourceFile
from weightlaw.scanning.wordlists import word_set

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
        sure = shapes.open_name(value) if sized else _all_the_same(path, value)
        return "model" if sure else None
    if said == "ollama" and says(path[-1]) == "" and not (":" in value or known_name(value)):
        return "bare"
    if said == "model" and "/" not in value and path and weak(path[-1]):
        return "bare"
    return _PLACES[said]


_OF_A_MODEL = word_set(
    "type types kind family class version file filename basename provider engine backend"
)


def _all_the_same(path: Sequence[str], value: str) -> bool:
    """Whether a value names a model though its key says another thing of one.

    `llm_provider: ollama/llama3.1`, `model_type="org/rye-base"`, `model_file = "rye-7b.Q4_0.gguf"`.
    """
    said = words(path[-1])
    if said[-1:] == () or said[-1] not in _OF_A_MODEL:
        return False
    if value.endswith(".gguf"):
        about = any("model" in words(key) for key in path)
        return about and said != ("filename",) and said[-1] in ("file", "filename", "basename")
    _, slash, name = value.partition("/")
    if not slash:
        return False
    hosted = host_prefix(value) and shapes.open_name(name)
    return hosted or ("model" in said and shapes.hub_id(value) is not None and shapes.strong(value))


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
