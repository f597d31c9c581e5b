"""Shell scripts, Makefiles, unit files and whatever else holds command lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning import context, surroundings
from weightlaw.scanning.deciding import known_name
from weightlaw.scanning.finders import commands, modelfile
from weightlaw.scanning.keys import says
from weightlaw.scanning.values import Certainty, Mention, SourceFile

_ASSIGNMENT = re.compile(
    r"""(?<![\w.$/{-])(?:export[ \t]+|local[ \t]+|readonly[ \t]+|declare[ \t]+-\w+[ \t]+|set[ \t]+(?:-\w+[ \t]+)*|setenv[ \t]+|\$env:|\$)?"""
    r"""["']?(?P<key>[A-Za-z_][\w.]{1,80})(?P<sign>[ \t]*[:?+]?=[ \t]*)(?P<quote>\\?["']?)(?P<value>\$\{\w+:?[-=][^}\s]{1,250}\}|[^\s"'`;|&()<>\\]{3,250})""",
    re.A,
)
_JSON_PAIR = re.compile(
    r"""\\?["'](?P<key>[A-Za-z_][\w.-]{1,60})\\?["']\s{0,10}:\s{0,10}\\?["'](?P<value>[^"'\\\s]{3,250})\\?["']""",
    re.A,
)
_OLLAMA_API = re.compile(
    r"/api/(?:pull|generate|chat|embed(?:dings)?|show)\b(?:(?!/api/)[\s\S])*\Z"
)
_CONTINUED = re.compile(
    r"(?m)^(?P<key>[A-Za-z_]\w{2,60})[ \t]*[:?+]?=[^\n]{0,300}\\\n(?P<items>(?:[ \t]+[\w@./:-]{3,200}[ \t]*\\?(?:\n|\Z)){1,60})",
    re.A,
)
"""A list in a Makefile: its lines end in backslashes."""
_ARRAY = re.compile(r"(?P<key>[A-Za-z_]\w{2,60})\+?=\((?P<items>[^()]{3,4000})\)", re.A)
_ITEM = re.compile(r"""(?m)(?P<comment>#[^\n]*)|["']?(?P<value>[^\s"'#]{3,200})["']?""")
_LOOP = re.compile(r"\bfor\s+(?P<key>\w+)\s+in\s+(?P<items>[^;\n]{3,1000})")


def find(source: SourceFile) -> Iterator[Mention]:
    """Commands, assignments, JSON bodies and addresses; what stands behind `#` is a comment."""
    yield from context.once(_in_source(source, "shell"))
    if "FROM " in source.text and modelfile.is_modelfile(source.text):
        yield from modelfile.find(source)  # `cat >Modelfile <<EOF`


def _in_source(source: SourceFile, finder: str) -> Iterator[Mention]:
    for found in in_text(source.text, finder):
        if found.certainty != "dynamic" and context.hash_comment(source, found.start):
            yield Mention(found.start, found.text, found.reading, finder, "comment")
        elif "://" in found.text and _only_told(source.text, found.start):
            yield Mention(found.start, found.text, found.reading, finder, "documentation")
        elif not (found.certainty == "dynamic" and context.hash_comment(source, found.start)):
            yield found


_TELLS = re.compile(r"[ \t]*@?(?:echo|printf|Write-Host)\b[^|>\n]{0,500}(?:\n|\Z)")


def _only_told(text: str, start: int) -> bool:
    """Whether the line only tells people an address: `echo "see https://..."`, neither piped nor written."""
    return _TELLS.match(text, surroundings.line_of(text, start)[0]) is not None


def in_text(
    text: str, finder: str, certainty: Certainty = "runtime", offset: int = 0
) -> Iterator[Mention]:
    """Everything that a shell would make of a text."""
    yield from assigned(text, finder, certainty, offset)
    yield from commanded(text, finder, certainty, offset)
    for seen in commands.calls(text):
        yield Mention(offset + seen.start, seen.text, seen.reading or "hub", finder, certainty)
    yield from json_pairs(text, finder, certainty, offset)
    yield from context.address_mentions(text, finder, certainty, offset)


def commanded(
    text: str, finder: str, certainty: Certainty = "runtime", offset: int = 0
) -> Iterator[Mention]:
    """What commands name. A variable that the text sets itself is told where it is set."""
    for seen in commands.find(text):
        if seen.reading is not None:
            yield Mention(offset + seen.start, seen.text, seen.reading, finder, certainty)
        elif certainty == "runtime" and not _set_here(text, seen.text):
            yield Mention(offset + seen.start, seen.text, "hub", finder, "dynamic")


def _set_here(text: str, variable: str) -> bool:
    name = re.sub(r"\W", "", variable.split(":")[0])
    return bool(name) and re.search(rf"\b{re.escape(name)}[ \t]*[:?]?=", text) is not None


def assigned(
    text: str, finder: str, certainty: Certainty = "runtime", offset: int = 0
) -> Iterator[Mention]:
    """`MODEL=org/x`, `export LLM="llama3"`, arrays and loops."""
    ollama = "ollama" in text.lower()
    for match in _ASSIGNMENT.finditer(text):
        value = (
            re.sub(r"[,}\]]+\Z", "", match["value"])
            if not match["value"].startswith("${")
            else match["value"]
        )
        place = "ollama" if ollama and _known_word(match["key"], value) else None
        made = context.mention(
            offset + match.start("value"), value, (match["key"],), finder, certainty, place
        )
        if made and not (match["sign"].strip() != match["sign"] and not _loose(match)):
            yield made
    for match in (*_ARRAY.finditer(text), *_LOOP.finditer(text), *_CONTINUED.finditer(text)):
        yield from _items(match, finder, certainty, offset)


def _known_word(key: str, value: str) -> bool:
    """`MODEL=mistral` in a script that speaks of Ollama: a word that is a model's name, under a key that says so."""
    word = re.sub(r"""\A\$\{\w+:?[-=]["']?|["']?\}\Z""", "", value)
    return (
        re.fullmatch(r"[a-z][a-z0-9.-]{2,40}", word) is not None
        and says(key) == "model"
        and known_name(word)
    )


def _loose(match: re.Match[str]) -> bool:
    """Spaces around `=`: make, PowerShell or fish, and then at the start of a line."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    return before.rsplit("\n", 1)[-1].strip() in ("", "#", "set", "$")


def _items(
    match: re.Match[str], finder: str, certainty: Certainty, offset: int
) -> Iterator[Mention]:
    at = match.start("items")
    for item in _ITEM.finditer(match["items"]):
        if item["value"] and "$" not in item["value"]:
            made = context.mention(
                offset + at + item.start("value"), item["value"], (match["key"],), finder, certainty
            )
            if made:
                yield made


def json_pairs(
    text: str, finder: str, certainty: Certainty = "runtime", offset: int = 0
) -> Iterator[Mention]:
    """`"model": "..."` in a request's body, quotes escaped or not."""
    if "model" not in text and "/api/" not in text:
        return
    for match in _JSON_PAIR.finditer(text):
        asked = match["key"] in ("name", "model") and _OLLAMA_API.search(
            text, max(0, match.start() - 300), match.start()
        )
        made = context.mention(
            offset + match.start("value"),
            match["value"],
            (match["key"],),
            finder,
            certainty,
            "ollama" if asked else None,
        )
        if made:
            yield made
