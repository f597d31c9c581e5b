"""What of each of two texts is not in the other, by words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from weightlaw.trial.plain import Block

LONGEST = 6000
"""Words of a side up to which they are compared; more would take seconds, and nobody reads such a comparison."""
_WORDS = re.compile(r"\w+|[^\w\s]|\s+")

Runs = tuple[tuple[str, bool], ...]
"""Pieces of a text in turn; True: only this side has it."""


def too_long(blocks: Sequence[Block]) -> bool:
    """Whether an answer has too many words to be compared."""
    text = "".join(b.text[: LONGEST * 40] for b in blocks)
    return len(text) > LONGEST * 20 or len(_words(text)) > LONGEST


def compare(left: Sequence[Block], right: Sequence[Block]) -> tuple[list[Runs], list[Runs]]:
    """The blocks of both sides in runs of shared and of own words."""
    a, b = ([_words(block.text) for block in side] for side in (left, right))
    one, other = (_flat(side) for side in (a, b))
    only_a, only_b = [True] * len(one), [True] * len(other)
    matcher = SequenceMatcher(None, one, other, autojunk=len(one) + len(other) > 2000)
    for match in matcher.get_matching_blocks():
        only_a[match.a : match.a + match.size] = [False] * match.size
        only_b[match.b : match.b + match.size] = [False] * match.size
    return _runs(a, only_a), _runs(b, only_b)


def _words(text: str) -> list[str]:
    found: list[str] = _WORDS.findall(text)
    return found


def _flat(side: list[list[str]]) -> list[str]:
    return [_comparable(word) for block in side for word in block]


def _comparable(word: str) -> str:
    return " " if word.isspace() else word


def _runs(side: list[list[str]], only: list[bool]) -> list[Runs]:
    made: list[Runs] = []
    at = 0
    for block in side:
        runs: list[tuple[str, bool]] = []
        for word in block:
            own = only[at] and not word.isspace()
            at += 1
            if word.isspace() and runs:
                own = runs[-1][1] and at < len(only) and only[at]
            if runs and runs[-1][1] == own:
                runs[-1] = (runs[-1][0] + word, own)
            else:
                runs.append((word, own))
        made.append(tuple(runs))
    return made
