"""How two sets of terms differ: in terms, not in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from weightlaw.domain.deployment import METRIC_NAMES
from weightlaw.domain.terms import Clause, Terms, Threshold

_PLACE = frozenset({"section", "summary", "start", "end", "confidence", "pattern"})
_WORDING = frozenset(
    {
        "rule",
        "scope",
        "trigger",
        "where",
        "applies_to",
        "train_scope",
        "exception",
        "owner",
        "categories",
    }
)
_IDENTITY = ("metric", "kind")


class TermChange(Struct, frozen=True, kw_only=True):
    """One term that was added, removed or changed."""

    change: Literal["added", "removed", "changed"]
    fact: str
    """Key of the fact in the terms, e.g. `thresholds`."""
    name: str
    """The fact as people call it: `monthly active users`, `notice: notice file`."""
    old: Clause | str | None = None
    new: Clause | str | None = None

    def told(self) -> str:
        """One line: `monthly active users: 700,000,000 became 500,000,000, section 2`."""
        clause = self.new if self.new is not None else self.old
        section = getattr(clause, "section", "")
        place = f", section {section}" if section else ""
        if self.change == "changed":
            return f"{self.name}: {self._values(self.old)} became {self._values(self.new)}{place}"
        value = self._values(clause)
        return f"{self.change}: {self.name}{f' ({value})' if value else ''}{place}"

    def _values(self, clause: Clause | str | None) -> str:
        other = self.new if clause is self.old else self.old
        if isinstance(clause, str) or clause is None:
            return str(clause or "")
        mine, theirs = compared(clause), compared(other) if other is not None else {}
        keys = [k for k in mine if mine.get(k) != theirs.get(k)] or list(mine)
        if self.change == "changed":
            keys = [k for k in dict.fromkeys((*mine, *theirs)) if mine.get(k) != theirs.get(k)]
        return ", ".join(_said(k, mine.get(k)) for k in keys)


def compared(clause: Clause | str) -> dict[str, Any]:
    """A clause without its place and its wording: what counts when two are compared."""
    if isinstance(clause, str):
        return {"value": clause}
    data: dict[str, Any] = msgspec.to_builtins(clause)
    return {k: v for k, v in data.items() if k not in _PLACE | _WORDING}


def differences(old: Terms, new: Terms) -> Iterator[TermChange]:
    """All changes from one set of terms to another, in the order of the vocabulary."""
    for fact in old.__struct_fields__:
        before, after = _by_identity(fact, old), _by_identity(fact, new)
        for name in dict.fromkeys((*before, *after)):
            a, b = before.get(name), after.get(name)
            if a is None:
                yield TermChange(change="added", fact=fact, name=name, new=b)
            elif b is None:
                yield TermChange(change="removed", fact=fact, name=name, old=a)
            elif compared(a) != compared(b):
                yield TermChange(change="changed", fact=fact, name=name, old=a, new=b)


def _by_identity(fact: str, terms: Terms) -> dict[str, Any]:
    """The clauses of one kind, keyed by what makes them the same clause in two texts."""
    value = getattr(terms, fact)
    if value is None:
        return {}
    if not isinstance(value, tuple):
        return {fact.replace("_", " "): value}
    found: dict[str, Any] = {}
    for clause in value:
        name = _name(fact, clause)
        while name in found:
            name += " (again)"
        found[name] = clause
    return found


def _name(fact: str, clause: Clause) -> str:
    if isinstance(clause, Threshold):
        return METRIC_NAMES[clause.metric]
    which = next((str(getattr(clause, f)) for f in _IDENTITY if hasattr(clause, f)), "")
    name = fact.replace("_", " ")
    return f"{name}: {which.replace('_', ' ')}" if which else name


def _said(key: str, value: Any) -> str:
    name = key.replace("_", " ")
    if value is None:
        return f"no {name}"
    if isinstance(value, bool):
        return f"{name} {'yes' if value else 'no'}"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return f"{name} {', '.join(map(str, value))}"
    return str(value) if key in ("value", "currency", "text") else f"{name} {value}"
