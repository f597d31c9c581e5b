"""`weightlaw notices REF...`."""

from __future__ import annotations

import argparse
import sys

from weightlaw.catalog.store import load
from weightlaw.cli import options
from weightlaw.cli.check import exit_code
from weightlaw.cli.locked import add_locked, need_models
from weightlaw.cli.sbom import add_sources, dossier_of
from weightlaw.reports.notices.bundle import bundle
from weightlaw.reports.notices.writing import check_target, write_bundle
from weightlaw.reports.sbom.dossier import Dossier

DEFAULT = "notices"
EPILOG = """\
examples:
  weightlaw notices meta-llama/Llama-3.1-8B-Instruct --use device -o notices
  weightlaw notices org/model --fine-tune --derived-name Llama-Ours --use weights --force
  weightlaw notices --locked         from weightlaw.lock, without network: names the texts, copies none

writes FOLDER/CHECKLIST.md, notices.json, NOTICE and licenses/ORG__MODEL/...; the texts are those that
the models ship: weightlaw stores none, and says which it could not get

exit codes: 0 allowed or conditional, 1 denied, 2 usage or other error,
            3 nothing was checked, 4 review (somebody must decide); the folder is written with 0, 1 and 4
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("notices", "The bundle that the licences demand.", EPILOG)
    add_locked(p)
    options.add_deployment(p)
    options.add_policy(p)
    p.add_argument("--output", "-o", metavar="FOLDER", default=DEFAULT, help=f"default {DEFAULT}")
    p.add_argument("--force", action="store_true", help="replace a bundle that is there already")
    add_sources(p)
    return p


def run(args: argparse.Namespace) -> int:
    """Check, write the folder, say what is in it, exit code."""
    need_models(args)
    check_target(args.output, args.force)  # before any work
    deployment, house = options.deployment_of(args)
    dossier = dossier_of(args, deployment, house, load())
    files = bundle(dossier, house)
    write_bundle(files, args.output, args.force)
    print(_summary(dossier, files, args.output), file=sys.stderr)
    return exit_code(dossier.report.verdict, args.fail_on)


def _summary(dossier: Dossier, files: dict[str, bytes], folder: str) -> str:
    """One line."""
    texts = sum(path.startswith("licenses/") for path in files)
    return (
        f"{folder}: {dossier.report.verdict.value}; {len(dossier.entries)} "
        f"{'model' if len(dossier.entries) == 1 else 'models'}, {texts} "
        f"{'text' if texts == 1 else 'texts'}; begin with CHECKLIST.md"
    )
