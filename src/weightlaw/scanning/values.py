"""The values of a scan: what a finder saw, where, and which model it means."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import Literal

from msgspec import Struct

Certainty = Literal["runtime", "documentation", "comment", "dynamic"]
"""runtime: the program, its build or its configuration uses it. dynamic: put together when it runs, so that
only a part of the name is known. Only runtime references are judged unless more is asked for."""

Reading = Literal["hub", "sentence", "whisper", "ollama", "docker", "name", "weights"]
"""How the text is to be read: as a Hub id (`sentence`: with sentence-transformers' short names), as a name of
Ollama's or Docker's registry, as a name that a host gives, or as a file of weights."""


Pin = Literal["commit", "name", "dynamic", "none"]
"""What the revision of a reference is worth: `commit`: its content cannot change; `name`: a branch or tag, which may
be moved; `dynamic`: put together when it runs; `none`: no revision is asked for, so the newest is taken."""


class Revision(Struct, frozen=True, array_like=True):
    """A revision as written."""

    text: str = ""
    dynamic: bool = False
    """Whether it is only known at run time; `text` is then what stands in its place."""


NO_REVISION = Revision()


class Mention(Struct, frozen=True):
    """What a finder saw: `text` as written at the offset `start` of the file."""

    start: int
    text: str
    reading: Reading
    finder: str
    certainty: Certainty = "runtime"
    revision: Revision | None = None
    """What the finder knows of the revision; None: nothing, and what stands beside the mention is looked at."""


class Reference(Struct, frozen=True, kw_only=True):
    """A reference to a model, at its place. Lines and columns count from 1, columns in characters."""

    file: str
    """Path from the root of the scan, with `/`."""
    line: int
    column: int
    reference: str
    """As written."""
    model: str | None
    """The Hub id that is meant; None where it is not known. Of a name that means several models, the first."""
    revision: str | None = None
    """The revision that is asked for, as written; null: none."""
    pin: Pin = "none"
    """What the revision is worth: only a `commit` pins."""
    finder: str
    certainty: Certainty


class Found(Struct, frozen=True, kw_only=True):
    """A reference with what `check` is to be asked for it; empty where there is nothing to ask."""

    reference: Reference
    ask: str = ""

    @property
    def identity(self) -> tuple[str, bool]:
        """What makes two references the same for a verdict: the model with its revision, and whether it counts."""
        subject = self.reference.model or self.ask or self.reference.reference
        at = f"@{self.reference.revision}" if self.reference.revision else ""
        return f"{subject.lower()}{at}", self.reference.certainty == "runtime"


class SourceFile:
    """A file's text with its path from the root of the scan."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.name = path.rsplit("/", 1)[-1]

    @cached_property
    def lower(self) -> str:
        """The text in lower case, for hints."""
        return self.text.lower()

    @cached_property
    def speaks_of_ollama(self) -> bool:
        """Whether the file names Ollama, or the port that it listens on."""
        return "ollama" in self.lower or ":11434" in self.text

    @cached_property
    def _lines(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a line and column; of the last line's end where there is no such line."""
        if line > len(self._lines):
            return len(self.text)
        return min(self._lines[line - 1] + column - 1, len(self.text))
