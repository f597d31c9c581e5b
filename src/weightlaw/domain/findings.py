"""What rules say, with the evidence and what to do about it; and what `check` returns."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import Base
from weightlaw.domain.verdict import Verdict, strictest

Severity = Literal["info", "low", "medium", "high", "critical"]
Confidence = Literal["high", "medium", "low"]


class Evidence(Struct, frozen=True, kw_only=True):
    """What a finding rests on."""

    license: str
    section: str = ""
    summary: str = ""
    """The term in our own words."""
    source: str = ""
    """Where the text or the fact is from."""
    date: str = ""
    sha256: str = ""
    """Of the text."""
    quote: str = ""
    """The text's own words, where it was at hand."""
    file: str = ""
    start: int | None = None
    end: int | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """One rule's word on one model in one deployment."""

    rule: str
    name: str
    verdict: Verdict
    severity: Severity
    confidence: Confidence
    message: str
    evidence: tuple[Evidence, ...] = ()
    remedy: str = ""
    house_rule: str = ""
    """The name of the rule of the house that speaks, if one does."""


class Waived(Struct, frozen=True, kw_only=True):
    """A finding that a waiver lifts, with who answers for it and until when."""

    finding: Finding
    reason: str
    approver: str
    reference: str
    expires: str
    """The last UTC day."""
    source: str = ""
    """Where the waiver stands: `file:line`."""


class DutyItem(Struct, frozen=True, kw_only=True):
    """Something to do or leave in this deployment."""

    text: str
    license: str
    section: str = ""
    where: str = ""
    display: str = ""
    """The exact string to show, or the exact text of a notice."""
    condition: str = ""
    """If it only arises under a condition that is not settled."""
    rule: str = ""


class DutyKept(Struct, frozen=True, kw_only=True):
    """A duty recorded as fulfilled."""

    duty: DutyItem
    place: str
    checked: bool
    """Whether a file was looked at; else it is taken on the word of whoever recorded it."""
    source: str = ""


class Unknown(Struct, frozen=True, kw_only=True):
    """A fact that the verdict turns on and that nobody said."""

    fact: str
    why: str
    flag: str = ""


class LicenseView(Struct, frozen=True, kw_only=True):
    """A licence that binds, and how it was concluded."""

    id: str
    name: str
    role: Literal["license", "policy", "base"] = "license"
    declared: str | None = None
    detected: str | None = None
    concluded: str | None = None
    reason: str = ""
    """Why it was concluded."""
    through: tuple[str, ...] = ()
    """The way from the model to the base whose licence this is."""
    osi_approved: bool = False
    family: str | None = None
    changed: bool = False
    """Whether the shipped text is not the licence as known, but a changed text of it."""


class DataSet(Struct, frozen=True, kw_only=True):
    """Training data that a card names. It is listed, and not judged."""

    id: str
    license: str = ""
    """Id of the licence, or the card's word for it; empty: not known here."""
    source: str = ""
    """Who says what its licence is."""


class ModelResult(Struct, frozen=True, kw_only=True):
    """The answer for one model."""

    reference: str
    model: str
    verdict: Verdict
    revision: str | None = None
    source: str = ""
    as_of: str = ""
    family: str | None = None
    """The family of names by which it was found (`llama4`), if it was."""
    licenses: tuple[LicenseView, ...] = ()
    bases: tuple[Base, ...] = ()
    datasets: tuple[DataSet, ...] = ()
    """The training data that the card names, apart from the verdict."""
    findings: tuple[Finding, ...] = ()
    duties: tuple[DutyItem, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    waived: tuple[Waived, ...] = ()
    """Findings that waivers lift; they do not count for the verdict."""
    kept: tuple[DutyKept, ...] = ()
    """Duties that are recorded as fulfilled."""
    notes: tuple[str, ...] = ()


class Knowledge(Struct, frozen=True, kw_only=True):
    """What the embedded knowledge holds, and of when it is."""

    date: str
    licenses: int
    licenses_read: int
    spdx_ids: int
    models: int


class CheckReport(Struct, frozen=True, kw_only=True):
    """All of one `check`. The verdict is the strictest of its models'; of no model: review."""

    version: str
    knowledge: Knowledge
    assumptions: tuple[str, ...]
    deployment: Deployment
    models: tuple[ModelResult, ...]
    policy: str = ""
    """The file of the organization's policy; empty: none counted."""

    @property
    def verdict(self) -> Verdict:
        """The strictest verdict of all models."""
        return strictest(model.verdict for model in self.models)
