"""Time limits that hold whatever the network does, and work that is done once for many threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def within(seconds: float, call: Callable[[], Value]) -> Value:
    """What `call` returns, or TimeoutError after so many seconds.

    A socket's timeout bounds one read, and looking up a name has none at all; so the call runs in a thread that
    is left behind when its time is over, and that never keeps the process alive.
    """
    future: Future[Value] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="weightlaw-request", daemon=True).start()
    return future.result(timeout=seconds)


class Once(Generic[Key, Value]):
    """Answers by key; each is made once, and threads that ask meanwhile wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[Key, Future[Value]] = {}

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The answer for `key`, or the error that making it raised."""
        with self._lock:
            answer = self._answers.get(key)
            mine = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
        if mine:
            try:
                answer.set_result(make())
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()
