"""How good the models with open weights are by one board: all that is needed to name a replacement.

A few kilobytes, compiled from the figures when the package is built, so that a `check` that ends in a denial need
not load the figures themselves. The values are the board's own: `rank` and `report` show the same.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from weightlaw import datafiles
from weightlaw.errors import WeightlawError

if TYPE_CHECKING:
    from weightlaw.scores.boards import Board
    from weightlaw.scores.store import Scores

DEFAULT_BENCHMARK = "Arena Text"
_COMPILED = os.path.join(datafiles.DATA, "levels.json")
_KNOWLEDGE = os.path.join(datafiles.DATA, "knowledge.json")


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One model's figure on the board, at its best effort."""

    model: str
    """Hub id."""
    score: float
    """In the board's unit."""
    low: float | None = None
    """Lower end of the 95% interval, published or estimated; None: there is none."""
    high: float | None = None
    effort: str = ""


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """The open-weight models of a board that are known by a Hub id, best first."""

    benchmark: str
    date: str
    """UTC date of the publication."""
    unit: str
    attribution: str
    """Who is to be named for the figures, and the licence of the data."""
    models: tuple[Level, ...]

    def of(self, model: str) -> Level | None:
        """The figure of the model with this Hub id, in any case of letters; None: the board has none."""
        wanted = model.casefold()
        return next((level for level in self.models if level.model.casefold() == wanted), None)


def levels_of(board: "Board", scores: "Scores") -> Levels:
    """A board reduced to what replacements are chosen from."""
    sources = dict.fromkeys(f.source for f in board.figures)
    return Levels(
        benchmark=board.series.benchmark,
        date=board.date,
        unit=board.series.unit,
        attribution="; ".join(_credit(name, scores) for name in sources),
        models=tuple(_levels(board)),
    )


def _levels(board: "Board") -> Iterator[Level]:
    for figure in board.figures:
        if figure.hub:
            low, high = board.limits(figure) or (None, None)
            yield Level(
                model=figure.hub, score=figure.score, low=low, high=high, effort=figure.effort
            )


def _credit(name: str, scores: "Scores") -> str:
    source = scores.source(name)
    return f"{source.attribution or source.publisher} ({source.license or 'licence of the data not stated'})"


def compiled() -> Levels:
    """The embedded board. In a checkout it is compiled anew after the knowledge was."""
    if datafiles.is_checkout() and _changed(_COMPILED) < _changed(_KNOWLEDGE):
        from weightlaw.scores.compiling import main

        main(datafiles.CHECKOUT, os.path.join(datafiles.DATA, "scores.json"))
    try:
        with open(_COMPILED, "rb") as file:
            return msgspec.json.decode(file.read(), type=Levels)
    except (OSError, ValueError) as error:  # a decoding error is a ValueError
        raise WeightlawError(
            f"the embedded figures are damaged ({error}): reinstall weightlaw"
        ) from None


def _changed(path: str) -> int:
    """When a file was written, in nanoseconds; -1: it is not there."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1
