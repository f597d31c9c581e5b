"""YAML to typed values: every wrong key and value of a file at once, with line, column and a near key."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from weightlaw import plainyaml

T = TypeVar("T")
_PATH = r"(?: - at `\$?(?P<path>[^`]*)`)?\Z"  # patterns are compiled on the first error, not at start-up
_STEP = r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]"
_UNKNOWN = r"unknown field `([^`]+)`"


def convert(
    item: Any, kind: type[T], document: plainyaml.Document, base: plainyaml.Path, name: str
) -> tuple[T | None, list[str]]:
    """One value of `kind` from plain data, or all its problems: each wrong key is removed and tried again."""
    problems: list[str] = []
    for _ in range(50):
        try:
            return msgspec.convert(item, kind), problems
        except msgspec.ValidationError as error:
            message = str(error)
            path = _path(message)
            what = re.sub(_PATH, "", message)
            unknown = re.search(_UNKNOWN, what)
            line, column = document.mark((*base, *path, *(unknown.groups() if unknown else ())))
            problems.append(f"{name}:{line}:{column}: {what}{_hint(what, path, kind)}")
            item = _without(item, path, what)
            if item is None:
                break
    return None, problems


def _path(message: str) -> plainyaml.Path:
    match = re.search(_PATH, message)
    text = (match and match.group("path")) or ""
    return tuple(int(b) if b and b.isdigit() else a or 0 for a, b in re.findall(_STEP, text))


def _hint(what: str, path: plainyaml.Path, kind: type[Any]) -> str:
    unknown = re.search(_UNKNOWN, what)
    at = ".".join(str(p) for p in path)
    where = f" (in {at})" if at else ""
    if not unknown:
        return where
    import difflib  # only on an error

    known = sorted(_fields(kind, set()))
    near = difflib.get_close_matches(unknown.group(1), known, n=1, cutoff=0.6)
    return where + (f"; did you mean `{near[0]}`?" if near else f"; known: {', '.join(known)}")


def _fields(kind: Any, seen: set[Any]) -> set[str]:
    """The names of all keys that may occur anywhere in a value of this type."""
    if kind in seen:
        return set()
    seen.add(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = msgspec.structs.fields(kind)
        return {f.encode_name for f in fields}.union(*(_fields(f.type, seen) for f in fields))
    inner = (_fields(a, seen) for a in getattr(kind, "__args__", ()) if a is not Ellipsis)
    return set().union(*inner)


def _without(item: Any, path: plainyaml.Path, what: str) -> Any:
    """A copy of `item` without the value that was wrong, or None where nothing can be left out."""
    unknown = re.search(_UNKNOWN, what)
    full = (*path, unknown.group(1)) if unknown else path
    if not full:
        return None
    copy = msgspec.to_builtins(item)
    target = copy
    try:
        for step in full[:-1]:
            target = target[step]
        del target[full[-1]]
    except (KeyError, IndexError, TypeError):
        return None
    return copy
