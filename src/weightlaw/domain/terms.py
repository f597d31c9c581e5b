"""What a licence demands: the terms, in the vocabulary that catalogue and reader share.

One `Terms` value describes one text. Each fact carries the section of the text it rests on and
a summary in our own words; a fact that was read from a text at hand also carries its place
(`start`, `end`: character offsets), the words matched and the confidence of the reading. A fact that a
text does not state is absent; one that it states unclearly has the value ``unclear``.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct

Answer = Literal["yes", "conditional", "no", "unclear"]

Family = Literal[
    "permissive",
    "public-domain",
    "copyleft",
    "weak-copyleft",
    "responsible-use",
    "community",
    "non-commercial",
    "research-only",
    "proprietary",
]

When = Literal[
    "use",  # any use at all, internal use included
    "product",  # a product or service that others reach contains or uses the model
    "host",  # the model itself is offered to third parties as a service
    "distribute",  # copies of the model leave the organization (weights, on a device)
    "distribute_derivative",  # copies of a modified model leave the organization
    "train",  # a model made with the materials or their outputs is distributed or made available
    "publish_outputs",  # outputs are published or handed to others
    "threshold",  # only once a threshold of consequence `attribution` is passed
]
"""What a deployment does that calls a duty into being."""

Purpose = Literal["non-commercial", "research", "evaluation", "education", "personal"]


class Clause(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A fact and where it stands."""

    section: str
    """The text's own numbering, e.g. `2`, `1.b.i`, `preamble`."""
    summary: str = ""
    """What it says, in our own words."""
    start: int | None = None
    """Offset in characters of the first character it rests on, when the text was at hand."""
    end: int | None = None
    confidence: float = 1.0
    """How sure the reading is, 0 to 1; 1 for a fact of the catalogue that was read by a person."""
    pattern: str = ""
    """The name of the pattern that produced it, when a text was read."""


class Permission(Clause, frozen=True, kw_only=True):
    """Whether something is permitted: `conditional` when only some may, or only in some way."""

    value: Answer


class CommercialUse(Permission, frozen=True, kw_only=True):
    """Whether commercial use is permitted.

    `no` also where a commercial licence could be bought; `conditional` where a threshold, a
    registration, a subscription or a separate agreement gates some commercial users.
    """

    gates: tuple[Literal["threshold", "registration", "agreement", "payment", "scope"], ...] = ()
    """What makes it conditional. `scope`: only in some products, fields or ways."""
    only_for: tuple[Purpose, ...] = ()
    """Where commercial use is barred: the purposes that remain."""
    barred_when: tuple[When, ...] = ()
    """What stays barred for those purposes too: `product` where production or contact with end users is."""
    exempts_internal: bool = False
    """The gates do not stand before use inside the organization."""


class Threshold(Clause, frozen=True, kw_only=True):
    """A size above which something else applies."""

    metric: Literal[
        "monthly_active_users",
        "daily_active_users",
        "annual_revenue",
        "monthly_revenue",
        "funding",
        "employees",
        "other",
    ]
    value: int | float
    """Persons for users and employees; units of `currency` for money."""
    currency: str | None = None
    """ISO 4217, for money only."""
    comparator: Literal[">", ">="]
    measured: Literal["release_date", "rolling", "other"]
    """`release_date`: tested once, on the version's release date; `rolling`: a standing test."""
    consequence: Literal["request_license", "attribution", "not_licensed", "pay", "other"]
    whose: Literal["organization", "affiliates", "product", "user"] = "organization"
    """Whose figures count: the licensee alone, with its affiliates, or the one product."""
    commercial_only: bool = False
    """The threshold bars or charges commercial use only."""
    bites_when: tuple[When, ...] = ()
    """Where the size only counts for some businesses: what shows that this is one. Above the size
    it is then denied; a deployment that shows nothing of the kind is for a person to decide."""
    exempts_internal: bool = False
    """Use inside the organization is free of it."""
    combine: Literal["any", "all"] | None = None
    """How several thresholds of one section belong together."""
    scope: str = ""
    exception: str = ""


Models = Literal["all", "multimodal"]


class Territory(Clause, frozen=True, kw_only=True):
    """Places where the licence grants nothing. Sanctions and export control are not territory."""

    excluded: tuple[str, ...]
    """ISO 3166-1 alpha-2 codes, and EU, UK."""
    basis: tuple[Literal["headquarters", "market", "outputs"], ...] = ("headquarters", "market")
    """What ties a licensee to a place: its domicile or seat, where it offers, where outputs go."""
    models: Models = "all"
    """Which of the licensed models the exclusion touches."""
    applies_to: str = ""


class Display(Clause, frozen=True, kw_only=True):
    """Words that the licensee must show people. A duty that a Notice file satisfies is a notice."""

    text: str
    alternatives: tuple[str, ...] = ()
    """Other strings that satisfy the duty as well; `text` is one of them."""
    where: str = ""
    trigger: str = ""
    when: tuple[When, ...] = ("product",)
    commercial_only: bool = False
    """The display is due in commercial products only."""
    models: Models = "all"
    """Which of the licensed models the duty touches."""


class Naming(Clause, frozen=True, kw_only=True):
    """A rule on the name of a derived model."""

    rule: str
    prefix: str = ""
    """What the name must begin with, if it must begin with something."""
    contains: str = ""
    """What the name must contain, if anywhere."""
    forbids: tuple[str, ...] = ()
    """What the name must not contain or begin with."""
    trigger: str = ""
    when: tuple[When, ...] = ("train", "distribute_derivative")


class Notice(Clause, frozen=True, kw_only=True):
    """A notice to give or keep when copies are handed on."""

    kind: Literal["include_license", "retain_notices", "notice_file", "state_changes"]
    text: str = ""
    """The notice that the licence prescribes word for word, if it does."""
    when: tuple[When, ...] = ("distribute",)


class Outputs(Clause, frozen=True, kw_only=True):
    """What may be done with the model's outputs."""

    train_other_models: Answer | None = None
    train_scope: str = ""
    by_name_only: bool = False
    """Where `conditional`: the condition is a name or a display, which are facts of their own."""
    owner: str = ""


class UseRestrictions(Clause, frozen=True, kw_only=True):
    """Uses that are forbidden, in the text or by a policy it incorporates."""

    kind: Literal["incorporated_policy", "in_text_list"]
    policy_url: str = ""
    categories: tuple[str, ...] = ()
    must_pass_on: bool = False
    """True only where the licensee must impose the restrictions on its own recipients."""
    pass_on_when: tuple[When, ...] = ("distribute",)


class ShareAlike(Clause, frozen=True, kw_only=True):
    """Derivatives must be licensed alike."""

    value: str = "yes"
    when: tuple[When, ...] = ("distribute_derivative",)


class Duty(Clause, frozen=True, kw_only=True):
    """A duty that is either there or not: registration, update, non-compete, indemnity."""

    value: str = "yes"
    when: tuple[When, ...] = ("use",)
    commercial_only: bool = False


class OtherDuty(Clause, frozen=True, kw_only=True):
    """A duty of a kind that the vocabulary has no word for, told in our own words."""

    what: str
    """What to do, as an order without a subject."""
    when: tuple[When, ...] = ("use",)
    commercial_only: bool = False


class Patent(Clause, frozen=True, kw_only=True):
    """Patents: `grant` yes only for an express grant; `retaliation` for any IP litigation clause."""

    grant: Literal["yes", "no", "unclear"] | None = None
    retaliation: Literal["yes", "no", "unclear"] | None = None


class Termination(Clause, frozen=True, kw_only=True):
    """What ends the licence."""

    trigger: str


class GoverningLaw(Clause, frozen=True, kw_only=True):
    """The law that governs, and the court or arbitration where it is said."""

    value: str


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """All that one text demands."""

    family: Family | None = None
    commercial_use: CommercialUse | None = None
    redistribution: Permission | None = None
    derivatives: Permission | None = None
    hosting: Permission | None = None
    thresholds: tuple[Threshold, ...] = ()
    territory: tuple[Territory, ...] = ()
    attribution_display: tuple[Display, ...] = ()
    naming: tuple[Naming, ...] = ()
    notice: tuple[Notice, ...] = ()
    outputs: Outputs | None = None
    use_restrictions: UseRestrictions | None = None
    share_alike: ShareAlike | None = None
    registration: Duty | None = None
    update_duty: Duty | None = None
    non_compete: Duty | None = None
    safety_guardrails: Duty | None = None
    indemnity_by_licensee: Duty | None = None
    other_duties: tuple[OtherDuty, ...] = ()
    patent: Patent | None = None
    termination: tuple[Termination, ...] = ()
    governing_law: GoverningLaw | None = None
