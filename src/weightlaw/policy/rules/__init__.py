"""All rules, one file each. The order here is the order in which findings are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import cast

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.rules import (
    wl101_no_license,
    wl102_unknown_license,
    wl103_loose_name,
    wl104_text_not_read,
    wl105_contradiction,
    wl106_weak_source,
    wl107_modified_text,
    wl108_unread_clause,
    wl109_unknown_model,
    wl201_release_date_threshold,
    wl202_standing_threshold,
    wl203_display_threshold,
    wl301_non_commercial,
    wl302_purpose,
    wl303_commercial_gate,
    wl304_territory,
    wl305_hosting,
    wl306_redistribution,
    wl307_derivatives,
    wl308_training_on_outputs,
    wl309_non_compete,
    wl310_use_restrictions,
    wl401_display,
    wl402_naming,
    wl403_notice,
    wl404_pass_on,
    wl405_share_alike,
    wl406_registration,
    wl407_update,
    wl408_guardrails,
    wl501_unknown_base,
    wl502_unclear_lineage,
    wl801_house_licenses,
    wl802_house_families,
    wl803_house_osi,
)

Check = Callable[[Case], Iterator[Outcome]]

MODULES: tuple[ModuleType, ...] = (
    wl101_no_license,
    wl102_unknown_license,
    wl103_loose_name,
    wl104_text_not_read,
    wl105_contradiction,
    wl106_weak_source,
    wl107_modified_text,
    wl108_unread_clause,
    wl109_unknown_model,
    wl201_release_date_threshold,
    wl202_standing_threshold,
    wl203_display_threshold,
    wl301_non_commercial,
    wl302_purpose,
    wl303_commercial_gate,
    wl304_territory,
    wl305_hosting,
    wl306_redistribution,
    wl307_derivatives,
    wl308_training_on_outputs,
    wl309_non_compete,
    wl310_use_restrictions,
    wl401_display,
    wl402_naming,
    wl403_notice,
    wl404_pass_on,
    wl405_share_alike,
    wl406_registration,
    wl407_update,
    wl408_guardrails,
    wl501_unknown_base,
    wl502_unclear_lineage,
    wl801_house_licenses,
    wl802_house_families,
    wl803_house_osi,
)
CHECKS: tuple[Check, ...] = tuple(cast(Check, module.check) for module in MODULES)
RULES: dict[str, Rule] = {module.RULE.id: module.RULE for module in MODULES}


def find_rule(name: str) -> Rule | None:
    """A rule by its id (any case) or its kebab-case name."""
    wanted = name.strip()
    return RULES.get(wanted.upper()) or next(
        (r for r in RULES.values() if r.name == wanted.lower()), None
    )
