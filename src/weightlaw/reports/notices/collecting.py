"""From the dossier of some models to what must be handed on, shown, passed on and named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, structs

from weightlaw.domain.findings import DutyItem, ModelResult
from weightlaw.domain.terms import Display, Naming, UseRestrictions
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case
from weightlaw.policy.duties_kept import SIGNS
from weightlaw.policy.house import House
from weightlaw.reports.notices import view as v
from weightlaw.reports.notices.checklist import COPIES
from weightlaw.reports.notices.texts import Texts
from weightlaw.reports.sbom.dossier import Dossier, Entry

NAMING = "WL402"


class Collected(Struct, frozen=True):
    """The document without its files, and the bytes of the copies by path."""

    notices: v.Notices
    copies: dict[str, bytes]


def collect(dossier: Dossier, house: House) -> Collected:
    """Everything that the licences demand of this deployment, each thing once with all models it is due for."""
    texts = Texts()
    found = [i for entry in dossier.entries for i in _Model(entry, dossier, house, texts).items()]

    def of(kind: type[v.Due]) -> tuple[v.Due, ...]:
        return v.merged(item for item in found if isinstance(item, kind))

    report = dossier.report
    notices = v.Notices(
        weightlaw=report.version,
        knowledge=report.knowledge,
        assumptions=report.assumptions,
        deployment=report.deployment,
        verdict=report.verdict,
        models=tuple(_line(entry.result) for entry in dossier.entries),
        objections=of(v.Objection),
        copies=_by_path(of(v.Copy)),
        missing=of(v.Missing),
        prescribed=of(v.Prescribed),
        displays=of(v.Shown),
        pass_on=of(v.PassOn),
        names=of(v.NameCheck),
        tasks=of(v.Task),
    )
    return Collected(notices, texts.bytes)


def _by_path(copies: tuple[v.Copy, ...]) -> tuple[v.Copy, ...]:
    """One line a file, though its text be two things: a licence and the policy that is part of it."""
    held: dict[str, v.Copy] = {}
    for copy in copies:
        old = held.setdefault(copy.path, copy)
        held[copy.path] = structs.replace(
            old,
            licenses=tuple(dict.fromkeys((*old.licenses, *copy.licenses))),
            models=tuple(dict.fromkeys((*old.models, *copy.models))),
        )
    return tuple(held.values())


def label(result: ModelResult) -> str:
    """`org/model@commit`."""
    return f"{result.model}@{result.revision}" if result.revision else result.model


def kind_of(duty: DutyItem) -> str:
    """The kind of a duty in the words of a policy's records; empty for one that has none."""
    fits = (kind for kind, (rules, words) in SIGNS.items() if _fits(duty, rules, words))
    return next(fits, "")


def _fits(duty: DutyItem, rules: tuple[str, ...], words: str) -> bool:
    return duty.rule in rules and duty.text.startswith(words)


def _line(result: ModelResult) -> v.ModelLine:
    return v.ModelLine(
        reference=result.reference,
        model=result.model,
        revision=result.revision,
        source=result.source,
        as_of=result.as_of,
        verdict=result.verdict,
        licenses=tuple(
            v.LicenseLine(id=x.id, name=x.name, through=x.through) for x in result.licenses
        ),
        unknowns=tuple(f"{u.fact}: {u.why}." for u in result.unknowns),
        waived=tuple(
            f"{w.finding.rule} {w.finding.message} Waived until {w.expires}: {w.reason} ({w.approver})"
            for w in result.waived
        ),
    )


class _Model:
    """One model's part of the bundle."""

    def __init__(self, entry: Entry, dossier: Dossier, house: House, texts: Texts) -> None:
        self.entry = entry
        self.texts = texts
        self.label = label(entry.result)
        deployment = dossier.report.deployment
        self.case = (
            Case(subject=entry.subject, deployment=deployment, house=house)
            if entry.subject
            else None
        )

    def items(self) -> Iterator[v.Item]:
        """All that is due for it."""
        result = self.entry.result
        duties = [(duty, "") for duty in result.duties]
        duties += [(kept.duty, kept.place) for kept in result.kept]
        yield from self._objections()
        yield from self._names(duties)
        for duty, kept in duties:
            if duty.rule != NAMING:
                yield from self._duty(duty, kept)

    def _objections(self) -> Iterator[v.Objection]:
        for finding in self.entry.result.findings:
            if finding.verdict.rank >= Verdict.REVIEW.rank:
                yield v.Objection(
                    rule=finding.rule,
                    verdict=finding.verdict,
                    message=finding.message,
                    remedy=finding.remedy,
                    models=(self.label,),
                )

    def _duty(self, duty: DutyItem, kept: str) -> Iterator[v.Item]:
        """The duty in its kind, and the texts that it calls for."""
        kind = kind_of(duty)
        if kind in COPIES:
            yield from self.texts.of_license(duty.license, self.entry, self.label)
        if kind == "notice_file" and duty.display:
            yield v.Prescribed(text=duty.display, kept=kept, **self._common(duty))
        elif kind == "display" and duty.display:
            yield self._shown(duty, kept)
        elif kind == "passed_on":
            yield from self._passed_on(duty, kept)
        else:
            common = self._common(duty) | {"where": duty.where, "condition": duty.condition}
            yield v.Task(text=duty.text, kind=kind, rule=duty.rule, kept=kept, **common)

    def _common(self, duty: DutyItem) -> dict[str, Any]:
        return {"license": duty.license, "section": duty.section, "models": (self.label,)}

    def _shown(self, duty: DutyItem, kept: str) -> v.Shown:
        clauses = (c for b, c in self._clauses("attribution_display") if b.entry.id == duty.license)
        more = [t for c in clauses if _is(c, duty) for t in c.alternatives if t != duty.display]
        return v.Shown(
            text=duty.display,
            alternatives=tuple(dict.fromkeys(more)),
            where=duty.where,
            condition=duty.condition,
            kept=kept,
            **self._common(duty),
        )

    def _passed_on(self, duty: DutyItem, kept: str) -> Iterator[v.Item]:
        """The restrictions to impose, with the texts that state them."""
        texts = list(self.texts.of_license(duty.license, self.entry, self.label))
        yield from texts
        for binding, clause in self._clauses("use_restrictions"):
            if binding.entry.id == duty.license and clause.section == duty.section:
                yield self._restrictions(duty, kept, binding, clause, texts)
                return
        yield v.Task(
            text=duty.text, kind="passed_on", rule=duty.rule, kept=kept, **self._common(duty)
        )

    def _restrictions(
        self,
        duty: DutyItem,
        kept: str,
        binding: Binding,
        clause: UseRestrictions,
        texts: list[v.Copy | v.Missing],
    ) -> v.PassOn:
        return v.PassOn(
            name=binding.entry.name,
            text=duty.text,
            categories=clause.categories,
            policy_url=clause.policy_url,
            copies=tuple(t.path for t in texts if isinstance(t, v.Copy) and t.licenses),
            kept=kept,
            **self._common(duty),
        )

    def _clauses(self, *names: str) -> Iterator[tuple[Binding, Any]]:
        return self.case.clauses(*names) if self.case else iter(())

    def _names(self, duties: list[tuple[DutyItem, str]]) -> Iterator[v.NameCheck]:
        """The rules on names that this deployment calls for, as rule WL402 judged them."""
        if self.case is None or not self._derives():
            return
        open_ = {(d.license, d.section) for d, kept in duties if d.rule == NAMING and not kept}
        broken = {
            (e.license, e.section)
            for f in self.entry.result.findings
            if f.rule == NAMING
            for e in f.evidence
        }
        for binding, clause in self._clauses("naming"):
            if self.case.does(clause.when):
                yield self._name(binding, clause, open_, broken)

    def _derives(self) -> bool:
        deployment = self.case.deployment if self.case else None
        return bool(deployment and (deployment.fine_tuned or deployment.trains_on_outputs))

    def _name(
        self,
        binding: Binding,
        clause: Naming,
        open_: set[tuple[str, str]],
        broken: set[tuple[str, str]],
    ) -> v.NameCheck:
        place = (binding.entry.id, clause.section)
        return v.NameCheck(
            license=binding.entry.id,
            section=clause.section,
            rule=clause.rule,
            name=self.case.deployment.derived_name if self.case else None,
            state="broken" if place in broken else "to choose" if place in open_ else "kept",
            models=(self.label,),
        )


def _is(clause: Display, duty: DutyItem) -> bool:
    return (clause.text, clause.section) == (duty.display, duty.section)
