"""The training data that a card names, with licences where the card states them. Nothing here is judged."""

from __future__ import annotations

from collections.abc import Sequence

from weightlaw.catalog.names import squeeze
from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import DataSet
from weightlaw.domain.models import ModelFacts
from weightlaw.sources.cards import Statement, statements_on_license

MAX_DATASETS = 200
TOLD = 10
_TAG = "dataset:"


def training_data(facts: ModelFacts, catalog: Catalog) -> tuple[DataSet, ...]:
    """Each data set once, in the card's order."""
    tagged = (t.removeprefix(_TAG) for t in facts.tags if t.startswith(_TAG))
    ids: dict[str, str] = {}
    for name in (*facts.datasets, *tagged):
        ids.setdefault(name.lower(), name)
    statements = statements_on_license(facts.card) if facts.card else ()
    return tuple(_described(i, statements, catalog) for i in list(ids.values())[:MAX_DATASETS])


def told(found: Sequence[DataSet]) -> tuple[str, ...]:
    """The same in one line, for a reader; empty where none is named."""
    if not found:
        return ()
    names = ", ".join(f"{d.id} ({d.license or 'licence not known here'})" for d in found[:TOLD])
    more = f" and {len(found) - TOLD} more" if len(found) > TOLD else ""
    return (f"training data named in the card, not judged: {names}{more}",)


def _described(name: str, statements: tuple[Statement, ...], catalog: Catalog) -> DataSet:
    """With the licence that a sentence or table row of the card gives for it by name."""
    from weightlaw.lineage.spellings import license_in

    wanted = squeeze(name.split("/")[-1])
    about = (s.text for s in statements if len(wanted) > 3 and wanted in squeeze(s.text))
    entry = next((e for text in about if (e := license_in(text, catalog))), None)
    return DataSet(id=name, license=entry.id, source="card") if entry else DataSet(id=name)
