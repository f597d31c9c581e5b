"""HTML and single-file components: their scripts are code, their attributes may name a model, their links are told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning import context
from weightlaw.scanning.deciding import reading
from weightlaw.scanning.finders import code
from weightlaw.scanning.values import Mention, SourceFile

_SCRIPT = re.compile(r"(?is)<script\b[^>]{0,400}>(?P<body>.*?)(?:</script\b|\Z)")
_FENCE = re.compile(r"(?s)\A---\n(?P<body>.*?)\n---\n")
_ATTRIBUTE = re.compile(
    r"""(?i)\b(?P<key>value|data-[\w-]{1,40}|model|model-id|placeholder|option)\s*=\s*["'](?P<value>[\w./:-]{3,200})["']""",
    re.A,
)
_OPTION = re.compile(r"<option[^>]{0,200}>\s*(?P<value>[\w./:-]{3,150})\s*<")


def find(source: SourceFile) -> Iterator[Mention]:
    """Scripts as JavaScript; attributes by the form of their value; addresses as documentation."""
    yield from context.once(_all(source))


def _all(source: SourceFile) -> Iterator[Mention]:
    scripts = [*_SCRIPT.finditer(source.text), *_FENCE.finditer(source.text)]
    for script in scripts:
        inner = SourceFile(source.path, script["body"])
        for found in code.in_code(inner, code.style_of("js"), "javascript"):
            yield Mention(
                script.start("body") + found.start,
                found.text,
                found.reading,
                "html",
                found.certainty,
            )
    for match in _ATTRIBUTE.finditer(source.text):
        certainty = "documentation" if match["key"].lower() == "placeholder" else "runtime"
        place = "model" if "model" in match["key"].lower() else "bare"
        if read := reading(match["value"], place):
            yield Mention(match.start("value"), match["value"], read, "html", certainty)  # type: ignore[arg-type]
    yield from context.address_mentions(source.text, "html", "documentation")
