"""Figures from files that users fetch themselves: Epoch's, Arena's, the Hub's `.eval_results`, a plain CSV."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping

import msgspec

from weightlaw.catalog.store import Catalog
from weightlaw.errors import DataError, UsageError
from weightlaw.scores.importing import arena, epoch, evalresults, plain
from weightlaw.scores.importing.context import Context
from weightlaw.scores.store import IMPORTED, Extra, Scores
from weightlaw.scores.values import Figure

MAX_BYTES = 50_000_000

_READERS: Mapping[str, Callable[[Context], Extra]] = {
    "epoch": epoch.read,
    "arena": arena.read,
    "hub": evalresults.read,
    "csv": plain.read,
}


def import_file(
    path: str,
    scores: Scores,
    catalog: Catalog,
    *,
    today: str,
    kind: str = "",
    model: str = "",
    subset: str = "",
    date: str = "",
) -> Extra:
    """The figures of one file with the series and the source they need; nothing is fetched.

    `kind` is one of IMPORTED (empty: told by the file's name and columns), `model` the Hub id that a file of
    `.eval_results` belongs to, `subset` Arena's subset, `date` the UTC date of the publication where the file
    states none (`today` is the day of reading). Raises DataError with every wrong line, UsageError where
    something must be said that the file does not.
    """
    data = _bytes(path)
    context = Context(
        path=path,
        name=os.path.basename(path),
        data=data,
        digest=hashlib.sha256(data).hexdigest(),
        scores=scores,
        catalog=catalog,
        today=today,
        model=model,
        subset=subset,
        date=date,
    )
    found = _READERS[kind or _told(context)](context)
    if context.problems:
        raise DataError(context.problems)
    if not found.figures:
        raise UsageError(f"{path} holds no figure")
    return found


def _told(context: Context) -> str:
    """Which format a file has, by its name and its columns."""
    head = context.data[:4000].decode("utf-8", "replace")
    if context.name.endswith((".yaml", ".yml")) or '"evalResults"' in head:
        return "hub"
    if "Model version" in head:
        return "epoch"
    if "model_name" in head and "rating" in head:
        return "arena"
    if "benchmark" in head and "score" in head:
        return "csv"
    raise UsageError(
        f"{context.path} is of no known format: write --kind {'|'.join(IMPORTED)} (docs/scores.md)"
    )


def _bytes(path: str) -> bytes:
    try:
        if os.path.getsize(path) > MAX_BYTES:
            raise UsageError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None


def merge(old: Extra, new: Extra) -> Extra:
    """Both; where they speak of the same figure, the new one."""
    series = {s.id: s for s in (*old.series, *new.series)}
    sources = {s.id: s for s in (*old.sources, *new.sources)}
    figures = {_key(f): f for f in (*old.figures, *new.figures)}
    used = {f.source for f in figures.values()}
    return Extra(
        sources=tuple(s for s in sources.values() if s.id in used),
        series=tuple(series.values()),
        figures=tuple(figures.values()),
    )


def _key(figure: Figure) -> tuple[str, ...]:
    return figure.series, figure.name, figure.key, figure.effort, figure.variant, figure.date


def read_extra(path: str) -> Extra:
    """What an earlier import wrote; nothing where the file does not exist. Raises UsageError."""
    if not os.path.exists(path):
        return Extra()
    try:
        return msgspec.json.decode(_bytes(path), type=Extra)
    except msgspec.DecodeError as error:
        raise UsageError(f"{path} was not written by `scores import` ({error})") from None


def render_extra(extra: Extra) -> str:
    """The file's text: indented JSON, the same bytes for the same figures."""
    return msgspec.json.format(msgspec.json.encode(extra), indent=1).decode() + "\n"
