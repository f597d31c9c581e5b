"""The rules of the house: what this organization accepts beyond what licences demand."""

from __future__ import annotations

from msgspec import Struct


class Preferences(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What is allowed and denied, by name. An empty `allow` allows everything not denied."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


class House(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The organization's own rules; the default has none."""

    licenses: Preferences = Preferences()
    families: Preferences = Preferences()
    osi_required: bool = False
    source: str = ""
    """The file the rules come from."""

    def has_rules(self) -> bool:
        """Whether there is any rule at all."""
        empty = Preferences()
        return self.osi_required or self.licenses != empty or self.families != empty
