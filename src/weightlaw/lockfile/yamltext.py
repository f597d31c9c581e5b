"""Plain data as YAML with one fact a line: the same data give the same text, and `plainyaml` reads it back alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 .,;/+()'_%=@*-]|:(?=[A-Za-z0-9/]))*\Z")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
"""What some reader of YAML takes for something else than text: `NO` is Norway."""


def emit(data: dict[str, Any]) -> str:
    """A mapping of strings, numbers, booleans, lists and mappings, in its own order. Raises ValueError for NaN."""
    return "\n".join(_mapping(data, "")) + "\n"


def _mapping(data: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        name = f"{indent}{_string(key)}:"
        if isinstance(value, dict) and value:
            yield name
            yield from _mapping(value, indent + "  ")
        elif isinstance(value, list) and value:
            yield name
            yield from _items(value, indent)
        else:
            yield f"{name} {_flow(value)}"


def _items(items: list[Any], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, dict) and item:
            lines = list(_mapping(item, indent + "  "))
            yield f"{indent}- {lines[0][len(indent) + 2 :]}"
            yield from lines[1:]
        else:
            yield f"{indent}- {_flow(item)}"


def _flow(value: Any) -> str:
    """On one line: a scalar, something empty, or what stands in a list in a list."""
    if isinstance(value, list):
        return f"[{', '.join(map(_inner, value))}]"
    return "{}" if isinstance(value, dict) else _scalar(value)


def _inner(value: Any) -> str:
    """Between brackets, where only quotes keep a string apart."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(k)}: {_inner(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inner, value))}]"
    return _quoted(value) if isinstance(value, str) else _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    return _string(value)


def _float(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{value} is no number that a lock can hold")
    text = f"{Decimal(repr(value)):f}"
    return text if "." in text else f"{text}.0"


def _string(text: str) -> str:
    """Bare where no reader can take it for anything but this text."""
    bare = _PLAIN.match(text) and not text.endswith(" ") and text.lower() not in _WORDS
    return text if bare else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        return "\N{REPLACEMENT CHARACTER}"  # half a character: no file can hold it
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )
