"""`weightlaw verify [FILE]`."""

from __future__ import annotations

import argparse
import os

from weightlaw.catalog.store import load
from weightlaw.cli import lock as lock_command
from weightlaw.cli import options
from weightlaw.cli.check import hub_of
from weightlaw.cli.progress import progress
from weightlaw.errors import UsageError
from weightlaw.lockfile.reading import open_lock
from weightlaw.lockfile.values import Opened
from weightlaw.lockfile.verifying import at_lock, verify
from weightlaw.policy.house import House

EPILOG = """\
examples:
  weightlaw verify
  weightlaw verify deploy/weightlaw.lock --format json

exit codes: 0 no verdict would change (whatever else moved); 1 a verdict would change; 2 usage or
            other error; 3 a model could not be verified; 4 the lock was edited by hand
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("verify", "What has moved since the lock was written?", EPILOG)
    p.add_argument(
        "lock",
        metavar="FILE",
        nargs="?",
        default=lock_command.DEFAULT,
        help="default weightlaw.lock",
    )
    group = p.add_argument_group("the policy")
    group.add_argument(
        "--policy", metavar="FILE", help="rules to judge by (default: the file that the lock names)"
    )
    group.add_argument("--no-policy", action="store_true", help="use no policy file")
    options.add_output(p, "text", "json")
    options.add_sources(p)
    return p


def run(args: argparse.Namespace) -> int:
    """Ask, compare, print, exit code."""
    from weightlaw.reports.verify_report import exit_code, render_json, render_text

    opened = open_lock(args.lock)
    house, tell = _house(args, opened), progress("base models")
    report = verify(opened, load(), hub=hub_of(args), house=house, progress=tell)
    options.write(
        render_json(report) if args.format == "json" else render_text(report), args.output
    )
    return exit_code(report)


def _house(args: argparse.Namespace, opened: Opened) -> House:
    """The rules of the policy that the lock names, as the file says now, or of the one that is given."""
    path = args.policy
    if path is None and not args.no_policy:
        locked = opened.lock.policy
        if locked is None:
            return House()
        path = at_lock(locked.path, opened)
        if not os.path.isfile(path):
            raise UsageError(
                f"{path}, the policy of {opened.name}, is not there: give --policy FILE or --no-policy"
            )
    given = ["--policy", path] if path is not None else []
    given += ["--no-policy"] if args.no_policy else []
    _, house = options.deployment_of(lock_command.parser().parse_args(given))
    return house
