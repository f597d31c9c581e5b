"""A popular number with our own computation; the numbers themselves are in `claims`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Holds = Literal["yes", "partly", "no", "not decided by these figures"]


class Claim(Struct, frozen=True, kw_only=True):
    """One claim with our own computation."""

    id: str
    says: str
    holds: Holds
    found: str
    figures: dict[str, float]
    """What was computed, by name; units are in the names."""
