"""How fast one candidate is asked: a pause for all after a 429, fewer calls at a time, back-off with seeded jitter."""

from __future__ import annotations

import asyncio
import random
import time

from weightlaw.trial.faults import MAX_WAIT, Fault

MAX_BACKOFF = 60.0
SPREAD = 0.5
"""A back-off lies between this share of its length and all of it, so that those who failed together do not come
back together."""
_EASE = 8
"""Answers in a row after which one more call at a time is tried again."""


def backoff(first: float, failures: int, seed: str) -> float:
    """Seconds to wait after so many failures in a row: doubled each time, up to 60, with jitter that the seed decides."""
    full = min(MAX_BACKOFF, first * 2.0 ** min(failures - 1, 30))
    return full * (SPREAD + (1 - SPREAD) * random.Random(seed).random())


class Pace:
    """The gate before one candidate's endpoint. Belongs to one event loop."""

    def __init__(self, most: int, stopping: asyncio.Event) -> None:
        self.most = most
        self.allowed = most
        self._stopping = stopping
        self._under_way = 0
        self._until = 0.0
        self._well = 0
        self._changed = asyncio.Condition()

    async def enter(self) -> bool:
        """Wait for a place and for the end of a pause; False where the run is stopping, and nothing may be sent."""
        while not self._stopping.is_set():
            pause = self._until - time.monotonic()
            if pause > 0:
                await self.sleep(pause)
            elif self._under_way < self.allowed:
                self._under_way += 1
                return True
            else:
                await self._turn()
        return False

    async def _turn(self) -> None:
        async with self._changed:
            if self._under_way >= self.allowed and not self._stopping.is_set():
                await self._changed.wait()

    async def leave(self) -> None:
        """A call has ended."""
        self._under_way -= 1
        await self.wake()

    async def wake(self) -> None:
        """Let those who wait look again."""
        async with self._changed:
            self._changed.notify_all()

    def told(self, fault: Fault | None, wait: float) -> None:
        """Learn from how a call ended: a 429, or a server that names a pause, holds all calls to it back."""
        if fault is None or not fault.failure:
            self._well += 1
            if self._well >= _EASE and self.allowed < self.most:
                self.allowed, self._well = self.allowed + 1, 0
            return
        self._well = 0
        if fault.failure == "rate-limited":
            self.allowed = max(1, self.allowed // 2)
        if fault.failure == "rate-limited" or fault.retry_after is not None:
            self._until = max(self._until, time.monotonic() + wait)

    async def sleep(self, seconds: float) -> None:
        """Sleep, or wake when the run is to stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass


def wait_after(fault: Fault, first: float, failures: int, seed: str) -> float:
    """Seconds before the next attempt: what the server asks for goes first, and never more than `MAX_WAIT`."""
    own = backoff(first, failures, seed)
    return own if fault.retry_after is None else min(MAX_WAIT, fault.retry_after)
