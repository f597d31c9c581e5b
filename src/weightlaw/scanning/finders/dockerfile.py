"""Dockerfiles: ENV, ARG and the commands that are run. `FROM` names an image, never a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning import context
from weightlaw.scanning.finders import modelfile, shell
from weightlaw.scanning.values import Mention, SourceFile

_ENV = re.compile(
    r"(?im)^[ \t]*(?:ENV|ARG)[ \t]+(?P<key>[A-Za-z_]\w*)[ \t]+(?P<value>[^\s=\"'\\]{3,200})[ \t]*$"
)
_ADD = re.compile(r"(?im)^[ \t]*(?:FROM|LABEL|MAINTAINER|COPY)\b[^\n]*")


def find(source: SourceFile) -> Iterator[Mention]:
    """What a build and its container use."""
    if modelfile.is_modelfile(source.text):
        yield from modelfile.find(source)
        return
    barred = [(m.start(), m.end()) for m in _ADD.finditer(source.text)]
    for found in context.once(_all(source)):
        if not any(a <= found.start < b for a, b in barred):
            yield found


def _all(source: SourceFile) -> Iterator[Mention]:
    for match in _ENV.finditer(source.text):
        made = context.mention(match.start("value"), match["value"], (match["key"],), "dockerfile")
        if made:
            yield made
    yield from shell._in_source(source, "dockerfile")
