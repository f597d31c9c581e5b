"""The embedded catalogue as a source of facts."""

from __future__ import annotations

from weightlaw.domain.models import CatalogModel, ModelFacts, Provenance


def facts_of(model: CatalogModel) -> ModelFacts:
    """What the catalogue knows of a model, in the form that all sources share."""
    licensed = _provenance(model, "license")
    return ModelFacts(
        id=model.id,
        source="catalogue",
        as_of=licensed.date if licensed else "",
        declared=model.declared,
        license=model.license,
        policies=model.policies,
        license_confidence=licensed.confidence if licensed else "low",
        license_source=licensed.source if licensed else "",
        bases=model.bases,
        modalities=model.modalities,
        gated=model.gated,
        notes=(model.note,) if model.note else (),
    )


def _provenance(model: CatalogModel, fact: str) -> Provenance | None:
    """The line that speaks for `fact`: its own, else the general one."""
    named = (p for p in model.provenance if fact in p.facts)
    general = (p for p in model.provenance if not p.facts)
    return next(named, None) or next(general, None)
