"""Epoch AI's CSV files: own runs (`gpqa_diamond.csv`), compiled ones (`*_external.csv`), and the index.

Own runs and compiled figures are kept in series of different kinds, as Epoch asks. Source of the layout: files
of https://epoch.ai/data/benchmark_data.zip (CC-BY 4.0).
"""

from __future__ import annotations

from weightlaw.scores.importing.context import Context, Row, joined
from weightlaw.scores.store import Extra
from weightlaw.scores.values import Figure, Series, Source, Weights

_KNOWN = {
    "gpqa_diamond": "epoch-gpqa-diamond",
    "math_level_5": "epoch-math-level-5",
    "otis_mock_aime_2024_2025": "epoch-otis-mock-aime",
    "frontiermath": "epoch-frontiermath",
    "frontiermath_tier_4": "epoch-frontiermath-tier-4",
    "simpleqa_verified": "epoch-simpleqa-verified",
    "chess_puzzles": "epoch-chess-puzzles",
    "swe_bench_verified": "epoch-swe-bench-verified",
    "epoch_capabilities_index": "epoch-eci",
}
_SCORES = ("ECI Score", "mean_score", "Best score (across scorers)", "Score", "Percent correct")
_DATES = ("Started at", "Date added", "Evaluation date")
_Z = 1.96


def read(context: Context) -> Extra:
    """The figures of one file; models without a score are left out, as in Epoch's own files."""
    stem = context.name.removesuffix(".csv")
    series = _series(context, stem)
    published = context.date or context.today
    figures: list[Figure] = []
    for line, row in context.table("Model version"):
        column = next((c for c in _SCORES if c in row), None)
        if column is None:
            context.problem(1, f"no column of scores: one of {', '.join(_SCORES)}")
            break
        if row[column] and (figure := _figure(context, line, row, column, series, published)):
            figures.append(figure)
    source = Source(
        id=context.source_id,
        publisher="Epoch AI",
        title=context.name,
        url="https://epoch.ai/benchmarks",
        license="CC-BY-4.0",
        attribution="Epoch AI, 'AI Benchmarking Hub'. Retrieved from https://epoch.ai/benchmarks",
        date=published,
    )
    known = {s.id for s in context.scores.series}
    extra = () if series.id in known else (series,)
    return Extra(sources=(source,), series=extra, figures=tuple(figures))


def _series(context: Context, stem: str) -> Series:
    if stem in _KNOWN:
        return context.scores.one(_KNOWN[stem])
    external = stem.endswith("_external")
    title = stem.removesuffix("_external").replace("_", " ")
    return Series(
        id=f"epoch-{stem.replace('_', '-')}",
        benchmark=title,
        publisher="Epoch AI",
        kind="compiled" if external else "independent",
        unit="percent",
        interval="95%, mean +/- 1.96 x published standard error",
        method="collected by Epoch from others" if external else "run by Epoch",
    )


def _figure(
    context: Context, line: int, row: Row, column: str, series: Series, published: str
) -> Figure | None:
    score = context.number(line, column, row[column])
    if score is None:
        return None
    percent = series.unit == "percent"
    if percent and not 0 <= score <= 1:
        context.problem(line, f"{column}: {score:g} is no share between 0 and 1")
        return None
    factor = 100 if percent else 1
    error = context.number(line, "stderr", row["stderr"]) if row.get("stderr") else None
    half = _Z * error * factor if error else None  # an error of 0 is no certainty
    score *= factor
    when = next((row[c] for c in _DATES if row.get(c)), "")
    return joined(
        context.identity("epoch", row["Model version"]),
        series=series.id,
        score=score,
        low=max(0.0, score - half) if half else None,
        high=min(100.0, score + half) if half else None,
        date=published if series.scale == "index" else context.when(line, when),
        source=context.source_id,
        weights=_weights(row.get("Model accessibility", "")),
        maker=row.get("Organization", ""),
    )


def _weights(accessibility: str) -> Weights:
    if accessibility.startswith("Open weights"):
        return "open"
    return "closed" if accessibility else ""
