"""`check`: references in, verdicts with reasons out. Nothing is printed and nothing exits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from weightlaw import version
from weightlaw.catalog.store import Catalog, load
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport, DutyItem, Finding, LicenseView, ModelResult
from weightlaw.domain.models import Base, CatalogModel, ModelFacts
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import NothingChecked, SourceError, UnknownModel
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.lineage.graph import assemble
from weightlaw.policy.house import House
from weightlaw.policy.judging import Judgement, judge
from weightlaw.policy.rules import rule_of
from weightlaw.references.parsing import Reference, parse_reference, printable
from weightlaw.references.resolving import Resolved, near_names, resolve
from weightlaw.sources.base import Source
from weightlaw.sources.catalogue import facts_of

MAX_HINTS = 20
"""For how many unknown names near ones are looked up in one call."""


def check(
    references: str | Iterable[str],
    deployment: Deployment = Deployment(),
    *,
    house: House = House(),
    hub: Source | None = None,
    catalog: Catalog | None = None,
) -> CheckReport:
    """Judge models in one deployment.

    `references` are names (`llama4`), Hub ids (`org/model@revision`) or Hub addresses. With `hub` None nothing
    is asked over the network and the embedded catalogue answers alone. Raises UsageError for text
    that is no reference, NothingChecked where no model was found at all.
    """
    wanted = [references] if isinstance(references, str) else list(references)
    if not wanted:
        raise NothingChecked("no model was named, so nothing was checked")
    run = _Run(catalog or load(), deployment, house, hub)
    parsed = [parse_reference(text) for text in wanted]
    run.prefetch(parsed)
    results = [result for reference in parsed for result in run.reference(reference)]
    if not run.found:
        raise NothingChecked("\n".join(run.messages))
    return CheckReport(
        version=version.VERSION,
        knowledge=run.catalog.knowledge,
        assumptions=(*said_nothing(deployment), *run.assumptions),
        deployment=deployment,
        models=tuple(results),
    )


def said_nothing(deployment: Deployment) -> Iterator[str]:
    """What is assumed of the deployment because its defaults say so."""
    default = Deployment()
    if deployment.commercial and deployment.commercial == default.commercial:
        yield "commercial use"
    if deployment.uses == default.uses:
        yield "as a feature of a product that others reach over the network"
    if not {"device", "weights"} & set(deployment.uses):
        yield "no weights handed out"
    if not deployment.fine_tuned:
        yield "no fine-tuning"
    if not deployment.trains_on_outputs:
        yield "no training on outputs"


class _Run:
    """One call of `check`: what was fetched, judged and assumed so far."""

    def __init__(
        self, catalog: Catalog, deployment: Deployment, house: House, hub: Source | None
    ) -> None:
        self.catalog = catalog
        self.deployment = deployment
        self.house = house
        self.hub = hub
        self.found = 0
        self.messages: list[str] = []
        self.assumptions: dict[str, None] = {}
        self._facts: dict[tuple[str, str | None], ModelFacts | None] = {}
        self._judged: dict[tuple[object, ...], Judgement] = {}
        self._trouble: dict[str, str] = {}

    def prefetch(self, references: list[Reference]) -> None:
        """Let a live source fetch what will be asked for, several at a time."""
        if self.hub is None or len(references) < 2:
            return
        wanted = {
            (model_id, reference.revision)
            for reference in references
            for model_id in resolve(reference, self.catalog).hub_ids
        }
        self.hub.prefetch(sorted(wanted, key=str))

    def reference(self, reference: Reference) -> Iterator[ModelResult]:
        """One result a model that the reference means; one that says so where it means none."""
        resolved = resolve(reference, self.catalog)
        results = [
            self._result(resolved, facts)
            for model_id in resolved.hub_ids
            if (facts := self.facts(model_id, reference.revision)) is not None
        ]
        self.found += len(results)
        yield from results or [self._unknown(resolved)]

    def facts(self, model_id: str, revision: str | None = None) -> ModelFacts | None:
        """What is known of a model: live facts joined with the catalogue's, or one of the two, or None."""
        key = (model_id.lower(), revision)
        if key not in self._facts:
            self._facts[key] = self._fetch(model_id, revision)
        return self._facts[key]

    def _fetch(self, model_id: str, revision: str | None) -> ModelFacts | None:
        known = self.catalog.model(model_id)
        embedded = facts_of(known) if known else None
        if self.hub is None:
            if embedded is not None and revision is not None:
                note = f"the catalogue knows no revisions; {revision} was not looked at"
                return msgspec.structs.replace(embedded, notes=(*embedded.notes, note))
            return embedded
        try:
            live = self.hub.fetch(model_id, revision)
        except UnknownModel as error:
            return self._fall_back(model_id, embedded, error)
        except SourceError as error:
            return self._fall_back(model_id, embedded, error)
        renamed = self.catalog.model(live.id) if known is None else known
        return join(live, renamed)

    def _fall_back(
        self, model_id: str, embedded: ModelFacts | None, error: SourceError
    ) -> ModelFacts | None:
        """The catalogue's facts with a note on why the Hub's are missing."""
        self._trouble[model_id] = str(error)
        if embedded is None:
            return None
        return msgspec.structs.replace(
            embedded, notes=(*embedded.notes, f"from the catalogue: {error}")
        )

    def _result(self, resolved: Resolved, facts: ModelFacts) -> ModelResult:
        subject = assemble(facts, self.catalog, self.facts)
        judgement = self._judge(subject)
        self.assumptions.update(dict.fromkeys(judgement.assumptions))
        notes = [*subject.notes, *contested(subject, judgement)]
        if resolved.family and resolved.family.note:
            notes.append(resolved.family.note)
        return ModelResult(
            reference=resolved.reference.text,
            model=subject.id,
            verdict=judgement.verdict,
            revision=subject.revision,
            source=subject.source,
            as_of=subject.as_of,
            family=resolved.family.id if resolved.family else None,
            licenses=tuple(license_view(b) for b in subject.bindings),
            bases=subject.bases,
            findings=judgement.findings,
            duties=judgement.duties,
            unknowns=judgement.unknowns,
            notes=tuple(dict.fromkeys(notes)),
        )

    def _judge(self, subject: Subject) -> Judgement:
        """Each distinct combination of licences is judged once."""
        if any(b.file for b in subject.bindings):
            return judge(subject, self.deployment, self.house)
        key = (
            tuple((b.entry.id, b.role, b.through) for b in subject.bindings),
            subject.gaps,
            subject.modalities,
        )
        if key not in self._judged:
            self._judged[key] = judge(subject, self.deployment, self.house)
        return self._judged[key]

    def _unknown(self, resolved: Resolved) -> ModelResult:
        """The answer for a reference that means no model: review, with near names."""
        from weightlaw.policy.rules.wl109_unknown_model import not_found

        name = resolved.reference.target
        near = near_names(name, self.catalog) if len(self.messages) < MAX_HINTS else ()
        trouble = next((t for i in resolved.hub_ids if (t := self._trouble.get(i))), "")
        if not trouble and "/" in name and self.hub is None:
            trouble = "It is not in the catalogue, and the Hub was not asked."
        finding = not_found(printable(resolved.reference.text), near, trouble)
        self.messages.append(f"{finding.message} {finding.remedy}".strip())
        return ModelResult(
            reference=resolved.reference.text,
            model=name,
            verdict=Verdict.REVIEW,
            findings=(finding,),
        )


def join(live: ModelFacts, known: CatalogModel | None) -> ModelFacts:
    """Live facts, with what the catalogue adds: the concluded licence, modalities, distilled bases."""
    if known is None:
        return live
    embedded = facts_of(known)
    confirmed = bool(live.declared.tags) and _same_declared(live, embedded)
    return msgspec.structs.replace(
        live,
        license=embedded.license,
        policies=embedded.policies,
        license_confidence="high" if confirmed else embedded.license_confidence,
        license_source=embedded.license_source,
        modalities=live.modalities or embedded.modalities,
        bases=_joined_bases(live.bases, embedded.bases),
        notes=(*live.notes, *embedded.notes),
    )


def _same_declared(live: ModelFacts, embedded: ModelFacts) -> bool:
    def plain(facts: ModelFacts) -> tuple[object, str]:
        return tuple(t.lower() for t in facts.declared.tags), facts.declared.name.lower()

    return plain(live) == plain(embedded)


def _joined_bases(live: tuple[Base, ...], known: tuple[Base, ...]) -> tuple[Base, ...]:
    named = {b.id.lower() for b in live}
    return (*live, *(b for b in known if b.id.lower() not in named))


def contested(subject: Subject, judgement: Judgement) -> Iterator[str]:
    """The disputed readings that this judgement rests on, with the one that was applied."""
    used = {(e.license, fact) for f in judgement.findings for e in f.evidence for fact in _read_by(f)}
    if judgement.verdict is not Verdict.DENIED:  # duties do not matter where it may not be used
        used |= {(d.license, fact) for d in judgement.duties for fact in _read_by(d)}
    for binding in subject.bindings:
        for item in binding.entry.contested:
            if (binding.entry.id, item.fact) in used:
                yield (
                    f"contested: {binding.entry.name}, {item.fact.replace('_', ' ')} "
                    f"({item.section}); applied: {item.applied}"
                )


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
    )
