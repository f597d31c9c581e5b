"""The EU Model Documentation Form, as far as it can be filled: `--form mdf`.

The form belongs to the Transparency chapter of the General-Purpose AI Code of Practice (July 2025) and is for the
provider of a model to fill. This export tells a buyer what public data already answer, and leaves the rest blank. Fields
are named here in short; their wording, and who may see each, is in the form itself.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from weightlaw.reports.procurement.cleaning import cleaned
from weightlaw.reports.procurement.gathering import Item, Material, place
from weightlaw.reports.procurement.sheets import sheet_cells
from weightlaw.reports.procurement.view import Cell, Field

SCHEMA: Literal["weightlaw.mdf/1"] = "weightlaw.mdf/1"


class Part(Struct, frozen=True, kw_only=True):
    """One part of the form."""

    title: str
    fields: tuple[Field, ...]


class Documentation(Struct, frozen=True, kw_only=True):
    """The form for one model."""

    model: str
    filled: int
    blank: int
    parts: tuple[Part, ...]


class Form(Struct, frozen=True, kw_only=True):
    """The forms of all models of one run."""

    schema: Literal["weightlaw.mdf/1"] = SCHEMA
    title: str
    date: str
    weightlaw: str
    form: str = "Model Documentation Form, Code of Practice for General-Purpose AI, Transparency chapter, July 2025"
    models: tuple[Documentation, ...]


_PARTS: dict[str, tuple[str, ...]] = {
    "General information": (
        "Legal name of the provider",
        "Model name",
        "Model authenticity",
        "Release date",
        "Union market release date",
        "Model dependencies",
    ),
    "Model properties": (
        "Model architecture",
        "Design specifications",
        "Input and output modalities",
        "Maximum input size",
        "Maximum output size",
        "Total model size",
        "Active parameters",
    ),
    "Distribution and licence": ("Distribution channels", "License", "License terms that restrict"),
    "Use": (
        "Acceptable use policy",
        "Intended uses",
        "Types of AI systems for integration",
        "Technical means for integration",
        "Required hardware",
        "Required software",
    ),
    "Training process": ("Design of the training process", "Key design decisions"),
    "Training, testing and validation data": (
        "Type of data",
        "Provenance of data",
        "How data was obtained and selected",
        "Number of data points",
        "Scope and main characteristics",
        "Curation methods",
        "Measures against unsuitable sources",
        "Measures against identifiable biases",
    ),
    "Computational resources": ("Training time", "Amount of computation", "How it was measured"),
    "Energy": ("Energy used in training", "How it was measured", "Computation of inference"),
}


def build(material: Material) -> Form:
    """The form of every model, cleaned like the report's view."""
    return cleaned(
        Form(
            title=material.title or "Model Documentation Form, as far as public data fill it",
            date=material.date,
            weightlaw=material.report.version,
            models=tuple(_documentation(item, material) for item in material.items),
        )
    )


def render(form: Form) -> bytes:
    """Two-space indented UTF-8 JSON, the same bytes for the same form."""
    return msgspec.json.format(msgspec.json.encode(form), indent=2) + b"\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    schema = msgspec.json.schema(Form)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _documentation(item: Item, material: Material) -> Documentation:
    known = dict(_filled(item, material))
    parts = tuple(
        Part(title=title, fields=tuple(Field(name=f, cell=known.get(f, _BLANK)) for f in names))
        for title, names in _PARTS.items()
    )
    filled = sum(bool(field.cell.text) for part in parts for field in part.fields)
    total = sum(len(part.fields) for part in parts)
    return Documentation(model=item.id, filled=filled, blank=total - filled, parts=parts)


_BLANK = Cell(source="the provider")


def _filled(item: Item, material: Material) -> Iterator[tuple[str, Cell]]:
    """The fields that public data answer."""
    sheet = sheet_cells(item, material)
    commit = sheet["Commit"]
    yield (
        "Model name",
        Cell(
            text=item.id,
            kind=commit.kind if commit.text else "claim",
            source=item.result.source,
            date=item.result.as_of,
        ),
    )
    if commit.text:
        yield "Model authenticity", commit
    for field, column in _FROM_SHEET.items():
        if sheet[column].text:
            yield field, sheet[column]
    if item.known and item.known.facts.bases:
        yield "Model dependencies", _dependencies(item)
    if item.result.source in ("hub", "catalogue"):
        gated = sheet["Access"].text
        text = f"Hugging Face Hub, {item.id}{f' ({gated})' if gated else ''}"
        yield (
            "Distribution channels",
            Cell(text=text, kind="claim", source="its Hub id; other channels are not known"),
        )
    yield from _terms(item)


_FROM_SHEET = {
    "Release date": "Released",
    "Model architecture": "Architecture",
    "Input and output modalities": "Modalities",
    "Maximum input size": "Maximum input",
    "Total model size": "Parameters",
    "Active parameters": "Active parameters",
    "Provenance of data": "Training data named",
}


def _dependencies(item: Item) -> Cell:
    bases = item.known.facts.bases if item.known else ()
    text = "; ".join(f"{base.id} ({base.relation})" for base in bases)
    sources = ", ".join(dict.fromkeys(base.source for base in bases if base.source))
    return Cell(text=text, kind="claim", source=sources, date=item.result.as_of)


def _terms(item: Item) -> Iterator[tuple[str, Cell]]:
    licenses = [b for b in item.bindings if b.role == "license"]
    if licenses:
        text = "; ".join(
            f"{b.entry.name} ({b.entry.id}), {b.entry.url}".rstrip(", ") for b in licenses
        )
        yield "License", Cell(text=text, kind="claim", source="; ".join(b.reason for b in licenses))
    restricting = [(b, b.terms.use_restrictions) for b in item.bindings if b.terms.use_restrictions]
    if urls := dict.fromkeys(clause.policy_url for _, clause in restricting if clause.policy_url):
        first = restricting[0]
        yield (
            "Acceptable use policy",
            Cell(
                text="; ".join(urls),
                kind="fact",
                source=f"{first[0].entry.name}, {place(first[1].section)}",
            ),
        )
    if found := [b.terms.commercial_use for b in licenses if b.terms.commercial_use]:
        yield (
            "License terms that restrict",
            Cell(
                text=" ".join(clause.summary for clause in found),
                kind="fact",
                source=", ".join(place(c.section) for c in found),
            ),
        )
