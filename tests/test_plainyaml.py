"""YAML without its traps."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from weightlaw import plainyaml
from weightlaw.errors import DataError


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: NO", {"a": "NO"}),
        ("a: yes", {"a": "yes"}),
        ("a: on", {"a": "on"}),
        ("a: true", {"a": True}),
        ("a: 0123", {"a": "0123"}),
        ("a: 12:30:45", {"a": "12:30:45"}),
        ("a: 2025-03-01", {"a": "2025-03-01"}),
        ("a: 900M", {"a": "900M"}),
        ("a: 700000000", {"a": 700000000}),
        ("a: 1.5", {"a": 1.5}),
        ("a: '1'", {"a": "1"}),
        ("a: null", {"a": None}),
        ("a: [x, NO]", {"a": ["x", "NO"]}),
        ("", None),
    ],
)
def test_values(text: str, data: object) -> None:
    """Norway stays Norway, dates stay text, numbers are decimal."""
    assert plainyaml.parse(text, "f").data == data


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2", "f:2:1: the key 'a' is given twice"),
        ("a: !!python/object:os.system {}", "f:1:"),
        ("a: [1", "f:"),
        ("\ta: 1", "f:"),
        (BOMB, "too large"),
        ("[" * 2000, "f:"),
        ("? [a]\n: 1", "f:1:3: a key must be plain text"),
        ("a: \x00", "f:"),
    ],
)
def test_refused(text: str, says: str) -> None:
    """One error with its place, never a traceback, never a bomb."""
    with pytest.raises(DataError, match=says.replace("'", ".")):
        plainyaml.parse(text, "f")


def test_marks() -> None:
    """Every value knows its line and column."""
    document = plainyaml.parse("a:\n  b:\n  - x\n  - y\n", "f")
    assert document.mark(("a", "b")) == (2, 3)
    assert document.mark(("a", "b", 1)) == (4, 5)
    assert document.mark(("a", "b", 1, "nothing")) == (4, 5)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """Only DataError comes out of arbitrary text."""
    try:
        plainyaml.parse(text, "f")
    except DataError as error:
        assert error.problems


DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)((\.[0-9]+)([eE][-+]?[0-9]+)?)?\Z")


@given(st.from_regex(r"\A[-+0-9][-+0-9.eE_x²]{0,8}\Z"))
def test_numbers_are_what_the_schema_says(text: str) -> None:
    """A decimal of YAML 1.2's core schema is a number; whatever only looks like one stays as written."""
    assume(text != "-")  # that is a list
    value = plainyaml.parse(f"a: {text}", "t.yaml").data["a"]
    if DECIMAL.match(text):
        assert value == (float(text) if "." in text else int(text))
        assert isinstance(value, float) is ("." in text)
    else:
        assert value == text
