"""`--locked`: the answer from a lock alone, for the commands that make papers of it."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from weightlaw.catalog.store import Catalog
from weightlaw.domain.deployment import Deployment
from weightlaw.errors import UsageError
from weightlaw.policy.house import House

if TYPE_CHECKING:
    from weightlaw.reports.from_lock import Answered

DEFAULT = "weightlaw.lock"


def add_locked(parser: argparse.ArgumentParser) -> None:
    """The models, from the command line or from a lock."""
    parser.add_argument(
        "references",
        metavar="REF",
        nargs="*",
        help="a name, a Hub id, a file, a folder or an Ollama name",
    )
    parser.add_argument(
        "--locked",
        metavar="FILE",
        nargs="?",
        const=DEFAULT,
        help=f"answer from a lock alone (default {DEFAULT}), without REF about all its models",
    )


def need_models(args: argparse.Namespace) -> None:
    """Raises UsageError where neither a model nor a lock was named."""
    if not args.references and args.locked is None:
        raise UsageError(
            "no model was named: write a name such as llama4, or a Hub id org/model, or --locked"
        )


def named(args: argparse.Namespace) -> tuple[str, list[str]]:
    """The lock's path and the models. In `--locked llama4` the word is a model, where no file has that name."""
    path, references = args.locked, args.references
    if not path.endswith(".lock") and not os.path.isfile(path):
        return DEFAULT, [path, *references]
    return path, references


def answered(
    args: argparse.Namespace, deployment: Deployment, house: House, catalog: Catalog
) -> Answered:
    """The answer from the lock with everything behind it. Raises DataError, NothingChecked, UsageError."""
    from weightlaw.lockfile.reading import open_lock  # heavy: YAML
    from weightlaw.reports.from_lock import answer

    path, references = named(args)
    return answer(references, open_lock(path), deployment, house, catalog)
