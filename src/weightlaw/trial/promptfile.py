"""Prompt files: JSON lines, CSV or plain text -> prompts, with all problems at once."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from weightlaw.errors import DataError, UsageError
from weightlaw.trial.promptlines import Reader, Record, decode_record
from weightlaw.trial.promptset import content_id, content_of
from weightlaw.trial.values import Prompt

MAX_BYTES = 512 * 1024 * 1024
_WRONG = ""
"""Key of a record that only says what is wrong with a line."""
_COLUMNS = frozenset({"prompt", "id", "tags", "pattern", "system"})


class PromptFile(Struct, frozen=True, kw_only=True):
    """What a file holds: its distinct prompts, and what is to be said about it."""

    prompts: tuple[Prompt, ...]
    notes: tuple[str, ...] = ()


def read_prompts(path: str) -> PromptFile:
    """The prompts of a .jsonl, .csv or .txt file. Raises DataError with every problem as `file:line: what`.

    A prompt that stands there twice is one prompt: the second is left out, and a note says so.
    """
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in _READERS:
        raise UsageError(f"{path}: prompts are read from .jsonl, .csv or .txt files")
    return prompts_of(_text(path), path, _READERS[suffix])


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path} has more than {MAX_BYTES // 2**20} MB: choose fewer prompts")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError([f"{path}:{line}: not UTF-8 text"]) from None


def prompts_of(text: str, name: str, reader: Reader) -> PromptFile:
    """The prompts of a text read in one of the forms. Raises DataError."""
    gathered = _Gathered(name)
    for line, data in reader(text):
        gathered.add(line, data)
    if not gathered.prompts and not gathered.problems:
        gathered.problems.append(f"{name}:1: there is no prompt in it")
    if gathered.problems:
        raise DataError(gathered.problems)
    return PromptFile(prompts=tuple(gathered.prompts), notes=tuple(gathered.notes()))


class _Gathered:
    """The prompts so far, with the lines on which they, their ids and their problems stand."""

    def __init__(self, name: str) -> None:
        self.prompts: list[Prompt] = []
        self.problems: list[str] = []
        self._name = name
        self._contents: dict[bytes, int] = {}
        self._ids: dict[str, int] = {}
        self._again: list[tuple[int, int]] = []
        self._ignored: set[str] = set()

    def add(self, line: int, data: dict[str, Any]) -> None:
        """One record; what is wrong with it is kept."""
        if _WRONG in data:
            self._problem(line, data[_WRONG])
            return
        record = Record(data)
        made = record.prompt()
        self._ignored |= record.ignored
        for problem in record.problems:
            self._problem(line, problem)
        if made is not None:
            self._keep(line, made)

    def _problem(self, line: int, what: str) -> None:
        self.problems.append(f"{self._name}:{line}: {what}")

    def _keep(self, line: int, prompt: Prompt) -> None:
        try:
            content = content_of(prompt)
        except UnicodeEncodeError:
            self._problem(line, "it holds half of a surrogate pair, which is no text")
            return
        if content in self._contents:
            self._again.append((line, self._contents[content]))
            return
        self._contents[content] = line
        named = prompt if prompt.id else msgspec.structs.replace(prompt, id=content_id(prompt))
        if named.id in self._ids:
            where = self._ids[named.id]
            self._problem(line, f"the id {named.id!a} is already that of line {where}")
            return
        self._ids[named.id] = line
        self.prompts.append(named)

    def notes(self) -> Iterator[str]:
        """What was left out and what was not read."""
        if self._again:
            some = ", ".join(f"line {line} as line {first}" for line, first in self._again[:5])
            more = f" and {len(self._again) - 5} more" if len(self._again) > 5 else ""
            yield f"the same prompt twice is one prompt; left out: {some}{more}"
        if self._ignored:
            names = ", ".join(sorted(self._ignored)[:12])
            yield f"not used from {self._name}: {ascii(names)[1:-1]}"


def json_lines(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """One JSON object a line."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, decode_record(line)
        except (ValueError, UnicodeEncodeError) as error:
            yield number, {_WRONG: str(error)}


def table(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """CSV with a header; commas, semicolons or tabs, whichever gives a column `prompt`."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    delimiter = next((d for d in ",;\t" if "prompt" in _header(text, d)), "")
    if not delimiter:
        yield 1, {_WRONG: "there is no column `prompt` in the first line"}
        return
    header = _header(text, delimiter)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for number, row in enumerate(rows):
            if number and any(cell.strip() for cell in row):
                yield line, _row(header, row)
            line = rows.line_num + 1
    except csv.Error as error:
        yield line, {_WRONG: f"not CSV: {error}"}


def _header(text: str, delimiter: str) -> list[str]:
    first = text[: 1 << 16].lstrip("\r\n").split("\n", 1)[0].strip("\r")
    try:
        row = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in row]


def _row(header: list[str], row: list[str]) -> dict[str, Any]:
    if len(row) > len(header):
        return {
            _WRONG: f"{len(row)} cells under {len(header)} columns: quote texts that hold commas"
        }
    cells = dict(zip(header, row, strict=False))
    cells.pop(_WRONG, None)
    return {k: v for k, v in cells.items() if v.strip() or k == "prompt"}


def plain_text(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """One prompt a line; where a line is only `---`, the blocks between such lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    bars = [n for n, line in enumerate(lines) if line.strip() == "---"]
    if not bars:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, {"prompt": line.strip()}
        return
    starts = [0, *(n + 1 for n in bars)]
    for start, end in zip(starts, [*bars, len(lines)], strict=True):
        block = "\n".join(lines[start:end]).strip()
        if block:
            yield start + 1, {"prompt": block}
        elif start > 0 and end < len(lines):
            yield start + 1, {_WRONG: "nothing stands between two lines of ---"}


_READERS: dict[str, Reader] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": table,
    ".tsv": table,
    ".txt": plain_text,
}
