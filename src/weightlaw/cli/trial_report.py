"""`weightlaw trial report FILE.trial` and `weightlaw trial route FILE.trial`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from weightlaw.cli import options
from weightlaw.cli.trial_talk import say
from weightlaw.errors import NothingChecked, UsageError

if TYPE_CHECKING:
    from weightlaw.trial.results import Results
    from weightlaw.trial.store import Store

CODES = {"whole": 0, "incomplete": 4, "not judged": 3}


def add(actions: Any) -> None:
    """The two actions and their options."""
    report = actions.add_parser(
        "report", help="what the votes show, with intervals", allow_abbrev=False
    )
    report.add_argument("file", metavar="FILE.trial", help="the trial")
    options.add_output(report, "text", "json", "html")
    report.add_argument("--tag", metavar="T", default="", help="only the prompts with this tag")
    report.add_argument(
        "--gap",
        type=options.typed(_gap),
        metavar="ELO",
        help="say how many prompts a gap of so many Elo needs, such as 30",
    )
    report.add_argument(
        "--with-texts", action="store_true", help="with the private prompts and answers"
    )
    report.set_defaults(do=run_report)
    route = actions.add_parser(
        "route",
        help="what sending which tags to the open model saves and risks",
        allow_abbrev=False,
    )
    route.add_argument("file", metavar="FILE.trial", help="the trial")
    options.add_output(route, "text", "json")
    route.set_defaults(do=run_route)


def _gap(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(
            f"{ascii(text)[:40]} is no gap: write a number of Elo, such as 30"
        ) from None


def run_report(args: argparse.Namespace) -> int:
    """Compute, write, exit code."""
    from weightlaw.trial.store import Store

    with Store(args.file) as store:
        _anything(store, args.file)
        from weightlaw.trial.building import build

        results = build(store, tag=args.tag, gap=args.gap, texts=args.with_texts)
    options.write(_rendered(results, args.format), args.output)
    return _code(results, args)


def _anything(store: Store, path: str) -> None:
    if not store.attempts() and not store.votes():
        raise NothingChecked(f"nothing was run yet: run `weightlaw trial run {path}`")


def _rendered(results: Results, form: str) -> str:
    from weightlaw.trial.documents import html, json, text

    if form == "html":
        return html.render(results)
    return json.render(results) if form == "json" else text.render(results)


def _code(results: Results, args: argparse.Namespace) -> int:
    if args.output:
        print(f"wrote {args.output}", file=sys.stderr)
    if results.state == "not judged":
        say(f"no person has judged it yet: run `weightlaw trial judge {args.file}`")
        return 4 if results.model_judges else 3
    return CODES[results.state]


def run_route(args: argparse.Namespace) -> int:
    """Compute, write, exit code."""
    from weightlaw.trial.documents import route as documents
    from weightlaw.trial.routing import route
    from weightlaw.trial.store import Store

    with Store(args.file) as store:
        report = route(store)
    rendered = documents.render_json(report) if args.format == "json" else documents.render(report)
    options.write(rendered, args.output)
    if args.output:
        print(f"wrote {args.output}", file=sys.stderr)
    return CODES[report.state]
