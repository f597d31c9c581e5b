"""The report as plain tables, for the formats that are made of tables: spreadsheet, word processor, print."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.reports.procurement.templating import section
from weightlaw.reports.procurement.terms import SILENT
from weightlaw.reports.procurement.view import (
    UNKNOWN,
    Cell,
    ModelSheet,
    Node,
    OwnTrial,
    Report,
    source_of,
)

Row = tuple[str, ...]


class Table(Struct, frozen=True, kw_only=True):
    """One table: its heads with their share of the width, its rows, and what to say of it."""

    id: str
    title: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = "None."
    """What stands in its place where there are no rows."""


def tables(report: Report) -> tuple[Table, ...]:
    """All tables in the order of the report."""
    made = (_decisions, _tasks, _duties, _thresholds, _lineage, _swaps, _scores)
    trial = _trial(report.trial) if report.trial else ()
    more = (_prices, _gaps, _questions, _waivers, _disputes, _models, _proofs, _sources)
    return (*(make(report) for make in made), *trial, *(make(report) for make in more))


def listed(names: Row, most: int = 0) -> str:
    """Names in a row; with `most`, the first of many."""
    if not most or len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def where(license_name: str, part: str) -> str:
    """Licence and section."""
    return f"{license_name}, {section(part)}" if part else license_name


def sheet_rows(sheet: ModelSheet) -> tuple[str, ...]:
    """A model's cells as text, each with the number of its source."""
    return tuple(_told(cell, sheet) for cell in sheet.cells)


def _told(cell: Cell, sheet: ModelSheet) -> str:
    if not cell.text:
        return UNKNOWN
    source = source_of(cell)
    number = f" [{sheet.sources.index(source) + 1}]" if source in sheet.sources else ""
    return f"{cell.text} ({cell.kind}{number})"


def sheet_sources(sheet: ModelSheet) -> str:
    """The sources of a model's cells with their numbers."""
    return " ".join(f"[{n}] {source}." for n, source in enumerate(sheet.sources, 1))


def brief(report: Report) -> Table:
    """The most telling fields of many models, one row a model."""
    shown = [n for n, name in enumerate(report.sheet_names) if name in _BRIEF]
    return Table(
        id="models",
        title="Models",
        heads=("Model", "Verdict", *(report.sheet_names[n] for n in shown)),
        widths=(24, 10, *(24 if report.sheet_names[n] in _LONG else 10 for n in shown)),
        rows=tuple((s.model, s.verdict, *(s.cells[n].shown for n in shown)) for s in report.sheets),
        note="The further fields and the sources of all cells are in the JSON and XLSX forms of this report.",
    )


_LONG = ("License concluded", "Provider", "License declared")
_BRIEF = {
    "Provider",
    "Seat of the provider",
    "Released",
    "Parameters",
    "Access",
    "License declared",
    "License concluded",
}
FEW = 12
"""Up to so many models are shown with all their fields; more of them in brief."""


def _decisions(report: Report) -> Table:
    return Table(
        id="decision",
        title="Decision",
        heads=(
            "Verdict",
            "Models",
            "What decides",
            "Why",
            "Largest deployment allowed",
            "Next step",
            "Instead",
            "Evidence",
        ),
        widths=(12, 34, 30, 44, 40, 44, 34, 9),
        rows=tuple(
            (
                d.verdict,
                listed(d.models),
                d.clause or "no licence is known",
                d.reason,
                d.largest,
                d.next_step,
                d.instead,
                str(d.proof or ""),
            )
            for d in report.decisions
        ),
    )


def _tasks(report: Report) -> Table:
    return Table(
        id="tasks",
        title="Who acts",
        heads=("What to do", "Why", "Models", "Role (proposed)", "Name", "By"),
        widths=(56, 34, 34, 20, 18, 14),
        rows=tuple((t.what, t.why, listed(t.models), t.role, t.name, t.by) for t in report.tasks),
        note="Roles are a proposal by the kind of question. Names and days are blank where nobody said them.",
        empty="Nobody: there is nothing to decide and no duty to fulfil.",
    )


def _duties(report: Report) -> Table:
    return Table(
        id="duties",
        title="Duties",
        heads=("Force", "If", "Duty", "Words to show", "Where it stands", "Models", "Kept"),
        widths=(22, 26, 56, 26, 36, 34, 20),
        rows=tuple(
            (
                o.mode + (" (only if licensed)" if o.only_if_licensed else ""),
                o.condition,
                o.text,
                o.display,
                where(o.license, o.section),
                listed(o.models),
                o.kept,
            )
            for o in report.obligations
        ),
        note="Only if licensed: the models are denied; the duty would hold if a licence of one's own were obtained.",
        empty="None in this deployment.",
    )


def _thresholds(report: Report) -> Table:
    return Table(
        id="thresholds",
        title="Thresholds",
        heads=(
            "Licence and section",
            "Threshold",
            "Measured",
            "Above it",
            "State",
            "Held against",
            "Forecast passes it",
            "Models",
        ),
        widths=(40, 28, 22, 30, 26, 26, 34, 34),
        rows=tuple(
            (
                where(k.license, k.section),
                k.limit,
                k.measured,
                k.above,
                k.state,
                k.here or UNKNOWN,
                "; ".join(part for part in (k.passed, k.assumption) if part),
                listed(k.models),
            )
            for axis in report.axes
            for k in axis.limits
        ),
        empty="None of the licences here has a threshold of size.",
    )


def _lineage(report: Report) -> Table:
    return Table(
        id="lineage",
        title="Lineage",
        heads=("Model", "Depth", "Made from", "By", "Licence", "Who says so"),
        widths=(40, 8, 44, 14, 50, 16),
        rows=tuple(row for node in report.lineages for row in _edges(node.id, node, 1)),
        note=f"No base is known for {len(report.rootless)} models; that nobody names one does not show that there is none.",
        empty="No base is known for any of the models.",
    )


def _edges(model: str, node: Node, depth: int) -> Iterator[Row]:
    for base in node.bases:
        yield (model, str(depth), base.id, base.relation, base.license, base.said_by)
        yield from _edges(model, base, depth + 1)


def terms_by_license(report: Report) -> Table:
    """One row a licence, for sheets that are filtered."""
    return Table(
        id="terms",
        title="Terms",
        heads=("Licence", "Id", "Models", *report.term_names),
        widths=(32, 28, 30, *(38 for _ in report.term_names)),
        rows=tuple(
            (t.name, t.id, listed(t.models), *(_term(c) for c in t.cells)) for t in report.terms
        ),
        empty="No licence is known.",
    )


def terms_side_by_side(report: Report, most: int) -> tuple[Table, ...]:
    """One column a licence, a few licences a table, without the rows on which all of them are silent."""
    from weightlaw.reports.procurement.templating import even

    made = []
    for group in even(report.terms, most):
        rows = [
            (name, *(_term(t.cells[n]) for t in group)) for n, name in enumerate(report.term_names)
        ]
        silent = [row[0].lower() for row in rows if all(cell == SILENT for cell in row[1:])]
        made.append(
            Table(
                id="terms",
                title="Terms side by side",
                heads=("", *(t.name for t in group)),
                widths=(16, *(84 // len(group) for _ in group)),
                rows=tuple(row for row in rows if row[0].lower() not in silent),
                note=f"Not stated here: {', '.join(silent)}." if silent else "",
            )
        )
    return tuple(made)


def _term(cell: Cell) -> str:
    return f"{cell.text} ({cell.source})" if cell.text and cell.source else cell.shown


def _swaps(report: Report) -> Table:
    return Table(
        id="swaps",
        title="Replacements",
        heads=(
            "Denied",
            "Best that may be deployed",
            "Verdict",
            "Duties",
            "Level",
            "Figures and difference, 95% interval",
            "Measured by",
        ),
        widths=(40, 32, 14, 10, 18, 34, 24),
        rows=tuple(
            (
                s.model,
                s.instead,
                s.verdict,
                str(s.duties),
                s.level,
                s.difference,
                f"{s.benchmark}, {s.date}",
            )
            for s in report.swaps
        ),
        empty="No model is denied, or no figure is known of those that are.",
    )


def _scores(report: Report) -> Table:
    return Table(
        id="capability",
        title="Capability",
        heads=(
            "Benchmark",
            "Model",
            "Figure [95%]",
            "Unit",
            "Against the highest here",
            "Effort",
            "Weights measured",
            "Date",
            "Publisher",
            "Method",
        ),
        widths=(28, 38, 24, 14, 34, 14, 24, 12, 18, 44),
        rows=tuple(
            (
                b.benchmark,
                r.model,
                r.figure,
                b.unit,
                r.against,
                r.effort,
                r.weights,
                r.date,
                f"{b.publisher} ({b.kind})",
                b.method,
            )
            for b in report.scoreboards
            for r in b.rows
        ),
        note="A difference inside the intervals is none. Figures of another method, effort or date are not compared. "
        f"No figure at all: {listed(report.unscored, 12) or 'none of the models'}.",
        empty="No figure is known of any of the models.",
    )


def _trial(trial: OwnTrial) -> tuple[Table, Table]:
    """The organization's own trial: what it shows, and its candidates."""
    fields = {
        "Decision": trial.decision,
        "Read beside it": " ".join(trial.beside),
        "Won": trial.won,
        f"Share of {trial.first}, 95% interval": trial.share,
        "Exact interval": trial.exact,
        "Margin": trial.margin,
        "Could show": trial.could,
        "Prompts": f"{trial.judged} of {trial.prompts} judged; frozen {trial.date}, SHA-256 {trial.prompts_sha256}",
        "By tag": "; ".join(trial.tags),
        "Missing": "; ".join(trial.missing),
    }
    shown = Table(
        id="trial",
        title="Our own trial",
        heads=("Field", "What it shows"),
        widths=(34, 120),
        rows=tuple((name, text) for name, text in fields.items() if text),
        note="The same private prompts through each candidate, judged blind; no prompt and no answer is in this report.",
    )
    return shown, _candidates(trial)


def _candidates(trial: OwnTrial) -> Table:
    return Table(
        id="trial-candidates",
        title="Candidates of the trial",
        heads=(
            "Candidate",
            "Verdict",
            "Licence",
            "What ran",
            "A failed attempt, 95%",
            "Failed attempts",
            "Median",
            "1,000 requests",
            "A month",
        ),
        widths=(20, 15, 30, 46, 24, 22, 12, 22, 28),
        rows=tuple(
            (
                f"{c.name} ({c.openness}; {c.model})",
                c.verdict,
                c.license,
                c.ran or UNKNOWN,
                c.retried,
                c.retries,
                c.seconds,
                c.thousand,
                c.month,
            )
            for c in trial.candidates
        ),
    )


def _prices(report: Report) -> Table:
    return Table(
        id="price",
        title="Price",
        heads=("Model", "Provider", "Input", "Output", "Context, tokens", "Source"),
        widths=(40, 20, 10, 10, 18, 26),
        rows=tuple(
            (o.model, o.provider, o.input, o.output, o.context or UNKNOWN, f"{o.source}, {o.date}")
            for o in report.offers
        ),
        note="List prices in USD for a million tokens, the cheapest three of each model. "
        f"No list price (which is not free: hosting costs): {listed(report.unpriced, 12) or 'none of the models'}.",
        empty="No list price is known.",
    )


_ASSUMED = "Assumed where nobody said otherwise, and to be known besides"


def _gaps(report: Report) -> Table:
    return Table(
        id="unknown",
        title="Not known",
        heads=("What", "Why it matters", "Models", "Role (proposed)", "Name", "How to settle it"),
        widths=(26, 56, 34, 22, 18, 40),
        rows=tuple((g.what, g.why, listed(g.models), g.role, g.name, g.how) for g in report.gaps),
        note=f"{_ASSUMED}: {'; '.join(report.assumptions)}." if report.assumptions else "",
        empty="The verdicts turn on nothing that is not known.",
    )


def _questions(report: Report) -> Table:
    return Table(
        id="questions",
        title="Questions for people",
        heads=("Field", "Answer", "Who would know; who asks"),
        widths=(44, 30, 44),
        rows=tuple(
            (q.name, q.cell.text or "not supplied", q.cell.source) for q in report.questions
        ),
    )


def _waivers(report: Report) -> Table:
    return Table(
        id="waivers",
        title="Waivers",
        heads=("Model", "Rule", "What is lifted", "Reason", "Approved by", "Until", "Where"),
        widths=(34, 18, 44, 36, 20, 18, 30),
        rows=tuple(
            (
                w.model,
                w.rule,
                w.message,
                f"{w.reason} ({w.reference})",
                w.approver,
                w.expires,
                w.source,
            )
            for w in report.exemptions
        ),
    )


def _disputes(report: Report) -> Table:
    return Table(
        id="disputes",
        title="Disputed readings",
        heads=("Licence and section", "Readings", "Applied"),
        widths=(34, 90, 44),
        rows=tuple(
            (
                where(d.license, d.section),
                " ".join(f"({n}) {r}" for n, r in enumerate(d.readings, 1)),
                d.applied,
            )
            for d in report.disputes
        ),
    )


def _models(report: Report) -> Table:
    return Table(
        id="models",
        title="Models",
        heads=("Model", "Verdict", *report.sheet_names, "Sources", "Notes"),
        widths=(38, 12, *(26 for _ in report.sheet_names), 60, 60),
        rows=tuple(
            (s.model, s.verdict, *sheet_rows(s), sheet_sources(s), " ".join(s.notes))
            for s in report.sheets
        ),
        note="A fact is read at a commit or in a text of known hash; a claim is somebody's word.",
    )


def _proofs(report: Report) -> Table:
    return Table(
        id="evidence",
        title="Evidence",
        heads=(
            "No.",
            "Licence and section",
            "What it says",
            "Quote",
            "Place",
            "Source",
            "Commit",
            "Date",
            "SHA-256",
            "Rules",
            "Models",
        ),
        widths=(6, 34, 50, 50, 22, 40, 14, 12, 30, 14, 34),
        rows=tuple(
            (
                str(p.number),
                where(p.license, p.section),
                p.says,
                p.quote,
                p.place,
                p.source or UNKNOWN,
                p.commit or UNKNOWN,
                p.date or UNKNOWN,
                p.sha256 or UNKNOWN,
                listed(p.rules),
                listed(p.models),
            )
            for p in report.proofs
        ),
    )


def _sources(report: Report) -> Table:
    return Table(
        id="sources",
        title="Sources of figures",
        heads=("Attribution", "Address", "Licence of the data", "Date"),
        widths=(70, 60, 20, 12),
        rows=tuple((a.text, a.url, a.license or "not stated", a.date) for a in report.attributions),
    )
