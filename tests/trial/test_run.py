"""A run against a loopback endpoint that speaks the protocol: every fault is an attempt with its name, and no more is
asked than was promised."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.loopback.chat import FAILURE, Answer, LoopbackChat
from tests.trial.trials import Ran, candidate, prompts, write
from weightlaw.errors import UsageError
from weightlaw.trial import running
from weightlaw.trial.store import Store
from weightlaw.trial.values import Attempt, Message, Prompt

SCHEMA = {"type": "object", "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}


@pytest.fixture
def chat() -> Iterator[LoopbackChat]:
    with LoopbackChat(models=["m"]) as server:
        yield server


def test_answers_are_stored_with_all_that_was_measured(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.delay = 0.05
    chat.answers["a"] = Answer(text="fine\u2028 and more")
    path = write(tmp_path / "t", prompts("a", "b"), candidate(chat, temperature=0.3, seed=4))
    ran = Ran(path)
    assert ran.result.document.complete
    first = ran.final["a", "c"]
    assert first.text == "fine\u2028 and more"
    assert (first.status, first.finish_reason, first.model) == (200, "stop", "m-2026")
    assert (first.fingerprint, first.request_id) == ("fp_1", chat.asked("a")[0].request_id)
    assert first.first_token is not None
    assert 0.05 <= first.first_token <= first.seconds < 5
    assert first.input_tokens is not None
    assert first.output_tokens == len("fine\u2028 and more") // 4
    body = chat.log[0].body
    assert (body["temperature"], body["seed"], body["stream"]) == (0.3, 4, True)
    assert body["stream_options"] == {"include_usage": True}
    assert "authorization" not in chat.log[0].headers


def test_the_request_is_what_the_plan_says(chat: LoopbackChat, tmp_path: Path) -> None:
    call = {"id": "x", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    prompt = Prompt(
        id="p",
        messages=(
            Message("system", "S"),
            Message("user", "Rome?"),
            Message("assistant", "", tool_calls=(call,)),
            Message("tool", "sunny", tool_call_id="x"),
        ),
        tools=(TOOL,),
        schema=SCHEMA,
        structured=True,
    )
    chat.answers["Rome?"] = Answer(text='{"city": "Rome"}')
    made = candidate(chat, system="Own", temperature=None, max_tokens=9, extra={"top_k": 3})
    Ran(write(tmp_path / "t", (prompt,), made))
    (asked,) = chat.log
    assert asked.body["messages"] == [
        {"role": "system", "content": "Own"},
        {"role": "system", "content": "S"},
        {"role": "user", "content": "Rome?"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "content": "sunny", "tool_call_id": "x"},
    ]
    assert asked.body["tools"] == [TOOL]
    assert asked.body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (asked.body["max_tokens"], asked.body["top_k"]) == (9, 3)
    assert "temperature" not in asked.body


@pytest.mark.parametrize("fault", sorted(FAILURE))
def test_every_fault_has_its_name_and_is_asked_again(
    fault: str, chat: LoopbackChat, tmp_path: Path
) -> None:
    timeout = 0.5 if fault == "slow" else 5.0
    chat.script("a", fault)
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat), timeout=timeout))
    assert ran.failures == [FAILURE[fault], ""]
    assert ran.attempts[0].error
    assert [a.number for a in ran.attempts] == [1, 2]
    assert ran.attempts[1].waited > 0
    assert ran.final["a", "c"].text == "m on a"
    assert len({a.key for a in chat.log}) == 1
    assert chat.paid["m", "a"] == 1


def test_server_faults_end_after_attempts_and_are_asked_again_on_demand(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    chat.script("a", *["500"] * 4)
    path = write(tmp_path / "t", prompts("a", "b"), candidate(chat), attempts=3)
    ran = Ran(path)
    assert [a.failure for a in ran.attempts if a.prompt == "a"] == ["server-error"] * 3
    assert (ran.result.document.candidates[0].failed, ran.result.document.complete) == (1, False)
    assert Ran(path).result.sent == 0
    again = Ran(path, retry_failed=True)
    assert again.result.sent == 2
    assert again.result.document.complete
    assert len(chat.asked("b")) == 1


def test_the_servers_pause_is_kept(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.script("a", "429-one")
    path = write(tmp_path / "t", prompts("a", "b", "c"), candidate(chat), concurrency=1)
    Ran(path)
    times = [a.at for a in chat.log]
    assert times[1] - times[0] >= 0.95
    assert times[2] - times[1] < 0.9


def test_a_server_that_wants_to_be_left_alone_is_left_alone(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    chat.script("a", "429-long")
    ran = Ran(write(tmp_path / "t", prompts("a", "b"), candidate(chat), concurrency=1))
    assert len(chat.log) == 1
    assert "1440 minutes" in ran.result.document.candidates[0].stopped


def test_no_credit_stops_at_once(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.script("a", "no-credit")
    ran = Ran(write(tmp_path / "t", prompts("a", "b"), candidate(chat), concurrency=1))
    assert ran.failures == ["refused-request"]
    assert "no credit" in ran.result.document.candidates[0].stopped
    assert ran.result.document.candidates[0].pending == 2


def test_a_redirect_is_not_followed(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.script("a", "moved")
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat)))
    assert "leads elsewhere" in ran.result.document.candidates[0].stopped


def test_a_prompt_that_is_too_long_is_only_its_own_failure(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    chat.script("b", "400")
    path = write(tmp_path / "t", prompts("a", "b", "c"), candidate(chat), concurrency=1)
    ran = Ran(path)
    row = ran.result.document.candidates[0]
    assert (row.answers, row.failed, row.stopped) == (2, 1, "")
    assert "maximum context length" in ran.attempts[1].error


def test_a_request_that_is_always_refused_stops_the_candidate(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    texts = [f"p{n}" for n in range(20)]
    for text in texts:
        chat.script(text, "400")
    ran = Ran(write(tmp_path / "t", prompts(*texts), candidate(chat), concurrency=1))
    assert len(chat.log) == running.REFUSED
    assert "refuses every request" in ran.result.document.candidates[0].stopped


def test_a_server_that_is_down_is_not_asked_forever(chat: LoopbackChat, tmp_path: Path) -> None:
    texts = [f"p{n}" for n in range(40)]
    for text in texts:
        chat.script(text, *["drop"] * 20)
    ran = Ran(write(tmp_path / "t", prompts(*texts), candidate(chat), concurrency=2))
    assert running.DEAD <= len(chat.log) <= running.DEAD + 2
    row = ran.result.document.candidates[0]
    assert "faults in a row" in row.stopped
    assert row.pending + row.failed == 40


def test_the_endpoints_filter_is_a_refusal_of_the_model(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.script("a", "filtered")
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat)))
    assert ran.failures == ["refusal", ""]
    assert [a.answer for a in ran.attempts] == [1, 2]


@pytest.mark.parametrize(
    ("answer", "checks", "failure"),
    [
        (Answer(text="no json"), {"schema": SCHEMA}, "schema-failure"),
        (Answer(text="x"), {"pattern": "y"}, "pattern-failure"),
        (Answer(calls=[{"name": "wether", "arguments": "{}"}]), {"tools": (TOOL,)}, "invalid-tool-call"),
        (Answer(calls=[{"name": "weather", "arguments": "{}"}]), {"tools": (TOOL,)}, "invalid-tool-call"),
        (Answer(refusal="I won't."), {}, "refusal"),
        (Answer(text="I can't assist with that."), {}, "refusal"),
        (Answer(thoughts="hm"), {}, "empty-answer"),
        (Answer(text="half", finish="length"), {}, "cut-off"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("streams", [True, False])
def test_model_faults_are_asked_again_as_another_answer(
    answer: Answer,
    checks: dict[str, Any],
    failure: str,
    streams: bool,
    chat: LoopbackChat,
    tmp_path: Path,
) -> None:
    chat.answers["a"] = answer
    chat.streams = streams
    path = write(tmp_path / "t", prompts("a", **checks), candidate(chat, seed=7), answers=3)
    ran = Ran(path)
    assert ran.failures == [failure] * 3
    assert [a.answer for a in ran.attempts] == [1, 2, 3]
    assert len({a.key for a in chat.log}) == 3
    assert [a.body["seed"] for a in chat.log] == [7, 8, 9]
    row = ran.result.document.candidates[0]
    assert (row.answers, row.sound, row.failures) == (1, 0, {failure: 3})
    assert ran.result.document.complete
    assert Ran(path).result.sent == 0


def test_tool_calls_are_put_together(chat: LoopbackChat, tmp_path: Path) -> None:
    arguments = json.dumps({"city": "Reykjavík", "days": list(range(9))})
    chat.answers["a"] = Answer(calls=[{"name": "weather", "arguments": arguments}] * 2)
    ran = Ran(write(tmp_path / "t", prompts("a", tools=(TOOL,)), candidate(chat)))
    calls = ran.final["a", "c"].tool_calls
    assert [json.loads(c["function"]["arguments"]) for c in calls] == [json.loads(arguments)] * 2
    assert [c["id"] for c in calls] == ["call_0", "call_1"]


def test_a_server_without_usage_in_streams_is_asked_without(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    chat.knows_usage = False
    ran = Ran(write(tmp_path / "t", prompts("a", "b"), candidate(chat), concurrency=1))
    assert ran.failures == ["refused-request", "", ""]
    assert ran.result.document.complete
    row = ran.result.document.candidates[0]
    assert (row.uncounted, row.cost_usd) == (2, None)


def test_a_server_that_does_not_stream_is_read_whole(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.streams = False
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat)))
    assert ran.failures == [""]
    assert ran.attempts[0].output_tokens


@pytest.mark.parametrize("most", [1, 3, 8])
def test_so_many_calls_at_a_time_and_no_more(most: int, chat: LoopbackChat, tmp_path: Path) -> None:
    chat.delay = 0.05
    texts = [f"p{n}" for n in range(24)]
    start = time.monotonic()
    Ran(write(tmp_path / "t", prompts(*texts), candidate(chat), concurrency=most))
    assert chat.most_under_way == most
    assert time.monotonic() - start >= 24 / most * 0.05


def test_a_limit_at_the_server_is_learned(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.delay, chat.limit = 0.02, 2
    texts = [f"p{n}" for n in range(30)]
    path = write(tmp_path / "t", prompts(*texts), candidate(chat), concurrency=8, attempts=20)
    ran = Ran(path)
    assert ran.result.document.complete
    assert 0 < ran.result.document.candidates[0].failures["rate-limited"] < 40


def test_candidates_are_asked_side_by_side(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.delay = 0.1
    with LoopbackChat(models=["n"]) as other:
        other.delay = 0.1
        both = candidate(chat), candidate(other, "d", concurrency=1)
        path = write(tmp_path / "t", prompts(*"abcd"), *both, concurrency=4)
        ran = Ran(path)
        assert ran.result.document.complete
        assert (chat.most_under_way, other.most_under_way) == (4, 1)
        assert other.log[0].at < chat.log[-1].at + 0.1


def test_only_one_candidate_is_asked(chat: LoopbackChat, tmp_path: Path) -> None:
    path = write(tmp_path / "t", prompts("a"), candidate(chat), candidate(chat, "d"))
    ran = Ran(path, only=("d",))
    assert [a.candidate for a in ran.attempts] == ["d"]
    assert ran.result.document.complete
    with pytest.raises(UsageError, match="it has: c, d"):
        Ran(path, only=("e",))


def test_a_changed_prompt_is_not_asked(chat: LoopbackChat, tmp_path: Path) -> None:
    path = write(tmp_path / "t", prompts("a"), candidate(chat))
    with closing(sqlite3.connect(path)) as db, db:
        (plan,) = db.execute("SELECT value FROM meta WHERE key = 'plan'").fetchone()
        changed = bytes(plan).replace(b'"content":"a"', b'"content":"b"')
        db.execute("UPDATE meta SET value = ? WHERE key = 'plan'", (changed,))
    db.close()
    with pytest.raises(UsageError, match="SHA-256 differs"):
        Ran(path)
    assert chat.log == []


def test_a_missing_model_is_told_with_near_names(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.models += ["gpt-4.1-mini", "other"]
    ran = Ran(write(tmp_path / "t", prompts("a", "b"), candidate(chat, model="gpt-4.1-mni")))
    stopped = ran.result.document.candidates[0].stopped
    assert "404" in stopped
    assert "gpt-4.1-mini" in stopped
    assert chat.log == []
    assert len(ran.attempts) <= 4
    chat.models.append("gpt-4.1-mni")
    assert Ran(str(tmp_path / "t")).result.document.complete


def test_nobody_there(tmp_path: Path) -> None:
    with LoopbackChat() as chat:
        path = write(tmp_path / "t", prompts("a"), candidate(chat))
    ran = Ran(path)
    assert "cannot be reached" in ran.result.document.candidates[0].stopped
    assert ran.attempts == []


def test_two_trials_have_other_keys_and_one_has_the_same(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    for name in ("t", "u"):
        Ran(write(tmp_path / name, prompts("a"), candidate(chat)))
    assert len({a.key for a in chat.log}) == 2


def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(
    chat: LoopbackChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "t", prompts("a", "b"), candidate(chat))
    finish = Store.finish

    def full(self: Store, attempt: Attempt) -> None:
        self._all("PRAGMA query_only = 1")  # nothing more is written, as on a full disk
        finish(self, attempt)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "finish", full)
        with pytest.raises(UsageError, match="cannot be written"):
            Ran(path)
    later = Ran(path)
    assert later.result.document.complete
    assert "interrupted" in later.failures
    assert max(chat.paid.values()) == 1  # the same Idempotency-Key


def test_a_bug_is_not_taken_for_a_fault_of_the_server(
    chat: LoopbackChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "t", prompts("a"), candidate(chat))

    def wrong(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("weightlaw.trial.calling.Lines.feed", wrong)
    with pytest.raises(ZeroDivisionError):
        Ran(path)
    monkeypatch.undo()
    ran = Ran(path)
    assert ran.failures == ["interrupted", ""]


def test_ten_thousand_prompts_stay_flat(tmp_path: Path) -> None:
    """Work is drawn one prompt at a time; what is kept of answers is counts, not texts."""
    import tracemalloc

    from weightlaw.trial.summary import document
    from weightlaw.trial.values import Attempt, Candidate

    texts = [str(n) for n in range(3000)]
    path = write(tmp_path / "t", prompts(*texts), Candidate(name="c", model="m", url="http://x/v1"))
    with Store(path) as store:
        with store._transaction() as db:
            for n, text in enumerate(texts):
                attempt = Attempt(
                    id=n + 1, prompt=text, candidate="c", number=1, answer=1, started="",
                    text="x" * 20_000, input_tokens=1, output_tokens=1,
                )  # fmt: skip
                db.execute(
                    "INSERT INTO attempts (id, prompt, candidate, number, answer, started, process, ended, value) "
                    "VALUES (?, ?, 'c', 1, 1, '', 0, '', ?)",
                    (n + 1, text, msgspec.json.encode(attempt)),
                )
        tracemalloc.start()
        made = document(store, store.plan.candidates, {}, 0)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert made.candidates[0].answers == 3000
    assert peak < 25 * 2**20  # the texts are 60 MB
