"""What is wrong with an answer by its prompt's own checks, and that nothing hostile in it does harm."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.trial.checks import (
    REFUSAL_LENGTH,
    judged,
    pattern_problem,
    refuses,
    schema_problem,
    visible,
)
from weightlaw.trial.values import MODEL_FAILURES, Message, Prompt

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}


def ask(**more: Any) -> Prompt:
    """A prompt with these checks."""
    return Prompt(id="p", messages=(Message("user", "hi"),), **more)


def call(name: str, arguments: str) -> dict[str, Any]:
    """A call as it is assembled."""
    return {"id": "c", "type": "function", "function": {"name": name, "arguments": arguments}}


def test_a_plain_answer_is_fine() -> None:
    assert judged(ask(), "Rome is in Italy.") == ("", "")


@pytest.mark.parametrize(
    ("text", "finish", "refused", "failure"),
    [
        ("", "stop", False, "empty-answer"),
        (" \n\t", "stop", False, "empty-answer"),
        ("<think>hm, hm</think>\n", "stop", False, "empty-answer"),
        ("Rome is", "length", False, "cut-off"),
        ("", "length", False, "cut-off"),
        ("whatever", "content_filter", False, "refusal"),
        ("No.", "stop", True, "refusal"),
        ("I'm sorry, but I can't assist with that request.", "stop", False, "refusal"),
        ("I’m sorry, but I can’t help with that.", "stop", False, "refusal"),
        ("Sorry, I cannot provide that.", "stop", False, "refusal"),
        ("Unfortunately, I'm unable to help with this.", "stop", False, "refusal"),
    ],
)
def test_no_answer(text: str, finish: str, refused: bool, failure: str) -> None:
    assert judged(ask(), text, (), finish, refused)[0] == failure


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry to hear that. Let me help: restart it.",
        "Sorry for the delay! Your parcel arrives tomorrow.",
        "You can't assist with that account, but here is how to do it.",
        "I can't help with that order number alone, but " + "here is what to do. " * 40,
        "Unfortunately, the part is out of stock.",
        "I cannot find order 7; please check it.",
    ],
)
def test_what_only_sounds_like_a_refusal_is_none(text: str) -> None:
    assert judged(ask(), text) == ("", "")


def test_a_refusal_that_was_asked_for_is_an_answer() -> None:
    assert judged(ask(pattern="(?i)can't assist"), "I can't assist with that.") == ("", "")
    refusal = "I can't assist with that."
    assert judged(ask(pattern="sure"), refusal)[0] == "refusal"
    assert judged(ask(schema=SCHEMA), refusal)[0] == "refusal"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ('{"city": "Rome", "days": 2}', ""),
        (' <think>so</think> {"city": "Rome"}\n', ""),
        ('```json\n{"city": "Rome"}\n```', "schema-failure"),
        ('{"city": "Rome"} and more', "schema-failure"),
        ('{"town": "Rome"}', "schema-failure"),
        ('{"city": "Rome", "days": 0}', "schema-failure"),
        ("[" * 5000, "schema-failure"),
        ("[" * 100_000 + "]" * 100_000, "schema-failure"),
        ('{"city": NaN}', "schema-failure"),
    ],
)
def test_a_schema(answer: str, failure: str) -> None:
    found, why = judged(ask(schema=SCHEMA), answer)
    assert found == failure
    assert "Rome" not in why


@pytest.mark.parametrize(
    ("calls", "failure"),
    [
        ([call("weather", '{"city": "Rome"}')], ""),
        ([call("weather", '{"city": "Rome"}'), call("weather", "{}")], "invalid-tool-call"),
        ([call("wether", '{"city": "Rome"}')], "invalid-tool-call"),
        ([call("weather", '{"city": Rome}')], "invalid-tool-call"),
        ([call("weather", '["Rome"]')], "invalid-tool-call"),
        ([call("weather", "")], "invalid-tool-call"),
        ([{}], "invalid-tool-call"),
        ([{"function": 3}], "invalid-tool-call"),
    ],
)
def test_tool_calls(calls: list[dict[str, Any]], failure: str) -> None:
    found, why = judged(ask(tools=(TOOL,)), "", calls, "tool_calls")
    assert found == failure
    assert "Rome" not in why


def test_a_call_where_no_tool_was_offered_is_invalid() -> None:
    assert judged(ask(), "", [call("weather", "{}")])[0] == "invalid-tool-call"


def test_a_pattern_takes_no_exponential_time() -> None:
    assert judged(ask(pattern="(a+)+$"), "a" * 50_000 + "b")[0] == "pattern-failure"
    slow = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}
    assert judged(ask(schema=slow), json.dumps({"a": "a" * 5000 + "b"}))[0] == "schema-failure"
    assert judged(ask(schema=slow), json.dumps({"a": "a" * 5000}))[0] == ""
    ahead = {"properties": {"a": {"pattern": "^(?=x)xy"}}}
    assert judged(ask(schema=ahead), '{"a": "xy"}')[0] == ""
    assert judged(ask(schema=ahead), '{"a": "yx"}')[0] == "schema-failure"
    assert judged(ask(pattern=r"\d{3}"), "order 123")[0] == ""
    assert pattern_problem(r"(?P<x>a)\1")
    assert pattern_problem("(")
    assert not pattern_problem(r"(?i)order \d+")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objekt"},
        {"$ref": "https://example.org/schema.json"},
        {"$ref": "#/$defs/none"},
        {"properties": {"a": {"$ref": "other.json#/x"}}},
        {"properties": 3},
        {"allOf": [{"$ref": "file:///etc/passwd"}]},
    ],
)
def test_schemas_that_cannot_be_used_are_told(schema: dict[str, Any]) -> None:
    assert schema_problem(schema)


def test_a_schema_may_refer_to_itself() -> None:
    tree: dict[str, Any] = {
        "type": "object",
        "properties": {"next": {"$ref": "#"}, "$ref": {"type": "string"}},
        "default": {"$ref": "elsewhere"},
    }
    assert not schema_problem({k: v for k, v in tree.items() if k != "properties"})
    looping = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}
    assert judged(ask(schema=looping), '{"next": {}}')[0] == "schema-failure"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(JSON)
def test_the_verdict_is_that_of_the_library(value: Any) -> None:
    expected = jsonschema.Draft202012Validator(SCHEMA).is_valid(value)
    found = judged(ask(schema=SCHEMA), json.dumps(value))[0]
    assert (found == "") == expected
    if isinstance(value, dict):
        tool = judged(ask(tools=(TOOL,)), "", [call("weather", json.dumps(value))])[0]
        assert (tool == "") == expected


@given(st.text(max_size=300), st.sampled_from(["", "stop", "length", "content_filter", "odd"]))
def test_any_answer_has_a_verdict_that_does_not_repeat_it(text: str, finish: str) -> None:
    prompt = ask(schema=SCHEMA, pattern="z{9}")
    failure, why = judged(prompt, text, (), finish)
    assert failure == "" or failure in MODEL_FAILURES
    assert bool(failure) == bool(why)
    if len(text.strip()) > 12:
        assert text.strip() not in why


@given(st.text(max_size=80))
def test_a_long_answer_is_never_called_a_refusal_for_its_words(text: str) -> None:
    assert not refuses("I can't help with that. " + text + "x" * REFUSAL_LENGTH)


@given(st.text(max_size=50))
def test_only_a_block_of_thoughts_at_the_beginning_is_cut(text: str) -> None:
    assert visible(f"<think>{'a' * 9}</think>{text}") == text
    assert visible(f"so <think>x</think>{text}") == f"so <think>x</think>{text}"
