"""`weightlaw rank [REF...] [--by BENCHMARK]`."""

from __future__ import annotations

import argparse

from weightlaw.catalog.store import Catalog, load
from weightlaw.checking import said_nothing
from weightlaw.cli import options
from weightlaw.cli.judging import judge_for
from weightlaw.cli.scores import scores_of
from weightlaw.domain.findings import CheckReport
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import NothingChecked, UsageError
from weightlaw.policy.house import House
from weightlaw.references.parsing import parse_reference
from weightlaw.references.resolving import resolve
from weightlaw.reports import rank_report
from weightlaw.scores.boards import board
from weightlaw.scores.levels import DEFAULT_BENCHMARK
from weightlaw.scores.ranking import Ranking, rank
from weightlaw.scores.replacing import Replacement, replacements
from weightlaw.sources.base import Source

EPILOG = """\
examples:
  weightlaw rank --mau 900M --headquarters DE
  weightlaw rank --by "GPQA Diamond" --mau 2M --revenue 30M-USD
  weightlaw rank llama4 qwen3 glm-4.7 --policy weightlaw.yaml

Figures decide the order, check's verdicts who is on it. Nothing is asked over the network unless --online is given.

exit codes: 0 something may be deployed, 1 everything is denied, 2 usage or other error,
            3 nothing could be judged, 4 nothing may be deployed without a decision
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("rank", "The best models that you may actually deploy.", EPILOG)
    p.add_argument("references", metavar="REF", nargs="*", help="only these models")
    p.add_argument(
        "--by",
        metavar="BENCHMARK",
        default=DEFAULT_BENCHMARK,
        help=f"the figure that decides the order (default {DEFAULT_BENCHMARK})",
    )
    p.add_argument("--style", choices=("on", "off"), help="style control of an arena (default on)")
    p.add_argument("--on", metavar="DATE", help="the board published that day")
    p.add_argument("--limit", type=_limit, default=15, help="models a section (0: all)")
    p.add_argument("--scores", metavar="FILE", help="imported figures, see weightlaw scores")
    options.add_deployment(p)
    options.add_policy(p)
    options.add_output(p, "text", "json")
    p.add_argument("--online", action="store_true", help="ask the Hub about each model too")
    return p


def _limit(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of models")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Rank, print, exit code."""
    deployment, house = options.deployment_of(args)
    scores, catalog = scores_of(args.scores), load()
    table = board(scores, scores.main_series(args.by, args.style or ""), args.on or "")
    judge = judge_for(deployment, house, hub=_hub(args), catalog=catalog)
    ranking = rank(table, judge, _only(args.references, catalog))
    _something(ranking, args)
    made = rank_report.document(
        ranking, scores, deployment, catalog.knowledge.date, said_nothing(deployment, house.said)
    )
    text = rank_report.render(made) if args.format == "json" else rank_report.text(made, args.limit)
    options.write(text, args.output)
    return exit_code(ranking)


def replacements_for(
    report: CheckReport,
    house: House = House(),
    *,
    by: str = DEFAULT_BENCHMARK,
    hub: Source | None = None,
    catalog: Catalog | None = None,
) -> dict[str, Replacement]:
    """For each denied model of a `check`: the best allowed replacement, where the board has its figure."""
    denied = [m.model for m in report.models if m.verdict is Verdict.DENIED]
    judge = judge_for(report.deployment, house, hub=hub, catalog=catalog)
    return replacements(denied, judge, by=by) if denied else {}


def _only(references: list[str], catalog: Catalog) -> list[str]:
    """The Hub ids that the references mean. Raises UsageError for one that means none."""
    found: list[str] = []
    for text in references:
        ids = resolve(parse_reference(text), catalog).hub_ids
        if not ids:
            raise UsageError(f"no model is known by the name of {ascii(text)[:60]}")
        found += ids
    return found


def _something(ranking: Ranking, args: argparse.Namespace) -> None:
    """Nothing judged is an error, never an empty leaderboard."""
    if not (ranking.deployable or ranking.review or ranking.denied):
        what = f" of {', '.join(args.references)}" if args.references else ""
        raise NothingChecked(f"{ranking.board.series.benchmark} has no figure{what} to judge")


def exit_code(ranking: Ranking) -> int:
    """0 something may be deployed, 4 only after a decision, 1 everything is denied."""
    if ranking.deployable:
        return 0
    return 4 if ranking.review else 1


def _hub(args: argparse.Namespace) -> Source | None:
    """The Hub, where it is asked for."""
    if not args.online:
        return None
    from weightlaw.sources.hub import HubSource  # heavy: only where the Hub is asked

    return HubSource()
