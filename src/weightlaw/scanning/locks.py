"""What a change does to `weightlaw.lock`: the lock of the base is held against that of the head, entry by entry.

A lock is part of the gate, as the policy is. Whoever drops a pin, moves it or writes other terms into it changes what
the next check answers from, so the base's lock is the one that holds, and what the head makes of it is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import WeightlawError
from weightlaw.lockfile.answering import check_locked
from weightlaw.lockfile.drift import Entry, changes
from weightlaw.lockfile.reading import parse_lock
from weightlaw.lockfile.values import LockedModel, Opened
from weightlaw.scanning.judging import LockChange, Terms

Key = tuple[str, str]


class Locks(Struct, frozen=True, kw_only=True):
    """The lock's bytes before and now; None: there is none."""

    file: str
    """Its path from the root of the repository."""
    before: bytes | None = None
    now: bytes | None = None


class Side(Struct, frozen=True):
    """One of the two locks, with the verdict on each entry under the policy of now."""

    opened: Opened
    verdicts: dict[Key, Verdict]

    @property
    def models(self) -> dict[Key, LockedModel]:
        """The entries by what was asked and what it meant."""
        return {key_of(m): m for m in self.opened.lock.models}


def key_of(model: LockedModel) -> Key:
    """What makes two entries the same."""
    return model.reference.lower(), model.model.lower()


def lock_changes(
    locks: Locks, used: Iterable[str], terms: Terms, catalog: Catalog
) -> tuple[LockChange, ...]:
    """What differs, in the order of the locks. `used`: the ids of the models that the code refers to.

    Raises WeightlawError where the lock of the head cannot be read. One of the base that cannot is as none, so that a
    change can mend it: all of the new one is then judged as new.
    """
    if locks.before == locks.now:
        return ()
    now = _side(locks.now, locks.file, terms, catalog)
    before, why = None, ""
    try:
        before = _side(locks.before, locks.file, terms, catalog)
    except WeightlawError as error:
        why = str(error).splitlines()[0]
    names = {u.lower() for u in used}
    return (*_whole(locks, before, now, why), *_entries(locks.file, before, now, names))


def _side(content: bytes | None, file: str, terms: Terms, catalog: Catalog) -> Side | None:
    if content is None:
        return None
    opened = parse_lock(content, file)
    report = check_locked((), opened, terms.deployment, house=terms.house, catalog=catalog)
    found = zip(opened.lock.models, report.models, strict=True)
    return Side(opened, {key_of(model): result.verdict for model, result in found})


def _whole(locks: Locks, before: Side | None, now: Side | None, why: str) -> Iterator[LockChange]:
    """What concerns no entry alone."""
    if why:
        text = f"the lock of the base cannot be read ({why}): all of it is judged as new"
        yield LockChange(file=locks.file, model="", told=text, worse=False)
    if locks.now is None:
        yield LockChange(file=locks.file, model="", told="the lock is deleted", worse=False)
    if now is None:
        return
    if now.opened.edits and (before is None or before.opened.edits != now.opened.edits):
        text = f"edited by hand since weightlaw wrote it: {'; '.join(now.opened.edits)}"
        yield LockChange(file=locks.file, model="", told=text, worse=True)
    if before is not None and before.opened.lock.deployment != now.opened.lock.deployment:
        yield LockChange(
            file=locks.file, model="", told="its deployment is another one", worse=False
        )


def _entries(
    file: str, before: Side | None, now: Side | None, used: set[str]
) -> Iterator[LockChange]:
    old, new = before.models if before else {}, now.models if now else {}
    kept = {model.model.lower() for model in new.values()}
    for key, model in old.items():
        if key in new:
            continue
        held = model.model.lower() in kept
        yield LockChange(
            file=file,
            model=model.model,
            told="written under another reference" if held else "no longer pinned",
            before=before.verdicts[key] if before else None,
            worse=not held and model.model.lower() in used,
        )
    for key, model in new.items():
        if now is None:
            continue
        if before is None or key not in old:
            yield _added(file, model, now.verdicts[key])
        elif change := _moved(file, before, now, key):
            yield change


def _added(file: str, model: LockedModel, verdict: Verdict) -> LockChange:
    return LockChange(file=file, model=model.model, told="newly pinned", after=verdict, worse=False)


def _moved(file: str, before: Side, now: Side, key: Key) -> LockChange | None:
    """What differs in one entry; None where nothing does."""
    a, b = before.models[key], now.models[key]
    was, is_ = before.verdicts[key], now.verdicts[key]
    then = Entry(model=a, licenses=before.opened.lock.licenses)
    found = changes(then, Entry(model=b, licenses=now.opened.lock.licenses))
    if not found and was is is_:
        return None
    told = "; ".join(c.told for c in found) or "its verdict is another one"
    same = a.revision == b.revision and before.opened.lock.knowledge == now.opened.lock.knowledge
    unpinned = bool(a.revision) and not b.revision
    milder = is_.rank < was.rank
    return LockChange(
        file=file,
        model=b.model,
        told=told,
        before=was,
        after=is_,
        worse=milder or unpinned or (same and bool(found)),
    )


def touched(found: Iterable[LockChange]) -> frozenset[str]:
    """The models whose pin is another one now: what refers to them is judged as if the change had brought it."""
    return frozenset(c.model.lower() for c in found if c.model and c.before is not None)
