"""`verify`: the sources are asked again, and what they say now is held against the lock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.checking import with_quantization
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import Finding
from weightlaw.domain.models import ModelFacts
from weightlaw.domain.verdict import Verdict, strictest
from weightlaw.errors import UnknownModel
from weightlaw.lineage.fetching import Progress
from weightlaw.lockfile import values as v
from weightlaw.lockfile.asking import Asking, unread
from weightlaw.lockfile.drift import BYTES, ORDER, Change, Entry, changes
from weightlaw.lockfile.making import entry_of, file_hash
from weightlaw.lockfile.restoring import about_of, subject_of
from weightlaw.policy.house import House
from weightlaw.policy.judging import judge
from weightlaw.policy.rules.wl701_edited_lock import edited
from weightlaw.policy.rules.wl703_drift import drifted
from weightlaw.references.parsing import Reference, parse_reference, printable
from weightlaw.references.resolving import resolve
from weightlaw.sources.base import Source
from weightlaw.version import VERSION

Status = Literal["unchanged", "bytes", "changed", "verdict", "unverified"]


class VerifiedModel(Struct, frozen=True, kw_only=True):
    """One model of the lock, held against what the sources say now."""

    reference: str
    model: str
    status: Status
    """`bytes`: only files or commits moved; `changed`: more did, and the verdict stays; `verdict`: it would change;
    `unverified`: nobody could be asked."""
    then: Verdict
    """As the lock holds it."""
    rejudged: Verdict
    """The lock's own content, judged by this weightlaw and today's policy."""
    now: Verdict | None = None
    """Of what the sources say now; None: not verified."""
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    why: str = ""
    """Why it could not be verified."""


class VerifyReport(Struct, frozen=True, kw_only=True):
    """All of one `verify`."""

    version: str
    lock: str
    """The file's name."""
    date: str
    """When the lock was written."""
    written_by: str
    knowledge_then: str
    knowledge_now: str
    edits: tuple[str, ...]
    findings: tuple[Finding, ...]
    """On the lock as a whole."""
    notes: tuple[str, ...]
    deployment: Deployment
    models: tuple[VerifiedModel, ...]

    def count(self, *statuses: Status) -> int:
        """How many models have one of these."""
        return sum(m.status in statuses for m in self.models)


def verify(
    opened: v.Opened,
    catalog: Catalog,
    *,
    hub: Source | None = None,
    house: House = House(),
    progress: Progress | None = None,
) -> VerifyReport:
    """Ask again about everything in a lock. Raises UsageError for references that no weightlaw wrote.

    `house` are the rules of the policy file as it is now; the deployment is the lock's. Nothing is written.
    """
    run = _Verifying(opened, Asking(catalog, hub), house)
    run.prefetch(progress)
    lock = opened.lock
    return VerifyReport(
        version=VERSION,
        lock=opened.name,
        date=lock.date,
        written_by=lock.weightlaw,
        knowledge_then=lock.knowledge,
        knowledge_now=catalog.knowledge.date,
        edits=opened.edits,
        findings=(edited(opened.name, opened.edits),) if opened.edits else (),
        notes=tuple(run.notes()),
        deployment=run.deployment,
        models=tuple(run.model(m) for m in lock.models),
    )


class _Verifying:
    """One run: the lock, the sources, the rules."""

    def __init__(self, opened: v.Opened, asking: Asking, house: House) -> None:
        self.opened = opened
        self.lock = opened.lock
        self.asking = asking
        self.house = house
        self.deployment = opened.lock.deployment.plain()

    def prefetch(self, progress: Progress | None) -> None:
        """Let a live source fetch what will be asked for, several at a time."""
        parsed = [(m.model, parse_reference(m.reference)) for m in self.lock.models]
        wanted = [(i, r.revision) for i, r in parsed if r.kind in ("name", "hub")]
        self.asking.prefetch(wanted, progress)

    def notes(self) -> Iterator[str]:
        """What is to be said of the policy, once."""
        locked, now = self.lock.policy, self.house.source
        if locked is None and now:
            yield f"the lock was written without a policy; {now} is applied now"
        elif locked is not None and not now:
            yield f"the lock was written with the policy {locked.path}; none is applied now"
        elif locked is not None and file_hash(now) != locked.sha256:
            yield f"the policy changed: {now} is not the file with which the lock was written"

    def model(self, old: v.LockedModel) -> VerifiedModel:
        """One model, as far as its source answers."""
        reference = parse_reference(old.reference)
        facts, why, gone = self._ask(old, reference)
        if gone:
            return self._judged(old, None, [_gone(old, why)])
        if facts is None or why:
            return self._unverified(old, why or "no source that was asked knows it")
        seen = self.asking.see(facts, reference, family=old.family)
        if why := self.asking.incomplete(seen):
            return self._unverified(old, why)
        entry = entry_of(seen, self.deployment, self.house)
        lost = {u.path: u.why for f in (facts, *seen.ancestors.values()) if f for u in unread(f)}
        then = Entry(model=old, licenses=self.lock.licenses)
        now = Entry(model=entry.model, licenses=entry.licenses)
        found = [*changes(then, now, lost), *self._meaning(old, reference)]
        return self._judged(old, entry.model, found)

    def _ask(self, old: v.LockedModel, reference: Reference) -> tuple[ModelFacts | None, str, bool]:
        """The facts now; why there are none or not all; whether the source says that the model is gone."""
        if reference.kind in ("path", "ollama"):
            return self._ask_artefact(reference)
        if self.asking.offline and old.source != "catalogue":
            return None, f"it was locked from {_source(old)}, which was not asked (offline)", False
        facts = self.asking.sources.facts(old.model, reference.revision)
        error = self.asking.error(old.model)
        if error is not None and (old.source == "hub" or not isinstance(error, UnknownModel)):
            return None, str(error), isinstance(error, UnknownModel)
        if facts is not None:
            facts = with_quantization(facts, reference.quantization)
        return facts, "", facts is None and old.source == "catalogue"

    def _ask_artefact(self, reference: Reference) -> tuple[ModelFacts | None, str, bool]:
        facts = self.asking.sources.artefact(reference)
        error = self.asking.artefact_error(reference)
        if error is None:
            return facts, "", False
        return None, str(error), isinstance(error, UnknownModel) and not self._only_disk(reference)

    def _only_disk(self, reference: Reference) -> bool:
        """Offline, an Ollama name is looked for on this disk alone: that it is not there says little."""
        return reference.kind == "ollama" and self.asking.offline

    def _meaning(self, old: v.LockedModel, reference: Reference) -> Iterator[Change]:
        """Models that the reference means now beside the locked ones: told once, with its first model."""
        mine = [m for m in self.lock.models if m.reference == old.reference]
        if reference.kind in ("path", "ollama") or old != mine[0]:
            return
        held = {name.lower() for m in mine for name in (m.model, m.renamed_from)}
        for other in resolve(reference, self.asking.catalog).hub_ids:
            if other.lower() not in held:
                told = (
                    f"{printable(old.reference)} now also means {other}, which is not in the lock"
                )
                yield Change(kind="reference", told=told, cause="weightlaw", new=other)

    def _unverified(self, old: v.LockedModel, why: str) -> VerifiedModel:
        return VerifiedModel(
            reference=old.reference,
            model=old.model,
            status="unverified",
            then=old.verdict,
            rejudged=self._rejudged(old),
            why=why,
        )

    def _rejudged(self, old: v.LockedModel) -> Verdict:
        return judge(subject_of(old, self.lock), self.deployment, self.house, about_of(old)).verdict

    def _judged(
        self, old: v.LockedModel, new: v.LockedModel | None, found: list[Change]
    ) -> VerifiedModel:
        """The comparison with its outcome; a model that is gone is at least to be reviewed."""
        rejudged = self._rejudged(old)
        now = new.verdict if new else strictest((rejudged, Verdict.REVIEW))
        if rejudged is not old.verdict:
            found = [_otherwise(old, rejudged, any(self.notes())), *found]
        moved = tuple(c.told for c in found if c.kind not in BYTES)
        return VerifiedModel(
            reference=old.reference,
            model=old.model,
            status=_status(old.verdict, now, found),
            then=old.verdict,
            rejudged=rejudged,
            now=now,
            changes=tuple(sorted(found, key=lambda c: ORDER.index(c.kind))),
            findings=(drifted(old.verdict, now, moved),) if now is not old.verdict else (),
        )


def _status(then: Verdict, now: Verdict, found: list[Change]) -> Status:
    if now is not then:
        return "verdict"
    if not found:
        return "unchanged"
    return "bytes" if all(c.kind in BYTES for c in found) else "changed"


def _gone(old: v.LockedModel, why: str) -> Change:
    told = f"{printable(old.model, 120)[1:-1]} can no longer be had from {_source(old)}"
    return Change(kind="removed", told=f"{told}: {why}" if why else told, old=old.model)


def _source(model: v.LockedModel) -> str:
    """The source as people call it."""
    return {"hub": "the Hub", "catalogue": "the catalogue", "ollama": "Ollama"}.get(
        model.source, "this machine"
    )


def _otherwise(old: v.LockedModel, rejudged: Verdict, policy_changed: bool) -> Change:
    """The same content, judged otherwise: no source moved for that."""
    told = (
        f"what the lock holds was {old.verdict.value} when it was written; this weightlaw with today's policy finds it "
        f"{rejudged.value}"
    )
    return Change(
        kind="policy",
        told=told,
        cause="policy" if policy_changed else "weightlaw",
        old=old.verdict.value,
        new=rejudged.value,
    )


def at_lock(path: str, opened: v.Opened) -> str:
    """A path that the lock states from its own folder, from the working directory."""
    return os.path.relpath(os.path.join(os.path.dirname(os.path.realpath(opened.name)), path))
