"""What a hand changed in a lock, as far as its checksums and the embedded knowledge can tell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from weightlaw.catalog.store import Catalog, load
from weightlaw.domain.termdiff import differences
from weightlaw.lockfile import checksums
from weightlaw.lockfile.locking import without_places
from weightlaw.lockfile.values import Lock, LockedLicense
from weightlaw.references.parsing import printable

MAX_TOLD = 20


def edits(data: dict[str, Any], lock: Lock) -> tuple[str, ...]:
    """One line for each part that was edited; `data` is what the file holds, `lock` what it was read as."""
    return tuple(islice(_edits(data, lock), MAX_TOLD))


def _edits(data: dict[str, Any], lock: Lock) -> Iterator[str]:
    models, licenses = checksums.edited_blocks(data)
    for place in models:
        model = lock.models[place]
        yield f"what it says of {printable(model.model)[1:-1]} (reference {printable(model.reference)})"
    for key in licenses:
        yield from _of_license(lock.licenses[key], lock, load())
    if not models and not licenses:
        yield "its deployment, policy or date, or a whole model or licence was added or taken out"


def _of_license(license: LockedLicense, lock: Lock, catalog: Catalog) -> Iterator[str]:
    """Which terms were edited: only the knowledge of the same day is sure to be what stood there."""
    name = printable(license.id)[1:-1]
    entry = catalog.license(license.id)
    if entry is None or catalog.knowledge.date != lock.knowledge:
        yield f"the licence {name}"
        return
    changes = list(differences(without_places(entry.facts), license.terms))
    for change in changes[:MAX_TOLD]:
        yield f"the licence {name}: {change.told()}"
    if not changes:
        yield f"the licence {name}, but none of its terms"
