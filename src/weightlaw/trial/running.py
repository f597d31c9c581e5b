"""Asks what is still to be asked: several candidates at once, each at its own pace; every event stored as it happens."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from weightlaw.trial.calling import Called, Caller
from weightlaw.trial.faults import MAX_WAIT, Fault, left_alone
from weightlaw.trial.identity import near
from weightlaw.trial.pacing import Pace, wait_after
from weightlaw.trial.resuming import Standing
from weightlaw.trial.store import Store
from weightlaw.trial.values import SERVER_FAILURES, Candidate, Outcome, Prompt, Settings

GRACE = 5.0
"""Seconds that calls on the way get when the run is asked to stop."""
DEAD = 12
"""So many faults in a row, with no answer between, and the endpoint is held to be down (three a call at a time, if
that is more). A 429 is none: a server that limits is alive."""
REFUSED = 3
"""So many prompts refused before any was answered, and it is the request that is wrong, not the prompts."""
Work = Iterator[tuple[Prompt, Standing]]


class Line:
    """One candidate's part of a run. `stopped` says in one sentence why no more is asked; empty: nothing hinders."""

    def __init__(
        self,
        store: Store,
        caller: Caller,
        work: Work,
        stopping: asyncio.Event,
        watch: Callable[[bool], None],
    ) -> None:
        self.caller = caller
        self.candidate: Candidate = caller.candidate
        self.settings: Settings = store.plan.settings
        self.stopped = ""
        self.models: tuple[str, ...] = ()
        """What the endpoint says it has, for near names."""
        self.most = self.candidate.concurrency or self.settings.concurrency
        self._store = store
        self._work = work
        self._stopping = stopping
        self._watch = watch
        """Told after each attempt, and whether it settles its prompt."""
        self._pace = Pace(self.most, stopping)
        self._broken = 0
        self._refused = 0
        self._answers = 0

    async def run(self) -> None:
        """All prompts to their ends, unless the run or the candidate is stopped."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.most):
                group.create_task(self._worker())

    async def wake(self) -> None:
        """Let those who wait for a place see that the run is stopping."""
        await self._pace.wake()

    def _halted(self) -> bool:
        return bool(self.stopped) or self._stopping.is_set()

    async def _worker(self) -> None:
        while not self._halted():
            item = next(self._work, None)
            if item is None:
                return
            await self._prompt(*item)

    async def _prompt(self, prompt: Prompt, standing: Standing) -> None:
        """One prompt, asked until it has its answer or is given up."""
        waited = 0.0
        while standing.pending(self.settings) and not self._halted():
            called = await self._attempt(prompt, standing.answer, waited)
            if called is None:
                return
            standing.add(_outcome(called), self.settings)
            waited = self._learn(called, standing, prompt)
            pending = standing.pending(self.settings)
            self._watch(not pending)
            if waited and pending and not self._halted():
                await self._pace.sleep(waited)

    async def _attempt(self, prompt: Prompt, answer: int, waited: float) -> Called | None:
        """Record that it is sent, send it, record how it ended. None: nothing may be sent any more."""
        if not await self._pace.enter():
            return None
        try:
            if self._halted():
                return None
            begin, finish = self._store.begin, self._store.finish
            attempt = await asyncio.to_thread(begin, prompt.id, self.candidate.name, answer)
            attempt = msgspec.structs.replace(attempt, waited=round(waited, 3))
            called = await self.caller.call(prompt, attempt)
            await asyncio.to_thread(finish, called.attempt)
            return called
        finally:
            await self._pace.leave()

    def _learn(self, called: Called, standing: Standing, prompt: Prompt) -> float:
        """What an attempt means for the next ones; seconds to wait before this prompt is asked again."""
        fault = called.fault
        if fault is None or called.attempt.answered:
            self._broken, self._answers = 0, self._answers + 1
            self._pace.told(None, 0.0)
            return 0.0
        if fault.stop:
            self._stop(_sentence(self.candidate, fault, self.models))
        elif fault.failure in SERVER_FAILURES:
            return self._wait(fault, standing, prompt)
        elif not fault.mended:
            self._refusal(fault)
        return 0.0

    def _wait(self, fault: Fault, standing: Standing, prompt: Prompt) -> float:
        seed = f"{self.settings.seed}:{self.candidate.name}:{prompt.id}:{standing.failures}"
        wait = wait_after(fault, self.settings.backoff, max(1, standing.failures), seed)
        self._pace.told(fault, wait)
        if fault.retry_after is not None and fault.retry_after > MAX_WAIT:
            self._stop(left_alone(fault))
        if fault.failure != "rate-limited":
            self._broken += 1
        if self._broken >= max(DEAD, 3 * self.most):
            self._stop(
                f"{self._broken} faults in a row and no answer ({fault.error}): run again when it is well"
            )
        return wait

    def _refusal(self, fault: Fault) -> None:
        self._refused += 1
        if self._refused >= REFUSED and not self._answers:
            self._stop(f"it refuses every request ({fault.error})")

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why


def _outcome(called: Called) -> Outcome:
    a = called.attempt
    return Outcome(
        id=a.id,
        prompt=a.prompt,
        candidate=a.candidate,
        answer=a.answer,
        failure=a.failure,
        status=a.status,
        error=a.error,
    )


def _sentence(candidate: Candidate, fault: Fault, models: tuple[str, ...]) -> str:
    """Why a candidate is asked no more, with what to do."""
    if fault.status == 404:
        return f"{fault.error} (model {candidate.model}, url {candidate.url}){near(candidate.model, models)}"
    return fault.error


class Run:
    """The lines of one run, and the signals that end it early. `code`: 0, or 128 and the signal's number."""

    def __init__(self, lines: list[Line], stopping: asyncio.Event, grace: float = GRACE) -> None:
        self.lines = lines
        self.code = 0
        self._stopping = stopping
        self._grace = grace

    async def go(self) -> None:
        """Run all lines. Raises UsageError where the trial's file cannot be written."""
        work = asyncio.ensure_future(self._all())
        with self._signals(work):
            try:
                await work
            except asyncio.CancelledError:
                if not self._stopping.is_set():
                    raise
            except BaseExceptionGroup as group:
                raise _first(group) from None

    async def _all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for line in self.lines:
                group.create_task(line.run())

    @contextmanager
    def _signals(self, work: asyncio.Future[None]) -> Iterator[None]:
        """SIGINT and SIGTERM stop the sending; the second one stops the waiting too."""
        loop = asyncio.get_running_loop()
        caught = []
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, self._told, int(number), work)
            except (NotImplementedError, RuntimeError, ValueError):
                continue  # Windows, or not the main thread: then a signal simply ends the process
            caught.append(number)
        try:
            yield
        finally:
            for number in caught:
                loop.remove_signal_handler(number)

    def _told(self, number: int, work: asyncio.Future[None]) -> None:
        if self._stopping.is_set():
            work.cancel()
            return
        self.code = 128 + number
        self._stopping.set()
        for line in self.lines:
            _woken.add(task := asyncio.ensure_future(line.wake()))
            task.add_done_callback(_woken.discard)
        asyncio.get_running_loop().call_later(self._grace, work.cancel)


def _first(error: BaseException) -> BaseException:
    """The one error inside groups of groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


_woken: set[asyncio.Future[None]] = set()
"""Tasks under way that nobody else holds."""
