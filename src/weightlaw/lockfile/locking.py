"""From what is known of a model to its entry in the lock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs

from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import Base, ModelFacts, TextFile
from weightlaw.domain.terms import Clause, Terms
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding, Gap, Subject
from weightlaw.lockfile import values as v
from weightlaw.policy.about import About
from weightlaw.policy.judging import Judgement

T = TypeVar("T")


class Taken(Struct, frozen=True, kw_only=True):
    """A model's entry, with the licences that it names."""

    model: v.LockedModel
    licenses: dict[str, v.LockedLicense]


class Seen(Struct, frozen=True, kw_only=True):
    """Everything that was found of one model."""

    reference: str
    family: str | None
    facts: ModelFacts
    subject: Subject
    about: About
    ancestors: dict[str, ModelFacts | None]
    """What was found of each base, by the id that was asked for."""
    concluded: dict[str, tuple[str, ...]]
    """The licences of each base alone, by the same id."""
    notes: tuple[str, ...] = ()


def taken(seen: Seen, judgement: Judgement) -> Taken:
    """The entry of one model, with the verdict that was reached."""
    facts, subject = seen.facts, seen.subject
    keyed = [(*keyed_license(b), b) for b in subject.bindings]
    model = v.LockedModel(
        reference=seen.reference,
        model=subject.id,
        family=seen.family,
        source=subject.source,
        as_of=subject.as_of,
        revision=subject.revision,
        endpoint=facts.endpoint,
        renamed_from=facts.renamed_from,
        gated=subject.gated,
        modalities=subject.modalities,
        declared=facts.declared,
        verdict=judgement.verdict,
        findings=against(judgement),
        licenses=tuple(_binding(key, b, seen) for key, _, b in keyed),
        bases=tuple(_bases(seen)),
        texts=tuple(_texts(seen)),
        gaps=tuple(_gap(g) for g in subject.gaps),
        quantization=subject.quantization,
        losses=subject.losses,
        datasets=tuple(v.LockedDataSet(**structs.asdict(d)) for d in subject.datasets),
        makers=tuple(v.LockedMaker(**structs.asdict(m)) for m in seen.about.makers),
        weights=seen.about.quantization,
        notes=tuple(dict.fromkeys((*subject.notes, *seen.notes))),
    )
    return Taken(model=clean(model), licenses={key: found for key, found, _ in keyed})


def against(judgement: Judgement) -> tuple[str, ...]:
    """The rules that spoke against the model, sorted."""
    return tuple(sorted({f.rule for f in judgement.findings if f.verdict is not Verdict.ALLOWED}))


def keyed_license(binding: Binding) -> tuple[str, v.LockedLicense]:
    """A binding's licence and its key: the id, with a hash where other terms apply than the known ones.

    The key depends on nothing but the licence, so that another model in the lock never changes it.
    """
    entry, terms = binding.entry, without_places(binding.terms)
    known = without_places(entry.facts)
    if _unworded(terms) == _unworded(known):
        return entry.id, clean(_license(entry, known))
    found = clean(_license(entry, terms))
    content = msgspec.json.encode(found, order="deterministic")
    return f"{entry.id}#{hashlib.sha256(content).hexdigest()[:12]}", found


def _license(entry: LicenseEntry, terms: Terms) -> v.LockedLicense:
    return v.LockedLicense(
        id=entry.id,
        name=entry.name,
        kind=entry.kind,
        version=entry.version,
        steward=entry.steward,
        url=entry.url,
        dates=entry.dates,
        osi_approved=entry.osi_approved,
        text=entry.text,
        incorporates=entry.incorporates,
        terms=terms,
        contested=entry.contested,
    )


def without_places(terms: Terms) -> Terms:
    """The terms without offsets and patterns: two copies of one text then read alike."""
    changed: dict[str, Any] = {}
    for key in terms.__struct_fields__:
        value = getattr(terms, key)
        if isinstance(value, Clause):
            changed[key] = _placeless(value)
        elif isinstance(value, tuple):
            changed[key] = tuple(_placeless(c) for c in value)
    return structs.replace(terms, **changed)


def _unworded(terms: Terms) -> Terms:
    """The terms without the wording of rules on names: a text that is found again words them as it was read."""
    naming = tuple(structs.replace(clause, rule="") for clause in terms.naming)
    return structs.replace(terms, naming=naming)


def _placeless(clause: Clause) -> Clause:
    return structs.replace(clause, start=None, end=None, pattern="")


def _binding(key: str, binding: Binding, seen: Seen) -> v.LockedBinding:
    of = binding.through[-1] if binding.through else ""
    return v.LockedBinding(
        license=key,
        role=binding.role,
        declared=binding.declared,
        detected=binding.detected,
        reason=binding.reason,
        through=binding.through,
        relation=binding.relation,
        text=_text(binding.file, of) if binding.file else None,
        changed=binding.changed,
    )


def _text(file: TextFile, of: str) -> v.LockedText:
    return v.LockedText(path=file.path, sha256=file.sha256, origin=file.origin, of=of)


def _texts(seen: Seen) -> Iterator[v.LockedText]:
    """The model's own texts, then those of its bases, each sorted by path."""
    yield from sorted((_text(f, "") for f in seen.facts.texts), key=_order)
    for facts in _found(seen.ancestors.values()):
        yield from sorted((_text(f, facts.id) for f in facts.texts), key=_order)


def _order(text: v.LockedText) -> tuple[str, str]:
    return text.path, text.sha256


def _found(ancestors: Iterable[ModelFacts | None]) -> list[ModelFacts]:
    known = {f.id: f for f in ancestors if f is not None}
    return [known[key] for key in sorted(known)]


def _bases(seen: Seen) -> Iterator[v.LockedBase]:
    """Every step from the model to its roots: the model's own first, then by id."""
    yield from (_base(base, seen.facts, seen) for base in seen.facts.bases)
    for facts in _found(seen.ancestors.values()):
        yield from (_base(base, facts, seen) for base in facts.bases)


def _base(base: Base, of: ModelFacts, seen: Seen) -> v.LockedBase:
    found = seen.ancestors.get(base.id)
    if found is None and base.id.lower() == seen.facts.id.lower():
        found = seen.facts  # a circle
    return v.LockedBase(
        id=base.id,
        of=of.id,
        relation=base.relation,
        said_by=base.source,
        known=found is not None,
        renamed_to=found.id if found and found.id.lower() != base.id.lower() else "",
        source=found.source if found else "",
        as_of=found.as_of if found else "",
        revision=found.revision if found else None,
        licenses=seen.concluded.get(base.id, ()),
    )


def _gap(gap: Gap) -> v.LockedGap:
    found = tuple(v.LockedEvidence(**structs.asdict(e)) for e in gap.evidence)
    return v.LockedGap(**(structs.asdict(gap) | {"evidence": found}))


def clean(value: T) -> T:
    """The same with half characters replaced: a server may send them, and no file can hold them."""
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.convert(_storable(msgspec.to_builtins(value)), type(value))
    return value


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {_storable(k): _storable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
