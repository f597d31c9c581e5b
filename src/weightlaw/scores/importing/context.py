"""What a reader of an imported file needs: its bytes, its rows with lines, and whose name means which model."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from weightlaw.catalog.store import Catalog
from weightlaw.errors import DataError, UsageError
from weightlaw.scores.boards import day
from weightlaw.scores.store import Scores
from weightlaw.scores.values import Figure, Identity, Weights

Row = Mapping[str, str]
MAX_PROBLEMS = 100
_EFFORT = re.compile(r"_(none|minimal|low|medium|high|xhigh|max|\d+[Kk])\Z")
"""Epoch's way of naming efforts (`o1-2024-12-17_high`); Arena's names are not parsed, only looked up."""
_MOVING = frozenset({"deepseek-chat", "deepseek-reasoner"})
"""API names that mean another model every few months: known for the embedded dump, never for a later file."""


@dataclass(kw_only=True)
class Context:
    """One import. `problems` collects every wrong line; the caller raises them together."""

    path: str
    name: str
    data: bytes
    digest: str
    scores: Scores
    catalog: Catalog
    today: str
    model: str = ""
    subset: str = ""
    date: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def source_id(self) -> str:
        """Names the very bytes that were read."""
        return f"import-{self.digest[:12]}"

    def problem(self, line: int, text: str) -> None:
        """Note a wrong line; of a hopeless file only the first hundred are told."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(f"{self.path}:{line}: {text}")

    def text(self) -> str:
        """The file as UTF-8 without its byte order mark. Raises DataError."""
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.data[: error.start].count(b"\n") + 1
            raise DataError([f"{self.path}:{line}: not UTF-8 text"]) from None

    def table(self, *wanted: str) -> Iterator[tuple[int, Row]]:
        """Line and fields of a CSV or TSV file that has at least the wanted columns. Raises DataError."""
        text = self.text()
        first = text.split("\n", 1)[0]
        dialect = "\t" if first.count("\t") > first.count(",") else ","
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=dialect)
        names = reader.fieldnames or ()
        missing = [w for w in wanted if w not in names]
        if missing:
            raise DataError([f"{self.path}:1: no column {', '.join(missing)}; there are: {names}"])
        yield from self._rows(reader)

    def _rows(self, reader: csv.DictReader[str]) -> Iterator[tuple[int, Row]]:
        try:
            for row in reader:
                if None in row or None in row.values():
                    self.problem(reader.line_num, "another number of fields than columns")
                    continue
                yield reader.line_num, {k: (v or "").strip() for k, v in row.items()}
        except csv.Error as error:
            raise DataError([f"{self.path}:{reader.line_num}: {error}"]) from None

    def json(self) -> Any:
        """The file as JSON, or as one JSON value a line. Raises DataError."""
        try:
            if self.name.endswith((".jsonl", ".ndjson")):
                lines = enumerate(self.text().splitlines(), 1)
                return [self._line(n, x) for n, x in lines if x.strip()]
            return msgspec.json.decode(self.data)
        except msgspec.DecodeError as error:
            raise DataError([f"{self.path}:1: not JSON: {error}"]) from None

    def _line(self, number: int, text: str) -> Any:
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise DataError([f"{self.path}:{number}: not JSON: {error}"]) from None

    def number(self, line: int, what: str, text: object) -> float | None:
        """A finite number, or None with a problem noted."""
        try:
            value = float(str(text))
        except ValueError:
            value = float("nan")
        if not -1e9 < value < 1e9:
            self.problem(line, f"{what}: {ascii(text)[:40]} is no number")
            return None
        return value

    def when(self, line: int, text: str) -> str:
        """A UTC date as written, cut to the day; empty for none. A wrong one is noted."""
        if text and day(text[:10]) is None:
            self.problem(line, f"date: {ascii(text)[:40]} is no date; write 2026-08-19")
            return ""
        return text[:10]

    @cached_property
    def _identities(self) -> dict[tuple[str, str], Identity]:
        return {(i.space, i.name): i for i in self.scores.identities()}

    @cached_property
    def _by_base(self) -> dict[tuple[str, str], set[tuple[str, Weights, str]]]:
        """Epoch's names without effort -> what all their efforts are known to mean."""
        found: dict[tuple[str, str], set[tuple[str, Weights, str]]] = {}
        for i in self.scores.identities():
            base = i.space, _EFFORT.sub("", i.name)
            found.setdefault(base, set()).add((i.model, i.weights, i.maker))
        return found

    def identity(self, space: str, name: str) -> Identity:
        """What a source's name means; an unknown one stays as it is, mapped to nothing."""
        if name in _MOVING or name.endswith("-latest"):
            return Identity(space=space, name=name)
        if known := self._identities.get((space, name)):
            return known
        if "/" in name and (found := self.catalog.model(name)):
            return Identity(space=space, name=name, model=found.id, weights="open")
        return (
            self._by_effort(space, name) if space == "epoch" else Identity(space=space, name=name)
        )

    def _by_effort(self, space: str, name: str) -> Identity:
        """A name whose other efforts are known and all mean one model."""
        effort = _EFFORT.search(name)
        meant = self._by_base.get((space, _EFFORT.sub("", name)), set())
        model, weights, maker = next(iter(meant)) if len(meant) == 1 else ("", "", "")
        return Identity(
            space=space,
            name=name,
            model=model,
            weights=weights,
            maker=maker,
            effort=_words(effort[1]) if effort else "",
        )


def _words(effort: str) -> str:
    return f"{effort.upper()} thinking tokens" if effort[0].isdigit() else effort


def joined(identity: Identity, **figure: Any) -> Figure:
    """A figure of a name with what the name means."""
    return Figure(
        name=identity.name,
        model=identity.model,
        effort=identity.effort,
        precision=identity.precision,
        weights=figure.pop("weights", "") or identity.weights,
        maker=figure.pop("maker", "") or identity.maker,
        **figure,
    )


def need(value: str, flag: str, what: str) -> str:
    """A value that the file does not say. Raises UsageError."""
    if not value:
        raise UsageError(f"{what}: say it with {flag}")
    return value
