"""`weightlaw report REF... -o FILE`."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from weightlaw.catalog.store import load
from weightlaw.checking import check
from weightlaw.cli import options
from weightlaw.cli.check import exit_code, hub_of
from weightlaw.cli.locked import add_locked, answered, need_models
from weightlaw.cli.progress import progress
from weightlaw.errors import UsageError

if TYPE_CHECKING:
    from weightlaw.domain.deployment import Deployment
    from weightlaw.domain.findings import CheckReport
    from weightlaw.policy.house import House
    from weightlaw.reports.procurement.gathering import FetchBase, Known, Material
    from weightlaw.reports.procurement.mdf import Form
    from weightlaw.reports.procurement.view import OwnTrial

EPILOG = """\
examples:
  weightlaw report llama4 glm-4.7 kimi-k2 --mau 900M -o report.html
  weightlaw report qwen3 --policy weightlaw.yaml --date 2026-11-24 -o report.pdf
  weightlaw report kimi-k2 --form mdf -o form.md
  weightlaw report --locked -o report.html           the models of weightlaw.lock, without network

The file's name decides the format: .html .pdf .xlsx .docx .md .json. The same inputs on the same --date give the
same bytes. .xlsx and .docx need weightlaw[report], .pdf needs weightlaw[pdf].

exit codes: 0 the report is written, whatever it says (unless --fail-on is given);
            1 denied and 4 review, with --fail-on; 2 usage or other error; 3 nothing was checked
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("report", "The procurement report: what may we deploy?", EPILOG)
    add_locked(p)
    p.add_argument("--output", "-o", metavar="FILE", required=True, help="write there")
    p.add_argument("--title", metavar="TEXT", default="", help="the report's title")
    p.add_argument(
        "--date",
        type=options.typed(options._day),
        metavar="2026-11-24",
        help="the report's UTC day, and that of the judgement (default today)",
    )
    p.add_argument(
        "--form",
        choices=("report", "mdf"),
        default="report",
        help="mdf: the EU Model Documentation Form, as far as it can be filled (.md, .json)",
    )
    p.add_argument(
        "--trial",
        metavar="FILE",
        default="",
        help="add the section on your own blind trial: a .trial, or its report as JSON",
    )
    p.add_argument("--templates", metavar="DIR", default="", help="templates in place of ours")
    options.add_deployment(p)
    options.add_policy(p)
    p.add_argument("--offline", action="store_true", help="ask no server: embedded knowledge only")
    p.add_argument("--allow-private-links", action="store_true", help="as in `weightlaw check`")
    p.add_argument(
        "--fail-on",
        choices=("review", "deny", "never"),
        default="never",
        help="exit as `weightlaw check` does (default never)",
    )
    return p


def run(args: argparse.Namespace) -> int:
    """Judge, build the view, write the file, exit code."""
    from weightlaw.reports.procurement import building, mdf, writing  # the view is built here only

    need_models(args)
    form = writing.format_of(args.output, form=args.form == "mdf")
    _folder(args.templates)
    if args.trial and args.form == "mdf":
        raise UsageError("--trial belongs to the report: --form mdf has no place for it")
    made = material(args)
    if args.form == "mdf":
        data = _form(mdf.build(made), form, args.templates)
    else:
        data = writing.rendered(building.build(made), form, args.templates)
    writing.save(data, args.output)
    print(f"wrote {args.output}", file=sys.stderr)
    return 0 if args.fail_on == "never" else exit_code(made.report.verdict, args.fail_on)


def _folder(path: str) -> None:
    if path and not os.path.isdir(path):
        raise UsageError(f"--templates {path} is no folder")


def _form(form: Form, format_name: str, templates: str) -> bytes:
    from weightlaw.reports.procurement import markdown, mdf

    return mdf.render(form) if format_name == "json" else markdown.render_form(form, templates)


def material(args: argparse.Namespace) -> Material:
    """The judgement with everything behind it. The clock is read here, and only without --date."""
    from weightlaw.cli.judging import instead_of_denied
    from weightlaw.policy.amounts import utc_today
    from weightlaw.reports.procurement.gathering import Material
    from weightlaw.scores.store import load as load_scores

    args.date = date = args.date or args.today or utc_today()
    args.today = args.today or date
    deployment, house = options.deployment_of(args)
    made = _locked if args.locked is not None else _asked
    report, known, fetch_base = made(args, deployment, house)
    return Material(
        report,
        known,
        date=date,
        catalog=load(),
        scores=load_scores(),
        fetch_base=fetch_base,
        house=house,
        instead=instead_of_denied(report, house),
        title=args.title,
        organization=_organization(args),
        trial=_trial(args.trial),
    )


def _trial(path: str) -> OwnTrial | None:
    """The organization's own trial, if one was given; only then is its room entered."""
    if not path:
        return None
    from weightlaw.cli.trial_section import own_trial

    return own_trial(path)


def _asked(
    args: argparse.Namespace, deployment: Deployment, house: House
) -> tuple[CheckReport, tuple[Known, ...], FetchBase]:
    """The judgement from the sources."""
    from weightlaw.reports.procurement.gathering import gather
    from weightlaw.sources.gathering import Gatherer

    hub = hub_of(args)
    report = check(
        args.references, deployment, house=house, hub=hub, progress=progress("base models")
    )
    sources = Gatherer(load(), hub)
    return report, gather(args.references, sources), sources.facts


def _locked(
    args: argparse.Namespace, deployment: Deployment, house: House
) -> tuple[CheckReport, tuple[Known, ...], FetchBase]:
    """The judgement from a lock alone."""
    from weightlaw.reports import from_lock

    found = answered(args, deployment, house, load())
    return found.report, tuple(from_lock.known(found)), from_lock.fetch_base(found)


def _organization(args: argparse.Namespace) -> str:
    """The name that the policy states, if there is a policy."""
    path = None if args.no_policy else options.policy_path(args)
    if path is None:
        return ""
    from weightlaw.policy.extends import from_disk
    from weightlaw.policy.policyfile import load_policy

    return load_policy(
        path, load(), today=args.today, reach=from_disk(offline=args.offline)
    ).organization
