"""The deployable leaderboard: the best models that this organization may deploy, and what the bars cost.

A board's figures meet `check`'s verdicts. Allowed and conditional models are ranked; review stands apart; denied
ones are told with the clause that bars them. The cost is the best figure minus the best deployable one, with the
95% interval of the difference: inside it the bar costs nothing that was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from weightlaw.domain.findings import Evidence, Finding, ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.scores.boards import Board
from weightlaw.scores.comparing import Outcome, outcome
from weightlaw.scores.intervals import difference, win_rate
from weightlaw.scores.replacing import DEPLOYABLE
from weightlaw.scores.values import Figure

Judge = Callable[[Sequence[str]], Mapping[str, ModelResult]]
"""Hub ids in, one result an id out; ids that nobody knows are missing. Figures know no law: who ranks brings
the judge, which is `check` (weightlaw.cli.rank.judge_for)."""


class Clause(Struct, frozen=True, kw_only=True):
    """What decides a verdict: the rule, the licence and its section."""

    rule: str
    name: str
    message: str
    license: str = ""
    license_name: str = ""
    section: str = ""
    remedy: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """One model on the board with its verdict."""

    figure: Figure
    place: int
    """On the whole board, closed models included; from 1, by score."""
    verdict: Verdict | None = None
    """None: closed, or no repository is known, so nothing was judged."""
    licenses: tuple[str, ...] = ()
    duties: int = 0
    clauses: tuple[Clause, ...] = ()
    """Why it is not simply allowed, the deciding ones first."""


class Cost(Struct, frozen=True, kw_only=True):
    """What the bar costs in ability: the best of a kind against the best deployable model."""

    against: Literal["open", "closed"]
    best: Figure
    deployable: Figure
    difference: float
    """Best minus deployable, in the board's unit; 0 where they are one."""
    low: float | None
    high: float | None
    """95% interval of the difference; None: a figure has none."""
    outcome: Outcome
    """`first` is the best of its kind."""
    win_rate: float | None = None


class Ranking(Struct, frozen=True, kw_only=True):
    """The whole answer. The lists are ordered by score, best first."""

    board: Board
    deployable: tuple[Entry, ...]
    review: tuple[Entry, ...]
    denied: tuple[Entry, ...]
    unknown: tuple[Entry, ...]
    """Weights open or not stated, and no repository known: not judged, and so never allowed."""
    closed: int
    """Closed models on the board, which no licence of weights decides on."""
    costs: tuple[Cost, ...]


def rank(board: Board, judge: Judge, only: Collection[str] = ()) -> Ranking:
    """Rank a board's models by what may be deployed. `only`: Hub ids to restrict the entries to.

    The costs are always against the whole board. A model that `check` does not know is in review.
    """
    hubs = [f.hub for f in board.figures if f.hub]
    results = judge(hubs)
    wanted = {i.casefold() for i in only}
    entries = [_entry(f, i, results) for i, f in enumerate(board.figures, 1)]
    opened = [e for e in entries if e.figure.weights != "closed"]
    all_deployable = [e for e in opened if e.verdict in DEPLOYABLE]
    kept = [e for e in opened if not wanted or e.figure.key.casefold() in wanted]
    return Ranking(
        board=board,
        deployable=tuple(e for e in kept if e.verdict in DEPLOYABLE),
        review=tuple(e for e in kept if e.verdict is Verdict.REVIEW),
        denied=tuple(e for e in kept if e.verdict is Verdict.DENIED),
        unknown=tuple(e for e in kept if e.verdict is None),
        closed=len(entries) - len(opened),
        costs=tuple(_costs(board, all_deployable)),
    )


def _entry(figure: Figure, place: int, results: Mapping[str, ModelResult]) -> Entry:
    if figure.hub is None:
        return Entry(figure=figure, place=place)
    result = results.get(figure.hub)
    if result is None:
        return Entry(figure=figure, place=place, verdict=Verdict.REVIEW, clauses=(_UNJUDGED,))
    return Entry(
        figure=figure,
        place=place,
        verdict=result.verdict,
        licenses=tuple(v.name for v in result.licenses),
        duties=len(result.duties),
        clauses=tuple(clauses(result)),
    )


_UNJUDGED = Clause(
    rule="WL109",
    name="unknown-model",
    message="The catalogue does not know this model, and the Hub was not asked.",
)


def clauses(result: ModelResult) -> Iterable[Clause]:
    """The findings that decide a result's verdict, as clauses."""
    names = {v.id: v.name for v in result.licenses}
    for finding in result.findings:
        if finding.verdict is result.verdict and finding.verdict is not Verdict.ALLOWED:
            yield _clause(finding, names)


def _clause(finding: Finding, names: Mapping[str, str]) -> Clause:
    evidence = finding.evidence[0] if finding.evidence else Evidence(license="")
    return Clause(
        rule=finding.rule,
        name=finding.name,
        message=finding.message,
        license=evidence.license,
        license_name=names.get(evidence.license, evidence.license),
        section=evidence.section,
        remedy=finding.remedy,
    )


def _costs(board: Board, deployable: list[Entry]) -> Iterable[Cost]:
    if not deployable:
        return
    best = deployable[0].figure
    if (top := board.best("open")) is not None:
        yield _cost(board, "open", top, best)
    if (top := board.best("closed")) is not None:
        yield _cost(board, "closed", top, best)


def _cost(board: Board, side: Literal["open", "closed"], top: Figure, best: Figure) -> Cost:
    found = (0.0, 0.0, 0.0) if top is best else difference(top, best, board.se)
    d = top.score - best.score
    low, high = (found[1], found[2]) if found else (None, None)
    return Cost(
        against=side,
        best=top,
        deployable=best,
        difference=d,
        low=low,
        high=high,
        outcome=outcome(low, high),
        win_rate=win_rate(d) if board.series.scale == "rating" else None,
    )
