"""`weightlaw scores show|compare|gap|claims|import`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime

from weightlaw.catalog.store import load as load_catalog
from weightlaw.cli import options
from weightlaw.errors import UsageError
from weightlaw.reports import scores_report
from weightlaw.reports.scores_report import ScoresDocument, document
from weightlaw.scores.boards import board
from weightlaw.scores.store import DEFAULT_FILE, IMPORTED, Scores, load, load_with
from weightlaw.scores.values import Figure

EPILOG = """\
examples:
  weightlaw scores show                                the benchmarks that are known
  weightlaw scores show glm-4.7                        all figures of a model, and its prices
  weightlaw scores show --benchmark "Arena Text"       the board
  weightlaw scores compare glm-5.2 claude-opus-4-7     refused where it would mislead, with the reason
  weightlaw scores compare google/gemma-3-27b-it:Q4_K_M phi-4
  weightlaw scores gap                                 open against closed, in points and months
  weightlaw scores import gpqa_diamond.csv             figures that you fetched yourself

exit codes: 0 answered; 2 usage or other error; 4 compare: everything was refused
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("scores", "Capability figures, and what may be compared.", EPILOG)
    actions = p.add_subparsers(
        dest="action", required=True, metavar="show|compare|gap|claims|import"
    )
    show = actions.add_parser("show", help="figures and prices", allow_abbrev=False)
    show.add_argument("models", metavar="MODEL", nargs="*", help="a name, a Hub id, an API name")
    show.add_argument("--limit", type=_limit, default=20, help="figures a column (0: all)")
    compare = actions.add_parser("compare", help="two models side by side", allow_abbrev=False)
    compare.add_argument("first", metavar="A", help="a name, a Hub id, or a copy: org/model:Q4_K_M")
    compare.add_argument("second", metavar="B")
    compare.add_argument(
        "--any-effort", action="store_true", help="each model at its best effort, and say so"
    )
    gap = actions.add_parser("gap", help="open against closed models", allow_abbrev=False)
    for action in (show, compare, gap):
        action.add_argument("--benchmark", metavar="B", help="only this benchmark")
        action.add_argument("--style", choices=("on", "off"), help="style control of an arena")
    for action in (show, gap):
        action.add_argument("--on", metavar="DATE", help="the board published that day")
    claims = actions.add_parser("claims", help="popular numbers, computed", allow_abbrev=False)
    for action in (show, compare, gap, claims):
        _add_scores(action)
        options.add_output(action, "text", "json")
    _add_import(actions.add_parser("import", help="add figures from a file", allow_abbrev=False))
    return p


def _add_scores(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "--scores",
        metavar="FILE",
        help=f"imported figures to use besides the embedded ones (default: {DEFAULT_FILE} here)",
    )


def _add_import(p: argparse.ArgumentParser) -> None:
    p.add_argument("file", metavar="FILE", help="Epoch's or Arena's file, .eval_results, or a CSV")
    p.add_argument("--kind", choices=IMPORTED, help="its format (default: told by its columns)")
    p.add_argument("--model", metavar="org/name", help="whose .eval_results it is")
    p.add_argument("--subset", metavar="NAME", help="Arena's subset: text_style_control, ...")
    p.add_argument("--date", metavar="DATE", help="of the publication, where the file states none")
    p.add_argument(
        "--scores",
        metavar="FILE",
        default=DEFAULT_FILE,
        help=f"write here (default {DEFAULT_FILE})",
    )


def _limit(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of lines")
    return int(text)


def scores_of(path: str | None) -> Scores:
    """The embedded figures with the named file, or with the default one where it lies here."""
    if path is None and os.path.isfile(DEFAULT_FILE):
        print(f"weightlaw: with the figures of {DEFAULT_FILE}", file=sys.stderr)
        path = DEFAULT_FILE
    return load_with(path)


def run(args: argparse.Namespace) -> int:
    """Show, compare, gap, claims or import; exit code."""
    if args.action == "import":
        return _import(args)
    scores = scores_of(args.scores)
    made = {"show": _show, "compare": _compare, "gap": _gap, "claims": _claims}[args.action](
        args, scores
    )
    limit = getattr(args, "limit", 0)
    text = (
        scores_report.render(made)
        if args.format == "json"
        else scores_report.text(made, scores, limit)
    )
    options.write(text, args.output)
    refused = made.comparisons and all(c.outcome == "refused" for c in made.comparisons)
    return 4 if refused else 0


def _show(args: argparse.Namespace, scores: Scores) -> ScoresDocument:
    from weightlaw.scores.prices import prices_of
    from weightlaw.scores.subjects import subjects

    chosen = scores.benchmark(args.benchmark, args.style or "") if args.benchmark else None
    if not args.models:
        if chosen is None:
            return document(scores, "show", series=scores.series)
        tables = [board(scores, s, args.on or "", every=True) for s in chosen]
        return document(scores, "show", figures=tuple(f for t in tables for f in t.figures))
    catalog = load_catalog()
    found = [s for m in args.models for s in subjects(m, scores, catalog)]
    figures = [f for f in scores.all_figures() if any(s.means(f) for s in found)]
    kept = [f for f in figures if chosen is None or f.series in {s.id for s in chosen}]
    keys = dict.fromkeys(f.model for f in figures if f.model)
    prices = [p for k in keys for p in prices_of(k, scores, catalog)]
    return document(
        scores, "show", figures=tuple(sorted(kept, key=_newest_first)), prices=tuple(prices)
    )


def _newest_first(figure: Figure) -> tuple[str, int, float]:
    return figure.series, -int(figure.date.replace("-", "") or 0), -figure.score


def _compare(args: argparse.Namespace, scores: Scores) -> ScoresDocument:
    from weightlaw.scores.comparing import compare
    from weightlaw.scores.subjects import subject

    catalog = load_catalog()
    first = subject(args.first, scores, catalog)
    second = subject(args.second, scores, catalog)
    found = compare(
        scores, first, second, benchmark=args.benchmark or "", any_effort=args.any_effort
    )
    if args.style:
        found = tuple(c for c in found if scores.one(c.series).style in ("", args.style))
    if not found:
        raise UsageError(f"no benchmark has a figure of both {args.first!a} and {args.second!a}")
    return document(scores, "compare", comparisons=found)


def _gap(args: argparse.Namespace, scores: Scores) -> ScoresDocument:
    from weightlaw.scores.gaps import MonthsGap, PointsGap, gaps_of

    names = [args.benchmark] if args.benchmark else ["Arena Text", "Epoch Capabilities Index"]
    points: list[PointsGap] = []
    months: list[MonthsGap] = []
    for name in names:
        table = board(scores, scores.main_series(name, args.style or ""), args.on or "")
        point, found = gaps_of(table, scores.releases())
        points.append(point)
        months += found
    return document(scores, "gap", points=tuple(points), months=tuple(months))


def _claims(args: argparse.Namespace, scores: Scores) -> ScoresDocument:
    from weightlaw.scores.claims import claims

    return document(scores, "claims", claims=claims(load(), load_catalog()))


def _import(args: argparse.Namespace) -> int:
    from weightlaw.scores.importing import import_file, merge, read_extra, render_extra

    today = datetime.now(UTC).date()
    if args.date:
        _checked(args.date)
    new = import_file(
        args.file,
        load(),
        load_catalog(),
        today=today.isoformat(),
        kind=args.kind or "",
        model=args.model or "",
        subset=args.subset or "",
        date=args.date or "",
    )
    options.write(render_extra(merge(read_extra(args.scores), new)), args.scores)
    unmapped = len({f.name for f in new.figures if not f.model})
    n = len(new.figures)
    print(
        f"weightlaw: {n} {'figure' if n == 1 else 'figures'} of {args.file} "
        f"{'is' if n == 1 else 'are'} now in {args.scores}; "
        f"{unmapped} {'name is' if unmapped == 1 else 'names are'} not mapped to a model",
        file=sys.stderr,
    )
    return 0


def _checked(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--date {text!a}: write a day: 2026-08-19") from None
