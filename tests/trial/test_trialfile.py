"""The candidates' YAML: read in both spellings, every problem with its place, and no key in it, ever."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.errors import DataError, UsageError
from weightlaw.trial.secrets import HIDDEN, Redactor, is_variable_name, looks_like_key
from weightlaw.trial.trialfile import (
    json_schema,
    parse_trialfile,
    read_trialfile,
    settings_of,
    unsafe,
    with_policy,
)
from weightlaw.trial.values import Attempt, Candidate, Price, Settings

GOOD = """\
name: support answers
concurrency: 2
requests-per-user: 12.5
candidates:
  - name: qwen3-8b
    model: qwen3:8b
    url: http://localhost:11434/v1
    openness: open
    reference: ollama:qwen3:8b
  - name: hosted
    model: gpt-4.1-mini
    url: https://api.example.com/v1
    key-env: EXAMPLE_API_KEY
    max_tokens: 800
    temperature: null
    extra:
      reasoning-effort: low
      top_k: 40
    price: {input: 0.4, output: 1.6, source: contract, date: 2026-11-01}
"""
KEYS = [
    "sk-proj-Ab3dEfGh1jKlMn0pQrStUvWx",
    "sk-ant-api03-AbCdEf0123456789-xyz",
    "hf_AbCdEfGhIjKlMnOpQrStUv12",
    "gsk_abcdefghijklmnop0123456789",
    "AIzaSyA1234567890abcdefghijklmnopqrs",
    "0123456789abcdef0123456789abcdef",
    "Bearer abcdefghijklmnop",
]


def problems(text: str) -> list[str]:
    """What is told of a wrong file."""
    with pytest.raises(DataError) as caught:
        parse_trialfile(text, "c.yaml")
    return caught.value.problems


def changed(old: str, new: str) -> str:
    """The good file with one thing changed."""
    assert old in GOOD
    return GOOD.replace(old, new)


def test_both_spellings_of_keys_are_read() -> None:
    made = parse_trialfile(GOOD, "c.yaml")
    assert settings_of(made) == Settings(
        name="support answers", concurrency=2, requests_per_user=12.5
    )
    assert made.candidates[1] == Candidate(
        name="hosted",
        model="gpt-4.1-mini",
        url="https://api.example.com/v1",
        key_env="EXAMPLE_API_KEY",
        max_tokens=800,
        temperature=None,
        extra={"reasoning-effort": "low", "top_k": 40},
        price=Price(input=0.4, output=1.6, source="contract", date="2026-11-01"),
    )
    assert made.candidates[0].temperature == 0.0


def test_every_problem_has_its_place() -> None:
    text = """\
name: x
margn: 0.2
margin: 0.9
candidates:
  - name: a
    model: m
    url: ftp://host/v1
    key-ev: OPENAI_API_KEY
  - name: A
    model: ""
    url: http://localhost:1/v1
    openness: opn
"""
    found = problems(text)
    assert found[0].startswith("c.yaml:2:1: ")
    assert "did you mean `margin`?" in found[0]
    assert any(p.startswith("c.yaml:8:5: ") and "did you mean `key_env`?" in p for p in found), (
        found
    )
    assert any(p.startswith("c.yaml:12:") for p in found)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("concurrency: 2", "concurrency: 0", 2, "1 to 256"),
        ("name: hosted", "name: Qwen3-8B", 10, "already called"),
        ("http://localhost:11434/v1", "localhost:11434/v1", 7, "OpenAI-compatible"),
        ("https://api.example.com/v1", "https://api.example.com/v1?version=3", 12, "no ?"),
        ("reference: ollama:qwen3:8b", "reference: '../../x y'", 9, ""),
        ("openness: open", "openness: closed", 9, "reference is for open models"),
        ("max_tokens: 800", "max_tokens: 0", 14, "1 or more"),
        ("top_k: 40", "n: 4", 16, "extra cannot set n"),
        ("key-env: EXAMPLE_API_KEY", "key-env: my key", 13, "environment variable"),
        ("concurrency: 2", "concurrency: 2\nanswers: 0", 3, "answers is 1 to 20"),
        ("concurrency: 2", "concurrency: 2\nversion: 2", 3, "version 2"),
        ("max_tokens: 800", "max_tokens: 800\n    max-tokens: 700", 15, "given twice"),
    ],
)
def test_values_that_cannot_be_meant(old: str, new: str, line: int, words: str) -> None:
    if words == "":
        assert parse_trialfile(changed(old, new), "c.yaml")  # a path is a reference like any other
        return
    (found,) = problems(changed(old, new))
    assert found.startswith(f"c.yaml:{line}:")
    assert words in found


def test_one_candidate_is_no_trial() -> None:
    one = GOOD[: GOOD.index("  - name: hosted")]
    assert "at least two candidates" in problems(one)[0]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "place",
    [
        ("key-env: EXAMPLE_API_KEY", "key-env: {}"),
        ("key-env: EXAMPLE_API_KEY", "key_env: '{}'"),
        ("model: gpt-4.1-mini", "model: {}"),
        ("top_k: 40", "hidden: [{}]"),
        ("source: contract", "source: {}"),
        ("name: support answers", "name: {}"),
        ("top_k: 40", "'{}': 1"),
    ],
)
def test_a_key_is_refused_wherever_it_stands_and_never_repeated(
    key: str, place: tuple[str, str]
) -> None:
    (found,) = problems(changed(place[0], place[1].format(key)))
    assert re.match(r"c\.yaml:\d+:\d+: ", found)
    assert key not in found
    assert key[:10] not in found


def test_headers_and_api_keys_in_extra_are_refused() -> None:
    for line in ("api_key: short", "extra_headers: {x: y}", "Authorization: x"):
        assert "key-env names" in problems(changed("top_k: 40", line))[0]


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    (found,) = problems(changed("https://api.example.com", "https://me:hunter2@api.example.com"))
    assert "user or a password" in found
    assert "hunter2" not in found


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "MY_2ND_KEY",
        "key",
        "Qwen3-Coder-30B-A3B-Instruct-FP8",
        "mistral-small-3-1-24b-instruct-2503",
        "accounts/fireworks/models/llama-v3p1-405b-instruct",
        "org/model@0123456789abcdef0123456789abcdef01234567",
        "Answer in at most 30 words.",
        "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
    ],
)
def test_what_people_write_is_no_key(name: str) -> None:
    assert not looks_like_key(name)


@given(st.text(max_size=60))
def test_only_names_of_variables_are_names_of_variables(text: str) -> None:
    if is_variable_name(text):
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text)
        assert not looks_like_key(text)


SECRET = st.text(st.sampled_from("abcXYZ0123_-/+."), min_size=12, max_size=40)


@given(SECRET, st.text(max_size=20), st.text(max_size=20))
def test_no_key_and_no_long_part_of_one_survives_in_talk(key: str, a: str, b: str) -> None:
    told = Redactor(key).talk(f"{a}{key}{b}{key[:9]}...{key[-9:]}")
    assert key not in told.replace(HIDDEN, "")
    assert HIDDEN in told


@given(SECRET, st.text(max_size=10))
def test_no_key_survives_in_a_stored_attempt(key: str, text: str) -> None:
    attempt = Attempt(
        id=1, prompt="p", candidate="c", number=1, answer=1, started="", text=text + key + text,
        tool_calls=({"function": {"name": "f", "arguments": json.dumps({"k": key})}},),
    )  # fmt: skip
    kept = Redactor(key).value(attempt)
    assert (kept.prompt, kept.candidate) == ("p", "c")
    assert key not in kept.text.replace(HIDDEN, "\0")
    assert key not in str(kept.tool_calls).replace(HIDDEN, "\0")
    assert Redactor("none").value(attempt) is attempt


@pytest.mark.parametrize(
    "address", ["http://api.example.com", "HTTP://api.example.com", "http://127.example.com"]
)
def test_a_key_that_travels_in_the_open_is_said(address: str) -> None:
    made = parse_trialfile(changed("https://api.example.com", address), "c")
    assert "unencrypted" in next(iter(unsafe(made)))
    assert not list(unsafe(parse_trialfile(GOOD, "c")))


def test_the_policy_stands_beside_the_file_unless_one_was_found() -> None:
    made = parse_trialfile(GOOD, "c")
    assert with_policy(made, "d/c.yaml", "weightlaw.yaml").policy == "weightlaw.yaml"
    assert with_policy(made, "d/c.yaml", None).policy == ""
    named = parse_trialfile(GOOD + "policy: p/house.yaml\n", "c")
    assert with_policy(named, "d/c.yaml", "weightlaw.yaml").policy == "d/p/house.yaml"
    none = parse_trialfile(GOOD + "policy: ''\n", "c")
    assert with_policy(none, "d/c.yaml", "weightlaw.yaml").policy == ""


def test_the_schema_takes_the_good_file_and_describes_every_key() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    kebab = GOOD.replace("max_tokens", "max-tokens")
    validator = jsonschema.Draft202012Validator(schema)
    assert not list(validator.iter_errors(_plain(kebab)))
    assert list(validator.iter_errors(_plain(kebab.replace("key-env", "key-ev"))))
    for definition in schema["$defs"].values():
        for key, value in definition["properties"].items():
            assert value["description"], key
            assert "_" not in key


def _plain(text: str) -> Any:
    """As an editor reads it."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_every_setting_can_be_written(tmp_path: Path) -> None:
    assert set(Settings.__struct_fields__) < set(type(parse_trialfile(GOOD, "c")).__struct_fields__)
    for field in Settings.__struct_fields__:
        given_one = getattr(Settings(), field)
        default = getattr(settings_of(parse_trialfile(GOOD, "c")), field)
        if field not in ("name", "concurrency", "requests_per_user", "policy"):
            assert default == given_one, field
    (tmp_path / "c.yaml").write_bytes(b"\xff")
    with pytest.raises(DataError, match="UTF-8"):
        read_trialfile(str(tmp_path / "c.yaml"))
    with pytest.raises(UsageError, match="cannot read"):
        read_trialfile(str(tmp_path / "d.yaml"))
