"""What `scores` prints: text of 80 columns, and JSON `weightlaw.scores/1`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from weightlaw import version
from weightlaw.references.quantization import PublishedLoss
from weightlaw.reports.text_report import joined, plain, wrap
from weightlaw.scores.claimed import Claim
from weightlaw.scores.comparing import Comparison
from weightlaw.scores.gaps import MonthsGap, PointsGap
from weightlaw.scores.store import Scores
from weightlaw.scores.values import Figure, Price, Series, Source

SCHEMA: Literal["weightlaw.scores/1"] = "weightlaw.scores/1"
Action = Literal["show", "compare", "gap", "claims"]


class ScoresDocument(Struct, frozen=True, kw_only=True):
    """The document as it is written; `docs/scores.schema.json` is made from this type.

    Every key is always there; what an action does not give is empty. `series` and `sources` are those that the
    figures of the document name, with the attribution that their licences ask for.
    """

    schema: Literal["weightlaw.scores/1"] = SCHEMA
    weightlaw: str
    """The version that wrote it."""
    figures_date: str
    """UTC date of the newest embedded publication."""
    action: Action
    figures: tuple[Figure, ...] = ()
    prices: tuple[Price, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    points: tuple[PointsGap, ...] = ()
    months: tuple[MonthsGap, ...] = ()
    claims: tuple[Claim, ...] = ()
    series: tuple[Series, ...] = ()
    sources: tuple[Source, ...] = ()


def document(scores: Scores, action: Action, **parts: Any) -> ScoresDocument:
    """An action's results with the series and sources that they rest on."""
    made = ScoresDocument(
        weightlaw=version.VERSION, figures_date=scores.date, action=action, **parts
    )
    used = list(_figures(made))
    names = {f.source for f in used} | {p.source for p in made.prices}
    columns = {f.series for f in used} | {s.id for s in parts.get("series", ())}
    return msgspec.structs.replace(
        made,
        series=tuple(s for s in scores.series if s.id in columns),
        sources=tuple(s for s in scores.sources if s.id in names),
    )


def _figures(made: ScoresDocument) -> Iterator[Figure]:
    yield from made.figures
    for comparison in made.comparisons:
        yield from (comparison.first, comparison.second)
    for gap in made.points:
        yield from (gap.closed, gap.open)


def render(made: ScoresDocument) -> str:
    """Two-space indented UTF-8 JSON, the same bytes for the same document."""
    return msgspec.json.format(msgspec.json.encode(full(made)), indent=2).decode() + "\n"


def full(value: Any) -> Any:
    """The value with every key, also those that the compiled file leaves out to be short."""
    if isinstance(value, Struct):
        return {name: full(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [full(v) for v in value]
    return value


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    schema = msgspec.json.schema(ScoresDocument)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def text(made: ScoresDocument, scores: Scores, limit: int = 0) -> str:
    """The document for a terminal. `limit`: at most so many figures of each series (0: all)."""
    if made.action == "show":
        lines = _show(made, scores, limit)
    elif made.action == "compare":
        lines = _comparisons(made.comparisons, scores)
    elif made.action == "gap":
        lines = _gap(made)
    else:
        lines = (line for c in made.claims for line in _claim(c))
    return joined([*lines, *attribution(made.sources)])


def attribution(sources: Iterable[Source]) -> Iterator[str]:
    """The lines that name where figures are from, as CC-BY asks."""
    for source in sources:
        when = f", {source.date}" if source.date else ""
        license_name = source.license or "licence of the data not stated"
        yield from wrap(
            f"{source.attribution or source.publisher} ({source.title}{when}; {license_name})",
            "source: ",
        )


def _show(made: ScoresDocument, scores: Scores, limit: int) -> Iterator[str]:
    if not made.figures:
        yield from (line for s in made.series for line in _series(s, scores))
    for series in made.series:
        figures = [f for f in made.figures if f.series == series.id]
        if figures:
            yield from _column(series, figures, limit)
    if made.prices:
        yield "List prices, USD a million tokens:"
        yield from (line for p in made.prices[:12] for line in _price(p))
        if len(made.prices) > 12:
            yield f"  and {len(made.prices) - 12} more (see --format json)"
        yield ""


def _series(series: Series, scores: Scores) -> Iterator[str]:
    figures = scores.figures(series.id)
    dates = sorted({f.date for f in figures if f.date}) or ["date not stated"]
    span = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    yield from wrap(
        f"{_title(series)}: {len(figures)} figures, {span}; {series.publisher}", "", "    "
    )


def _title(series: Series) -> str:
    extra = [f"style control {series.style}"] if series.style else []
    extra += [series.board] if series.board not in ("", "overall") else []
    extra += [series.kind.upper()] if series.kind != "independent" else []
    return f"{series.benchmark} ({', '.join(extra)})" if extra else series.benchmark


def _column(series: Series, figures: list[Figure], limit: int) -> Iterator[str]:
    by = "" if series.kind == "independent" else f"; {series.publisher or 'publisher not stated'}"
    yield from wrap(
        f"{_title(series)}, {series.unit}; {series.method or 'method not stated'}{by}", "", "  "
    )
    shown = figures[:limit] if limit else figures
    for figure in shown:
        yield from _figure(figure)
    if len(figures) > len(shown):
        yield f"  and {len(figures) - len(shown)} more (--limit 0 shows all)"
    yield ""


def _figure(figure: Figure) -> Iterator[str]:
    name = plain(figure.key)
    other = f" as {plain(figure.name)}" if figure.name != figure.key else ""
    more = [figure.effort and f"effort {figure.effort}", figure.precision, figure.variant]
    more += [figure.date or "date not stated", "" if figure.weights == "" else figure.weights]
    more += ["" if figure.model else "name not mapped to a model"]
    told = ", ".join(m for m in more if m)
    yield from wrap(f"{score(figure)}  {name}{other} ({told})", "  ", "      ")


def score(figure: Figure) -> str:
    """A figure with its interval: `1470.4 [1465.5, 1475.3]`."""
    if figure.low is None or figure.high is None:
        return f"{figure.score:.1f} [no interval]"
    return f"{figure.score:.1f} [{figure.low:.1f}, {figure.high:.1f}]"


def _price(price: Price) -> Iterator[str]:
    size = f", context {price.context:,} tokens" if price.context else ""
    yield from wrap(
        f"{price.input:g} in, {price.output:g} out: {price.provider} ({plain(price.id)}{size}; {price.source})",
        "  ",
        "      ",
    )


def _comparisons(found: Iterable[Comparison], scores: Scores) -> Iterator[str]:
    """One after another; what is published of a quantization's loss is told once for all."""
    losses: dict[str, None] = {}
    for comparison in found:
        yield from _comparison(comparison, scores)
        losses |= dict.fromkeys(_loss(loss) for loss in comparison.losses)
    if losses:
        yield "What is published of the loss by quantization:"
        yield from (line for loss in losses for line in wrap(loss, "  loss        "))
        yield ""


def _loss(loss: PublishedLoss) -> str:
    return (
        f"{loss.model} {loss.scheme}: {loss.benchmark}, {loss.metric}: {loss.loss} {loss.unit} "
        f"({loss.model_match}, {loss.scheme_match}; {loss.source})"
    )


def _comparison(c: Comparison, scores: Scores) -> Iterator[str]:
    series = scores.one(c.series)
    word = c.outcome.upper() if c.outcome == "refused" else c.outcome
    yield from wrap(f"{_title(series)}: {word}", "", "  ")
    for figure in (c.first, c.second):
        yield from _figure(figure)
    if c.difference is not None:
        votes = f"; the first gets {c.win_rate:.1%} of votes" if c.win_rate is not None else ""
        yield from wrap(
            f"{c.difference:+.1f} {series.unit}, 95% interval {c.low:+.1f} to {c.high:+.1f}{votes}",
            "  difference  ",
        )
    for reason in c.reasons:
        yield from wrap(reason, "  because     ")
    for note in c.notes:
        yield from wrap(note, "  note        ")
    yield ""


def _gap(made: ScoresDocument) -> Iterator[str]:
    for gap in made.points:
        yield from _points(gap)
    for found in made.months:
        yield from wrap(
            f"{found.months:.1f} months (90% interval {found.low:.1f} to {found.high:.1f}): "
            f"{found.start} to {found.end}, counting {_RULES[found.rule]}; {found.models} models",
            "  months      ",
        )
    yield ""


_RULES = {
    "strict": "every lead of a closed model",
    "significant": "only leads that chance does not explain",
}


def _points(gap: PointsGap) -> Iterator[str]:
    interval = (
        f"90% interval {gap.low:+.1f} to {gap.high:+.1f}"
        if gap.low is not None
        else "no interval, for a figure has none"
    )
    votes = f"; {gap.win_rate:.1%} of votes" if gap.win_rate is not None else ""
    yield from wrap(
        f"{gap.benchmark} on {gap.date}: closed minus open {gap.difference:+.1f} {gap.unit} "
        f"({interval}){votes}",
        "",
        "  ",
    )
    for figure in (gap.closed, gap.open):
        yield from _figure(figure)
    if gap.unclear:
        yield f"  left out: {gap.unclear} of which it is not stated whether the weights are open"


def _claim(claim: Claim) -> Iterator[str]:
    yield from wrap(f"{claim.id}: {claim.says}", "", "  ")
    yield from wrap(claim.holds, "  holds       ")
    yield from wrap(claim.found, "  found       ")
    for name, value in claim.figures.items():
        yield from wrap(f"{name}: {value:,.3f}".rstrip("0").rstrip("."), "  computed    ")
    yield ""
