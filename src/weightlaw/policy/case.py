"""What a rule is given, what it answers, and what is said once about each rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import Confidence, DutyItem, Evidence, Finding, Severity, Unknown
from weightlaw.domain.terms import Clause, Models, When
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy.house import House

if TYPE_CHECKING:
    from weightlaw.policy.about import About


class Assumption(Struct, frozen=True):
    """Something that nobody said and that was taken to be so."""

    text: str


Outcome = Finding | DutyItem | Unknown | Assumption


class Rule(Struct, frozen=True, kw_only=True):
    """A rule's texts: written once here, used by `explain`, the docs and every format."""

    id: str
    name: str
    title: str
    """What it checks, in one line."""
    why: str
    """Why it matters, for someone who meets it for the first time."""
    remedy: str
    """What to do, in general."""
    severity: Severity
    facts: tuple[str, ...] = ()
    """The facts of the terms that it reads; empty for rules that read none."""

    def finding(
        self,
        verdict: Verdict,
        message: str,
        *evidence: Evidence,
        remedy: str = "",
        confidence: Confidence = "high",
        severity: Severity | None = None,
    ) -> Finding:
        """This rule's word on one model."""
        return Finding(
            rule=self.id,
            name=self.name,
            verdict=verdict,
            severity=severity or self.severity,
            confidence=confidence,
            message=message,
            evidence=evidence,
            remedy=remedy or self.remedy,
        )

    def duty(self, binding: Binding, clause: Clause, text: str, **more: Any) -> DutyItem:
        """A duty that this rule derives from one clause of one licence."""
        return DutyItem(
            text=text, license=binding.entry.id, section=clause.section, rule=self.id, **more
        )


class Case(Struct, frozen=True, kw_only=True):
    """One model in one deployment under one house's rules."""

    subject: Subject
    deployment: Deployment
    house: House = House()
    about: About | None = None
    """Who made the model and how it is stored; None where no rule of the house asks."""

    def does(self, when: tuple[When, ...]) -> bool:
        """Whether this deployment does one of the things that call a duty into being."""
        return not self.deployment.does().isdisjoint(when)

    def touches(self, models: Models) -> bool | None:
        """Whether a clause on these models speaks of this one; None where its modality is not known."""
        if models == "all":
            return True
        kinds = set(self.subject.modalities)
        return bool(kinds & {"image", "video", "audio", "3d", "multimodal"}) if kinds else None

    def clauses(self, *names: str) -> Iterator[tuple[Binding, Any]]:
        """Every clause of the named kinds in all binding licences, with its licence."""
        for binding in self.subject.bindings:
            for name in names:
                value = getattr(binding.terms, name)
                if isinstance(value, tuple):
                    yield from ((binding, clause) for clause in value)
                elif value is not None:
                    yield binding, value


def at(clause: Clause) -> str:
    """`, section 2`, or the text's own word where it does not number its parts."""
    if not clause.section:
        return ""
    return f", section {clause.section}" if clause.section[0].isdigit() else f", {clause.section}"


def confidence_of(clause: Clause) -> Confidence:
    """A reading's figure as one of three words."""
    return "high" if clause.confidence >= 0.9 else "medium" if clause.confidence >= 0.7 else "low"
