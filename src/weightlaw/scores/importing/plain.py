"""A plain CSV of anyone's figures: columns `model`, `benchmark`, `score`, and those below where they are known."""

from __future__ import annotations

import hashlib
import re
from typing import Any, get_args

import msgspec

from weightlaw.scores.importing.context import Context, Row, joined
from weightlaw.scores.store import Extra
from weightlaw.scores.values import Figure, Kind, Series, Source

COLUMNS = {
    "model": "Hub id, API name or any spelling",
    "benchmark": "the benchmark's name",
    "score": "the figure",
    "publisher": "who measured it",
    "kind": "independent, compiled, vendor or self-reported; default vendor",
    "method": "how, with versions of benchmark and harness",
    "board": "category of an arena",
    "style": "style control of an arena: on or off",
    "unit": "percent, Elo, ...; default percent",
    "effort": "reasoning effort",
    "precision": "of the weights that were run: BF16, Q4_K_M, ...",
    "weights": "open or closed",
    "low": "lower end of the 95% interval",
    "high": "upper end",
    "date": "of the measurement, 2026-08-19",
    "source_url": "where it stands",
    "license": "of the data",
    "note": "anything else",
}


def read(context: Context) -> Extra:
    """The figures of one CSV or TSV file. A column that is not known is an error: it may be a misspelt one."""
    series: dict[str, Series] = {}
    sources: dict[str, Source] = {}
    figures: list[Figure] = []
    for line, row in context.table("model", "benchmark", "score"):
        if unknown := sorted(set(row) - set(COLUMNS)):
            context.problem(1, f"unknown columns {', '.join(unknown)}; known: {', '.join(COLUMNS)}")
            break
        column, source = _series(context, line, row), _source(context, row)
        figure = _figure(context, line, row, column, source)
        if column is not None and figure is not None:
            series[column.id], sources[source.id] = column, source
            figures.append(figure)
    return Extra(
        sources=tuple(sources.values()), series=tuple(series.values()), figures=tuple(figures)
    )


def _series(context: Context, line: int, row: Row) -> Series | None:
    kind = row.get("kind") or "vendor"
    style = row.get("style", "")
    if kind not in get_args(Kind):
        context.problem(line, f"kind: {ascii(kind)[:40]}: one of {', '.join(get_args(Kind))}")
        return None
    unit = row.get("unit") or "percent"
    parts = [row["benchmark"], row.get("publisher", ""), kind, row.get("method", "")]
    parts += [row.get("board", ""), style, unit]
    values: dict[str, Any] = {
        "id": "csv-" + re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")[:120],
        "benchmark": row["benchmark"],
        "publisher": row.get("publisher", ""),
        "kind": kind,
        "board": row.get("board", ""),
        "style": style,
        "unit": unit,
        "scale": "rating" if unit.lower().startswith("elo") else "test",
        "days": 31 if unit.lower().startswith("elo") else 730,
        "method": row.get("method", ""),
        "interval": "95%, as given",
    }
    try:
        return msgspec.convert(values, Series)
    except msgspec.ValidationError as error:
        context.problem(line, str(error))
        return None


def _source(context: Context, row: Row) -> Source:
    """One for each publisher, address and licence: a file may hold the figures of several."""
    url, publisher, license_name = (row.get(k, "") for k in ("source_url", "publisher", "license"))
    told = f"{publisher}\0{url}\0{license_name}".encode("utf-8", "replace")
    return Source(
        id=f"{context.source_id}-{hashlib.sha256(told).hexdigest()[:8]}",
        publisher=publisher or "not stated",
        title=context.name,
        url=url,
        license=license_name,
        date=context.date or context.today,
    )


def _figure(
    context: Context, line: int, row: Row, series: Series | None, source: Source
) -> Figure | None:
    score = context.number(line, "score", row["score"])
    limits = [context.number(line, k, row[k]) if row.get(k) else None for k in ("low", "high")]
    weights = row.get("weights", "")
    if weights not in ("", "open", "closed"):
        context.problem(line, f"weights: {ascii(weights)[:40]}: open, closed or empty")
    if not row["model"]:
        context.problem(line, "model is empty")
    if series is None or score is None or weights not in ("", "open", "closed"):
        return None
    low, high = limits
    if (low is None) != (high is None) or (low is not None and not low <= score <= (high or low)):
        context.problem(line, f"low and high must lie around the score {score:g}, or both be empty")
        return None
    figure = joined(
        context.identity("csv", row["model"]),
        series=series.id,
        score=score,
        low=low if low != high else None,
        high=high if low != high else None,
        date=context.when(line, row.get("date", "")),
        source=source.id,
        weights=weights,
        note=row.get("note", ""),
    )
    return msgspec.structs.replace(
        figure, effort=row.get("effort", ""), precision=row.get("precision", "")
    )
