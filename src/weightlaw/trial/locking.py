"""One run at a time on one trial: a lock that ends with its process, however that ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weightlaw.errors import UsageError

try:
    import fcntl
except ImportError:  # Windows: two runs at once are not prevented there
    fcntl = None  # type: ignore[assignment]


@contextmanager
def only_one(path: str) -> Iterator[None]:
    """Hold `path.lock`. Raises UsageError where another run holds it.

    A file of its own: SQLite drops its locks when the trial itself is opened and closed a second time.
    """
    if fcntl is None:
        yield
        return
    name = f"{path}.lock"
    descriptor = _taken(name, fcntl, path)
    try:
        yield
    finally:
        os.unlink(name)
        os.close(descriptor)


def _taken(name: str, lock: Any, path: str) -> int:
    """A descriptor that holds the lock on the file which has this name now."""
    while True:
        try:
            descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UsageError(f"cannot write {name}: {error.strerror or error}") from None
        try:
            lock.flock(descriptor, lock.LOCK_EX | lock.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise UsageError(
                f"another run of {path} is under way: wait for it, or stop it"
            ) from None
        if _is(descriptor, name):
            return descriptor
        os.close(descriptor)  # the holder before us has just removed it


def _is(descriptor: int, name: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(name))
    except FileNotFoundError:
        return False
