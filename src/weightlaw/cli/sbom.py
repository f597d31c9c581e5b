"""`weightlaw sbom REF...`."""

from __future__ import annotations

import argparse
import datetime as dt

from weightlaw.catalog.store import Catalog, load
from weightlaw.cli import options
from weightlaw.cli.check import exit_code, hub_of
from weightlaw.cli.locked import add_locked, answered, need_models
from weightlaw.cli.progress import progress
from weightlaw.domain.deployment import Deployment
from weightlaw.errors import UsageError
from weightlaw.policy.house import House
from weightlaw.reports.sbom.building import build
from weightlaw.reports.sbom.dossier import Dossier, gather
from weightlaw.reports.sbom.formats import FORMATS, renderer

EPILOG = """\
examples:
  weightlaw sbom llama4 Qwen/Qwen3-8B --mau 5M -o models.spdx.json
  weightlaw sbom org/model@COMMIT --format cyclonedx-1.6 -o models.cdx.json
  weightlaw sbom org/model --format spdx-3.0 --facts-only -o models.spdx3.json
  weightlaw sbom --locked -o models.spdx.json      the models of weightlaw.lock, without network

exit codes: 0 allowed or conditional, 1 denied, 2 usage or other error,
            3 nothing was checked, 4 review (somebody must decide); the document is written with 0, 1 and 4
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("sbom", "SPDX and CycloneDX documents for models.", EPILOG)
    add_locked(p)
    options.add_deployment(p)
    options.add_policy(p)
    options.add_output(p, *FORMATS)
    p.add_argument(
        "--facts-only",
        action="store_true",
        help="models, lineage and licences; nothing on the deployment, no verdicts, findings and duties",
    )
    p.add_argument(
        "--validate",
        action="store_true",
        help="hold CycloneDX against the official schema too, which takes its time (SPDX always is)",
    )
    add_sources(p)
    return p


def add_sources(p: argparse.ArgumentParser) -> None:
    """The options on where facts come from and of which day they are."""
    p.add_argument(
        "--date",
        type=options.typed(day),
        metavar="2026-01-31",
        help="the UTC day that is stated (default: that of the newest fact)",
    )
    options.add_sources(p)
    options.add_fail_on(p)


def day(text: str) -> str:
    """An ISO day. Raises UsageError."""
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{text!r} is no day: write 2026-01-31") from None


def run(args: argparse.Namespace) -> int:
    """Check, render, write, exit code."""
    need_models(args)
    render = renderer(
        args.format, validate=args.validate
    )  # before any work: a missing library is told at once
    deployment, house = options.deployment_of(args)
    catalog = load()
    dossier = dossier_of(args, deployment, house, catalog)
    bill = build(dossier, catalog, date=args.date, facts_only=args.facts_only)
    options.write(render(bill), args.output)
    return exit_code(dossier.report.verdict, args.fail_on)


def dossier_of(
    args: argparse.Namespace, deployment: Deployment, house: House, catalog: Catalog
) -> Dossier:
    """The models with everything behind the answers: from the lock, or from the sources."""
    if args.locked is not None:
        from weightlaw.reports.from_lock import dossier  # heavy: YAML

        return dossier(answered(args, deployment, house, catalog))
    return gather(
        args.references,
        deployment,
        house,
        catalog=catalog,
        hub=hub_of(args),
        date=args.date,
        progress=progress("base models"),
    )
