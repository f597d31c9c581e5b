"""What moved between a model's entry in a lock and what was found of it now: terms first, then files and commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from weightlaw.lockfile import values as v
from weightlaw.lockfile.pairing import Pair, paired
from weightlaw.lockfile.termwords import said, terms_compared
from weightlaw.references.parsing import printable

Kind = Literal[
    "term",
    "license",
    "base",
    "doubt",
    "declared",
    "facts",
    "removed",
    "renamed",
    "gated",
    "reference",
    "policy",
    "text",
    "commit",
]
Cause = Literal["source", "weightlaw", "policy"]
ORDER: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]
BYTES: frozenset[Kind] = frozenset({"text", "commit"})
"""Kinds that by themselves say nothing of what is allowed."""


class Change(Struct, frozen=True, kw_only=True):
    """One thing that moved."""

    kind: Kind
    told: str
    """In one sentence, for whoever reads nothing else."""
    cause: Cause = "source"
    """Who moved: the source; this weightlaw, which knows or reads better than the one that wrote the lock; the policy."""
    license: str = ""
    """Id of the licence, for terms and licences."""
    term: str = ""
    """The change in terms, exactly: `monthly active users: 700,000,000 became 500,000,000, section 2`."""
    old: str = ""
    new: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """A model's entry with the licences that it names."""

    model: v.LockedModel
    licenses: dict[str, v.LockedLicense]


def changes(old: Entry, new: Entry, unread: dict[str, str] | None = None) -> tuple[Change, ...]:
    """All that differs, what matters most first. `unread`: files that are there and could not be read, with the reason."""
    a, b = old.model, new.model
    found = [
        *_licenses(old, new),
        *_bases(a, b),
        *_facts(a, b),
        *_texts(a, b, unread or {}),
        *_commits(a, b),
    ]
    cause: Cause = "source" if any(c.cause == "source" for c in found) else "weightlaw"
    found += _doubts(a, b, cause)
    return tuple(sorted(dict.fromkeys(found), key=lambda c: ORDER.index(c.kind)))


def _licenses(old: Entry, new: Entry) -> Iterator[Change]:
    for pair in paired(old, new):
        if pair.old is None or pair.new is None:
            yield _alone(pair, new.model.model)
            continue
        yield from _renamed_license(pair, new.model.model)
        for change, told in terms_compared(pair):
            yield Change(
                kind="term",
                told=f"{_whose(pair, new.model.model)} {said(pair, told)}",
                cause="weightlaw" if pair.same_text else "source",
                license=pair.new.license.id,
                term=change.told(),
            )


def _whose(pair: Pair, model: str) -> str:
    """`the licence of X`, or of the base through which it binds."""
    through = pair.new.binding.through if pair.new else ()
    what = "use policy" if pair.new and pair.new.binding.role == "policy" else "licence"
    return f"the {what} of {_name(through[-1] if through else model)}"


def _renamed_license(pair: Pair, model: str) -> Iterator[Change]:
    """Another licence in the place of the old one; two texts without a name are told by their terms alone."""
    a, b = pair.old, pair.new
    if a is None or b is None or a.license.id == b.license.id:
        return
    if a.nameless and b.nameless:
        return
    yield Change(
        kind="license",
        told=f"{_whose(pair, model)} changed: {a.license.name} became {b.license.name}",
        cause="weightlaw" if pair.same_text else "source",
        license=b.license.id,
        old=a.license.id,
        new=b.license.id,
    )


def _alone(pair: Pair, model: str) -> Change:
    bound = pair.new or pair.old
    assert bound is not None
    through = bound.binding.through
    way = f" (through {' -> '.join(map(_name, through))})" if through else ""
    what = "is now also bound by" if pair.new else "is no longer bound by"
    return Change(
        kind="license",
        told=f"{_name(model)} {what} {bound.license.name}{way}",
        license=bound.license.id,
        old=pair.old.license.id if pair.old else "",
        new=pair.new.license.id if pair.new else "",
    )


def _bases(old: v.LockedModel, new: v.LockedModel) -> Iterator[Change]:
    a, b = _steps(old), _steps(new)
    for key in dict.fromkeys((*a, *b)):
        before, after = a.get(key), b.get(key)
        if before is None and after is not None:
            told = f"{_name(after.of)} is now said to be made from {_name(after.id)} ({after.relation})"
            yield Change(kind="base", told=told, new=after.id)
        elif after is None and before is not None:
            told = f"{_name(before.of)} is no longer said to be made from {_name(before.id)}"
            yield Change(kind="base", told=told, old=before.id)
        elif before is not None and after is not None:
            yield from _base(before, after)


def _steps(model: v.LockedModel) -> dict[tuple[str, str], v.LockedBase]:
    """By child and base; the model itself stands for its own name, which may have changed."""
    return {("" if b.of == model.model else b.of.lower(), b.id.lower()): b for b in model.bases}


def _base(old: v.LockedBase, new: v.LockedBase) -> Iterator[Change]:
    name = _name(new.id)
    if old.known != new.known:
        what = "can no longer be found" if old.known else "is now known"
        yield Change(kind="base", told=f"the base {name} {what}", old=old.id, new=new.id)
    if old.relation != new.relation:
        told = f"the base {name}: the relation was {old.relation}, now {new.relation}"
        yield Change(kind="base", told=told, old=old.relation, new=new.relation)
    if new.renamed_to != old.renamed_to and new.renamed_to:
        told = f"the base {name} is now called {_name(new.renamed_to)}"
        yield Change(kind="renamed", told=told, old=old.id, new=new.renamed_to)
    if old.known and new.known and old.licenses != new.licenses:
        told = f"the base {name} stood under {_list(old.licenses)}, now under {_list(new.licenses)}"
        yield Change(
            kind="base",
            told=told,
            cause="weightlaw" if _same_state(old, new) else "source",
            old=_list(old.licenses),
            new=_list(new.licenses),
        )


def _same_state(old: v.LockedBase, new: v.LockedBase) -> bool:
    """Whether both sides saw the same commit, or the same day of a catalogue that has none."""
    if old.revision or new.revision:
        return old.revision == new.revision
    return old.as_of == new.as_of


def _list(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "no known licence"


def _facts(old: v.LockedModel, new: v.LockedModel) -> Iterator[Change]:
    name = _name(new.model)
    if old.model.lower() != new.model.lower():
        told = f"{_name(old.model)} is now called {name}"
        yield Change(kind="renamed", told=told, old=old.model, new=new.model)
    if old.declared != new.declared:
        a, b = _declared(old), _declared(new)
        yield Change(kind="declared", told=f"{name} declared {a}, now {b}", old=a, new=b)
    if old.gated != new.gated:
        told = f"access to {name} (gated): {old.gated} became {new.gated}"
        yield Change(kind="gated", told=told, old=old.gated, new=new.gated)
    for field, what in _SAID.items():
        a, b = _plain(getattr(old, field)), _plain(getattr(new, field))
        if a != b:
            told = f"{what} of {name}: {a or 'not known'} became {b or 'not known'}"
            yield Change(kind="facts", told=told, old=a, new=b)


_SAID = {
    "source": "the source",
    "endpoint": "the server asked",
    "modalities": "the modalities",
    "quantization": "the quantization",
}


def _plain(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _declared(model: v.LockedModel) -> str:
    """What the card declares, in a few words."""
    d = model.declared
    words = [
        ", ".join(d.tags),
        d.name and f"license_name {d.name}",
        d.link and f"license_link {d.link}",
    ]
    return "; ".join(printable(w, 120)[1:-1] for w in words if w) or "no licence"


def _texts(old: v.LockedModel, new: v.LockedModel, unread: dict[str, str]) -> Iterator[Change]:
    a = {(t.of, t.path): t for t in old.texts}
    b = {(t.of, t.path): t for t in new.texts}
    for key in sorted({*a, *b}):
        before, after = a.get(key), b.get(key)
        if before is not None and after is not None and before.sha256 == after.sha256:
            continue
        text = after or before
        assert text is not None
        yield Change(
            kind="text",
            told=f"{_place(text)} {_moved(before, after, unread.get(text.path, ''))}",
            old=before.sha256 if before else "",
            new=after.sha256 if after else "",
        )


def _moved(old: v.LockedText | None, new: v.LockedText | None, unread: str) -> str:
    if old is None:
        return "is new"
    if new is None:
        return f"could not be read now: {unread}" if unread else "is gone"
    return f"changed: SHA-256 {old.sha256[:12]} became {new.sha256[:12]}"


def _place(text: v.LockedText) -> str:
    of = f" of the base {_name(text.of)}" if text.of else ""
    return f"{printable(text.path, 120)[1:-1]}{of}"


def _commits(old: v.LockedModel, new: v.LockedModel) -> Iterator[Change]:
    if old.revision != new.revision:
        yield _commit(_name(new.model), old.revision, new.revision)
    a, b = _steps(old), _steps(new)
    for key in b:
        if key in a and a[key].known and b[key].known and a[key].revision != b[key].revision:
            yield _commit(f"the base {_name(b[key].id)}", a[key].revision, b[key].revision)


def _commit(name: str, old: str | None, new: str | None) -> Change:
    a, b = (old or "none")[:12], (new or "none")[:12]
    return Change(
        kind="commit", told=f"commit of {name}: {a} became {b}", old=old or "", new=new or ""
    )


def _doubts(old: v.LockedModel, new: v.LockedModel, cause: Cause) -> Iterator[Change]:
    """Doubts that came or went; without any move of the source it is this weightlaw that sees otherwise."""
    a = {(g.kind, g.text) for g in old.gaps}
    b = {(g.kind, g.text) for g in new.gaps}
    for kind, text in sorted(b - a):
        yield Change(kind="doubt", told=f"now in doubt ({kind}): {text}", cause=cause, new=text)
    for kind, text in sorted(a - b):
        yield Change(
            kind="doubt", told=f"no longer in doubt ({kind}): {text}", cause=cause, old=text
        )


def _name(text: str) -> str:
    """A model's name as it can be printed."""
    return printable(text, 120)[1:-1]
