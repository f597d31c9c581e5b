"""`lock`: references in, a lock out. A lock is whole or is not made."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator

from msgspec import structs

from weightlaw.catalog.store import Catalog
from weightlaw.checking import facts_meant
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import ModelFacts
from weightlaw.errors import NothingChecked, SourceError, UnknownModel, UsageError, WeightlawError
from weightlaw.lineage.fetching import Progress
from weightlaw.lockfile import values as v
from weightlaw.lockfile.asking import Asking
from weightlaw.lockfile.locking import Seen, Taken, clean, taken
from weightlaw.policy.house import House
from weightlaw.policy.judging import judge
from weightlaw.references.parsing import Reference, parse_reference, printable
from weightlaw.references.resolving import Resolved, near_names, resolve
from weightlaw.sources.base import Source
from weightlaw.version import VERSION


def make_lock(
    references: Iterable[str],
    deployment: Deployment,
    house: House,
    catalog: Catalog,
    *,
    date: str,
    hub: Source | None = None,
    folder: str = ".",
    progress: Progress | None = None,
) -> v.Lock:
    """The lock of some models, as of the UTC day `date`, to be written into `folder`.

    With `hub` None the embedded catalogue and this machine answer alone. Raises UsageError for what is no reference,
    and NothingChecked where one model is not known or one source did not tell everything: all of them at once.
    """
    run = _Making(Asking(catalog, hub, date), deployment, house)
    parsed = [parse_reference(text) for text in dict.fromkeys(references)]
    run.prefetch(parsed, progress)
    found = [entry for reference in parsed for entry in run.reference(reference)]
    if run.problems or not found:
        raise NothingChecked("\n".join(run.problems or ["no model was named"]))
    models = {(m.reference, m.model): m for m in (entry.model for entry in found)}
    return v.Lock(
        date=date,
        weightlaw=VERSION,
        knowledge=catalog.knowledge.date,
        policy=locked_policy(house, folder),
        deployment=clean(v.LockedDeployment(**structs.asdict(deployment))),
        models=tuple(
            sorted(models.values(), key=lambda m: (m.model.lower(), m.reference, m.model))
        ),
        licenses=merged(entry.licenses for entry in found),
    )


def merged(parts: Iterable[dict[str, v.LockedLicense]]) -> dict[str, v.LockedLicense]:
    """All licences by key, sorted. Raises WeightlawError where one key has two contents: nothing is chosen silently."""
    found: dict[str, v.LockedLicense] = {}
    for part in parts:
        for key, license in part.items():
            if found.setdefault(key, license) != license:
                raise WeightlawError(f"two licences under one name: {key}")
    return dict(sorted(found.items()))


def locked_policy(house: House, folder: str) -> v.LockedPolicy | None:
    """The policy file by its place and hash; None where no file was used."""
    if not house.source:
        return None
    path = os.path.relpath(os.path.abspath(house.source), os.path.abspath(folder))
    return v.LockedPolicy(path=path.replace(os.sep, "/"), sha256=file_hash(house.source))


def file_hash(path: str) -> str:
    """The SHA-256 of a file. Raises UsageError."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None


class _Making:
    """One lock in the making: what was asked, and why it cannot be whole, if it cannot."""

    def __init__(self, asking: Asking, deployment: Deployment, house: House) -> None:
        self.asking = asking
        self.deployment = deployment
        self.house = house
        self.problems: list[str] = []

    def prefetch(self, references: list[Reference], progress: Progress | None) -> None:
        """Let a live source fetch what will be asked for, several at a time."""
        self.asking.prefetch(
            [(i, r.revision) for r in references for i in resolve(r, self.asking.catalog).hub_ids],
            progress,
        )

    def reference(self, reference: Reference) -> Iterator[Taken]:
        """One entry a model that the reference means; a problem where it means none."""
        resolved = resolve(reference, self.asking.catalog)
        known = list(facts_meant(resolved, self.asking.sources))
        lost = [str(e) for i in resolved.hub_ids if (e := self._cut(i))]
        self.problems += [f"{printable(reference.text)}: {error}" for error in dict.fromkeys(lost)]
        if not known and not lost:
            self.problems.append(self._unknown(resolved))
        for facts in [] if lost else known:
            yield from self._entry(resolved, facts)

    def _cut(self, model_id: str) -> SourceError | None:
        """An error that hides the model's state; that the Hub does not know a model is an answer."""
        error = self.asking.error(model_id)
        return None if isinstance(error, UnknownModel) else error

    def _entry(self, resolved: Resolved, facts: ModelFacts) -> Iterator[Taken]:
        family = resolved.family
        seen = self.asking.see(
            facts,
            resolved.reference,
            family=family.id if family else None,
            note=family.note if family else None,
        )
        if why := self.asking.incomplete(seen):
            self.problems.append(f"{facts.id}: {why}")
            return
        yield entry_of(seen, self.deployment, self.house)

    def _unknown(self, resolved: Resolved) -> str:
        name = printable(resolved.reference.text)
        trouble = self.asking.sources.trouble
        why = next(
            (t for i in (*resolved.hub_ids, resolved.reference.target) if (t := trouble.get(i))), ""
        )
        near = () if why else near_names(resolved.reference.target, self.asking.catalog)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        return f"{name}: {why or 'no such model is known'}{hint}"


def entry_of(seen: Seen, deployment: Deployment, house: House) -> Taken:
    """A model's entry with the verdict in this deployment."""
    return taken(seen, judge(seen.subject, deployment, house, seen.about))
