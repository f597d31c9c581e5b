"""Compiles `catalog/scores/` into the one JSON file that `scores` and `rank` load, and `check` never does.

All problems of all files at once, each with file and line, as DataError.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from weightlaw.catalog.names import squeeze
from weightlaw.errors import DataError
from weightlaw.scores.boards import board
from weightlaw.scores.levels import DEFAULT_BENCHMARK, levels_of
from weightlaw.scores.store import FORMAT, CompiledScores, Scores
from weightlaw.scores.values import Figure, Identity, Price, Series, Source

T = TypeVar("T")
Row = Mapping[str, str]


def compile_scores(root: Path) -> bytes:
    """The compiled figures of the checkout at `root`, the same bytes for the same sources."""
    folder = root / "catalog" / "scores"
    problems: list[str] = []
    sources = _read(folder / "sources.tsv", _plain(Source), problems)
    series = _read(folder / "series.tsv", _series, problems)
    identities = _read(folder / "models.tsv", _plain(Identity), problems)
    figures = _figures(folder / "figures", identities, series, problems)
    hosts = _hosts(root / "catalog" / "hosts.tsv")
    prices = _read(folder / "prices.tsv", lambda row: _price(row, hosts), problems)
    releases = _read(folder / "releases.tsv", lambda row: (row["model"], row["released"]), problems)
    parameters = _read(folder / "eci-parameters.tsv", _parameters, problems)
    problems += _dangling(figures, sources, series, prices)
    if problems:
        raise DataError(problems)
    return msgspec.json.encode(
        CompiledScores(
            format=FORMAT,
            date=max(s.date for s in sources),
            sources=tuple(sources),
            series=tuple(series),
            figures=_by_series(figures, series),
            identities=_raw(identities),
            prices=_raw(prices),
            releases=_raw(dict(releases)),
            parameters=_raw(dict(parameters)),
        )
    )


def _figures(
    folder: Path, identities: list[Identity], series: list[Series], problems: list[str]
) -> list[Figure]:
    """All figures. Where a series has one figure a model, the effort in a name means nothing."""
    names = {(i.space, i.name): i for i in identities}
    plain = {s.id for s in series if not s.efforts}
    found: list[Figure] = []
    for file in sorted(folder.glob("*.tsv")):
        found += _read(file, partial(_figure, identities=names, space=file.stem), problems)
    return [msgspec.structs.replace(f, effort="") if f.series in plain else f for f in found]


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def _by_series(figures: list[Figure], series: list[Series]) -> dict[str, msgspec.Raw]:
    return {s.id: _raw([f for f in figures if f.series == s.id]) for s in series}


def _read(file: Path, convert: Callable[[Row], T], problems: list[str]) -> list[T]:
    """The rows of a TSV file as values; rows that are wrong go to `problems` with their line."""
    found: list[T] = []
    for line, row in rows(file):
        try:
            found.append(convert(row))
        except (msgspec.ValidationError, KeyError, ValueError) as error:
            problems.append(f"{file.name}:{line}: {error}")
    return found


def rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and fields of a TSV file whose first lines may be comments."""
    with file.open(encoding="utf-8", newline="") as text:
        lines = [(n, x) for n, x in enumerate(text, 1) if not x.startswith("#")]
    reader = csv.DictReader((x for _, x in lines), delimiter="\t", quoting=csv.QUOTE_NONE)
    for (number, _), row in zip(lines[1:], reader, strict=True):
        if None in row or None in row.values():
            raise DataError([f"{file.name}:{number}: {len(reader.fieldnames or ())} fields wanted"])
        yield number, row


def _plain(kind: type[T]) -> Callable[[Row], T]:
    return lambda row: msgspec.convert({k: v for k, v in row.items() if v}, kind)


def _series(row: Row) -> Series:
    values: dict[str, Any] = {k: v for k, v in row.items() if v}
    values["aliases"] = [a.strip() for a in row["aliases"].split(",") if a.strip()]
    values["days"] = int(row["days"])
    values["efforts"] = row["efforts"] == "yes"
    return msgspec.convert(values, Series)


def _figure(row: Row, identities: Mapping[tuple[str, str], Identity], space: str) -> Figure:
    who = identities[space, row["name"]]
    low, high = _interval(row)
    values = {k: v for k, v in row.items() if v and k not in ("score", "low", "high")}
    values |= {
        "model": who.model,
        "effort": who.effort,
        "precision": who.precision,
        "weights": who.weights,
        "maker": who.maker,
    }
    return msgspec.convert(
        {**values, "score": float(row["score"]), "low": low, "high": high}, Figure
    )


def _interval(row: Row) -> tuple[float | None, float | None]:
    """The published interval; one of no width (all questions right) is none: the formula fails there."""
    if not row["low"] or row["low"] == row["high"]:
        return None, None
    low, score, high = float(row["low"]), float(row["score"]), float(row["high"])
    if not low <= score <= high:
        raise ValueError(f"the score {score} is not between {low} and {high}")
    return low, high


def _parameters(row: Row) -> tuple[str, tuple[float, float]]:
    return row["series"], (float(row["difficulty"]), float(row["slope"]))


def _hosts(file: Path) -> dict[tuple[str, str], str]:
    """(provider, id) -> Hub id, both squeezed; ids that hosts share for several are left out."""
    found: dict[tuple[str, str], set[str]] = {}
    for _, row in rows(file):
        key = squeeze(row["provider"]), squeeze(row["provider_model_id"])
        found.setdefault(key, set()).add(row["hf_repo"])
    return {key: min(repos) for key, repos in found.items() if len(repos) == 1}


def _price(row: Row, hosts: Mapping[tuple[str, str], str]) -> Price:
    values: dict[str, Any] = {k: v for k, v in row.items() if v}
    values["input"], values["output"] = float(row["input"]), float(row["output"])
    values["context"] = int(row["context"]) if row["context"] else None
    values["model"] = hosts.get((squeeze(row["provider"]), squeeze(row["id"])), "")
    return msgspec.convert(values, Price)


def _dangling(
    figures: list[Figure], sources: list[Source], series: list[Series], prices: list[Price]
) -> Iterator[str]:
    """Figures and prices that name a series or a source without an entry."""
    known, columns = {s.id for s in sources}, {s.id for s in series}
    for figure in figures:
        if figure.series not in columns:
            yield f"figures: {figure.name}: the series {figure.series} has no entry"
    for name in sorted({*(f.source for f in figures), *(p.source for p in prices)} - known):
        yield f"figures: the source {name} has no entry in sources.tsv"


def compile_levels(data: bytes) -> bytes:
    """What `check` names replacements from, taken from the compiled figures."""
    scores = Scores(data)
    table = board(scores, scores.main_series(DEFAULT_BENCHMARK))
    return msgspec.json.encode(levels_of(table, scores))


def main(root: str, target: str) -> None:
    """Compile `root` into the file `target`, and levels.json beside it; old files stay if anything is wrong."""
    data = compile_scores(Path(root))
    levels = compile_levels(data)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    _replace(os.path.join(os.path.dirname(target), "levels.json"), levels)
    _replace(target, data)


def _replace(target: str, data: bytes) -> None:
    temporary = f"{target}.{os.getpid()}.new"
    with open(temporary, "wb") as out:
        out.write(data)
    os.replace(temporary, target)
