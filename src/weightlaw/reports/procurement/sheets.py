"""What is known of each model, cell by cell: facts at a commit, claims with their source, visible blanks."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.models import CatalogModel, Provenance
from weightlaw.reports.procurement.gathering import Item, Material
from weightlaw.reports.procurement.view import Cell, ModelSheet, source_of

NAMES = (
    "Commit",
    "Provider",
    "Seat of the provider",
    "Released",
    "Parameters",
    "Active parameters",
    "Architecture",
    "Modalities",
    "Maximum input",
    "Weights at hand",
    "Access",
    "License declared",
    "License concluded",
    "Training data named",
)


def sheets(material: Material) -> tuple[ModelSheet, ...]:
    """One sheet a model."""
    return tuple(_sheet(item, material) for item in material.items)


def _sheet(item: Item, material: Material) -> ModelSheet:
    cells = tuple(sheet_cells(item, material).values())
    return ModelSheet(
        model=item.id,
        reference=item.result.reference,
        verdict=item.result.verdict.value,
        cells=cells,
        sources=tuple(dict.fromkeys(source_of(c) for c in cells if c.text and c.source)),
        notes=item.result.notes,
    )


def sheet_cells(item: Item, material: Material) -> dict[str, Cell]:
    """Every field of the sheet, filled or blank."""
    filled = dict(_live(item))
    for field, cell in _embedded(material.catalog.model(item.result.model)):
        filled.setdefault(field, cell)
    return {field: filled.get(field, Cell(source=_WHO[field])) for field in NAMES}


_WHO = dict.fromkeys(NAMES, "the supplier") | dict.fromkeys(
    ("Commit", "Architecture", "Maximum input", "Weights at hand", "Access"), "the Hub, online"
)
"""Who could fill a blank."""


def _live(item: Item) -> Iterator[tuple[str, Cell]]:
    """What this run's source says."""
    result = item.result
    source = f"{result.source}{f' at {result.revision[:12]}' if result.revision else ''}"

    def fact(text: str, by: str = source) -> Cell:
        return Cell(
            text=text, kind="fact" if result.revision else "claim", source=by, date=result.as_of
        )

    if result.revision:
        yield "Commit", fact(result.revision)
    yield from ((field, fact(text)) for field, text in _config(item) if text)
    if declared := ", ".join(dict.fromkeys(v.declared for v in result.licenses if v.declared)):
        yield "License declared", fact(declared)
    concluded = "; ".join(f"{v.name} ({v.id})" for v in result.licenses)
    if concluded:
        yield (
            "License concluded",
            Cell(
                text=concluded,
                kind="claim",
                source="; ".join(dict.fromkeys(v.reason for v in result.licenses if v.reason)),
            ),
        )
    if result.datasets:
        told = ", ".join(f"{d.id} ({d.license or 'license not known'})" for d in result.datasets)
        yield (
            "Training data named",
            Cell(text=told, kind="claim", source="the model card", date=result.as_of),
        )


def _config(item: Item) -> Iterator[tuple[str, str]]:
    if item.known is None:
        return
    config, facts = item.known.facts.config, item.known.facts
    yield (
        "Architecture",
        config.get("architectures") or config.get("model_type") or config.get("architecture", ""),
    )
    yield "Maximum input", config.get("max_position_embeddings") or config.get("context_length", "")
    if facts.source != "catalogue":
        yield "Parameters", config.get("parameters", "")
        yield "Modalities", ", ".join(facts.modalities)
        yield "Access", _ACCESS.get(facts.gated, "")
    yield "Weights at hand", item.known.subject.quantization or item.known.about.quantization or ""


_ACCESS = {
    "no": "not gated",
    "auto": "gated: terms must be accepted",
    "manual": "gated: the provider decides",
    "yes": "gated",
}


def _embedded(model: CatalogModel | None) -> Iterator[tuple[str, Cell]]:
    """What the catalogue says, as a claim of its sources."""
    if model is None:
        return
    values = {
        "Provider": ("developer", model.developer),
        "Seat of the provider": ("country", model.country),
        "Released": ("released", model.released),
        "Parameters": ("parameters", model.parameters),
        "Active parameters": ("active_parameters", model.active_parameters),
        "Modalities": ("modalities", ", ".join(model.modalities)),
        "Access": ("gated", _ACCESS.get(model.gated, "")),
    }
    for field, (fact, text) in values.items():
        if text:
            said = _provenance(model, fact)
            yield field, Cell(text=text, kind="claim", source=said.source, date=said.date)


def _provenance(model: CatalogModel, fact: str) -> Provenance:
    """The line that speaks for a field: its own, else the general one."""
    named = (p for p in model.provenance if fact in p.facts)
    general = (p for p in model.provenance if not p.facts)
    return next(named, None) or next(general, None) or Provenance(source="the embedded catalogue")
