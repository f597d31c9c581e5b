"""A capability figure, the series it stands in, where it is from, and what a model costs to call."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct

Kind = Literal["independent", "compiled", "vendor", "self-reported"]
Weights = Literal["open", "closed", ""]


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A publication that figures are taken from, and what its licence asks to be named."""

    id: str
    publisher: str
    title: str = ""
    dump: str = ""
    """The copy that was read, where it was not the publisher's own page."""
    url: str = ""
    license: str = ""
    """Of the data. Empty: not stated; then the figures must not be passed on."""
    attribution: str = ""
    date: str = ""
    """UTC date of the publication."""


class Series(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What may stand in one column: one benchmark by one method on one board.

    Figures of different series are never subtracted. Source: `catalog/scores/series.tsv`.
    """

    id: str
    benchmark: str
    aliases: tuple[str, ...] = ()
    publisher: str = ""
    kind: Kind = "independent"
    board: str = ""
    """Category of an arena: `overall`, `coding`, ..."""
    style: Literal["", "on", "off"] = ""
    """Style control of an arena; empty: no such thing here."""
    unit: str = ""
    scale: Literal["rating", "index", "test"] = "test"
    """rating: fitted anew with each publication; index: stitched from tests; test: fixed questions."""
    days: int = 730
    """How many days two figures may lie apart and still be compared."""
    efforts: bool = True
    """Whether figures differ by reasoning effort; False: one figure a model."""
    interval: str = ""
    """What `low` and `high` are, with their level."""
    method: str = ""


class Figure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One published figure. Higher is better in every series of this catalogue."""

    series: str
    name: str
    """As the source spells it."""
    score: float
    low: float | None = None
    """Lower end of the 95% interval, in the series' unit; None: none published."""
    high: float | None = None
    date: str = ""
    """UTC date of the measurement or the publication; empty: not stated."""
    source: str = ""
    model: str = ""
    """Hub id (with a slash), else a closed model's API name; empty: not mapped, and not guessed."""
    effort: str = ""
    """Reasoning effort or mode; empty: not stated, or there is none."""
    precision: str = ""
    """Of the weights that were run; empty: not stated."""
    weights: Weights = ""
    """open or closed, as the source says; empty: it does not, or contradicts itself."""
    maker: str = ""
    variant: str = ""
    """A departure from the series' method: an edit format, a harness."""
    note: str = ""

    @property
    def key(self) -> str:
        """What the figure is of: the mapped model, else the source's own name."""
        return self.model or self.name

    @property
    def hub(self) -> str | None:
        """The Hub id of open weights, if the name is mapped to one."""
        return self.model if "/" in self.model and self.weights == "open" else None


class Price(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A list price: USD a million tokens, at one provider, as of the source's date."""

    name: str
    id: str
    """The provider's own id."""
    provider: str
    model: str = ""
    """The Hub id behind it, where a host's id is known to mean one; else empty."""
    weights: Weights = ""
    input: float
    output: float
    context: int | None = None
    """Tokens."""
    released: str = ""
    knowledge: str = ""
    """Month up to which the model's knowledge goes, as the provider says."""
    source: str
    file: str = ""


class Identity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a source's name of a model means. Never guessed: `model` is empty where that is not sure."""

    space: str
    name: str
    model: str = ""
    effort: str = ""
    precision: str = ""
    weights: Weights = ""
    maker: str = ""
    basis: str = ""
