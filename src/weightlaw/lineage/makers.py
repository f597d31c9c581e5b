"""Who made a model: whose later licence is its own word on its earlier models."""

from __future__ import annotations

from weightlaw.catalog.store import Catalog
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import CatalogModel, ModelFacts


def organization(model_id: str) -> str:
    """The publisher's part of a Hub id, in lower case; empty for a file, a folder or a bare name."""
    head, slash, _ = model_id.partition("/")
    return head.lower() if slash and not head.startswith((".", "~")) else ""


def same_publisher(one: str, other: str) -> bool:
    """Whether two Hub ids stand under one name."""
    cut = one.find("/") + 1
    return cut > 1 and one[0] not in ".~" and one[:cut].lower() == other[:cut].lower()


def is_maker(model: CatalogModel) -> bool:
    """Whether the publisher made the model itself: the catalogue names no base of somebody else's."""
    return bool(model.developer) and all(same_publisher(model.id, b.id) for b in model.bases)


def knows_maker(catalog: Catalog, organization_name: str) -> bool:
    """Whether the catalogue knows this publisher as the maker of a model."""
    start = f"{organization_name.lower()}/"
    ids = (i for i in catalog.model_ids() if i.lower().startswith(start))
    return any((m := catalog.model(i)) is not None and is_maker(m) for i in ids)


def own_word(child: ModelFacts, base: ModelFacts, catalog: Catalog) -> bool:
    """Whether the child's licence is the maker's own later word on what it made itself.

    Only where the catalogue knows the base as this publisher's own make: those who upload other people's models
    under their own name are no licensors of them.
    """
    if not same_publisher(child.id, base.id):
        return False
    known = catalog.model(base.id)
    foreign = any(not same_publisher(base.id, b.id) for b in base.bases)
    return known is not None and is_maker(known) and not foreign


def may_relicense(child: ModelFacts, base: ModelFacts, entry: LicenseEntry) -> bool:
    """Whether one publisher licenses both, under a licence that anybody can give: no contradiction then.

    A vendor's own licence on the base shows that the publisher is not the one who may change it.
    """
    vendors = entry.id.startswith("LicenseRef-") and bool(entry.steward)
    return same_publisher(child.id, base.id) and not base.bases and not vendors
