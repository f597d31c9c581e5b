"""Names that only their neighbour explains: `{"provider": "ollama", "model": "codeqwen"}`, in whatever syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from weightlaw.scanning import surroundings
from weightlaw.scanning.deciding import reading
from weightlaw.scanning.values import Mention, SourceFile

_PROVIDER = re.compile(
    r"""(?<![\w-])["']?(?:provider|type|api_?type|backend|engine|vendor|client|source|service|platform|llm_provider)["']?\s{0,3}[:=]\s{0,3}["']?ollama["']?(?![\w/.:-])""",
    re.I,
)
_NAME = re.compile(
    r"""(?<![\w-])["']?(?P<key>model|model_?name|model_?id|name|id)["']?\s{0,3}[:=]\s{0,3}(?P<quote>["'])?(?P<value>[\w.:/-]{3,100})(?(quote)(?P=quote)|(?![\w"'(.]))""",
    re.I,
)
_COMMENT = re.compile(r"\s*(?:#|//|\*|--)")
_TRIPLE = re.compile(r"(\"{3}|'{3}).*?(?:\1|\Z)", re.S)
_NAMED = {"jsonfile": "json", "yamlfile": "yaml", "settings": "ini", "notebook": "notebook"}
_FINDERS = frozenset(("python", "code", "jsonfile", "yamlfile", "settings", "web"))


MAX_LOOKS = 2_000
"""Times in one file that Ollama is looked at as a provider."""


def find(source: SourceFile, finder: str, told: set[int]) -> Iterator[Mention]:
    """Models of Ollama that stand beside its name, beyond those `told` by their offsets."""
    if finder not in _FINDERS or "ollama" not in source.lower:
        return
    prose = _prose(source) if finder == "python" else []
    for match in islice(_PROVIDER.finditer(source.text), MAX_LOOKS):
        if any(a <= match.start() < b for a, b in prose):
            continue
        if not _COMMENT.match(source.text, surroundings.line_of(source.text, match.start())[0]):
            for found in _names(source, match):
                read = reading(found["value"], "ollama")
                start = found.start("value")
                if read and start not in told and not _commented(source.text, start):
                    told.add(start)
                    yield Mention(start, found["value"], read, _NAMED.get(finder, finder))


def cut(source: SourceFile, finder: str) -> str:
    """What is to be told where Ollama is named more often than that; empty: it is not."""
    if (
        finder not in _FINDERS
        or next(islice(_PROVIDER.finditer(source.text), MAX_LOOKS, None), None) is None
    ):
        return ""
    return (
        f"names Ollama as a provider more than {MAX_LOOKS:,} times: not all of them were looked at"
    )


def _prose(source: SourceFile) -> list[tuple[int, int]]:
    """Docstrings and other long strings of a Python file."""
    return [m.span() for m in _TRIPLE.finditer(source.text)]


def _commented(text: str, start: int) -> bool:
    return _COMMENT.match(text, surroundings.line_of(text, start)[0]) is not None


def _names(source: SourceFile, match: re.Match[str]) -> list[re.Match[str]]:
    """The model of the same mapping: its key `model` where there is one, else its `name`."""
    text = source.text
    if source.name.endswith((".yaml", ".yml")):
        begins = [b for _, _, b in surroundings.siblings(text, match.start())]
        begins.append(surroundings.line_of(text, match.start())[0])
        found = [m for b in begins if (m := _NAME.search(text, b, _end(text, b)))]
    else:
        low, high = (
            surroundings.opening(text, match.start()),
            surroundings.closing(text, match.end()),
        )
        if low is None or high is None:
            return []
        found = [
            m
            for m in _NAME.finditer(text, low, high)
            if m["quote"] and not _inner(text, low, m.start())
        ]
    models = [m for m in found if m["key"].lower().startswith("model")]
    return (models or found)[:1]


def _end(text: str, begin: int) -> int:
    return min(surroundings.line_of(text, begin)[1], begin + surroundings.MAX_LINE)


def _inner(text: str, low: int, at: int) -> bool:
    """Whether a bracket was opened in between: the name belongs to something else."""
    between = text[low + 1 : at]
    return sum(between.count(c) for c in "([{") != sum(between.count(c) for c in ")]}")
