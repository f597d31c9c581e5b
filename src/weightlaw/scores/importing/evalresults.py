"""The Hub's `.eval_results/*.yaml` and the `evalResults` of its API: what a repository says of itself.

Kept apart as *self-reported*: such figures are never compared with anyone else's. A `verifyToken` is noted and not
believed, for it cannot be checked offline. Units are as reported (a share here, percent there): nothing is
converted. Source of the layout: hub-docs, docs/hub/eval-results.md (work in progress, 2026-08-22).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from weightlaw.scores.importing.context import Context, joined, need
from weightlaw.scores.store import Extra
from weightlaw.scores.values import Figure, Identity, Series, Source

_BENCHMARKS = {
    ("idavidrein/gpqa", "gpqa_diamond"): "GPQA Diamond",
    ("cais/hle", "default"): "Humanity's Last Exam",
    ("openai/gsm8k", "main"): "GSM8K",
}


def read(context: Context) -> Extra:
    """The figures of one file, of the model `context.model`."""
    need(context.model, "--model org/name", f"{context.path} does not say which model it is of")
    known = context.catalog.model(context.model)
    model = known.id if known else context.model
    series: dict[str, Series] = {}
    figures = []
    for line, item, note in _items(context):
        if found := _figure(context, line, item, note, model):
            column, figure = found
            series[column.id] = column
            figures.append(figure)
    source = Source(
        id=context.source_id,
        publisher=model.split("/")[0],
        title=context.name,
        url=f"https://huggingface.co/{model}",
        date=context.date or context.today,
    )
    return Extra(sources=(source,), series=tuple(series.values()), figures=tuple(figures))


def _items(context: Context) -> Iterator[tuple[int, Any, str]]:
    if context.name.endswith(".json"):
        data = context.json()
        results = data.get("evalResults", data) if isinstance(data, dict) else data
        for number, item in enumerate(results if isinstance(results, list) else [], 1):
            verified = isinstance(item, dict) and item.get("verified") is True
            inner = item.get("data", item) if isinstance(item, dict) else item
            yield number, inner, "the Hub calls it verified" if verified else ""
        return
    from weightlaw import plainyaml

    document = plainyaml.parse(context.text(), context.path)
    items = document.data if isinstance(document.data, list) else [document.data]
    for index, item in enumerate(items):
        token = isinstance(item, dict) and "verifyToken" in item
        yield document.mark((index,))[0], item, "carries a token, not checked" if token else ""


def _figure(
    context: Context, line: int, item: Any, note: str, model: str
) -> tuple[Series, Figure] | None:
    dataset = item.get("dataset") if isinstance(item, dict) else None
    if not isinstance(dataset, dict) or not isinstance(dataset.get("id"), str):
        context.problem(line, "`dataset: {id: ..., task_id: ...}` is missing")
        return None
    value = context.number(line, "value", item.get("value"))
    if value is None:
        return None
    series = _series(dataset["id"], str(dataset.get("task_id") or "default"))
    said = item.get("source")
    where = said.get("url", "") if isinstance(said, dict) else ""
    notes = (note, str(item.get("notes") or ""), f"reported from {where}" if where else "")
    figure = joined(
        Identity(space="hub", name=model, model=model, weights="open"),
        series=series.id,
        score=value,
        date=context.when(line, str(item.get("date") or "")),
        source=context.source_id,
        variant=str(item.get("notes") or "")[:200],
        note="; ".join(n for n in notes if n),
    )
    return series, figure


def _series(dataset: str, task: str) -> Series:
    slug = re.sub(r"[^a-z0-9]+", "-", f"{dataset}-{task}".lower()).strip("-")
    name = _BENCHMARKS.get((dataset.lower(), task), f"{dataset} ({task})")
    return Series(
        id=f"hub-{slug}",
        benchmark=name,
        publisher="the model's own repository",
        kind="self-reported",
        unit="as reported",
        interval="none",
        method="as the repository reports it",
    )
