"""Prompt files in all their forms, frozen by hash: problems told with their lines, ids that stay, one prompt once."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from weightlaw.errors import DataError, UsageError
from weightlaw.trial.promptfile import (
    PromptFile,
    json_lines,
    plain_text,
    prompts_of,
    read_prompts,
    table,
)
from weightlaw.trial.promptset import check_frozen, chosen, freeze, sha256_of
from weightlaw.trial.values import Message, Prompt

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1).filter(
    lambda t: t.strip()
)
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def lines(*records: dict[str, Any]) -> PromptFile:
    """A JSON lines file of these records."""
    return prompts_of("\n".join(json.dumps(r) for r in records), "p.jsonl", json_lines)


def problems(text: str, reader: Any, name: str = "p") -> list[str]:
    """What is told of a wrong file."""
    with pytest.raises(DataError) as caught:
        prompts_of(text, name, reader)
    return caught.value.problems


def test_a_line_in_the_own_form_has_all_its_parts() -> None:
    (prompt,) = lines(
        {
            "id": "t-1",
            "system": "Be brief.",
            "prompt": "Weather in Rome?",
            "tags": ["easy", "tools"],
            "tools": [WEATHER],
            "pattern": "(?i)rome",
        }
    ).prompts
    assert prompt.id == "t-1"
    assert prompt.messages == (
        Message("system", "Be brief."),
        Message("user", "Weather in Rome?"),
    )
    assert prompt.tags == ("easy", "tools")
    assert prompt.tools == (WEATHER,)
    assert prompt.pattern == "(?i)rome"


@pytest.mark.parametrize(
    "record",
    [
        {"prompt": "hi"},
        {"messages": [{"role": "user", "content": "hi"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]},
        {"custom_id": "a", "method": "POST", "url": "/v1", "body": {"messages": [{"role": "user", "content": "hi"}]}},
        {"request": {"model": "m", "messages": [{"role": "user", "content": "hi"}]}, "response": {}},
        {"input": "hi"},
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]},
        {"input": {"messages": [{"role": "user", "content": "hi"}]}, "latency": 3},
    ],
)  # fmt: skip
def test_all_forms_of_one_prompt_are_the_same_prompt(record: dict[str, Any]) -> None:
    (prompt,) = lines(record).prompts
    assert prompt.messages == (Message("user", "hi"),)


def test_a_batch_line_keeps_its_id_and_says_what_it_does_not_use() -> None:
    found = lines(
        {"custom_id": "req-7", "body": {"model": "m", "messages": [{"role": "user", "content": "a"}]}}
    )  # fmt: skip
    assert found.prompts[0].id == "req-7"
    assert found.notes == ("not used from p.jsonl: model",)


def test_a_structured_request_keeps_its_schema_and_sends_it() -> None:
    schema = {"type": "object", "required": ["a"]}
    logged = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    sent, only_checked = lines(
        {"prompt": "a", "response_format": logged}, {"prompt": "b", "schema": schema}
    ).prompts
    assert (sent.schema, sent.structured) == (schema, True)
    assert (only_checked.schema, only_checked.structured) == (schema, False)


def test_developer_turns_and_earlier_tool_calls_are_kept() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    (prompt,) = lines(
        {
            "messages": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": "Rome?"},
                {"role": "assistant", "content": None, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "c", "content": "sunny"},
            ]
        }
    ).prompts
    assert [m.role for m in prompt.messages] == ["system", "user", "assistant", "tool"]
    assert prompt.messages[2].tool_calls == (call,)
    assert prompt.messages[3].tool_call_id == "c"


def test_all_problems_of_a_file_come_at_once_with_their_lines() -> None:
    text = "\n".join(
        [
            '{"prompt": "fine"}',
            '{"prompt": }',
            "[1]",
            '{"prmpt": "x"}',
            '{"prompt": "   "}',
            '{"prompt": "x", "messages": []}',
            '{"messages": [{"role": "robot", "content": "x"}]}',
            '{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}',
            '{"prompt": "x", "pattern": "(a"}',
            '{"prompt": "x", "schema": {"type": "objekt"}}',
            '{"prompt": "x", "schema": {"$ref": "https://example.org/s.json"}}',
            '{"prompt": "x", "tools": [{"type": "web_search"}]}',
            '{"prompt": "x", "tags": 3}',
        ]
    )
    found = problems(text, json_lines, "logs.jsonl")
    assert [p.split(":")[1] for p in found] == [str(n) for n in range(2, 14)]
    assert "did you mean `prompt` by `prmpt`?" in found[2]
    assert "the prompt is empty" in found[3]
    assert "RE2" in found[7]
    assert "nothing is fetched" in found[9]


def test_the_same_id_twice_is_refused_and_the_same_prompt_twice_is_one() -> None:
    found = problems('{"id":"a","prompt":"x"}\n{"id":"a","prompt":"y"}', json_lines)
    assert found == ["p:2: the id 'a' is already that of line 1"]
    twice = lines({"prompt": "x"}, {"prompt": "y"}, {"id": "other", "prompt": "x", "tags": ["b"]})
    assert [p.messages[0].content for p in twice.prompts] == ["x", "y"]
    assert twice.notes == ("the same prompt twice is one prompt; left out: line 3 as line 1",)


def test_the_same_text_with_other_tools_is_another_prompt() -> None:
    assert len(lines({"prompt": "x"}, {"prompt": "x", "tools": [WEATHER]}).prompts) == 2


@pytest.mark.parametrize("text", ["", "\n\n", "---\n"])
def test_a_file_without_a_prompt_is_refused(text: str) -> None:
    assert "there is no prompt in it" in problems(text, plain_text)[0]


def test_plain_lines_and_blocks() -> None:
    assert [p.messages[0].content for p in prompts_of("a\n\n b \n", "p", plain_text).prompts] == [
        "a",
        "b",
    ]
    blocks = prompts_of("a\nb\n---\nc\r\n---\n", "p", plain_text).prompts
    assert [p.messages[0].content for p in blocks] == ["a\nb", "c"]
    assert problems("a\n---\n\n---\nb", plain_text) == [
        "p:3: nothing stands between two lines of ---"
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_in_any_of_its_delimiters(delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["ID", "Prompt", "tags", "pattern", "note"])
    writer.writerow(["1", f"a{delimiter} b\nand more", "easy;hard|x", "a+", "n"])
    writer.writerow(["2", "second", "", "", ""])
    first, second = prompts_of(out.getvalue(), "p.csv", table).prompts
    assert first.messages[0].content == f"a{delimiter} b\nand more"
    assert (first.id, first.tags, first.pattern) == ("1", ("easy", "hard", "x"), "a+")
    assert (second.id, second.tags) == ("2", ())


def test_a_wrong_table_says_where() -> None:
    text = 'prompt,id\n"two\nlines",1\n,2\na,b,c\nlast,1\n'
    assert [p.split(":")[1] for p in problems(text, table)] == ["4", "5", "6"]
    assert "no column `prompt`" in problems("question,id\nx,1\n", table)[0]


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.jsonl, \.csv or \.txt"):
        read_prompts(str(tmp_path / "p.docx"))
    with pytest.raises(UsageError, match="cannot read"):
        read_prompts(str(tmp_path / "none.txt"))
    (tmp_path / "p.txt").write_bytes(b"fine\n\xff\xfe\n")
    with pytest.raises(DataError, match=r"p\.txt:2: not UTF-8"):
        read_prompts(str(tmp_path / "p.txt"))


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert problems('{"prompt": "\\ud800"}', json_lines)[0].startswith("p:1:")


@given(st.lists(TEXT, min_size=1, max_size=8))
def test_whatever_is_asked_comes_back_as_it_was_asked(texts: list[str]) -> None:
    records = [{"prompt": t} for t in texts]
    prompts = prompts_of(
        "\n".join(json.dumps(r, ensure_ascii=False) for r in records), "p", json_lines
    ).prompts
    assert [p.messages[0].content for p in prompts] == list(dict.fromkeys(texts))


@given(st.lists(TEXT, min_size=2, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_ids_stay_the_same_where_lines_move(texts: list[str], random: Any) -> None:
    before = {p.messages: p.id for p in lines(*({"prompt": t} for t in texts)).prompts}
    random.shuffle(texts)
    after = {p.messages: p.id for p in lines(*({"prompt": t} for t in texts)).prompts}
    assert before == after
    assert len(set(before.values())) == len(before)


@given(st.lists(TEXT, min_size=1, max_size=6, unique=True), st.data())
def test_any_change_of_a_frozen_prompt_is_seen(texts: list[str], data: st.DataObject) -> None:
    frozen = freeze(lines(*({"prompt": t} for t in texts)).prompts)
    check_frozen(frozen)
    n = data.draw(st.integers(0, len(texts) - 1))
    changed: list[Prompt] = list(frozen.prompts)
    changed[n] = data.draw(
        st.sampled_from(
            [
                structs.replace(changed[n], tags=("new",)),
                structs.replace(changed[n], pattern="x"),
                structs.replace(changed[n], messages=(*changed[n].messages, Message("user", "!"))),
                structs.replace(changed[n], id="other"),
            ]
        )
    )
    with pytest.raises(UsageError, match="SHA-256 differs"):
        check_frozen(structs.replace(frozen, prompts=tuple(changed)))


def test_the_hash_is_of_the_documented_bytes() -> None:
    """Recomputed by hand, so that others can."""
    import hashlib

    prompts = lines({"id": "a", "prompt": "é", "tags": ["x"]}).prompts
    by_hand = '[{"id":"a","messages":[{"content":"é","role":"user"}],"tags":["x"]}]'
    assert sha256_of(prompts) == hashlib.sha256(by_hand.encode()).hexdigest()


@given(st.integers(1, 40), st.integers(1, 50), st.integers(0, 5))
def test_a_sample_is_drawn_by_its_seed_and_keeps_the_order(n: int, size: int, seed: int) -> None:
    prompts = [Prompt(id=str(i), messages=(Message("user", str(i)),)) for i in range(n)]
    sample = chosen(prompts, sample=size, seed=seed)
    assert sample == chosen(prompts, sample=size, seed=seed)
    assert len(sample) == min(n, size)
    assert [int(p.id) for p in sample] == sorted(int(p.id) for p in sample)
    assert chosen(prompts, limit=size) == prompts[:size]


def test_other_seeds_draw_others() -> None:
    prompts = [Prompt(id=str(i), messages=(Message("user", str(i)),)) for i in range(100)]
    assert len({tuple(p.id for p in chosen(prompts, sample=10, seed=s)) for s in range(20)}) > 15


PIECES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                "\n", "---", "prompt", ",", ";", '"', "\0", '{"prompt": "a"}', '{"messages": [{}]}', "[[", "{}",
                '{"body": {"messages": 3}}', '{"input": [{"role": "user", "content": [3]}]}', '{"prompt": null}',
                '{"prompt": "a", "tools": [{"function": {"name": "f", "parameters": {"type": 3}}}]}',
                '{"request": 3}', '{"prompt": "a", "id": 7}', '{"prompt": "a", "id": true}', "\ud800",
            ]
        ),
    ),
    max_size=12,
)  # fmt: skip


@given(PIECES, st.sampled_from([json_lines, table, plain_text]))
def test_any_text_is_prompts_or_problems_with_lines(pieces: list[str], reader: Any) -> None:
    try:
        found = prompts_of("".join(pieces), "p", reader)
    except DataError as error:
        assert all(p.split(":")[1].isdigit() for p in error.problems)
        return
    assert found.prompts
    assert len({p.id for p in found.prompts}) == len(found.prompts)
    check_frozen(freeze(found.prompts))
