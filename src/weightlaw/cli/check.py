"""`weightlaw check REF...`."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from weightlaw.checking import check
from weightlaw.cli import options
from weightlaw.cli.progress import progress
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import UsageError
from weightlaw.policy.house import House
from weightlaw.sources.base import Source

if TYPE_CHECKING:
    from weightlaw.scores.replacing import Instead

EPILOG = """\
examples:
  weightlaw check llama4 --mau 900M
  weightlaw check llama4 --mau 900M --mau-at 2025-03=650M --headquarters US
  weightlaw check Qwen/Qwen2.5-72B-Instruct --mau 90M --format json

exit codes: 0 allowed or conditional, 1 denied, 2 usage or other error,
            3 nothing was checked, 4 review (somebody must decide)
"""
OFFLINE_VARIABLES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "WEIGHTLAW_OFFLINE")


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("check", "May these models be deployed like this?", EPILOG)
    p.add_argument("references", metavar="REF", nargs="*", help="a name, a Hub id or a Hub address")
    p.add_argument(
        "--locked",
        metavar="FILE",
        nargs="?",
        const="weightlaw.lock",
        help="answer from a lock alone (default weightlaw.lock), without REF about all its models",
    )
    options.add_deployment(p)
    options.add_policy(p)
    options.add_output(p, "text", "json")
    options.add_sources(p)
    options.add_fail_on(p)
    return p


def run(args: argparse.Namespace) -> int:
    """Check, print, exit code."""
    if not args.references and args.locked is None:
        raise UsageError("no model was named: write a name such as llama4, or a Hub id org/model")
    deployment, house = options.deployment_of(args, cached=True)
    if args.locked is not None:
        report = _locked(args, deployment, house)
    else:
        tell = progress("base models")
        report = check(args.references, deployment, house=house, hub=hub_of(args), progress=tell)
    options.write(_render(report, _instead(report, house), args), args.output)
    return exit_code(report.verdict, args.fail_on)


def exit_code(verdict: Verdict, fail_on: str = "review") -> int:
    """0 allowed or conditional, 1 denied, 4 review (0 where only a denial shall fail)."""
    if verdict is Verdict.DENIED:
        return 1
    return 4 if verdict is Verdict.REVIEW and fail_on == "review" else 0


def _locked(args: argparse.Namespace, deployment: Deployment, house: House) -> CheckReport:
    """The answer from a lock."""
    from weightlaw.cli.locked import named
    from weightlaw.lockfile.answering import check_locked  # heavy: YAML
    from weightlaw.lockfile.reading import open_lock

    path, references = named(args)
    return check_locked(references, open_lock(path), deployment, house=house)


def hub_of(args: argparse.Namespace) -> Source | None:
    """The Hub, unless this run or the environment says to stay offline."""
    if args.offline or any(_on(os.environ.get(name)) for name in OFFLINE_VARIABLES):
        return None
    from weightlaw.sources.hub import HubSource  # heavy: only where the Hub is asked

    return HubSource(allow_private_links=args.allow_private_links)


def _on(value: str | None) -> bool:
    return value is not None and value.strip().upper() in {"1", "ON", "YES", "TRUE"}


def _instead(report: CheckReport, house: House) -> tuple[Instead, ...]:
    """What may be deployed in place of the denied models."""
    if not any(m.verdict is Verdict.DENIED for m in report.models):
        return ()
    from weightlaw.cli.judging import instead_of_denied  # only where something is denied

    return instead_of_denied(report, house)


def _render(report: CheckReport, instead: tuple[Instead, ...], args: argparse.Namespace) -> str:
    if args.format == "json":
        from weightlaw.reports.json_report import render

        return render(report, instead)
    from weightlaw.reports.text_report import render as render_text

    color = args.output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return render_text(report, color=color, instead=instead)
