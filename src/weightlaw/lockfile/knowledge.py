"""How the terms in a lock differ from what this weightlaw knows of the same licences today."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.catalog.store import Catalog
from weightlaw.domain.termdiff import differences
from weightlaw.lockfile import values as v
from weightlaw.lockfile.locking import without_places


def moved(model: v.LockedModel, lock: v.Lock, catalog: Catalog) -> Iterator[str]:
    """Each term of a licence that the embedded knowledge states otherwise than the lock.

    Only of terms that came from the licence knowledge: those read in a text stand on that text.
    """
    for key in dict.fromkeys(b.license for b in model.licenses):
        license = lock.licenses[key]
        entry = catalog.license(license.id)
        if key != license.id or entry is None:
            continue
        for change in differences(license.terms, without_places(entry.facts)):
            yield f"{license.name}: {change.told()}"
