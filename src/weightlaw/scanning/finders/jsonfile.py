"""JSON: settings of training and serving tools, adapters, package scripts. Read as tokens, never as a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.scanning import context
from weightlaw.scanning.finders import commands, shell
from weightlaw.scanning.values import Certainty, Mention, SourceFile

_TOKEN = re.compile(
    r"""(?P<string>"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+(?:"|(?=\n)|\Z))|(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<colon>:)|(?P<comment>//[^\n]*|/\*(?s:.*?)\*/)"""
)
_OWN = re.compile(r'\s*\{\s*"(?:schema": "weightlaw\.[a-z-]+/\d|\$schema": "[^"]*sarif)')
"""Reports of this tool and of others name models without using them."""
MAX_DEPTH = 200
_IDS = frozenset(("model_id", "model_src", "model_specs", "model_path", "hf_id", "repo_id"))


class Value(Struct, frozen=True):
    """A string value with the keys that lead to it and the strings beside it."""

    start: int
    text: str
    """As it stands between the quotes, escapes and all."""
    path: tuple[str, ...]
    siblings: dict[str, str]
    """All keys of its object; empty where the value is no string."""


def values(text: str) -> Iterator[Value | tuple[int, str]]:
    """Every string value of a JSON text in one pass; comments as (offset, text). Depth is bounded, errors pass.

    The keys beside a value are only known in full when its object has ended.
    """
    keys: list[str] = [""]
    objects: list[dict[str, str]] = [{}]
    pending: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "string":
            pending = token
            continue
        if kind == "comment":
            yield token.start(), token[0]
            continue
        if kind == "colon":
            keys[-1] = pending[0][1:-1] if pending else ""
            pending = None
            continue
        if pending is not None:
            yield _made(pending, keys, objects)
            pending = None
        _step(kind or "", keys, objects)
    if pending is not None:
        yield _made(pending, keys, objects)


def _step(kind: str, keys: list[str], objects: list[dict[str, str]]) -> None:
    if kind == "open" and len(keys) < MAX_DEPTH:
        if keys[-1]:
            objects[-1].setdefault(keys[-1], "")
        keys.append("")
        objects.append({})
    elif kind == "close" and len(keys) > 1:
        keys.pop()
        objects.pop()


def _made(token: re.Match[str], keys: list[str], objects: list[dict[str, str]]) -> Value:
    text = token[0][1:-1]
    if keys[-1]:
        objects[-1][keys[-1]] = text
    return Value(token.start() + 1, text, tuple(k for k in keys[-8:] if k), objects[-1])


def find(source: SourceFile) -> Iterator[Mention]:
    """Every string value whose keys, or whose form, say that it names a model."""
    if _OWN.match(source.text):
        return
    finder = "adapter" if source.name == "adapter_config.json" else "json"
    yield from context.once(_all(source, finder))


def _all(source: SourceFile, finder: str) -> Iterator[Mention]:
    router = "litellm_params" in source.text
    for value in [*values(source.text)]:
        if isinstance(value, tuple):
            yield from shell.in_text(value[1], finder, "comment", value[0])
        elif not (router and value.path[-1:] == ("model_name",)):
            yield from _value(value, finder)


def _value(value: Value, finder: str) -> Iterator[Mention]:
    path = value.path
    if path[-1:] == ("value",) and value.siblings.get("name"):
        path = (*path, value.siblings["name"])
    if path[-1:] == ("model_name",) and "/" not in value.text and _IDS & set(value.siblings):
        return  # what a registry calls the model whose id stands beside it
    made = context.mention(value.start, value.text, path, finder)
    if made:
        yield made
        return
    if (
        " " in value.text
        and len(value.text) < 4000
        and path[-1:] not in (("description",), ("title",))
    ):
        yield from _sentence(value, finder)


def _sentence(value: Value, finder: str) -> Iterator[Mention]:
    """A command line (package scripts, tasks); an address in a sentence is only told."""
    for seen in commands.find(value.text):
        if seen.reading:
            yield Mention(value.start + seen.start, seen.text, seen.reading, finder)
    certainty: Certainty = "documentation"
    if re.search(r"\b(?:curl|wget|git clone)\b", value.text):
        certainty = "runtime"
    yield from context.address_mentions(value.text, finder, certainty, value.start)
