"""What an artefact adds to a model: its quantization, and parts that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.catalog.store import Catalog
from weightlaw.domain.models import ModelFacts
from weightlaw.lineage.binding import Gap

_HINTS = (
    "gguf",
    "gptq",
    "awq",
    "int4",
    "int8",
    "fp8",
    "fp4",
    "bnb",
    "bit",
    "mlx",
    "q4",
    "q5",
    "q8",
    "w4",
    "w8",
)
_LOSSES_TOLD = 2


def quantized(facts: ModelFacts) -> tuple[str, tuple[str, ...]]:
    """The quantization in words and what is published of its loss; empty where nothing hints at one."""
    stated = any(key.startswith("quant") for key in facts.config)
    hinted = any(h in text.lower() for text in (facts.id, *facts.tags) for h in _HINTS)
    if not stated and not hinted:
        return "", ()
    from weightlaw.references.quantization import (
        published_loss,
        quantization_of,
    )  # only for artefacts

    found = quantization_of(facts)
    if found is None or found.full_precision:
        return "", ()
    hint = facts.bases[0].id if facts.bases else facts.id
    losses = tuple(
        f"{row.quantization} on {row.model} ({row.model_match}), {row.benchmark} {row.metric}: "
        f"loss {row.loss} {row.unit} ({row.source}, {row.published or row.read})"
        for row in published_loss(hint, found, limit=_LOSSES_TOLD)
    )
    return f"{found.name} (by {found.source})", losses


def contradicting_parts(facts: ModelFacts, catalog: Catalog) -> Iterator[Gap]:
    """Header, README, layers and files of one artefact that name different licences or quantizations."""
    said = {
        key.removeprefix("declared:"): value
        for key, value in facts.config.items()
        if key.startswith("declared:")
    }
    ids = {}
    for value in said.values():
        entry = catalog.find_license(value)
        ids[value] = entry.id if entry else value
    if len(set(ids.values())) > 1:
        sides = " and ".join(f"{where} says {value!r}" for where, value in sorted(said.items()))
        yield Gap(
            kind="contradicting-parts",
            text=f"The parts of {facts.id} name different licences: {sides}.",
        )
    found, named = facts.config.get("quantization"), facts.config.get("quantization_in_name")
    if found and named and found.lower() != named.lower():
        yield Gap(
            kind="contradicting-parts",
            text=f"The weights of {facts.id} are {found}, their name says {named}.",
            remedy="Make sure that this is the file you mean.",
        )
