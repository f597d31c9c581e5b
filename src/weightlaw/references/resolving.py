"""Which models of the catalogue a reference means, and what was probably meant where it means none."""

from __future__ import annotations

from msgspec import Struct

from weightlaw.catalog.names import squeeze
from weightlaw.catalog.store import Catalog
from weightlaw.domain.models import CatalogModel, ModelFamily
from weightlaw.references.parsing import Reference


class Resolved(Struct, frozen=True, kw_only=True):
    """A reference with the models it means: several where it names a family, none if unknown."""

    reference: Reference
    models: tuple[CatalogModel, ...] = ()
    family: ModelFamily | None = None
    hub_ids: tuple[str, ...] = ()
    """Ids to ask the Hub for, in the catalogue or not."""


def resolve(reference: Reference, catalog: Catalog) -> Resolved:
    """Look the reference up in the embedded knowledge; artefacts are looked at by their sources."""
    if reference.kind in ("path", "ollama"):
        return Resolved(reference=reference)
    if reference.kind == "hub":
        model = catalog.model(reference.target)
        if model is None:
            family, models = catalog.named(reference.target)
            if models:
                return Resolved(
                    reference=reference,
                    models=models,
                    family=family,
                    hub_ids=tuple(m.id for m in models),
                )
        models = (model,) if model else ()
        return Resolved(
            reference=reference,
            models=models,
            hub_ids=(model.id if model else reference.target,),
        )
    family, models = catalog.named(reference.target)
    ids = tuple(m.id for m in models) or tuple(catalog.hosted(reference.target)[:1])
    return Resolved(reference=reference, models=models, family=family, hub_ids=ids)


def near_names(name: str, catalog: Catalog, count: int = 3) -> tuple[str, ...]:
    """Known names that look like `name`, the nearest first."""
    import difflib  # only where a name is unknown

    wanted = squeeze(name)[:80]
    known = [n for n in catalog.known_names() if abs(len(n) - len(wanted)) <= 6]
    close = difflib.get_close_matches(wanted, known, n=count, cutoff=0.7)
    return tuple(dict.fromkeys(catalog.spelled(n) for n in close))
