"""`weightlaw lock REF...`."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections import Counter

from weightlaw.catalog.store import load
from weightlaw.cli import options
from weightlaw.cli.check import hub_of
from weightlaw.cli.progress import progress
from weightlaw.domain.deployment import Deployment
from weightlaw.errors import DataError, NothingChecked, UsageError
from weightlaw.lockfile.making import make_lock
from weightlaw.lockfile.reading import open_lock
from weightlaw.lockfile.values import Lock
from weightlaw.lockfile.writing import render, write_whole
from weightlaw.policy.house import House

DEFAULT = "weightlaw.lock"
EPILOG = """\
examples:
  weightlaw lock llama4 Qwen/Qwen2.5-7B-Instruct --mau 5M --headquarters DE
  weightlaw lock                     the models and the deployment of the lock that is there, anew
  weightlaw check --locked           the answer from the lock, without network
  weightlaw verify                   what has moved since

exit codes: 0 written, whatever the verdicts; 2 usage or other error; 3 a model is not known or a
            source did not tell everything: nothing was written
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("lock", "Pin models, licence texts and terms in a file.", EPILOG)
    p.add_argument(
        "references",
        metavar="REF",
        nargs="*",
        help="a name, a Hub id, a file, a folder or an Ollama name (default: those of the lock that is there)",
    )
    options.add_deployment(p)
    options.add_policy(p)
    p.add_argument(
        "--output",
        "-o",
        metavar="FILE",
        default=DEFAULT,
        help=f"default {DEFAULT}; - is the terminal",
    )
    p.add_argument(
        "--date",
        type=options.typed(_day),
        metavar="2026-01-31",
        help="the day that the lock states (default: today, UTC)",
    )
    options.add_sources(p)
    return p


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{text!r} is no day: write 2026-01-31") from None


def run(args: argparse.Namespace) -> int:
    """Ask, write, say what was written."""
    deployment, house = options.deployment_of(args)
    target = None if args.output == "-" else args.output
    references, deployment = _wanted(args.references, deployment, target)
    text, lock = _made(args, references, deployment, house, target)
    if target is None:
        options.write(text, None)
    else:
        write_whole(text, target)
        print(_summary(lock, target), file=sys.stderr)
    return 0


def _wanted(
    references: list[str], deployment: Deployment, target: str | None
) -> tuple[list[str], Deployment]:
    """What to lock. A lock that is there is looked at: one of a newer weightlaw is not overwritten."""
    if target is None or not os.path.lexists(target):
        if not references:
            raise UsageError("no model was named, and there is no lock to write anew")
        return references, deployment
    try:
        old = open_lock(target)
    except DataError:
        if references:
            return references, deployment  # damaged: that is what writing it anew is for
        raise
    if references:
        return references, deployment
    if old.edits:
        raise UsageError(f"{target} was edited by hand: name the models to lock")
    kept = old.lock.deployment.plain() if deployment == Deployment() else deployment
    return list(dict.fromkeys(m.reference for m in old.lock.models)), kept


def _made(
    args: argparse.Namespace,
    references: list[str],
    deployment: Deployment,
    house: House,
    target: str | None,
) -> tuple[str, Lock]:
    """The new lock and its text. Raises NothingChecked, which says that nothing was lost."""
    folder = os.path.dirname(os.path.realpath(target)) if target else "."
    date = args.date or dt.datetime.now(dt.UTC).date().isoformat()
    try:
        lock = make_lock(
            references,
            deployment,
            house,
            load(),
            date=date,
            hub=hub_of(args),
            folder=folder,
            progress=progress("base models"),
        )
    except NothingChecked as error:
        there = target is not None and os.path.lexists(target)
        kept = f"{target} stays as it was" if there else "nothing was written"
        raise NothingChecked(f"{error}\nweightlaw: {kept}") from None
    return render(lock), lock


def _summary(lock: Lock, target: str) -> str:
    """One line: how many models and licences, and what the verdicts were."""
    counted = Counter(m.verdict for m in lock.models)
    verdicts = ", ".join(
        f"{n} {v.value}" for v, n in sorted(counted.items(), key=lambda i: i[0].rank)
    )
    models, licenses = len(lock.models), len(lock.licenses)
    return (
        f"{target}: {models} {'model' if models == 1 else 'models'}, {licenses} "
        f"{'licence' if licenses == 1 else 'licences and policies'}; {verdicts}"
    )
