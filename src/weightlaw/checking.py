"""`check`: references in, verdicts with reasons out. Nothing is printed and nothing exits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from weightlaw import version
from weightlaw.catalog.store import Catalog, load
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport, DutyItem, Finding, LicenseView, ModelResult
from weightlaw.domain.models import ModelFacts
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import NothingChecked
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.lineage.graph import assemble
from weightlaw.policy.house import House
from weightlaw.policy.judging import Judgement, judge
from weightlaw.policy.rules import rule_of
from weightlaw.references.parsing import Reference, parse_reference, printable
from weightlaw.references.resolving import Resolved, near_names, resolve
from weightlaw.sources.base import Source
from weightlaw.sources.gathering import Gatherer

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
        self.sources = Gatherer(catalog, hub)
        self.found = 0
        self.messages: list[str] = []
        self.assumptions: dict[str, None] = {}
        self._judged: dict[tuple[object, ...], Judgement] = {}

    def prefetch(self, references: list[Reference]) -> None:
        """Let a live source fetch what will be asked for, several at a time."""
        if self.hub is not None:
            wanted = [
                (model_id, reference.revision)
                for reference in references
                for model_id in resolve(reference, self.catalog).hub_ids
            ]
            self.sources.prefetch(wanted)

    def reference(self, reference: Reference) -> Iterator[ModelResult]:
        """One result a model that the reference means; one that says so where it means none."""
        resolved = resolve(reference, self.catalog)
        results = [self._result(resolved, facts) for facts in self._facts(resolved)]
        self.found += len(results)
        yield from results or [self._unknown(resolved)]

    def _facts(self, resolved: Resolved) -> Iterator[ModelFacts]:
        reference = resolved.reference
        if reference.kind in ("path", "ollama"):
            artefact = self.sources.artefact(reference)
            yield from () if artefact is None else (artefact,)
            return
        for model_id in resolved.hub_ids:
            facts = self.sources.facts(model_id, reference.revision)
            if facts is not None:
                yield with_quantization(facts, reference.quantization)

    def _result(self, resolved: Resolved, facts: ModelFacts) -> ModelResult:
        subject = assemble(facts, self.catalog, self.sources.facts)
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
