"""Notebooks: the code cells, read together as one Python file; outputs and attachments are never looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.scanning import context
from weightlaw.scanning.finders import python, shell
from weightlaw.scanning.finders.jsonfile import MAX_DEPTH
from weightlaw.scanning.values import Mention, SourceFile

_TOKEN = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+(?:"|(?=\n)|\Z)|[{}\[\],:]')
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_MAGIC = re.compile(r"[ \t]*(?:\w+[ \t]*=[ \t]*)?(?P<sign>%%?|!!?|\?)(?P<rest>.*)")
_SHELL_CELL = re.compile(r"\s*%%(?:bash|sh|script|cmd|shell)\b")


class Line(Struct, frozen=True):
    """A line of code: where it stands in the file, and what it says."""

    start: int
    raw: str
    text: str


def find(source: SourceFile) -> Iterator[Mention]:
    """What the code cells load, by Python's own finder; what magics and shell lines fetch."""
    lines = [line for cell in cells(source.text) for line in _lines(cell)]
    yield from context.once(iter(sorted(_found(lines), key=lambda m: m.start)))


def cells(text: str) -> Iterator[list[tuple[int, str]]]:
    """Per code cell its source strings, raw, with their offsets. One pass, no recursion."""
    keys: list[str] = [""]
    source: list[tuple[int, str]] = []
    kind, last = "", ""
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark[0] == '"':
            last = mark[1:-1]
            if keys[1:2] == ["cells"] and keys[3:4] == ["source"] and _is_value(text, token):
                source.append((token.start() + 1, last))
            elif keys[1:2] == ["cells"] and keys[3:] == ["cell_type"]:
                kind = last
        elif mark == ":":
            keys[-1] = last
        else:
            _step(mark, keys)
            if mark == "}" and keys[1:] == ["cells", ""]:
                if kind == "code" and source:
                    yield source
                source, kind = [], ""


def _step(mark: str, keys: list[str]) -> None:
    if mark in "{[" and len(keys) < MAX_DEPTH:
        keys.append("")
    elif mark in "}]" and len(keys) > 1:
        keys.pop()
    elif mark == ",":
        keys[-1] = ""


def _is_value(text: str, token: re.Match[str]) -> bool:
    return not text[token.end() : token.end() + 20].lstrip().startswith(":")


def _lines(cell: list[tuple[int, str]]) -> Iterator[Line]:
    """The lines of a cell; a whole cell in one string is cut at its escaped line ends."""
    shell_cell = bool(cell) and _SHELL_CELL.match(cell[0][1]) is not None
    for start, raw in cell:
        at = start
        for part in re.split(r"(?<=\\n)", raw):
            if part:
                text = _unescaped(part).rstrip("\n")
                yield Line(at, part, f"!{text}" if shell_cell else text)
                at += len(part)


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        code = match[0][1:]
        if code[0] == "u" and len(code) == 5:
            return chr(int(code[1:], 16))
        return _PLAIN.get(code, code)

    return _ESCAPE.sub(plain, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _found(lines: list[Line]) -> Iterator[Mention]:
    code: list[str] = []
    for line in lines:
        magic = _MAGIC.match(line.text) if not line.text.lstrip().startswith("#") else None
        if magic is None or (
            magic["sign"] == "%" and re.match(r"\s*%\s*\w+[ \t]*[,)\]]", line.text)
        ):
            code.append(line.text)
            continue
        code.append(re.sub(r"\S.*", "pass", line.text, count=1))
        yield from _magic(line, magic)
    inner = SourceFile("cell.py", "\n".join(code))
    for found in python.find(inner):
        row, _ = inner.place(found.start)
        yield _placed(found, lines[min(row, len(lines)) - 1])


def _magic(line: Line, magic: re.Match[str]) -> Iterator[Mention]:
    rest = magic["rest"]
    if magic["sign"].startswith("%"):
        words = rest.split(None, 1)
        if not words or words[0] not in ("env", "set_env", "sx", "system"):
            return
        rest = words[1] if len(words) > 1 else ""
    for found in shell.in_text(rest, "notebook"):
        yield _placed(found, line)


def _placed(found: Mention, line: Line) -> Mention:
    """The mention at its place in the file: the line's, and the column where the name stands as escaped."""
    at = line.raw.find(found.text)
    return Mention(
        line.start + max(at, 0),
        found.text,
        found.reading,
        "notebook",
        found.certainty,
        found.revision,
    )
