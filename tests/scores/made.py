"""Invented series and figures beside the embedded ones."""

from __future__ import annotations

from weightlaw.scores import store
from weightlaw.scores.store import Extra, Scores
from weightlaw.scores.values import Figure, Series, Source

ELO = Series(
    id="elo", benchmark="Made Arena", publisher="P", style="on", unit="Elo", scale="rating", days=31
)
TEST = Series(id="test", benchmark="Made Test", publisher="P", unit="percent", method="m")
VENDOR = Series(
    id="vendor", benchmark="Made Test", publisher="V", kind="vendor", unit="percent", method="m"
)


def figure(name: str, score: float, half: float | None = 1.0, **more: str) -> Figure:
    """A figure whose interval is `half` to either side."""
    given = {"series": "elo", "date": "2026-08-19", "source": "s1", "weights": "open"} | more
    low, high = (None, None) if half is None else (score - half, score + half)
    return Figure(name=name, model=name, score=score, low=low, high=high, **given)  # type: ignore[arg-type]


def scores(*figures: Figure) -> Scores:
    """The embedded figures and these."""
    sources = tuple(Source(id=f"s{i}", publisher="P") for i in range(9))
    store.load()
    extra = Extra(sources=sources, series=(ELO, TEST, VENDOR), figures=figures)
    with open(store._COMPILED, "rb") as file:
        return Scores(file.read(), extra)
