"""The shape of a policy file: keys and types, every problem with its line and the near key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
from msgspec import structs

from weightlaw.policy.extends import Layer, Merged
from weightlaw.policy.policyyaml import Plan, PolicyYaml, RuleYaml
from weightlaw.typedyaml import convert

_NAMED: dict[str, type[Any]] = {"rules": RuleYaml, "deployments": Plan}
"""Converted one by one, so that an error finds its line."""
_ENUM = r"Invalid enum value '([^']*)'"
_MISSING = r"missing required field `(.*)`(?: \(in (.*)\))?\Z"
_FORMS = (
    (r"Expected `(.*)`, got `(.*)`", "{1} where {0} should stand"),
    (r"Object contains unknown field `([^`]*)`", "there is no key `{0}`"),
    (r"Object missing required field `(.*)`", "`{0}` is missing"),
)
_WORDS = {
    "str": "text", "array": "a list", "object": "a mapping", "bool": "true or false", "int": "a number",
    "float": "a number", "null": "nothing",
}  # fmt: skip


def check_shape(layer: Layer) -> list[str]:
    """All problems of one file's keys and types."""
    data = dict(layer.data)
    problems: list[str] = []
    for key, kind in _NAMED.items():
        named = data.pop(key, None)
        if named is not None and not isinstance(named, dict):
            problems.append(f"{layer.place((key,))}: {key} is a mapping: a name, then what it is")
            continue
        for name, item in (named or {}).items():
            problems += _problems(item, kind, layer, (key, name))
            if kind is RuleYaml and isinstance(item, dict):
                problems += _reason_first(item, layer, (key, name))
                problems += _left_empty(item, layer, (key, name))
    return [*_problems(data, PolicyYaml, layer, ()), *problems]


def _problems(item: Any, kind: type[Any], layer: Layer, at: tuple[str, ...]) -> list[str]:
    _, found = convert(item, kind, layer.document, at, layer.name)
    return [_clearer(problem, kind) for problem in found if not _follows(problem, found)]


def _follows(problem: str, found: list[str]) -> bool:
    """Whether a missing key is only missing because its value was wrong, which was told."""
    match = re.search(_MISSING, problem)
    if match is None:
        return False
    full = f"{match[2]}.{match[1]}" if match[2] else match[1]
    return any(f"(in {full})" in other or f"(in {full}." in other for other in found)


def _reason_first(item: dict[str, Any], layer: Layer, at: tuple[str, ...]) -> list[str]:
    first = next(iter(item), "reason")
    if first == "reason" or "reason" not in item:
        return []
    return [f"{layer.place((*at, first))}: the first line of a rule is its reason, not `{first}`"]


def _left_empty(item: dict[str, Any], layer: Layer, at: tuple[str, ...]) -> Iterator[str]:
    """Keys of a rule whose value was forgotten: `when:` with nothing behind it would hold of everything."""
    for key, value in item.items():
        if value is None:
            yield f"{layer.place((*at, key))}: `{key}` has no value: write one, or delete the key"
        elif isinstance(value, dict):
            yield from _left_empty(value, layer, (*at, key))


def _clearer(problem: str, kind: type[Any]) -> str:
    """msgspec's words in the policy's, and the near value of a wrong one."""
    if wrong := re.search(_ENUM, problem):
        return problem.replace(wrong[0], f"{wrong[1]!r} is not a value here{_near(wrong[1], kind)}")
    for pattern, form in _FORMS:
        if match := re.search(pattern, problem):
            words = [" or ".join(_WORDS.get(w, w) for w in g.split(" | ")) for g in match.groups()]
            return problem.replace(match[0], form.format(*words))
    return problem


def _near(word: str, kind: type[Any]) -> str:
    import difflib  # only on an error

    known = sorted(_values(kind, set()))
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _values(kind: Any, seen: set[int]) -> set[str]:
    """All words that may stand anywhere in a value of this type."""
    if id(kind) in seen:
        return set()
    seen.add(id(kind))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        parts = [_values(f.type, seen) for f in structs.fields(kind)]
        return set().union(*parts)
    found = {a for a in get_args(kind) if isinstance(a, str)}
    return found.union(*(_values(a, seen) for a in get_args(kind) if not isinstance(a, str)))


def joined(merged: Merged) -> PolicyYaml:
    """The merged policy as one typed value. What is of wrong shape was told before, and is left out."""
    data = dict(merged.data)
    document = merged.layers[-1].document
    named: dict[str, Any] = {}
    for key, kind in _NAMED.items():
        items = data.pop(key, None)
        read = {n: convert(i, kind, document, (), "") for n, i in (items or {}).items()}
        named[key] = {n: value for n, (value, problems) in read.items() if not problems}
    value, _ = convert(data, PolicyYaml, document, (), "")
    return structs.replace(value or PolicyYaml(), **named)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    from weightlaw.policy.policywords import KEYS  # only where the schema is made

    schema = msgspec.json.schema(PolicyYaml)
    for name, definition in schema["$defs"].items():
        for key, words in KEYS.get(name, {}).items():
            definition["properties"][key]["description"] = words
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
