"""All rules, one file each. The order here is the order in which findings are told.

The table says what each rule needs in order to have anything to say, so that a cold start imports only the
rules that concern the case: a kind of gap, facts of the binding terms, or rules of the house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from weightlaw.policy.case import Case, Outcome, Rule
from weightlaw.policy.house import House

Check = Callable[[Case], Iterator[Outcome]]

_GAPS = {
    "wl101_no_license": "no-license",
    "wl102_unknown_license": "unknown-license",
    "wl103_loose_name": "loose-name",
    "wl104_text_not_read": "text-not-read",
    "wl105_contradiction": "contradiction",
    "wl106_weak_source": "low-confidence",
    "wl107_modified_text": "modified-text",
    "wl108_unread_clause": "unread-clause",
    "wl501_unknown_base": "unknown-base",
    "wl502_unclear_lineage": "unclear-lineage",
    "wl503_looser_than_base": "looser-than-base",
    "wl504_incompatible_terms": "incompatible-terms",
    "wl505_suspected_base": "suspected-base",
    "wl506_derivative_name": "derivative-name",
    "wl602_contradicting_parts": "contradicting-parts",
}
_FACTS: dict[str, tuple[str, ...]] = {
    "wl201_release_date_threshold": ("thresholds",),
    "wl202_standing_threshold": ("thresholds",),
    "wl203_display_threshold": ("thresholds",),
    "wl301_non_commercial": ("commercial_use",),
    "wl302_purpose": ("commercial_use",),
    "wl304_territory": ("territory",),
    "wl308_training_on_outputs": ("outputs",),
    "wl309_non_compete": ("non_compete",),
    "wl310_use_restrictions": ("use_restrictions",),
    "wl401_display": ("attribution_display",),
    "wl402_naming": ("naming",),
    "wl403_notice": ("notice",),
    "wl404_pass_on": ("use_restrictions",),
    "wl405_share_alike": ("share_alike",),
    "wl406_registration": ("registration",),
    "wl407_update": ("update_duty",),
    "wl408_guardrails": ("safety_guardrails",),
    "wl409_other_duties": ("other_duties",),
}
_SILENCE = ("wl303_commercial_gate", "wl305_hosting", "wl306_redistribution", "wl307_derivatives")
"""These also speak where the terms are silent, so they always run."""
_HOUSE = {
    "wl801_house_licenses": "licenses",
    "wl802_house_families": "families",
    "wl803_house_osi": "osi_required",
    "wl804_house_rule": "rules",
    "wl805_house_allowed": "rules",
    "wl901_empty_policy": "empty",
}
"""By the part of the policy that each reads."""
_QUANTIZED = ("wl601_quantized",)
_OUTSIDE = (
    "wl109_unknown_model",
    "wl701_edited_lock",
    "wl702_outdated_lock",
    "wl703_drift",
    "wl902_kept_duty",
    "wl903_rule_never_fits",
    "wl904_rule_in_shadow",
    "wl905_waiver_expired",
    "wl906_waiver_expiring",
    "wl907_waiver_unmatched",
)
"""Told by `check`, by the judgement or by `policy validate` themselves."""
NAMES = tuple(sorted((*_GAPS, *_FACTS, *_SILENCE, *_HOUSE, *_QUANTIZED, *_OUTSIDE)))


def module(name: str) -> ModuleType:
    """The module of one rule."""
    return import_module(f"weightlaw.policy.rules.{name}")


def checks(case: Case) -> Iterator[Check]:
    """The checks that may have something to say of this case, in order."""
    gaps = {gap.kind for gap in case.subject.gaps}
    nothing = House()
    for name in NAMES:
        if name in _GAPS:
            wanted = _GAPS[name] in gaps
        elif name in _FACTS:
            wanted = any(getattr(b.terms, f) for b in case.subject.bindings for f in _FACTS[name])
        elif name in _QUANTIZED:
            wanted = bool(case.subject.quantization)
        else:
            part = _HOUSE.get(name)
            said = part is not None and getattr(case.house, part) != getattr(nothing, part)
            wanted = name in _SILENCE or said
        if wanted:
            yield module(name).check


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by its id."""
    return {rule.id: rule for rule in (module(name).RULE for name in NAMES)}


def rule_of(rule_id: str) -> Rule | None:
    """The rule with this id, loading only its own module."""
    name = next((n for n in NAMES if n.startswith(rule_id.lower() + "_")), None)
    return module(name).RULE if name else None


def find_rule(name: str) -> Rule | None:
    """A rule by its id (any case) or its kebab-case name."""
    wanted = name.strip()
    return all_rules().get(wanted.upper()) or next(
        (r for r in all_rules().values() if r.name == wanted.lower()), None
    )
