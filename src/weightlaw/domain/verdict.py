"""The four verdicts and how they combine: the stricter one wins."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Verdict(str, Enum):
    """May the model be deployed like this? Ordered from mild to strict."""

    ALLOWED = "allowed"
    CONDITIONAL = "conditional"
    """Allowed, with duties to fulfil."""
    REVIEW = "review"
    """A person must decide: the policy says so, or something could not be determined."""
    DENIED = "denied"

    @property
    def rank(self) -> int:
        """0 for allowed to 3 for denied."""
        return _RANK[self]


_RANK = {v: i for i, v in enumerate(Verdict)}


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """The strictest of some verdicts. Of none at all: review, for nothing was judged."""
    return max(verdicts, key=_RANK.__getitem__, default=Verdict.REVIEW)
