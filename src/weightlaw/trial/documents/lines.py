"""Lines of at most 80 columns for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

WIDTH = 80
INDENT = 16


def entry(label: str, text: str) -> Iterator[str]:
    """A label and what stands beside it; a long text goes on under its own beginning."""
    first = f"  {label:<{INDENT - 3}} "
    yield from _wrapped(text, first, " " * INDENT)


def item(text: str, first: str = "  ", rest: str = "    ") -> Iterator[str]:
    """A paragraph or an item of a list."""
    yield from _wrapped(text, first, rest)


def part(title: str) -> Iterator[str]:
    """The head of a part."""
    yield ""
    yield title


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    made = wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return made or [first.rstrip()]
