"""What routing by tags would save and risk, as plain frozen values: `weightlaw.trial-route/1`."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct

from weightlaw.trial.results import Comparison, Load, Range, Share, State
from weightlaw.trial.values import LicenseCheck

SCHEMA: Literal["weightlaw.trial-route/1"] = "weightlaw.trial-route/1"


class TagRoute(Struct, frozen=True, kw_only=True):
    """One tag: whether its prompts may go to the open model."""

    tag: str
    prompts: int
    recommended: bool
    why: str
    comparison: Comparison


class Policy(Struct, frozen=True, kw_only=True):
    """Prompts whose tags are all in `tags` go to the open model, all others to the closed one."""

    tags: tuple[str, ...]
    routed: Share
    """Prompts of the trial that would go to the open model."""
    worse: Share
    """Of all judged prompts, and those that only one of the two answered: routed, and the closed model was preferred or
    alone gave an answer. The risk that the routing takes."""
    worse_at_most: float
    """Exact upper bound of that share, holding for all policies listed at once."""
    better: int
    """Routed prompts on which the open model was preferred, or alone gave an answer."""
    ties: int
    unjudged: int
    """Routed prompts of which nothing is known: no person judged them, or neither model answered."""
    saved_per_thousand: Range
    """USD for 1,000 requests with the trial's mix of tags; not known where a price or a count is not."""
    saved_per_month: Range
    share_saved: Range
    """Of what the closed model alone would cost."""
    recommended: bool


class RouteReport(Struct, frozen=True, kw_only=True):
    """The whole answer."""

    schema: Literal["weightlaw.trial-route/1"] = SCHEMA
    weightlaw: str
    name: str
    created: str
    prompts_sha256: str
    state: State
    open_model: str
    closed_model: str
    margin: float
    sentence: str
    license: LicenseCheck | None
    license_note: str
    tags: tuple[TagRoute, ...]
    untagged: int
    """Prompts without a tag: they stay with the closed model."""
    several: int
    """Prompts with more than one tag: routed only where all of their tags are."""
    policies: tuple[Policy, ...]
    """The recommended one first, if there is one; then by what they save."""
    left_out: int
    """Combinations of tags that are not listed."""
    load: Load
    notes: tuple[str, ...]
