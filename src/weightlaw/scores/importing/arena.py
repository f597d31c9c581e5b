"""Arena's leaderboard dataset (lmarena-ai/leaderboard-dataset, CC-BY-4.0) as CSV, JSON or JSON lines.

The dataset itself is parquet: the Hub's dataset viewer gives its rows as JSON
(https://datasets-server.huggingface.co/rows?dataset=lmarena-ai/leaderboard-dataset&config=text_style_control).
Which subset the rows are of is not written in them: it is told by the file's name or by `--subset`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from weightlaw.scores.importing.context import Context, joined
from weightlaw.scores.store import Extra
from weightlaw.scores.values import Figure, Series, Source, Weights

SUBSETS = {
    "text_style_control": "arena-text-style",
    "text": "arena-text-raw",
    "webdev": "arena-webdev",
}
_URL = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset"


def read(context: Context) -> Extra:
    """The figures of one file; the categories of a subset become boards of their own."""
    base = context.scores.one(SUBSETS[_subset(context)])
    series: dict[str, Series] = {}
    figures: list[Figure] = []
    for line, row in _rows(context):
        category = str(row.get("category") or "overall")
        column = series.setdefault(category, _series(base, category))
        if figure := _figure(context, line, row, column):
            figures.append(figure)
    source = Source(
        id=context.source_id,
        publisher="Arena (LMArena)",
        title=context.name,
        url=_URL,
        license="CC-BY-4.0",
        attribution="Arena (LMArena), leaderboard-dataset",
        date=max((f.date for f in figures), default=""),
    )
    known = {s.id for s in context.scores.series}
    extra = tuple(s for s in series.values() if s.id not in known)
    return Extra(sources=(source,), series=extra, figures=tuple(figures))


def _subset(context: Context) -> str:
    from weightlaw.errors import UsageError

    if context.subset:
        if context.subset not in SUBSETS:
            raise UsageError(f"--subset {context.subset!a}: one of {', '.join(SUBSETS)}")
        return context.subset
    for name in SUBSETS:
        if name in context.name:
            return name
    raise UsageError(
        f"{context.path}: its rows do not say whether style control is on: write --subset "
        f"{'|'.join(SUBSETS)}"
    )


def _series(base: Series, category: str) -> Series:
    if category == base.board:
        return base
    import msgspec

    slug = category.replace("_", "-").replace(" ", "-")
    return msgspec.structs.replace(base, id=f"{base.id}-{slug}", board=category)


def _rows(context: Context) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if not context.name.endswith((".json", ".jsonl", ".ndjson")):
        yield from context.table("model_name", "rating", "leaderboard_publish_date")
        return
    data = context.json()
    rows = data.get("rows", []) if isinstance(data, dict) else data
    for number, item in enumerate(rows if isinstance(rows, list) else [], 1):
        row = item.get("row", item) if isinstance(item, dict) else None
        if isinstance(row, dict):
            yield number, row
        else:
            context.problem(number, "not an object with model_name and rating")


def _figure(context: Context, line: int, row: Mapping[str, Any], series: Series) -> Figure | None:
    name = str(row.get("model_name") or "")
    score = context.number(line, "rating", row.get("rating"))
    date = context.when(line, str(row.get("leaderboard_publish_date") or ""))
    if not name or score is None or not date:
        context.problem(line, "a row needs model_name, rating and leaderboard_publish_date")
        return None
    low, high = (_limit(context, line, row, k) for k in ("rating_lower", "rating_upper"))
    if low is None or high is None or not low < high:
        low = high = None
    if low is not None and high is not None and not low <= score <= high:
        context.problem(line, f"the rating {score} is not between {low} and {high}")
        return None
    return joined(
        context.identity("arena", name),
        series=series.id,
        score=score,
        low=low,
        high=high,
        date=date,
        source=context.source_id,
        weights=_weights(str(row.get("license") or "")),
        maker=str(row.get("organization") or ""),
        note=f"votes {row.get('vote_count', '')}; the board calls the licence {row.get('license', '')}",
    )


def _limit(context: Context, line: int, row: Mapping[str, Any], key: str) -> float | None:
    return context.number(line, key, row[key]) if row.get(key) not in (None, "") else None


def _weights(license_name: str) -> Weights:
    """Proprietary is closed. Anything else says nothing sure: the board calls API-only models by licences too."""
    return "closed" if license_name.strip().casefold() == "proprietary" else ""
