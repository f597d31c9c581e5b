"""What reports, SBOMs and notices are made from, taken from a lock alone: no server is asked, no text read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport, ModelResult
from weightlaw.domain.models import Base, ModelFacts, TextFile
from weightlaw.lineage.binding import Binding
from weightlaw.lockfile import values as v
from weightlaw.lockfile.answering import check_locked
from weightlaw.lockfile.restoring import about_of, entry_of, subject_of
from weightlaw.policy.house import House
from weightlaw.reports.procurement.gathering import Known
from weightlaw.reports.sbom.dossier import Ancestor, Dossier, Entry


class Answered(Struct, frozen=True, kw_only=True):
    """The answer of `check --locked` with the locked model behind each result, in the same order."""

    report: CheckReport
    models: tuple[v.LockedModel, ...]
    lock: v.Lock


def answer(
    references: Iterable[str],
    opened: v.Opened,
    deployment: Deployment,
    house: House,
    catalog: Catalog,
) -> Answered:
    """Judge models as the lock holds them. Raises as `check_locked` does."""
    report = check_locked(references, opened, deployment, house=house, catalog=catalog)
    models = tuple(_locked(result, opened.lock) for result in report.models)
    return Answered(report=report, models=models, lock=opened.lock)


def _locked(result: ModelResult, lock: v.Lock) -> v.LockedModel:
    """The entry that a result speaks of: by its reference, else by the model alone."""
    same = [m for m in lock.models if (m.model, m.revision) == (result.model, result.revision)]
    return next((m for m in same if m.reference == result.reference), same[0])


def dossier(answered: Answered) -> Dossier:
    """The answers with facts, licences and ancestors, for SBOMs and notices."""
    entries = (
        Entry(
            result=result,
            facts=facts_of(model),
            subject=subject_of(model, answered.lock),
            ancestors=tuple(_ancestors(model, answered.lock)),
        )
        for result, model in zip(answered.report.models, answered.models, strict=True)
    )
    return Dossier(report=answered.report, entries=tuple(entries))


def known(answered: Answered) -> Iterator[Known]:
    """The models with everything that the procurement report tells of them."""
    for result, model in zip(answered.report.models, answered.models, strict=True):
        yield Known(
            reference=result.reference,
            facts=facts_of(model),
            subject=subject_of(model, answered.lock),
            about=about_of(model),
        )


def fetch_base(answered: Answered) -> Callable[[str], ModelFacts | None]:
    """The facts about bases, as far as the lock holds them."""
    held = {
        base.id: _base_facts(base, model)
        for model in answered.models
        for base in model.bases
        if base.known
    }
    return held.get


def facts_of(model: v.LockedModel) -> ModelFacts:
    """A locked model as a source would describe it; its texts are known by their hashes alone."""
    return ModelFacts(
        id=model.model,
        source="lock",
        as_of=model.as_of,
        revision=model.revision,
        endpoint=model.endpoint,
        declared=model.declared,
        texts=_texts(model, ""),
        bases=_bases(model, model.model),
        datasets=tuple(d.id for d in model.datasets),
        modalities=model.modalities,
        gated=model.gated,
        renamed_from=model.renamed_from,
    )


def _base_facts(base: v.LockedBase, model: v.LockedModel) -> ModelFacts:
    own = base.renamed_to or base.id
    return ModelFacts(
        id=own,
        source="lock",
        as_of=base.as_of,
        revision=base.revision,
        endpoint=model.endpoint if base.source == "hub" else "",
        license=base.licenses[0] if len(base.licenses) == 1 else None,
        texts=_texts(model, own),
        bases=_bases(model, own),
    )


def _bases(model: v.LockedModel, of: str) -> tuple[Base, ...]:
    return tuple(
        Base(id=b.id, relation=b.relation, source=b.said_by) for b in model.bases if b.of == of
    )


def _texts(model: v.LockedModel, of: str) -> tuple[TextFile, ...]:
    return tuple(
        TextFile(path=t.path, text="", sha256=t.sha256, origin=t.origin)
        for t in model.texts
        if t.of == of
    )


def _ancestors(model: v.LockedModel, lock: v.Lock) -> Iterator[Ancestor]:
    """Every base once, in the lock's order: the model's own first."""
    told = {model.model.lower()}
    for base in model.bases:
        own = base.renamed_to or base.id
        if own.lower() in told or base.id.lower() in told:
            continue
        told |= {own.lower(), base.id.lower()}
        if base.known:
            facts = _base_facts(base, model)
            yield Ancestor(id=base.id, facts=facts, bindings=_concluded(base, model, lock))
        else:
            yield Ancestor(id=base.id)


def _concluded(base: v.LockedBase, model: v.LockedModel, lock: v.Lock) -> tuple[Binding, ...]:
    """The licences concluded for a base alone. A lock keeps no doubts of bases: where the model has any, none."""
    if model.gaps:
        return ()
    held = (lock.licenses.get(i) for i in base.licenses)
    return tuple(
        Binding(entry=entry_of(found), terms=found.terms, reason="as the lock holds it")
        for found in held
        if found is not None
    )
