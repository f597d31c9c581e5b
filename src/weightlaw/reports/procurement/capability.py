"""Capability and price: figures with method, date, interval and source, and only comparisons that the data allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from weightlaw.reports.procurement.gathering import Item, Material
from weightlaw.reports.procurement.view import Attribution, Offer, Score, Scoreboard
from weightlaw.reports.scores_report import score
from weightlaw.scores.boards import Board, board
from weightlaw.scores.comparing import outcome, reasons
from weightlaw.scores.intervals import difference
from weightlaw.scores.values import Figure, Price, Series

MAX_OFFERS = 3
"""List prices a model: the cheapest; the others are counted."""


class _Found(Struct, frozen=True):
    """A model's figure on a board; `other` says which other weights it was measured on."""

    item: Item
    figure: Figure
    other: str = ""


def scoreboards(material: Material) -> tuple[Scoreboard, ...]:
    """The newest board of every series that has a figure of a model here; arenas in their default view."""
    keys = _keys(material.items)
    made = (_scoreboard(series, keys, material) for series in material.scores.series)
    return tuple(each for each in made if each is not None)


def unscored(material: Material, boards: Iterable[Scoreboard]) -> tuple[str, ...]:
    """Models without any figure."""
    known = {row.model for each in boards for row in each.rows}
    return tuple(item.id for item in material.items if item.id not in known)


def _keys(items: Iterable[Item]) -> dict[str, list[tuple[Item, str]]]:
    """Hub id -> the models whose figures these are; a quantized copy has its base's, marked."""
    found: dict[str, list[tuple[Item, str]]] = {}
    for item in items:
        stored = item.known.subject.quantization if item.known else ""
        other = f"measured on the full-precision model; this is {stored}" if stored else ""
        found.setdefault(item.result.model.casefold(), []).append((item, other))
        for base in item.result.bases:
            if base.relation == "quantized":
                copy = other or f"measured on {base.id}, of which this is a quantized copy"
                found.setdefault(base.id.casefold(), []).append((item, copy))
    return found


def _scoreboard(
    series: Series, keys: dict[str, list[tuple[Item, str]]], material: Material
) -> Scoreboard | None:
    table = _board(series, material)
    if table is None:
        return None
    found = [
        _Found(item, f, other)
        for f in table.figures
        for item, other in keys.get(f.key.casefold(), ())
    ]
    return _filled(table, found, material) if found else None


def _filled(table: Board, found: list[_Found], material: Material) -> Scoreboard:
    series, ends = table.series, _ends(found, table)
    rows = tuple(_row(each, found, table, ends, material) for each in found)
    named = {row.model for row in rows}
    return Scoreboard(
        benchmark=_title(series),
        unit=series.unit,
        method=series.method,
        publisher=series.publisher,
        kind=series.kind,
        interval=_interval(table),
        date=table.date,
        low=f"{ends[0]:g}",
        high=f"{ends[1]:g}",
        rows=rows,
        missing=tuple(i.id for i in material.items if i.id not in named),
        context=tuple(_context(table)),
    )


def _interval(table: Board) -> str:
    """What the intervals are; where the source has none, that they are estimated."""
    if table.se is None:
        return table.series.interval
    return (
        f"{table.series.interval}; those shown are 95%, estimated by weightlaw from a standard error of "
        f"{table.se:.1f} a model (docs/scores.md)"
    )


def _figure(figure: Figure, table: Board) -> str:
    """The figure with its interval, marked where it is estimated."""
    limits = table.limits(figure)
    if limits is None or figure.low is not None:
        return score(figure)
    return f"{figure.score:.1f} [{limits[0]:.1f}, {limits[1]:.1f}; estimated]"


def _title(series: Series) -> str:
    extra = [f"style control {series.style}"] if series.style else []
    extra += [series.board] if series.board not in ("", "overall") else []
    return f"{series.benchmark} ({', '.join(extra)})" if extra else series.benchmark


def _context(table: Board) -> Iterator[str]:
    """What else stands on the board: the best open and the best closed model."""
    for weights in ("open", "closed"):
        best = table.best("open" if weights == "open" else "closed")
        if best is not None:
            yield f"best {weights} model: {best.key}, {_figure(best, table)}"


def _ends(found: list[_Found], table: Board) -> tuple[float, float]:
    """The ends of the axis, round and a little outside of all intervals."""
    limits = [table.limits(f.figure) or (f.figure.score, f.figure.score) for f in found]
    low, high = min(x for x, _ in limits), max(x for _, x in limits)
    step = next((s for s in (1, 5, 10, 25, 50, 100) if (high - low) / s <= 12), 250)
    return float(low // step * step), float((high // step + 1) * step)


def _row(
    found: _Found,
    all_found: list[_Found],
    table: Board,
    ends: tuple[float, float],
    material: Material,
) -> Score:
    figure = found.figure
    limits = table.limits(figure)

    def at(value: float) -> int:
        return round(1000 * min(max((value - ends[0]) / (ends[1] - ends[0]), 0), 1))

    return Score(
        model=found.item.id,
        figure=_figure(figure, table),
        effort=figure.effort or ("not stated" if table.series.efforts else ""),
        date=figure.date or "not stated",
        against=_against(found, all_found[0], table, material, len(all_found) > 1),
        source=material.scores.source(figure.source).publisher,
        weights=found.other or figure.precision,
        low=at(limits[0]) if limits else None,
        high=at(limits[1]) if limits else None,
        at=at(figure.score),
    )


def _against(found: _Found, best: _Found, table: Board, material: Material, several: bool) -> str:
    """The difference from the best of the models here, or why none may be told."""
    if found is best:
        return "highest here" if several else "the only one here"
    if found.other or best.other:
        return "not comparable: other weights"
    if why := next(reasons(material.scores, found.figure, best.figure), None):
        return f"not comparable: {why}"
    told = difference(found.figure, best.figure, table.se)
    if told is None:
        return "not known: a figure has no interval"
    if outcome(told[1], told[2]) == "no difference shown":
        return "no difference shown"
    return f"{told[0]:+.1f} ({told[1]:+.1f} to {told[2]:+.1f})"


def offers(material: Material) -> tuple[Offer, ...]:
    """The cheapest list prices of each model."""
    return tuple(offer for item in material.items for offer in _offers(item, material))


def unpriced(material: Material, known: Iterable[Offer]) -> tuple[str, ...]:
    """Models without a list price; that is not free: hosting costs."""
    priced = {offer.model for offer in known}
    return tuple(item.id for item in material.items if item.id not in priced)


def _offers(item: Item, material: Material) -> Iterator[Offer]:
    for price in material.prices(item)[:MAX_OFFERS]:
        yield _offer(item, price, material)


def _offer(item: Item, price: Price, material: Material) -> Offer:
    source = material.scores.source(price.source)
    return Offer(
        model=item.id,
        provider=price.provider,
        input=f"{price.input:g}",
        output=f"{price.output:g}",
        context=f"{price.context:,}" if price.context else "",
        source=source.publisher or source.id,
        date=source.date,
    )


def attributions(material: Material) -> tuple[Attribution, ...]:
    """The publications whose figures and prices are shown."""
    keys = _keys(material.items)
    tables = (_board(series, material) for series in material.scores.series)
    used = {f.source for t in tables if t for f in t.figures if f.key.casefold() in keys}
    used |= {p.source for item in material.items for p in material.prices(item)[:MAX_OFFERS]}
    return tuple(
        Attribution(
            text=source.attribution or f"{source.publisher}, {source.title}",
            url=source.url,
            license=source.license,
            date=source.date,
        )
        for source in material.scores.sources
        if source.id in used
    )


def _board(series: Series, material: Material) -> Board | None:
    """The newest board of a series; None for the views of an arena that are not its default."""
    if series.style == "off" or not material.scores.figures(series.id):
        return None
    return board(material.scores, series)
