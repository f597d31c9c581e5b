"""The YAML cases of tests/cases/reading: invented sentences and the facts that must be read from them."""

from __future__ import annotations

import pathlib
from typing import Any

import msgspec
import pytest

from weightlaw.plainyaml import parse
from weightlaw.reading.facts import read_facts

CASES = pathlib.Path(__file__).parents[1] / "cases" / "reading"


def load() -> list[Any]:
    """All cases; the id of one is its file and its name."""
    files = [
        (path.stem, parse(path.read_text(encoding="utf-8"), path.name).data)
        for path in sorted(CASES.glob("*.yaml"))
    ]
    return [
        pytest.param(case, id=f"{stem}: {case['name']}")
        for stem, data in files
        for case in data["cases"]
    ]


def plain(value: Any) -> Any:
    """A fact as plain values, its defaults filled in."""
    if isinstance(value, msgspec.Struct):
        return {key: plain(one) for key, one in msgspec.structs.asdict(value).items()}
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def covers(got: Any, wanted: Any) -> bool:
    """Whether a fact has all the fields wanted, with these values."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(covers(got.get(k), v) for k, v in wanted.items())
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        return isinstance(got, list) and all(any(covers(g, w) for g in got) for w in wanted)
    return bool(got == wanted)


@pytest.mark.parametrize("case", load())
def test_case(case: dict[str, Any]) -> None:
    reading = read_facts(case["text"])
    facts = plain(reading.terms)
    for kind, wanted in case.get("expect", {}).items():
        assert facts[kind], f"no {kind} was read"
        assert covers(facts[kind], wanted), f"{kind}: {facts[kind]}"
        if isinstance(wanted, list):
            assert len(facts[kind]) == len(wanted), f"{kind}: {facts[kind]}"
    for kind in case.get("absent", []):
        assert not facts[kind], f"{kind}: {facts[kind]}"
    if "unread" in case:
        assert [place.mentions for place in reading.unread] == case["unread"]


def test_cases_stand_for_every_kind() -> None:
    """Each field of the terms is expected somewhere, so that no kind of clause goes untested."""
    wanted = set()
    for case in load():
        wanted |= set(case.values[0].get("expect", {}))
    kinds = {field.name for field in msgspec.structs.fields(type(read_facts("").terms))}
    assert kinds - wanted == set()
