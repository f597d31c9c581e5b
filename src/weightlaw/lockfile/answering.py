"""`check --locked`: the answer from the lock alone. No server is asked, no text is read again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from msgspec import structs

from weightlaw.catalog.names import squeeze
from weightlaw.catalog.store import Catalog, load
from weightlaw.checking import model_result, said_nothing
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport, Finding, ModelResult
from weightlaw.domain.verdict import strictest
from weightlaw.errors import NothingChecked
from weightlaw.lockfile import values as v
from weightlaw.lockfile.knowledge import moved
from weightlaw.lockfile.restoring import about_of, subject_of
from weightlaw.policy.house import House
from weightlaw.policy.judging import judge
from weightlaw.policy.rules.wl701_edited_lock import edited
from weightlaw.policy.rules.wl702_outdated_lock import outdated
from weightlaw.references.parsing import Reference, parse_reference, printable
from weightlaw.references.resolving import resolve
from weightlaw.version import VERSION


def check_locked(
    references: Iterable[str],
    opened: v.Opened,
    deployment: Deployment = Deployment(),
    *,
    house: House = House(),
    catalog: Catalog | None = None,
) -> CheckReport:
    """Judge models as the lock holds them; no reference: all of them.

    Where `deployment` says nothing, the lock's own is used, and the report says so. Raises UsageError for what is no
    reference, NothingChecked where one is not in the lock.
    """
    embedded = catalog or load()
    models = _meant([parse_reference(r) for r in references], opened, embedded)
    deployment, told = _deployment(deployment, opened)
    run = _Answering(opened, deployment, house, embedded)
    results = tuple(run.result(reference, model) for reference, model in models)
    nobody_said = said_nothing(deployment, house.said)
    assumed = (*nobody_said, *house.notes, *dict.fromkeys(run.assumptions), told)
    return CheckReport(
        version=VERSION,
        policy=house.source,
        knowledge=embedded.knowledge,
        assumptions=tuple(a for a in assumed if a),
        deployment=deployment,
        models=results,
    )


def _deployment(given: Deployment, opened: v.Opened) -> tuple[Deployment, str]:
    """What was said now, whole; the lock's only where nothing was said."""
    locked = opened.lock.deployment.plain()
    if given != Deployment() or locked == Deployment():
        return given, ""
    return locked, f"the deployment that {opened.name} holds, for none was given"


def _meant(
    references: list[Reference], opened: v.Opened, catalog: Catalog
) -> list[tuple[str, v.LockedModel]]:
    """The locked models that references mean. Raises NothingChecked with all that are not there."""
    if not references:
        return [(m.reference, m) for m in opened.lock.models]
    found = [(r, _find(r, opened.lock, catalog)) for r in references]
    missing = [printable(r.text) for r, models in found if not models]
    if missing:
        raise NothingChecked(
            f"not in {opened.name}: {', '.join(missing[:20])}{' and more' if len(missing) > 20 else ''}; "
            "`weightlaw lock` with all its models writes it anew"
        )
    return [(r.text, model) for r, models in found for model in models]


def _find(reference: Reference, lock: v.Lock, catalog: Catalog) -> list[v.LockedModel]:
    """By the reference as it was written, then by its spelling, then by the model's id."""
    by_text = [m for m in lock.models if m.reference == reference.text]
    if by_text:
        return by_text
    if reference.kind == "name":
        wanted = squeeze(reference.target)
        if spelled := [m for m in lock.models if squeeze(m.reference) == wanted]:
            return spelled
    ids = {i.lower() for i in (reference.target, *resolve(reference, catalog).hub_ids)}
    same = (
        m for m in lock.models if ids & {m.model.lower(), m.renamed_from.lower() or m.model.lower()}
    )
    return _distinct(m for m in same if _pinned_alike(reference, m))


def _distinct(models: Iterable[v.LockedModel]) -> list[v.LockedModel]:
    """Each model once, however many references of the lock mean it."""
    found: dict[tuple[str, str | None, str], v.LockedModel] = {}
    for model in models:
        found.setdefault((model.model, model.revision, model.quantization), model)
    return list(found.values())


def _pinned_alike(reference: Reference, model: v.LockedModel) -> bool:
    """A commit or a quantization that is asked for must be the one that the lock holds."""
    locked = parse_reference(model.reference)
    if reference.quantization.lower() != locked.quantization.lower():
        return False
    wanted = reference.revision
    if wanted is None:
        return True
    return wanted == locked.revision or bool(
        len(wanted) >= 7 and model.revision and model.revision.startswith(wanted)
    )


class _Answering:
    """One call: what was judged and assumed so far."""

    def __init__(
        self, opened: v.Opened, deployment: Deployment, house: House, catalog: Catalog
    ) -> None:
        self.opened = opened
        self.deployment = deployment
        self.house = house
        self.catalog = catalog
        self.assumptions: list[str] = []

    def result(self, reference: str, model: v.LockedModel) -> ModelResult:
        """The answer for one model of the lock."""
        lock = self.opened.lock
        subject = subject_of(model, lock)
        judgement = judge(subject, self.deployment, self.house, about_of(model))
        self.assumptions += judgement.assumptions
        notes = tuple(self._notes(model))
        result = model_result(reference, subject, judgement, model.family, notes)
        return _with(result, tuple(self._findings(model)))

    def _findings(self, model: v.LockedModel) -> Iterator[Finding]:
        """What is to be said of the lock itself."""
        if self.opened.edits:
            yield edited(self.opened.name, self.opened.edits)
        changes = tuple(moved(model, self.opened.lock, self.catalog))
        if changes:
            yield outdated(self.opened.name, changes)

    def _notes(self, model: v.LockedModel) -> Iterator[str]:
        lock, name = self.opened.lock, os.path.basename(self.opened.name)
        commit = f" at {model.revision}" if model.revision else ""
        yield f"answered from {name} of {lock.date}: as the {model.source or 'source'} said it{commit}"
        own = self.catalog.knowledge.date
        if lock.knowledge != own:
            yield (
                f"{name} rests on the knowledge of {lock.knowledge} (weightlaw {lock.weightlaw}); it is used as it "
                f"stands, not that of {own}, which this weightlaw {VERSION} holds"
            )


def _with(result: ModelResult, findings: tuple[Finding, ...]) -> ModelResult:
    """The result with what is said of the lock, which can only make it stricter."""
    return structs.replace(
        result,
        verdict=strictest((result.verdict, *(f.verdict for f in findings))),
        findings=(*findings, *result.findings),
    )
