"""What a status or a broken line means, how long is waited, and where a prompt stands after it."""

from __future__ import annotations

import asyncio
import email.utils
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.trial.faults import MAX_WAIT, MENDED, Fault, of_exception, of_status, retry_after
from weightlaw.trial.pacing import MAX_BACKOFF, SPREAD, Pace, backoff, wait_after
from weightlaw.trial.resuming import Standing, standings
from weightlaw.trial.values import MODEL_FAILURES, SERVER_FAILURES, Failure, Outcome, Settings


@pytest.mark.parametrize(
    ("status", "code", "failure", "stop"),
    [
        (429, "rate_limit_exceeded", "rate-limited", False),
        (429, "insufficient_quota", "refused-request", True),
        (402, "", "refused-request", True),
        (408, "", "time-out", False),
        (500, "", "server-error", False),
        (503, "", "server-error", False),
        (529, "overloaded_error", "server-error", False),
        (400, "", "refused-request", False),
        (413, "", "refused-request", False),
        (400, "content_filter", "refusal", False),
        (401, "", "refused-request", True),
        (403, "", "refused-request", False),
        (404, "model_not_found", "refused-request", True),
        (307, "", "refused-request", True),
    ],
)
def test_statuses(status: int, code: str, failure: Failure, stop: bool) -> None:
    found = of_status(status, {}, {"error": {"message": "why not", "code": code}})
    assert (found.failure, found.stop, found.status) == (failure, stop, status)


@given(
    st.integers(300, 599), st.one_of(st.none(), st.text(), st.dictionaries(st.text(), st.text()))
)
def test_any_error_has_a_meaning_in_one_printable_line(status: int, body: object) -> None:
    found = of_status(status, {}, body)
    assert found.failure
    assert found.error.isprintable()
    assert len(found.error) < 400


def test_retry_after_in_its_forms() -> None:
    now = 1_800_000_000.0
    date = email.utils.formatdate(now + 90, usegmt=True)
    assert retry_after({"retry-after": "2"}) == 2
    assert retry_after({"retry-after": " 1.5 "}) == 1.5
    assert retry_after({"retry-after": date}, now) == 90
    assert retry_after({"retry-after": email.utils.formatdate(now - 90, usegmt=True)}, now) == 0
    assert retry_after({"retry-after-ms": "250", "retry-after": "9"}) == 0.25
    for odd in ("", "soon", "nan", "inf", "-3", "99999999999999999999999", "Mon, 32 Foo 2026"):
        assert retry_after({"retry-after": odd}) in (None, 0.0, 1e23)


@given(st.floats(0, 60), st.integers(1, 100), st.text(max_size=9))
def test_back_off_doubles_up_to_a_minute_with_jitter_by_seed(
    first: float, n: int, seed: str
) -> None:
    found = backoff(first, n, seed)
    full = min(MAX_BACKOFF, first * 2 ** min(n - 1, 30))
    assert SPREAD * full <= found <= full
    assert found == backoff(first, n, seed)


def test_those_who_failed_together_do_not_come_back_together() -> None:
    assert len({round(backoff(1, 1, str(n)), 6) for n in range(100)}) > 95


def test_the_servers_word_goes_first_and_is_capped() -> None:
    asked = Fault(failure="rate-limited", error="", retry_after=3.0)
    assert wait_after(asked, 50, 9, "s") == 3.0
    assert (
        wait_after(Fault(failure="rate-limited", error="", retry_after=1e9), 1, 1, "s") == MAX_WAIT
    )
    assert wait_after(Fault(failure="server-error", error=""), 1, 1, "s") <= 1


def test_a_429_slows_the_whole_candidate_down() -> None:
    async def run() -> tuple[float, int, int]:
        pace = Pace(8, asyncio.Event())
        pace.told(Fault(failure="rate-limited", error="", retry_after=0.2), 0.2)
        slowed = pace.allowed
        start = time.monotonic()
        assert await pace.enter()
        waited = time.monotonic() - start
        for _ in range(100):
            pace.told(None, 0)
        return waited, slowed, pace.allowed

    waited, slowed, recovered = asyncio.run(run())
    assert waited >= 0.19
    assert slowed == 4
    assert recovered == 8


def test_a_stopping_run_lets_nobody_through() -> None:
    async def run() -> list[bool]:
        stopping = asyncio.Event()
        pace = Pace(1, stopping)
        assert await pace.enter()
        waiting = [asyncio.create_task(pace.enter()) for _ in range(3)]
        await asyncio.sleep(0.01)
        stopping.set()
        await pace.wake()
        return await asyncio.gather(*waiting)

    assert asyncio.run(run()) == [False, False, False]


class ReadTimeout(Exception):
    """As the client's, by name."""


class TimeoutException(ReadTimeout):
    """Its base's name is what counts."""


def test_broken_lines_by_name() -> None:
    timed = of_exception(TimeoutException(), True, 3)
    refused = of_exception(ConnectionRefusedError(), False, 3)
    broken = of_exception(ConnectionResetError(), True, 3)
    assert timed is not None
    assert timed.failure == "time-out"
    assert refused is not None
    assert refused.failure == "connection"
    assert broken is not None
    assert broken.failure == "truncated-stream"
    assert of_exception(ZeroDivisionError(), False, 3) is None


# standings


def outcome(failure: Failure, answer: int = 1, status: int = 0, error: str = "") -> Outcome:
    """One ended attempt."""
    return Outcome(
        id=1, prompt="p", candidate="c", answer=answer, failure=failure, status=status, error=error
    )


SETTINGS = Settings(attempts=3, answers=2)


def after(*outcomes: Outcome) -> Standing:
    """Where the prompt stands after these."""
    return standings(outcomes, SETTINGS)["p", "c"]


def test_server_faults_are_asked_again_up_to_attempts() -> None:
    assert after(outcome("time-out"), outcome("connection")).pending(SETTINGS)
    gone = after(*[outcome("server-error")] * 3)
    assert gone.failed(SETTINGS)
    gone.again()
    assert gone.pending(SETTINGS)
    assert gone.answer == 1


def test_model_faults_are_asked_again_up_to_answers() -> None:
    once = after(outcome("schema-failure", 1))
    assert (once.answer, once.pending(SETTINGS)) == (2, True)
    twice = after(outcome("schema-failure", 1), outcome("empty-answer", 2))
    assert twice.whole
    assert after(outcome("schema-failure", 1), outcome("", 2)).whole


def test_a_new_answer_has_its_own_attempts() -> None:
    standing = after(
        outcome("time-out"), outcome("time-out"), outcome("refusal", 1), outcome("time-out", 2)
    )
    assert standing.pending(SETTINGS)
    assert standing.failures == 1


def test_interrupted_attempts_cost_nothing() -> None:
    assert after(*[outcome("interrupted")] * 50).pending(SETTINGS)


def test_refused_requests() -> None:
    assert after(outcome("refused-request", status=400)).failed(SETTINGS)
    assert after(outcome("refused-request", status=401)).pending(SETTINGS)
    mended = outcome("refused-request", status=400, error=MENDED + "HTTP 400")
    assert after(mended).pending(SETTINGS)
    again = after(outcome("refused-request", status=400), outcome("server-error"))
    assert again.pending(SETTINGS)


KINDS = st.sampled_from(["", "interrupted", *sorted(SERVER_FAILURES | MODEL_FAILURES)])


@given(st.lists(KINDS, max_size=30), st.integers(1, 6), st.integers(1, 4))
def test_a_run_ends_and_its_end_is_the_same_in_parts(
    kinds: list[Failure], attempts: int, answers: int
) -> None:
    """Played as a run does: never more than the limits, and killing it anywhere changes nothing."""
    settings = Settings(attempts=attempts, answers=answers)
    standing, done = Standing(), []
    for kind in kinds:
        if not standing.pending(settings):
            break
        done.append(outcome(kind, standing.answer))
        standing.add(done[-1], settings)
        replayed = standings(done, settings)["p", "c"]
        assert (replayed.answer, replayed.failures, replayed.whole) == (
            standing.answer, standing.failures, standing.whole,
        )  # fmt: skip
    asked = [o for o in done if o.answered]
    assert len(asked) <= answers
    assert sum(o.failure in SERVER_FAILURES for o in done) <= attempts * answers
    if standing.whole:
        assert asked
