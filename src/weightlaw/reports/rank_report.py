"""What `rank` prints: text of 80 columns, and JSON `weightlaw.rank/1`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from weightlaw import version
from weightlaw.domain.deployment import Deployment
from weightlaw.reports.scores_report import attribution, full, score
from weightlaw.reports.text_report import joined, part, plain, wrap
from weightlaw.scores.ranking import Clause, Cost, Entry, Ranking
from weightlaw.scores.store import Scores
from weightlaw.scores.values import Series, Source

SCHEMA: Literal["weightlaw.rank/1"] = "weightlaw.rank/1"


class RankDocument(Struct, frozen=True, kw_only=True):
    """The document as it is written; `docs/rank.schema.json` is made from this type."""

    schema: Literal["weightlaw.rank/1"] = SCHEMA
    weightlaw: str
    """The version that wrote it."""
    knowledge_date: str
    """Of the licence knowledge."""
    assumptions: tuple[str, ...]
    deployment: Deployment
    series: Series
    date: str
    """UTC date of the board."""
    deployable: tuple[Entry, ...]
    review: tuple[Entry, ...]
    denied: tuple[Entry, ...]
    unknown: tuple[Entry, ...]
    closed: int
    costs: tuple[Cost, ...]
    sources: tuple[Source, ...]


def document(
    ranking: Ranking,
    scores: Scores,
    deployment: Deployment,
    knowledge_date: str,
    assumptions: Iterable[str],
) -> RankDocument:
    """A ranking in its documented form."""
    used = {f.source for f in ranking.board.figures}
    return RankDocument(
        weightlaw=version.VERSION,
        knowledge_date=knowledge_date,
        assumptions=tuple(assumptions),
        deployment=deployment,
        series=ranking.board.series,
        date=ranking.board.date,
        deployable=ranking.deployable,
        review=ranking.review,
        denied=ranking.denied,
        unknown=ranking.unknown,
        closed=ranking.closed,
        costs=ranking.costs,
        sources=tuple(s for s in scores.sources if s.id in used),
    )


def render(made: RankDocument) -> str:
    """Two-space indented UTF-8 JSON, the same bytes for the same ranking."""
    return msgspec.json.format(msgspec.json.encode(full(made)), indent=2).decode() + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    schema = msgspec.json.schema(RankDocument)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def text(made: RankDocument, limit: int = 0) -> str:
    """The ranking for a terminal. `limit`: at most so many models a section (0: all)."""
    lines = [
        *wrap(_headline(made), "", "  "),
        "",
        *(line for cost in made.costs for line in _cost(cost, made.series)),
        *_section("May be deployed", made.deployable, limit, _deployable),
        *_section("Review: somebody must decide", made.review, limit, _barred),
        *_section("May not be deployed", made.denied, limit, _barred),
        *_section("Not judged: no repository known", made.unknown, min(limit, 5), _plain_entry),
        *wrap(f"{made.closed} closed models on the board are not listed.", ""),
        *attribution(made.sources),
    ]
    if made.assumptions:
        lines += wrap("; ".join(made.assumptions) + ".", "assumed: ")
    lines += wrap(
        f"weightlaw {made.weightlaw}; licence knowledge of {made.knowledge_date}. A difference inside "
        "the intervals is none. Not legal advice.",
        "",
    )
    return joined(lines)


def _headline(made: RankDocument) -> str:
    board = f"{made.series.benchmark}, {made.date}"
    if made.series.style:
        board += f", style control {made.series.style}"
    counts = (
        f"{len(made.deployable)} may be deployed, {len(made.review)} need review, "
        f"{len(made.denied)} are denied"
    )
    if not made.deployable:
        return f"NONE: no model on the board may be deployed ({board}); {counts}"
    best = made.deployable[0]
    return f"BEST: {plain(best.figure.key)} ({_verdict(best)}; {board}); {counts}"


def _verdict(entry: Entry) -> str:
    return entry.verdict.value if entry.verdict else "not judged"


def _cost(cost: Cost, series: Series) -> Iterator[str]:
    what = f"best {cost.against}"
    if cost.best == cost.deployable:
        yield from wrap(f"none: it may be deployed ({plain(cost.best.key)})", f"  {what:<12}")
        return
    if cost.low is None:
        word = "not known, for a figure has no interval"
    elif cost.outcome == "first is higher":
        votes = f"; {cost.win_rate:.1%} of votes" if cost.win_rate is not None else ""
        word = f"{cost.difference:.1f} {series.unit} (95% interval {cost.low:.1f} to {cost.high:.1f}){votes}"
    else:
        word = "no difference shown"
    yield from wrap(f"{plain(cost.best.key)}: the bar costs {word}", f"  {what:<12}")


def _section(title: str, entries: tuple[Entry, ...], limit: int, line: Any) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield f"{title} ({len(entries)}):"
    shown = entries[:limit] if limit else entries
    for entry in shown:
        yield from line(entry)
    if len(entries) > len(shown):
        yield f"  and {len(entries) - len(shown)} more (--limit 0 shows all)"


def _deployable(entry: Entry) -> Iterator[str]:
    duties = f", {entry.duties} {'duty' if entry.duties == 1 else 'duties'}" if entry.duties else ""
    licenses = ", ".join(entry.licenses[:2])
    yield from wrap(f"{_named(entry)}: {_verdict(entry)}{duties} ({licenses})", "  ", "      ")


def _barred(entry: Entry) -> Iterator[str]:
    yield from wrap(f"{_named(entry)}: {_verdict(entry)}", "  ", "      ")
    for clause in entry.clauses[:2]:
        yield from wrap(_clause(clause), "      ")


def _plain_entry(entry: Entry) -> Iterator[str]:
    yield from wrap(_named(entry), "  ", "      ")


def _named(entry: Entry) -> str:
    figure = entry.figure
    effort = f", effort {figure.effort}" if figure.effort else ""
    return f"#{entry.place} {plain(figure.key)}{effort} {score(figure)}"


def _clause(clause: Clause) -> str:
    """The finding's words, with the licence where they do not name it themselves."""
    said = clause.license_name in clause.message
    place = f", {part(clause.section)}" if clause.section else ""
    where = "" if said else f" [{clause.license_name}{place}]"
    return f"{clause.rule} {clause.message}{where}"
