"""One rule of the house: a reason, an effect, and what it is about."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from weightlaw.policy.conditions import Condition

Effect = Literal["allow", "review", "deny"]
EFFECTS: tuple[Effect, ...] = ("allow", "review", "deny")
Openness = Literal["open-source", "unrestricted", "restricted", "non-commercial"]


class Match(Struct, frozen=True, kw_only=True, dict=True):
    """What a rule is about: every key that is given must hold; in a list one value suffices.

    Values are read: licences by id, countries as ISO codes, shares as numbers, ages in days.
    """

    licenses: tuple[str, ...] | None = None
    families: tuple[str, ...] | None = None
    osi_approved: bool | None = None
    openness: tuple[str, ...] | None = None
    developers: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    lineage: tuple[str, ...] | None = None
    relations: tuple[str, ...] | None = None
    modalities: tuple[str, ...] | None = None
    gated: bool | None = None
    unpinned: bool | None = None
    quantized: bool | None = None
    quantizations: tuple[str, ...] | None = None
    cap_used_above: float | None = None
    facts_older_than: int | None = None
    confidence_below: str | None = None
    uses: tuple[str, ...] | None = None
    commercial: bool | None = None
    fields: tuple[str, ...] | None = None
    markets: tuple[str, ...] | None = None
    organization: tuple[str, ...] | None = None
    deployments: tuple[str, ...] | None = None

    @cached_property
    def given(self) -> tuple[str, ...]:
        """The keys that are given, in their order."""
        return tuple(key for key in KEYS if getattr(self, key) is not None)


KEYS = Match.__struct_fields__
GROWING = frozenset({"cap_used_above"})
"""Grow with the organization: in an `allow` or an `unless` they would make growth milder."""
_OF_POLICIES = frozenset({"licenses", "osi_approved", "openness"})
OF_LICENSE = frozenset({"licenses", "families", "osi_approved", "openness"})
"""Differ between the licences of one model."""


class HouseRule(Struct, frozen=True, kw_only=True, dict=True):
    """A rule as read. `deny` and `review` speak when it fits; `allow` lists what may pass."""

    name: str
    reason: str
    effect: Effect
    match: Match = Match()
    unless: Match | None = None
    when: Condition | None = None
    remedy: str = ""
    source: str = ""
    """`file:line`."""

    @cached_property
    def of_policies(self) -> bool:
        """Whether it is held against use policies too: all that allow, and those that tell licences apart."""
        return self.effect == "allow" or not _OF_POLICIES.isdisjoint(self.match.given)

    def asks_quantization(self) -> bool:
        """Whether it turns on how the weights are stored."""
        parts = [self.match, *((self.unless,) if self.unless else ())]
        keys = {key for part in parts for key in part.given}
        named = self.when is not None and "quantization" in self.when.text
        return named or not keys.isdisjoint({"quantized", "quantizations"})
