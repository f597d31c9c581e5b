"""Settings as `key = value`: TOML, INI, Java properties, `.env`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning import context
from weightlaw.scanning.finders import shell
from weightlaw.scanning.values import Certainty, Mention, SourceFile

_SECTION = re.compile(r"\[{1,2}\s*([\w.\"' :/-]{1,120}?)\s*\]{1,2}\s*(?:[#;].*)?\Z")
_PAIR = re.compile(
    r"""(?P<lead>\s*(?P<comment>(?:#|;|//|!)[\s#;]*)?(?:export\s+)?)["']?(?P<key>[A-Za-z_][\w./-]{0,120}(?:\[\d*\])?)["']?\s*(?:=|:(?=\s)|:(?!/))\s*(?P<value>.*)"""
)
_QUOTED = re.compile(r"""(?:(?P<key>[A-Za-z_][\w-]*)\s*=\s*)?["'](?P<value>[^"']{3,300})["']""")
MAX_LINE = 5000


def find(source: SourceFile) -> Iterator[Mention]:
    """Every value whose key, or whose form, says that it names a model."""
    yield from context.once(_pairs(source))


def _finder(name: str) -> str:
    low = name.lower()
    if low.endswith(".properties"):
        return "properties"
    return (
        "toml"
        if low.endswith(".toml")
        else "dotenv"
        if "env" in low.split(".") or low.startswith(".env")
        else "ini"
    )


def _pairs(source: SourceFile) -> Iterator[Mention]:
    finder, section, array, offset = _finder(source.name), "", "", 0
    for line in source.text.split("\n"):
        head = line.strip()
        if match := _SECTION.match(head):
            section, array = match[1], ""
        elif array:
            yield from _array(line, offset, (section, array), finder)
            array = "" if "]" in line else array
        elif len(line) <= MAX_LINE and (pair := _PAIR.match(line)):
            yield from _pair(pair, offset, section, finder)
            if pair["value"].lstrip().startswith("[") and "]" not in pair["value"]:
                array = pair["key"]
        offset += len(line) + 1
    yield from shell._in_source(source, finder)


def _pair(pair: re.Match[str], offset: int, section: str, finder: str) -> Iterator[Mention]:
    certainty: Certainty = "comment" if pair["comment"] else "runtime"
    value, start = pair["value"].rstrip(), offset + pair.start("value")
    path = tuple(p for p in (*section.split("."), *pair["key"].split(".")) if p)
    if value[:1] in "[{" and value:
        yield from _array(value, start, path, finder, certainty)
        return
    quoted = re.match(r"""(["'])(.*?)\1""", value)
    if quoted:
        value, start = quoted[2], start + 1
    else:
        value = re.split(r"\s[#;]", value)[0].rstrip()
    made = context.mention(start, value, path, finder, certainty)
    if made:
        yield made


def _array(
    text: str, start: int, path: tuple[str, ...], finder: str, certainty: Certainty = "runtime"
) -> Iterator[Mention]:
    comment = text.lstrip().startswith("#")
    for item in _QUOTED.finditer(text[:MAX_LINE]):
        names = (*path, item["key"]) if item["key"] else path
        made = context.mention(
            start + item.start("value"),
            item["value"],
            [n for n in names if n],
            finder,
            "comment" if comment else certainty,
        )
        if made:
            yield made
