"""How far a long fetch has come, on a terminal's standard error and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable

MANY = 20
"""Fewer than this are there before anybody wonders."""


def progress(what: str) -> Callable[[int, int], None] | None:
    """Tells `fetched 128 of 340 base models` on one line that is wiped at the end; None off a terminal."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, known: int) -> None:
        if known < MANY:
            return
        text = f"fetched {done:,} of {known:,} {what}" if done < known else ""
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    return tell
