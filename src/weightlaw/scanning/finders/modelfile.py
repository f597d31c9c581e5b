"""Ollama's Modelfiles: `FROM` and `ADAPTER`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning.deciding import reading
from weightlaw.scanning.values import Mention, SourceFile

_LINE = re.compile(
    r"(?im)^[ \t]*(?P<comment>#[ \t]*)?(?P<word>FROM|ADAPTER)[ \t]+(?P<value>[^\s#\"']{2,300})[ \t]*\r?$"
)
_OWN = re.compile(
    r"(?im)^[ \t]*(?:PARAMETER[ \t]+\w+|TEMPLATE|SYSTEM|MESSAGE[ \t]+(?:user|assistant|system)|LICENSE)[ \t]"
)


def is_modelfile(text: str) -> bool:
    """Whether a text that begins with FROM is Ollama's and not Docker's."""
    return _OWN.search(text) is not None and not re.search(
        r"(?im)^[ \t]*(?:RUN|COPY|CMD|ENTRYPOINT|WORKDIR)[ \t]", text
    )


def find(source: SourceFile) -> Iterator[Mention]:
    """The base model and adapters, unless they are files."""
    for match in _LINE.finditer(source.text):
        found = reading(match["value"], "ollama")
        if found:
            certainty = "comment" if match["comment"] else "runtime"
            yield Mention(match.start("value"), match["value"], found, "modelfile", certainty)  # type: ignore[arg-type]
