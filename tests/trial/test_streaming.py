"""An answer is the same however its stream is cut, and what is no answer is said to be none."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.trial import streaming
from weightlaw.trial.streaming import Assembled, Lines, NotTheProtocol, ServerSaid


def chunk(delta: dict[str, Any], **more: Any) -> bytes:
    """One event of a stream."""
    body = {"choices": [{"index": 0, "delta": delta, **more}], "model": "m-1"}
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


def read(parts: list[bytes]) -> Assembled:
    """An answer of these bytes."""
    lines, answer = Lines(), Assembled(lambda: None)
    for part in parts:
        for data in lines.feed(part):
            answer.event(data)
    for data in lines.end():
        answer.event(data)
    answer.close()
    return answer


TEXT = "Größe:\u2028 “5 cm”\x85\x0b and\u2029 more 🙂"
STREAM = (
    b": a comment\r\n\r\n"
    + chunk({"role": "assistant", "content": ""})
    + b"".join(chunk({"content": c}) for c in TEXT)
    + chunk({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "g", "arguments": ""}}]})
    + chunk({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": '{"x"'}}]})
    + chunk({"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]})
    + chunk({"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]})
    + chunk({}, finish_reason="tool_calls")
    + b'event: x\r\ndata: {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 7}}\r\n\r\n'
    + b"data: [DONE]\n\n"
)  # fmt: skip


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_an_answer_is_the_same_wherever_the_stream_is_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    answer = read([STREAM[a:b] for a, b in pairwise(places)])
    assert answer.text == TEXT
    assert [c["function"] for c in answer.tool_calls] == [
        {"name": "f", "arguments": '{"x": 1}'},
        {"name": "g", "arguments": "{}"},
    ]
    assert (answer.input_tokens, answer.output_tokens) == (5, 7)
    assert (answer.finish_reason, answer.done, answer.model) == ("tool_calls", True, "m-1")
    assert answer.whole


@given(st.integers(0, len(STREAM)))
def test_a_stream_that_is_cut_off_before_its_end_is_not_whole(length: int) -> None:
    end = STREAM.index(b'"finish_reason"')
    try:
        answer = read([STREAM[:length]])
    except NotTheProtocol:
        assert length < len(STREAM)  # the last line is half a JSON object
        return
    assert answer.whole == (length > end)


def test_an_end_without_a_reason_is_an_end_where_the_stream_says_so() -> None:
    assert read([chunk({"content": "a"}), b"data: [DONE]\n\n"]).whole
    assert read([chunk({"content": "a"}, finish_reason="stop")]).whole
    assert not read([chunk({"content": "a"})]).whole
    assert not read([b"data: [DONE]\n\n"]).whole
    assert not read([]).whole


@pytest.mark.parametrize(
    "data",
    [
        b"data: {\n\n",
        b"data: 3\n\n",
        b'data: {"result": 1}\n\n',
        b'data: {"choices": {}}\n\n',
        b'data: {"choices": [3]}\n\n',
        b'data: {"choices": [{"delta": 3}]}\n\n',
        b'data: {"choices": [{"delta": {"content": 3}}]}\n\n',
        b'data: {"choices": [{"delta": {"tool_calls": 3}}]}\n\n',
        b'data: {"choices": [{"delta": {"tool_calls": [3]}}]}\n\n',
        b'data: {"choices": [{"delta": {"tool_calls": [{"function": "f"}]}}]}\n\n',
        b"data: " + b"[" * 20_000 + b"\n\n",
        b"data: \xff\n\n",
    ],
)
def test_what_is_not_the_protocol(data: bytes) -> None:
    with pytest.raises(NotTheProtocol):
        read([data])


def test_an_error_inside_a_stream() -> None:
    with pytest.raises(ServerSaid, match="overloaded"):
        read([chunk({"content": "a"}), b'data: {"error": {"message": "overloaded"}}\n\n'])
    with pytest.raises(ServerSaid, match="so it is"):
        read([b'data: {"error": "so it is"}\n\n'])


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MAX_ANSWER", 10_000)
    with pytest.raises(NotTheProtocol):
        read([chunk({"content": "a" * 500})] * 100)
    many = [{"index": n, "function": {"name": "f"}} for n in range(streaming.MAX_CALLS + 1)]
    with pytest.raises(NotTheProtocol):
        Assembled(lambda: None).event(
            json.dumps({"choices": [{"delta": {"tool_calls": many}}]}).encode()
        )


def test_a_whole_body_is_read_as_a_stream_is() -> None:
    answer = Assembled(lambda: None)
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": {"x": 1}}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
    answer.body(json.dumps(body).encode())
    assert answer.whole
    assert answer.tool_calls[0]["function"] == {"name": "f", "arguments": '{"x":1}'}
    with pytest.raises(NotTheProtocol):
        Assembled(lambda: None).body(b'{"choices": []}')


def test_the_first_word_is_told_once() -> None:
    told: list[int] = []
    answer = Assembled(lambda: told.append(1))
    for delta in ({"role": "assistant", "content": ""}, {"reasoning_content": "hm"}):
        answer.event(chunk(delta)[6:])
    assert told == []
    answer.event(chunk({"content": "a"})[6:])
    answer.event(chunk({"content": "b"})[6:])
    assert told == [1]


def test_only_the_first_choice_is_the_answer() -> None:
    answer = read(
        [chunk({"content": "a"}), chunk({"content": "b"}).replace(b'index": 0', b'index": 1')]
    )
    assert answer.text == "a"


def test_a_long_line_in_small_pieces_takes_no_longer_than_it_is_long() -> None:
    """A server that sends a line of megabytes byte by byte must not make the program join it at each byte."""
    lines = Lines()
    began = time.process_time()
    for _ in range(400_000):
        assert not list(lines.feed(b"abcdefgh"))
    assert time.process_time() - began < 5
    assert list(lines.feed(b"\ndata: x\n\n")) == [b"x"]
