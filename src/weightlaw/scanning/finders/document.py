"""Documents: what a page tells about models. It is said with the certainty `documentation` and fails no build.

One exception: the `model:` of an agent's or a prompt's front matter is what runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning import context, shapes
from weightlaw.scanning.deciding import texts_in
from weightlaw.scanning.finders import commands, shell
from weightlaw.scanning.urls import ollama_addresses
from weightlaw.scanning.values import Certainty, Mention, SourceFile

_FRONT = re.compile(r"\A---\r?\n(?P<body>(?s:.{0,20000}?))\n---\s*(?:\n|\Z)")
_KEY = re.compile(
    r"""(?m)^(?:(?P<key>[A-Za-z_][\w-]*):)?[ \t]*(?:-[ \t]+)?["']?(?P<value>[^\s"'#]{2,200})["']?[ \t]*$"""
)
_RUNS = re.compile(
    r"(?:^|/)(?:\.?\w*/)?(?:agents?|commands|prompts?|skills|chatmodes|modes)/[^/]+\Z|\.(?:prompt|agent|chatmode)\.md\Z",
    re.I,
)


def find(source: SourceFile) -> Iterator[Mention]:
    """Front matter, commands, addresses, calls in code samples, and ids in the text."""
    yield from context.once(_all(source))


def _all(source: SourceFile) -> Iterator[Mention]:
    body = 0
    if front := _FRONT.match(source.text):
        body = front.end()
        runs = _RUNS.search(source.path) is not None
        yield from _front(
            front["body"], front.start("body"), "runtime" if runs else "documentation"
        )
    yield from in_prose(source.text[body:], "markdown", "documentation", body)


def _front(text: str, offset: int, certainty: Certainty) -> Iterator[Mention]:
    key = ""
    for match in _KEY.finditer(text):
        key = match["key"] or key
        if key in ("base_model", "model", "model_name", "models", "base_models"):
            made = context.mention(
                offset + match.start("value"),
                match["value"],
                (key,),
                "markdown",
                certainty if key == "model" else "documentation",
            )
            if made:
                yield made


def in_prose(text: str, finder: str, certainty: Certainty, offset: int = 0) -> Iterator[Mention]:
    """Models in a text that people read: a page, a docstring, a comment."""
    yield from context.address_mentions(text, finder, certainty, offset)
    for start, address in ollama_addresses(text):
        yield Mention(offset + start, address, "ollama", finder, certainty)
    yield from shell.commanded(text, finder, certainty, offset)
    for seen in commands.calls(text):
        yield Mention(offset + seen.start, seen.text, seen.reading or "hub", finder, certainty)
    for match in texts_in(text):
        word = match[0].rstrip(".")
        if shapes.hub_id(word) and shapes.strong(word):
            yield Mention(offset + match.start(), word, "hub", finder, certainty)
