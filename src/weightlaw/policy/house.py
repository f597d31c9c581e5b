"""The rules of the house: what this organization accepts beyond what licences demand.

The values only; how they are read from YAML is in `reading`, what they say of a model in `rules/wl8*`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from weightlaw.domain.verdict import Verdict

if TYPE_CHECKING:
    from weightlaw.policy.duties_kept import Kept
    from weightlaw.policy.houserules import HouseRule
    from weightlaw.policy.waivers import Waiver

Otherwise = Literal["review", "deny"]
Duty = Literal[
    "display",
    "license_copy",
    "notice_file",
    "retained_notices",
    "stated_changes",
    "derived_name",
    "passed_on",
    "share_alike",
    "registration",
    "update",
    "guardrails",
]
"""Kinds of duties that can be recorded as kept."""
MAX_READ = 2_000_001
"""So many bytes are read of any file that a policy names; one that has them all is too large."""


class Preferences(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What is allowed and denied, by name. An empty `allow` allows everything not denied."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


class House(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The organization's own rules as they stand on one day; the default has none."""

    licenses: Preferences = Preferences()
    families: Preferences = Preferences()
    osi_required: bool = False
    rules: tuple[HouseRule, ...] = ()
    otherwise: Verdict = Verdict.DENIED
    """For a licence that no rule of effect `allow` fits, where there are such rules."""
    waivers: tuple[Waiver, ...] = ()
    kept: tuple[Kept, ...] = ()
    empty: bool = False
    """There is a policy file, and it says nothing at all."""
    today: str = ""
    """UTC day of the judgement; empty: not known, so no waiver holds and no age is known."""
    source: str = ""
    """The file the rules come from."""
    said: tuple[str, ...] = ()
    """Fields of the deployment that the policy or the command line states, so that they are not assumed."""
    notes: tuple[str, ...] = ()
    """What a reader of the answer must know of the policy: values overridden, no rules at all."""

    def has_rules(self) -> bool:
        """Whether there is any rule at all."""
        empty = Preferences()
        named = self.licenses != empty or self.families != empty
        return self.osi_required or named or bool(self.rules)

    def count(self) -> int:
        """How many rules there are; each short form counts as one."""
        nothing = Preferences()
        short = (self.licenses != nothing, self.families != nothing, self.osi_required)
        return len(self.rules) + sum(short)

    def asks_quantization(self) -> bool:
        """Whether a rule turns on how weights are stored."""
        return any(rule.asks_quantization() for rule in self.rules)

    def asks_about_models(self) -> bool:
        """Whether what it says may differ between models under the same licences."""
        return bool(self.rules or self.waivers or self.kept)
