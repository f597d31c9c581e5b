"""`[tool.weightlaw]` of a pyproject.toml as the same kind of document that a YAML policy is."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from typing import Any

from weightlaw import plainyaml
from weightlaw.errors import DataError

_KEY = re.compile(r"""\s*(?:\[+\s*(?P<table>[^\]]+?)\s*\]+|(?P<key>[A-Za-z0-9_."'-]+)\s*=)""")


def parse(text: str, name: str) -> plainyaml.Document:
    """The table as a document. Raises DataError."""
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{place[1]}:{place[2]}" if place else "1:1"
        what = re.sub(r" \(at [^)]*\)", "", str(error))
        raise DataError([f"{name}:{where}: not TOML: {what}"]) from None
    table = whole.get("tool", {}).get("weightlaw", {})
    return plainyaml.Document(_plain(table), _marks(text))


def _plain(value: Any) -> Any:
    """TOML's days as text, as in YAML."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _marks(text: str) -> dict[plainyaml.Path, tuple[int, int]]:
    """Line and column of each key; values inside an inline table are found at its key."""
    marks: dict[plainyaml.Path, tuple[int, int]] = {}
    table: plainyaml.Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        match = _KEY.match(line)
        if match is None:
            continue
        path = _parts(match["table"] or match["key"])
        table = path if match["table"] else table
        full = table if match["table"] else (*table, *path)
        column = len(line) - len(line.lstrip()) + 1
        if full[:2] == ("tool", "weightlaw"):
            marks.setdefault(full[2:], (number, column))
    return marks


def _parts(dotted: str) -> plainyaml.Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
