"""For a model that may not be deployed: the best one that may, and whether it is at its level.

Only a model that takes and gives what the denied one does can stand in for it: one that reads images is not replaced
by one that reads text alone, however good its figure for text is.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from weightlaw.domain.verdict import Verdict
from weightlaw.scores.intervals import difference
from weightlaw.scores.levels import DEFAULT_BENCHMARK, Level, Levels, levels_of

if TYPE_CHECKING:
    from weightlaw.domain.findings import ModelResult
    from weightlaw.scores.ranking import Judge
    from weightlaw.scores.store import Scores

DEPLOYABLE = (Verdict.ALLOWED, Verdict.CONDITIONAL)
Modalities = Callable[[str], Collection[str]]
"""Hub id in, what goes in and comes out of the model: text, image, ...; empty: not known."""
LevelWord = Literal["better", "at its level", "below its level", "not known"]


class Replacement(Struct, frozen=True, kw_only=True):
    """The best allowed replacement of a denied model, by one benchmark."""

    instead_of: str
    """The denied model's Hub id."""
    model: str
    """Hub id."""
    verdict: Verdict
    licenses: tuple[str, ...]
    """Names of what binds it."""
    duties: int
    level: LevelWord
    """By the 95% interval of the difference; below its level: nothing allowed comes up to it."""
    benchmark: str
    date: str
    """UTC date of the board."""
    figure: Level
    """The replacement's figure."""
    denied_figure: Level
    """The denied model's figure on the same board."""
    difference: float
    """Replacement minus the denied model, in the board's unit."""
    low: float | None
    """Lower end of the difference's 95% interval; None: a figure has none."""
    high: float | None
    unit: str
    source: str
    """Who is to be named for the figures, and the licence of the data."""


class Instead(Struct, frozen=True, kw_only=True):
    """What may stand in for a denied model, or why nothing is named."""

    instead_of: str
    """The denied model."""
    replacement: Replacement | None = None
    why: str = ""
    """Why there is none; empty where one is named."""


def best_replacement(
    model: str,
    judge: "Judge",
    *,
    by: str = DEFAULT_BENCHMARK,
    scores: "Scores | None" = None,
) -> Replacement | None:
    """The best model that `judge` lets be deployed in place of `model` (a Hub id), measured against it.

    None where the board has no figure of `model` (its copies and fine-tunes have none either), or nothing on
    the board may be deployed. For several denied models use `replacements`, which asks the judge once.
    """
    return replacements([model], judge, by=by, scores=scores).get(model)


def replacements(
    models: Sequence[str],
    judge: "Judge",
    *,
    by: str = DEFAULT_BENCHMARK,
    scores: "Scores | None" = None,
) -> dict[str, Replacement]:
    """`best_replacement` of many models: Hub id -> replacement; models without a figure are missing."""
    from weightlaw.scores.boards import board
    from weightlaw.scores.store import load

    scores = scores or load()
    levels = levels_of(board(scores, scores.main_series(by)), scores)
    found = (i.replacement for i in instead(models, judge, levels))
    return {r.instead_of: r for r in found if r is not None}


def by_catalogue(model: str) -> Collection[str]:
    """What the embedded catalogue says goes in and comes out of a model."""
    from weightlaw.catalog.store import load

    known = load().model(model)
    return known.modalities if known else ()


def instead(
    models: Iterable[str], judge: "Judge", levels: Levels, modalities: Modalities = by_catalogue
) -> tuple[Instead, ...]:
    """For each denied model what to take instead, or why nothing can be named; each model once.

    Candidates are judged in the order of their figures, one at a time, only up to the first that may be deployed
    and does what the denied model does besides text.
    """
    candidates = _Candidates(judge, levels, modalities)
    return tuple(_instead(model, candidates) for model in dict.fromkeys(models))


def _instead(model: str, candidates: "_Candidates") -> Instead:
    levels = candidates.levels
    denied = levels.of(model)
    if denied is None:
        return Instead(
            instead_of=model,
            why=f"no comparable figure: {levels.benchmark} of {levels.date} has none of this model",
        )
    best = candidates.best(denied)
    if best is None:
        besides = sorted(candidates.besides_text(denied))
        like = f" and which take or give {' and '.join(besides)} as it does" if besides else ""
        return Instead(
            instead_of=model,
            why=f"none of the {len(levels.models)} models on {levels.benchmark} of {levels.date} whose "
            f"weights are open{like} may be deployed like this",
        )
    return Instead(instead_of=model, replacement=_measured(model, denied, *best, levels))


class _Candidates:
    """The board's models from the top, judged only as far as somebody asks."""

    def __init__(self, judge: "Judge", levels: Levels, modalities: Modalities) -> None:
        self.levels = levels
        self._judge = judge
        self._modalities = modalities
        self._left = iter(levels.models)
        self._deployable: list[tuple[Level, ModelResult]] = []

    def best(self, denied: Level) -> "tuple[Level, ModelResult] | None":
        """The first that may be deployed, is another model and does what the denied one does; None: there is none."""
        wanted = self.besides_text(denied)
        for level, result in self._found():
            if level.model != denied.model and wanted <= self.besides_text(level):
                return level, result
        return None

    def besides_text(self, level: Level) -> frozenset[str]:
        """What a model takes or gives besides text; nothing where that is not known: the figures are of text."""
        return frozenset(self._modalities(level.model)) - {"text"}

    def _found(self) -> "Iterable[tuple[Level, ModelResult]]":
        yield from self._deployable
        for level in self._left:
            result = self._judge([level.model]).get(level.model)
            if result is not None and result.verdict in DEPLOYABLE:
                self._deployable.append((level, result))
                yield level, result


def _measured(
    model: str, denied: Level, best: Level, result: "ModelResult", levels: Levels
) -> Replacement:
    found = difference(best, denied)
    low, high = (found[1], found[2]) if found else (None, None)
    return Replacement(
        instead_of=model,
        model=best.model,
        verdict=result.verdict,
        licenses=tuple(v.name for v in result.licenses),
        duties=len(result.duties),
        level=_level(low, high),
        benchmark=levels.benchmark,
        date=levels.date,
        figure=best,
        denied_figure=denied,
        difference=best.score - denied.score,
        low=low,
        high=high,
        unit=levels.unit,
        source=levels.attribution,
    )


def _level(low: float | None, high: float | None) -> LevelWord:
    if low is None or high is None:
        return "not known"
    if low > 0:
        return "better"
    return "below its level" if high < 0 else "at its level"
