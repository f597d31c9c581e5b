"""`check`: references in, verdicts with reasons out. Nothing is printed and nothing exits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import structs

from weightlaw import version
from weightlaw.catalog.store import Catalog, load
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import (
    CheckReport,
    DutyItem,
    DutyKept,
    Finding,
    LicenseView,
    ModelResult,
    Waived,
)
from weightlaw.domain.models import ModelFacts
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import NothingChecked
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.lineage.graph import MAX_ANCESTORS, Lineage
from weightlaw.policy.house import House
from weightlaw.policy.judging import Judgement, judge
from weightlaw.policy.rules import rule_of
from weightlaw.references.parsing import Reference, parse_reference, printable
from weightlaw.references.resolving import Resolved, near_names, resolve
from weightlaw.sources.base import Source
from weightlaw.sources.gathering import Gatherer

if TYPE_CHECKING:
    from weightlaw.lineage.fetching import Progress
    from weightlaw.policy.about import About

MAX_HINTS = 20
"""For how many unknown names near ones are looked up in one call."""


def check(
    references: str | Iterable[str],
    deployment: Deployment = Deployment(),
    *,
    house: House = House(),
    hub: Source | None = None,
    catalog: Catalog | None = None,
    progress: Progress | None = None,
    looked: Mapping[str, ModelFacts] = MappingProxyType({}),
) -> CheckReport:
    """Judge models in one deployment.

    `references` are names (`llama4`), Hub ids (`org/model@revision`) or Hub addresses. With `hub` None nothing
    is asked over the network and the embedded catalogue answers alone. `progress` is told how many base models
    of how many were fetched. `looked` are facts of artefacts (`ollama:NAME`) that the caller has asked for itself, by
    their reference. Raises UsageError for text that is no reference, NothingChecked where no model was found at all.
    """
    wanted = [references] if isinstance(references, str) else list(references)
    if not wanted:
        raise NothingChecked("no model was named, so nothing was checked")
    run = _Run(catalog or load(), deployment, house, hub)
    run.sources.looked |= looked
    parsed = [parse_reference(text) for text in wanted]
    run.prefetch(parsed, progress)
    results = [result for reference in parsed for result in run.reference(reference)]
    if not run.found:
        raise NothingChecked("\n".join(run.messages))
    return CheckReport(
        version=version.VERSION,
        knowledge=run.catalog.knowledge,
        policy=house.source,
        assumptions=(*said_nothing(deployment, house.said), *house.notes, *run.assumptions),
        deployment=deployment,
        models=tuple(results),
    )


def cases(
    references: Iterable[str], *, hub: Source | None = None, catalog: Catalog | None = None
) -> list[tuple[Subject, About]]:
    """The models that references mean, with everything that the rules are held against.

    For those who judge one model more than once: forecasts and explanations. Raises as `check` does.
    """
    run = _Run(catalog or load(), Deployment(), House(), hub)
    parsed = [parse_reference(text) for text in references]
    found = [case for reference in parsed for case in run.cases(reference)]
    if not found:
        raise NothingChecked("no model was found, so nothing was checked")
    return found


_ASSUMED = {
    "commercial": "commercial use",
    "uses": "as a feature of a product that others reach over the network; no weights handed out",
    "fine_tuned": "no fine-tuning",
    "trains_on_outputs": "no training on outputs",
}


def said_nothing(deployment: Deployment, said: Collection[str] = ()) -> Iterator[str]:
    """What is assumed of the deployment because its defaults say so. `said`: fields that somebody stated."""
    default = Deployment()
    for field, words in _ASSUMED.items():
        if field not in said and getattr(deployment, field) == getattr(default, field):
            yield from words.split("; ")


class _Run:
    """One call of `check`: what was fetched, judged and assumed so far."""

    def __init__(
        self, catalog: Catalog, deployment: Deployment, house: House, hub: Source | None
    ) -> None:
        self.catalog = catalog
        self.deployment = deployment
        self.house = house
        self.hub = hub
        self.sources = Gatherer(catalog, hub)
        self.lineage = Lineage(catalog, self.sources.facts, limit=_limit(hub), why=self.sources.why)
        self.found = 0
        self.messages: list[str] = []
        self.assumptions: dict[str, None] = {}
        self._judged: dict[tuple[object, ...], Judgement] = {}

    def prefetch(self, references: list[Reference], progress: Progress | None = None) -> None:
        """Let a live source fetch what will be asked for, several at a time: the models, then their bases."""
        if self.hub is not None:
            from weightlaw.lineage.fetching import fetch_ancestors

            wanted = [
                (model_id, reference.revision)
                for reference in references
                for model_id in resolve(reference, self.catalog).hub_ids
            ]
            self.sources.prefetch(wanted)
            meant = (resolve(reference, self.catalog) for reference in references)
            models = [facts for each in meant for facts in self._facts(each)]
            fetch_ancestors(models, self.sources.facts, self.sources.prefetch, progress)

    def reference(self, reference: Reference) -> Iterator[ModelResult]:
        """One result a model that the reference means; one that says so where it means none."""
        resolved = resolve(reference, self.catalog)
        results = [self._result(resolved, facts) for facts in self._facts(resolved)]
        self.found += len(results)
        yield from results or [self._unknown(resolved)]

    def _facts(self, resolved: Resolved) -> Iterator[ModelFacts]:
        return facts_meant(resolved, self.sources)

    def _result(self, resolved: Resolved, facts: ModelFacts) -> ModelResult:
        subject = self.lineage.assemble(facts)
        judgement = self._judge(subject, self._about(facts, resolved.reference))
        self.assumptions.update(dict.fromkeys(judgement.assumptions))
        family = resolved.family
        note = (family.note,) if family and family.note else ()
        return model_result(
            resolved.reference.text, subject, judgement, family.id if family else None, note
        )

    def cases(self, reference: Reference) -> Iterator[tuple[Subject, About]]:
        """The models that a reference means, as the rules see them."""
        resolved = resolve(reference, self.catalog)
        for facts in self._facts(resolved):
            subject = self.lineage.assemble(facts)
            yield subject, self._look(facts, reference, True)

    def _about(self, facts: ModelFacts, reference: Reference) -> About | None:
        """Who made it and how it is stored, where a rule of the house may ask."""
        house = self.house
        return self._look(facts, reference, house.asks_quantization()) if house.rules else None

    def _look(self, facts: ModelFacts, reference: Reference, stored: bool) -> About:
        from weightlaw.policy.about import about  # only where somebody asks

        fetch = self.sources.facts
        return about(facts, self.catalog, fetch, reference.revision, stored=stored)

    def _judge(self, subject: Subject, known: About | None) -> Judgement:
        """Each distinct combination of licences is judged once, unless the house asks about the model."""
        if self.house.asks_about_models() or any(b.file for b in subject.bindings):
            return judge(subject, self.deployment, self.house, known)
        key = (
            tuple((b.entry.id, b.role, b.through) for b in subject.bindings),
            subject.gaps,
            subject.modalities,
            subject.quantization,
            subject.losses,
        )
        if key not in self._judged:
            self._judged[key] = judge(subject, self.deployment, self.house)
        return self._judged[key]

    def _unknown(self, resolved: Resolved) -> ModelResult:
        """The answer for a reference that means no model: review, with near names."""
        from weightlaw.policy.rules.wl109_unknown_model import not_found

        name = resolved.reference.target
        hint = len(self.messages) < MAX_HINTS and resolved.reference.kind != "path"
        near = near_names(name, self.catalog) if hint else ()
        trouble = next(
            (t for i in (*resolved.hub_ids, name) if (t := self.sources.trouble.get(i))), ""
        )
        if not trouble and resolved.reference.kind == "hub" and self.hub is None:
            trouble = "It is not in the catalogue, and the Hub was not asked."
        finding = not_found(printable(resolved.reference.text), near, trouble)
        self.messages.append(f"{finding.message} {finding.remedy}".strip())
        return ModelResult(
            reference=resolved.reference.text,
            model=name,
            verdict=Verdict.REVIEW,
            findings=(finding,),
        )


def _limit(hub: Source | None) -> int:
    """How many ancestors of one model are followed: fewer where each is asked for over the network."""
    if hub is None:
        return MAX_ANCESTORS
    from weightlaw.lineage.fetching import MAX_FETCHED

    return MAX_FETCHED


def facts_meant(resolved: Resolved, sources: Gatherer) -> Iterator[ModelFacts]:
    """What is known of each model that a reference means; nothing where no source knows one."""
    reference = resolved.reference
    if reference.kind in ("path", "ollama"):
        artefact = sources.artefact(reference)
        yield from () if artefact is None else (artefact,)
        return
    for model_id in resolved.hub_ids:
        facts = sources.facts(model_id, reference.revision)
        if facts is not None:
            yield with_quantization(facts, reference.quantization)


def model_result(
    reference: str,
    subject: Subject,
    judgement: Judgement,
    family: str | None = None,
    more_notes: tuple[str, ...] = (),
) -> ModelResult:
    """The answer for one model as reports show it; `family` is the name of several by which it was found."""
    notes = [
        *subject.notes,
        *contested(subject, judgement),
        *settled(judgement.waived, judgement.kept),
        *more_notes,
    ]
    return ModelResult(
        reference=reference,
        model=subject.id,
        verdict=judgement.verdict,
        revision=subject.revision,
        source=subject.source,
        as_of=subject.as_of,
        family=family,
        licenses=tuple(license_view(b) for b in subject.bindings),
        bases=subject.bases,
        datasets=subject.datasets,
        findings=judgement.findings,
        duties=judgement.duties,
        unknowns=judgement.unknowns,
        waived=judgement.waived,
        kept=judgement.kept,
        notes=tuple(dict.fromkeys(notes)),
    )


def with_quantization(facts: ModelFacts, tag: str) -> ModelFacts:
    """The facts with the quantization that the reference asks for (`hf.co/org/repo:Q4_K_M`)."""
    if not tag:
        return facts
    said = {"quantization": tag, "quantization_source": "the tag that was asked for"}
    return structs.replace(facts, config=facts.config | said)


def contested(subject: Subject, judgement: Judgement) -> Iterator[str]:
    """The disputed readings that this judgement rests on, with the one that was applied."""
    used = {
        (e.license, fact) for f in judgement.findings for e in f.evidence for fact in _read_by(f)
    }
    if judgement.verdict is not Verdict.DENIED:  # duties do not matter where it may not be used
        used |= {(d.license, fact) for d in judgement.duties for fact in _read_by(d)}
    for binding in subject.bindings:
        for item in binding.entry.contested:
            if (binding.entry.id, item.fact) in used:
                yield (
                    f"contested: {binding.entry.name}, {item.fact.replace('_', ' ')} "
                    f"({item.section}); applied: {item.applied}"
                )


def settled(lifted: tuple[Waived, ...], recorded: tuple[DutyKept, ...]) -> Iterator[str]:
    """What waivers lift and which duties are recorded as kept, each with who says so."""
    for n, waived in enumerate(lifted, 1):
        yield (
            f"waived {n} of {len(lifted)}: {waived.finding.rule} {waived.finding.message} "
            f"Lifted until {waived.expires}: {waived.reason} ({waived.approver}, {waived.reference})"
        )
    for kept in recorded:
        how = "the file was looked at" if kept.checked else "on record only"
        yield f"kept: {kept.duty.text} At {kept.place}; {how} ({kept.source})"


def _read_by(outcome: Finding | DutyItem) -> tuple[str, ...]:
    rule = rule_of(outcome.rule)
    return rule.facts if rule else ()


def license_view(binding: Binding) -> LicenseView:
    """A binding licence as reports show it."""
    return LicenseView(
        id=binding.entry.id,
        name=binding.entry.name,
        role=binding.role,
        declared=binding.declared,
        detected=binding.detected,
        concluded=binding.entry.id,
        reason=binding.reason,
        through=binding.through,
        osi_approved=binding.entry.osi_approved,
        family=binding.terms.family,
        changed=binding.changed,
    )
