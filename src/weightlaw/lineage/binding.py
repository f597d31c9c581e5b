"""The licences that bind a model, and what could not be settled about them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from weightlaw.domain.findings import Confidence, DataSet, Evidence, Severity
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import Base, TextFile
from weightlaw.domain.terms import Clause, Terms

Role = Literal["license", "policy", "base"]


SEPARATE: tuple[str, ...] = ("adapter", "unknown")
"""Ways of making a model whose result may be a work of its own, beside the base and not out of it."""


class Binding(Struct, frozen=True, kw_only=True):
    """One licence that binds, with the terms that are applied and how it was concluded."""

    entry: LicenseEntry
    terms: Terms
    """The entry's terms, or what the shipped text was read to say."""
    role: Role = "license"
    declared: str | None = None
    detected: str | None = None
    reason: str = ""
    through: tuple[str, ...] = ()
    """From the model to the base whose licence this is; empty for its own."""
    relation: str = ""
    file: TextFile | None = None
    """The shipped text that the terms rest on, if one was at hand."""
    changed: bool = False
    """Whether that text is not the licence as known, but a changed text of it."""

    @property
    def title(self) -> str:
        """The licence's name, with the way to it where it binds through a base."""
        if not self.through:
            return self.entry.name
        return f"{self.entry.name} (through {' -> '.join(self.through)})"

    def evidence(self, clause: Clause | None = None) -> Evidence:
        """Where a clause stands, quoted where the text was at hand."""
        text = self.entry.text
        located = clause is not None and clause.start is not None and self.file is not None
        return Evidence(
            license=self.entry.id,
            section=clause.section if clause else "",
            summary=clause.summary if clause else "",
            source=(self.file.path if self.file else text.source if text else self.entry.url),
            date=text.read if text and not self.file else "",
            sha256=self.file.sha256 if self.file else text.sha256 if text else "",
            quote=self._quote(clause) if located and clause else "",
            start=clause.start if located and clause else None,
            end=clause.end if located and clause else None,
        )

    def _quote(self, clause: Clause) -> str:
        text = self.file.text if self.file else ""
        words = " ".join(text[clause.start : clause.end].split())
        return words if len(words) <= 400 else words[:397] + "..."


GapKind = Literal[
    "no-license",
    "unknown-license",
    "loose-name",
    "text-not-read",
    "contradiction",
    "low-confidence",
    "modified-text",
    "unread-clause",
    "unknown-base",
    "unclear-lineage",
    "looser-than-base",
    "incompatible-terms",
    "suspected-base",
    "derivative-name",
    "contradicting-parts",
]


class Gap(Struct, frozen=True, kw_only=True):
    """Something about the licence that is not settled. A rule turns each into a finding."""

    kind: GapKind
    text: str
    """What is not known, in one sentence."""
    remedy: str = ""
    confidence: Confidence = "high"
    evidence: tuple[Evidence, ...] = ()
    severity: Severity | None = None
    """Where it weighs more or less than its rule says in general."""
    bars: bool = False
    """Whether it bars handing out the model altogether, and is not only in doubt."""


class Subject(Struct, frozen=True, kw_only=True):
    """A model with everything that binds it: what the rules judge."""

    id: str
    bindings: tuple[Binding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    bases: tuple[Base, ...] = ()
    modalities: tuple[str, ...] = ()
    gated: str = "unknown"
    revision: str | None = None
    source: str = ""
    as_of: str = ""
    notes: tuple[str, ...] = ()
    quantization: str = ""
    """The quantization of the weights at hand, with who says so; empty where nothing says that they are."""
    datasets: tuple[DataSet, ...] = ()
    """The training data that the card names; it does not touch the verdict."""
    losses: tuple[str, ...] = ()
    """What is published of the loss by that quantization, each with its source."""
