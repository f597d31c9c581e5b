"""From a model's entry in the lock back to what the rules judge."""

from __future__ import annotations

import re

from msgspec import structs

from weightlaw.domain.findings import DataSet
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import Base, TextFile
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.lockfile import values as v
from weightlaw.policy.about import About, Maker


def subject_of(model: v.LockedModel, lock: v.Lock) -> Subject:
    """The model with everything that bound it when the lock was written."""
    return Subject(
        id=model.model,
        bindings=tuple(_binding(b, lock.licenses[b.license]) for b in model.licenses),
        gaps=tuple(g.plain() for g in model.gaps),
        bases=tuple(_base(b) for b in model.bases if b.of == model.model),
        modalities=model.modalities,
        gated=model.gated,
        revision=model.revision,
        source="lock",
        as_of=model.as_of,
        notes=model.notes,
        quantization=model.quantization,
        losses=model.losses,
        datasets=tuple(DataSet(**structs.asdict(d)) for d in model.datasets),
    )


def about_of(model: v.LockedModel) -> About:
    """Who made it and how it is stored; a lock that holds a commit pins it."""
    return About(
        makers=tuple(Maker(**structs.asdict(m)) for m in model.makers),
        quantization=model.weights,
        pinned=bool(re.fullmatch(r"[0-9a-f]{7,64}", model.revision or "")),
    )


def entry_of(license: v.LockedLicense) -> LicenseEntry:
    """The licence as the rules know it, with the terms that were applied."""
    return LicenseEntry(
        id=license.id,
        name=license.name,
        kind=license.kind,
        version=license.version,
        steward=license.steward,
        url=license.url,
        dates=license.dates,
        osi_approved=license.osi_approved,
        text=license.text,
        incorporates=license.incorporates,
        facts=license.terms,
        contested=license.contested,
    )


def _binding(binding: v.LockedBinding, license: v.LockedLicense) -> Binding:
    return Binding(
        entry=entry_of(license),
        terms=license.terms,
        role=binding.role,
        declared=binding.declared,
        detected=binding.detected,
        reason=binding.reason,
        through=binding.through,
        relation=binding.relation,
        file=_file(binding.text) if binding.text else None,
        changed=binding.changed,
    )


def _file(text: v.LockedText) -> TextFile:
    """The text's place and hash: its words are not in the lock, so nothing is quoted from it."""
    return TextFile(path=text.path, text="", sha256=text.sha256, origin=text.origin)


def _base(base: v.LockedBase) -> Base:
    return Base(id=base.id, relation=base.relation, source=base.said_by)
