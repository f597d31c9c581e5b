"""What may be compared is decided by the data; what may not is refused, with the reason.

Two figures may be compared where benchmark, method, board, style control, effort and kind of publisher are the
same, the dates lie no further apart than the series allows, and both are of the weights in question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Literal

from msgspec import Struct

from weightlaw.references.quantization import PublishedLoss, Quantization, published_loss
from weightlaw.scores import eci
from weightlaw.scores.boards import day
from weightlaw.scores.intervals import difference, win_rate
from weightlaw.scores.store import Scores
from weightlaw.scores.subjects import Subject
from weightlaw.scores.values import Figure, Series

Outcome = Literal[
    "first is higher", "second is higher", "no difference shown", "not known", "refused"
]
MAX_LOSSES = 3


class Comparison(Struct, frozen=True, kw_only=True):
    """Two figures side by side: a difference with its interval, or a refusal with its reasons."""

    benchmark: str
    series: str
    first: Figure
    second: Figure
    outcome: Outcome
    difference: float | None = None
    """First minus second, in the series' unit; None: refused, or no interval to judge it by."""
    low: float | None = None
    high: float | None = None
    """Ends of the 95% interval of the difference."""
    win_rate: float | None = None
    """For Elo scales: the share of votes that the difference means for the first (0 to 1)."""
    reasons: tuple[str, ...] = ()
    """Why it is refused."""
    notes: tuple[str, ...] = ()
    losses: tuple[PublishedLoss, ...] = ()
    """What is published on the quality that the artefact's quantization costs."""


def compare(
    scores: Scores,
    first: Subject,
    second: Subject,
    *,
    benchmark: str = "",
    any_effort: bool = False,
) -> tuple[Comparison, ...]:
    """All comparisons of two models, one a benchmark and shared effort; a refusal where there is none.

    `any_effort` takes each model at its best effort instead, and says so. Raises UsageError for an unknown
    benchmark. Empty: no benchmark has a figure of both.
    """
    wanted = scores.benchmark(benchmark) if benchmark else scores.series
    found: list[Comparison] = []
    for name in dict.fromkeys(s.benchmark for s in wanted):
        series = [s for s in wanted if s.benchmark == name]
        sides = [[f for s in series for f in _of(scores, s, who)] for who in (first, second)]
        if all(sides):
            found += _benchmark(scores, sides[0], sides[1], (first, second), any_effort)
    return tuple(found)


def _of(scores: Scores, series: Series, who: Subject) -> list[Figure]:
    return [f for f in scores.figures(series.id) if who.means(f)]


def _benchmark(
    scores: Scores,
    first: list[Figure],
    second: list[Figure],
    subjects: tuple[Subject, Subject],
    any_effort: bool,
) -> Iterator[Comparison]:
    fitting = [
        (a, b)
        for a, b in product(first, second)
        if not tuple(reasons(scores, a, b, any_effort=any_effort))
    ]
    if not fitting:
        a, b = min(product(first, second), key=lambda p: _nearness(scores, p[0], p[1], any_effort))
        yield _refused(scores, a, b, subjects, any_effort)
        return
    for a, b in _newest(fitting, any_effort):
        artefacts = [s.quantization for s in subjects]
        if any(_other_weights(q, f) for q, f in zip(artefacts, (a, b), strict=True)):
            yield _refused(scores, a, b, subjects, any_effort)
        else:
            yield _judged(scores, a, b, any_effort)


def _nearness(scores: Scores, a: Figure, b: Figure, any_effort: bool) -> tuple[int, str]:
    """The pair that explains a refusal best: fewest reasons, newest dates."""
    newest = "".join(chr(0x10FFFF - ord(c)) for c in max(a.date, b.date))
    return sum(1 for _ in reasons(scores, a, b, any_effort=any_effort)), newest


def _newest(pairs: list[tuple[Figure, Figure]], any_effort: bool) -> list[tuple[Figure, Figure]]:
    """One pair a series and effort: the newest, then the highest; with `any_effort` one a series."""
    ordered = sorted(
        pairs, key=lambda p: (min(p[0].date, p[1].date), p[0].score, p[1].score), reverse=True
    )
    chosen: dict[tuple[str, str], tuple[Figure, Figure]] = {}
    for pair in ordered:
        chosen.setdefault((pair[0].series, "" if any_effort else pair[0].effort), pair)
    return list(chosen.values())


def reasons(scores: Scores, a: Figure, b: Figure, *, any_effort: bool = False) -> Iterator[str]:
    """Why two figures may not be compared; nothing if they may."""
    first, second = scores.one(a.series), scores.one(b.series)
    yield from _series_reasons(first, second)
    if a.variant != b.variant:
        yield f"another method: {a.variant or 'the usual one'} beside {b.variant or 'the usual one'}"
    if first.efforts and not any_effort and a.effort != b.effort:
        yield f"another effort: {effort(a)} beside {effort(b)}"
    if a.precision and b.precision and a.precision != b.precision:
        yield f"other precisions: {a.precision} beside {b.precision}"
    yield from _date_reasons(first, second, a, b)


_SAME: tuple[tuple[str, Callable[[Series], str], str], ...] = (
    ("benchmark", lambda s: s.benchmark, "another benchmark"),
    ("kind", lambda s: s.kind, "another kind of publisher"),
    ("board", lambda s: s.board, "another board"),
    ("style", lambda s: f"style control {s.style}" if s.style else "", "another view"),
    ("unit", lambda s: s.unit, "another unit"),
)


def _series_reasons(first: Series, second: Series) -> Iterator[str]:
    if first.id == second.id:
        return
    told = False
    for _, read, words in _SAME:
        if read(first) != read(second):
            told = True
            yield f"{words}: {read(first) or 'none'} beside {read(second) or 'none'}"
    if not told:
        yield f"another method: {_method(first)} beside {_method(second)}"


def _method(series: Series) -> str:
    return f"{series.publisher} ({series.method or 'method not stated'})"


def _date_reasons(first: Series, second: Series, a: Figure, b: Figure) -> Iterator[str]:
    """Dates further apart than the stricter series allows; a date that nobody stated."""
    if a.source == b.source and first.scale != "test":
        return  # one publication
    earlier, later = day(a.date), day(b.date)
    if earlier is None or later is None:
        yield f"a date is not stated: {a.date or 'none'} beside {b.date or 'none'}"
        return
    apart, allowed = abs((later - earlier).days), min(first.days, second.days)
    if apart > allowed:
        what = {"rating": "Elo", "index": "an index", "test": "a run"}[first.scale]
        why = (
            f"{apart} days apart, at most {allowed} are allowed"
            if first.scale == "test"
            else f"the scale is fitted anew each time, {apart} days lie between, {allowed} are allowed"
        )
        yield f"other dates: {what} of {a.date} beside one of {b.date} ({why})"


def effort(figure: Figure) -> str:
    """The effort in words."""
    return figure.effort or "none stated"


def _other_weights(quantization: Quantization | None, figure: Figure) -> bool:
    return quantization is not None and quantization.name.upper() != figure.precision.upper()


def _refused(
    scores: Scores, a: Figure, b: Figure, subjects: tuple[Subject, Subject], any_effort: bool
) -> Comparison:
    why = list(reasons(scores, a, b, any_effort=any_effort))
    losses: list[PublishedLoss] = []
    for subject, figure in zip(subjects, (a, b), strict=True):
        quantization = subject.quantization
        if quantization is not None and _other_weights(quantization, figure):
            measured = figure.precision or "unknown weights, usually full precision or the API"
            why.append(f"other weights: measured on {measured}; you would run {quantization.name}")
            losses += published_loss(subject.name, quantization, MAX_LOSSES)
    return Comparison(
        benchmark=scores.one(a.series).benchmark,
        series=a.series,
        first=a,
        second=b,
        outcome="refused",
        reasons=tuple(why),
        losses=tuple(losses),
    )


def _judged(scores: Scores, a: Figure, b: Figure, any_effort: bool) -> Comparison:
    series = scores.one(a.series)
    se = eci.standard_error(scores) if series.id == eci.SERIES else None
    found = difference(a, b, se)
    notes = list(_notes(series, a, b, se, any_effort))
    d, low, high = found or (None, None, None)
    if found is None:
        notes.append("a figure has no interval, so no difference can be told from chance")
    return Comparison(
        benchmark=series.benchmark,
        series=series.id,
        first=a,
        second=b,
        outcome=outcome(low, high),
        difference=d,
        low=low,
        high=high,
        win_rate=win_rate(d) if d is not None and series.scale == "rating" else None,
        notes=tuple(notes),
    )


def outcome(low: float | None, high: float | None) -> Outcome:
    """A difference whose 95% interval holds zero is called none; without an interval nothing is known."""
    if low is None or high is None:
        return "not known"
    if low > 0:
        return "first is higher"
    return "second is higher" if high < 0 else "no difference shown"


def _notes(
    series: Series, a: Figure, b: Figure, se: float | None, any_effort: bool
) -> Iterable[str]:
    if any_effort and series.efforts and a.effort != b.effort:
        yield f"each at its best effort: {effort(a)} beside {effort(b)}"
    if se is not None:
        yield f"interval estimated by weightlaw: standard error {se:.1f} a model (docs/scores.md)"
    if series.kind != "independent":
        yield f"both figures are {series.kind}"
    if not a.precision and not b.precision:
        yield "the sources do not state the precision of the weights that were run"
