"""The EU Model Documentation Form, as far as it can be filled: `--form mdf`.

The form (`mdf_items`) is for the provider of a model to fill. This export tells a buyer what public data already answer,
leaves the rest blank, and says of each item to whom the provider would have to give it.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weightlaw.reports.procurement.cleaning import cleaned
from weightlaw.reports.procurement.gathering import Item, Material, place
from weightlaw.reports.procurement.mdf_items import (
    SECTIONS,
    Asked,
    Basis,
    Recipient,
    size_range,
)
from weightlaw.reports.procurement.sheets import sheet_cells
from weightlaw.reports.procurement.view import Cell

SCHEMA: Literal["weightlaw.mdf/1"] = "weightlaw.mdf/1"


class Field(Struct, frozen=True, kw_only=True):
    """One item of the form with its answer."""

    name: str
    recipients: tuple[Recipient, ...]
    """Who gets it: the AI Office, national competent authorities, downstream providers."""
    recipients_from: Basis
    """The form's own ticks, or the annexes of the Act that it puts into practice."""
    cell: Cell


class Part(Struct, frozen=True, kw_only=True):
    """One section of the form."""

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
    form: str = (
        "Model Documentation Form, General-Purpose AI Code of Practice, Transparency chapter, "
        "10 July 2025"
    )
    models: tuple[Documentation, ...]


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
        Part(title=title, fields=tuple(_field(asked, known) for asked in items))
        for title, items in SECTIONS.items()
    )
    filled = sum(bool(field.cell.text) for part in parts for field in part.fields)
    total = sum(len(part.fields) for part in parts)
    return Documentation(model=item.id, filled=filled, blank=total - filled, parts=parts)


_BLANK = Cell(source="the provider")


def _field(asked: Asked, known: dict[str, Cell]) -> Field:
    return Field(
        name=asked.name,
        recipients=asked.to,
        recipients_from=asked.by,
        cell=known.get(asked.name, _BLANK),
    )


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
    yield from _properties(sheet)
    yield from _channels(item, sheet["Access"].text)
    yield from _licenses(item)
    yield from _uses(item)


_FROM_SHEET = {
    "Release date": "Released",
    "Model architecture": "Architecture",
    "Data provenance": "Training data named",
}


def _dependencies(item: Item) -> Cell:
    bases = item.known.facts.bases if item.known else ()
    text = "; ".join(f"{base.id} ({base.relation})" for base in bases)
    sources = ", ".join(dict.fromkeys(base.source for base in bases if base.source))
    return Cell(text=text, kind="claim", source=sources, date=item.result.as_of)


def _properties(sheet: dict[str, Cell]) -> Iterator[tuple[str, Cell]]:
    """Modalities and sizes. Sources list the modalities of both directions together."""
    modalities, size = sheet["Modalities"], sheet["Parameters"]
    if modalities.text:
        untold = ", in and out together" if "," in modalities.text else ""
        most = sheet["Maximum input"].text
        asked = f"; at most {most} tokens" if most else ""
        yield (
            "Input modalities, with the maximum input size",
            replace(modalities, text=f"{modalities.text}{untold}{asked}"),
        )
        yield (
            "Output modalities, with the maximum output size",
            replace(modalities, text=f"{modalities.text}{untold}"),
        )
    if size.text:
        active = sheet["Active parameters"].text
        yield (
            "Total model size",
            replace(size, text=size.text + (f", of them {active} active" if active else "")),
        )
        if words := size_range(size.text):
            yield "Total model size, as a range", replace(size, text=words)


def _channels(item: Item, access: str) -> Iterator[tuple[str, Cell]]:
    if item.result.source in ("hub", "catalogue"):
        cell = Cell(
            text=f"Hugging Face Hub, {item.id}{f' ({access})' if access else ''}",
            kind="claim",
            source="its Hub id; other channels are not known",
        )
        yield "Distribution channels", cell
        yield "Distribution channels, for downstream providers", cell


def _licenses(item: Item) -> Iterator[tuple[str, Cell]]:
    licenses = [b for b in item.bindings if b.role == "license"]
    if not licenses:
        return
    reasons = "; ".join(dict.fromkeys(b.reason for b in licenses))
    links = "; ".join(
        f"{b.entry.name} ({b.entry.id}), {b.entry.url}".rstrip(", ") for b in licenses
    )
    yield "License: link", Cell(text=links, kind="claim", source=reasons)
    kinds = "; ".join(
        f"{b.terms.family or 'not classed'}, {'' if b.entry.osi_approved else 'not '}OSI-approved"
        for b in licenses
    )
    yield "License: type or category", Cell(text=kinds, kind="claim", source="weightlaw's reading")


def _uses(item: Item) -> Iterator[tuple[str, Cell]]:
    """Use policies by address, and what licences and policies restrict, in our own words."""
    restricting = [(b, b.terms.use_restrictions) for b in item.bindings if b.terms.use_restrictions]
    if not restricting:
        return
    source = "; ".join(f"{b.entry.name}, {place(clause.section)}" for b, clause in restricting)
    urls = dict.fromkeys(clause.policy_url for _, clause in restricting if clause.policy_url)
    if urls:
        yield "Acceptable use policy", Cell(text="; ".join(urls), kind="fact", source=source)
    words = " ".join(dict.fromkeys(clause.summary for _, clause in restricting))
    yield (
        "Intended uses, or restricted and prohibited ones",
        Cell(text=f"Restricted: {words}", kind="claim", source=source),
    )
