"""Lists of words, written as words."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for look-ups."""
    return frozenset(text.split())
