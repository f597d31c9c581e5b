"""The shape of `weightlaw.yaml`. What each key means is in `policywords`, which only the schema and the docs load."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text when it loads a policy.
from typing import Literal

from msgspec import Struct, field

from weightlaw.domain.deployment import FieldOfUse, OrganizationKind, Use
from weightlaw.domain.models import Relation
from weightlaw.domain.terms import Family
from weightlaw.policy.house import Duty, Otherwise, Preferences
from weightlaw.policy.houserules import Openness

Count = str | int
Modality = Literal["text", "image", "audio", "video", "3d", "other"]
Any_ = Literal["any"]


class Organization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who deploys. What is left out was not said, and is never taken to be zero."""

    name: str = ""
    kind: OrganizationKind | None = None
    headquarters: str | None = None
    affiliates_counted: bool = True
    monthly_active_users: Count | None = None
    counted_on: str | None = None
    users_at: dict[str, Count] = {}
    growth: str | None = None
    daily_active_users: Count | None = None
    annual_revenue: str | None = None
    monthly_revenue: str | None = None
    funding: str | None = None
    employees: Count | None = None


class Displayed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that the product shows already."""

    text: str
    where: str


class Plan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One deployment: what is done with a model."""

    name: str = ""
    purpose: str = field(name="for", default="")
    use: tuple[Use, ...] = ("feature",)
    commercial: bool = True
    research: bool = False
    fine_tuned: bool = False
    trains_on_outputs: bool = False
    derived_name: str | None = None
    markets: tuple[str, ...] = ()
    fields: tuple[FieldOfUse, ...] = ()
    monthly_active_users: Count | None = None
    growth: str | None = None
    annual_revenue: str | None = None
    displayed: tuple[Displayed, ...] = ()


class Matching(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a rule is about. Every key given must hold; in a list one value suffices (in `allow`: all must fit)."""

    licenses: tuple[str, ...] | None = None
    families: tuple[Family, ...] | None = None
    osi_approved: bool | None = None
    openness: tuple[Openness, ...] | None = None
    developers: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    lineage: tuple[str, ...] | None = None
    relations: tuple[Relation, ...] | None = None
    modalities: tuple[Modality, ...] | None = None
    gated: bool | None = None
    unpinned: bool | None = None
    quantized: bool | None = None
    quantizations: tuple[str, ...] | None = None
    cap_used_above: str | None = None
    facts_older_than: str | None = None
    confidence_below: Literal["medium", "high"] | None = None
    uses: tuple[Use, ...] | None = None
    commercial: bool | None = None
    fields: tuple[FieldOfUse, ...] | None = None
    markets: tuple[str, ...] | None = None
    organization: tuple[OrganizationKind, ...] | None = None
    deployments: tuple[str, ...] | None = None


class RuleYaml(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of the house. Its first line is its reason; exactly one of deny, review and allow follows."""

    reason: str
    deny: Matching | Any_ | None = None
    review: Matching | Any_ | None = None
    allow: Matching | Any_ | None = None
    unless: Matching | None = None
    when: str | None = None
    do: str = ""
    off: bool = False


class WaiverYaml(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding that somebody answers for until a day. It lifts exactly that finding."""

    model: str
    revision: str
    rule: str
    license: str = ""
    reason: str
    approver: str
    reference: str
    expires: str


class KeptYaml(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A duty recorded as fulfilled. Exactly one of file, url, shown and name says where."""

    duty: Duty
    license: str
    model: str = ""
    file: str = ""
    url: str = ""
    shown: str = ""
    name: str = ""


class Extends(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy that this one builds on: exactly one of pack, file and url."""

    pack: str = ""
    file: str = ""
    url: str = ""
    sha256: str = ""


class PolicyYaml(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole `weightlaw.yaml`."""

    version: int = 1
    about: str = ""
    extends: tuple[Extends, ...] = ()
    organization: Organization = Organization()
    deployment: Plan | str = Plan()
    deployments: dict[str, Plan] = {}
    licenses: Preferences = Preferences()
    families: Preferences = Preferences()
    osi_required: bool = False
    rules: dict[str, RuleYaml] = {}
    otherwise: Otherwise = "deny"
    waivers: tuple[WaiverYaml, ...] = ()
    duties_kept: tuple[KeptYaml, ...] = ()
