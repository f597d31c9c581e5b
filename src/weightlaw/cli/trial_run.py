"""`weightlaw trial init` and `weightlaw trial run`."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from weightlaw.cli import options
from weightlaw.cli.trial_talk import say

if TYPE_CHECKING:
    from weightlaw.trial.asking import Asking, Progress, Result
    from weightlaw.trial.licensing import Grounds
    from weightlaw.trial.store import Store

INIT = """\
The prompts are frozen by their SHA-256 before any output exists. Keys stand in the environment: the YAML holds the
names of the variables. The YAML's keys are in docs/trial.schema.json.

examples:
  weightlaw trial init prompts.jsonl --candidates candidates.yaml -o support.trial
  weightlaw trial init logs.jsonl --candidates candidates.yaml -o support.trial --sample 200 --sample-seed 7
"""
RUN = """\
Asks what has no answer yet, and goes on where an earlier run ended, however that ended. What answers is looked at
first, and the licence of each open candidate is checked before a token is spent. No answer's text is shown.

exit codes: 0 every answer is there; 1 a candidate's licence forbids this deployment, and no prompt was sent;
            2 usage or other error; 3 nothing could be asked; 4 answers are missing; 130 or 143 stopped by a signal
"""
EVERY_SECONDS = 30.0


def add(actions: Any) -> None:
    """Add both sub-parsers."""
    _add_init(actions)
    _add_run(actions)


def _add_init(actions: Any) -> None:
    p = _parser(actions, "init", "freeze prompts and candidates in a file", INIT)
    p.add_argument("prompts", metavar="PROMPTS", help="a .jsonl, .csv or .txt file of prompts")
    p.add_argument(
        "--candidates", metavar="FILE.yaml", required=True, help="settings and candidates"
    )
    p.add_argument(
        "--output", "-o", metavar="FILE.trial", required=True, help="write the trial there"
    )
    p.add_argument(
        "--seed", type=_number, metavar="N", help="of sides and back-off (default: drawn)"
    )
    some = p.add_mutually_exclusive_group()
    some.add_argument("--limit", type=_positive, metavar="N", help="only the first N prompts")
    some.add_argument(
        "--sample", type=_positive, metavar="N", help="only N prompts, drawn at random"
    )
    p.add_argument(
        "--sample-seed", type=_number, metavar="N", default=0, help="of that draw (default 0)"
    )
    p.set_defaults(do=init)


def _add_run(actions: Any) -> None:
    p = _parser(actions, "run", "ask the candidates what they have not answered yet", RUN)
    p.add_argument("trial", metavar="FILE.trial")
    p.add_argument(
        "--only", metavar="NAME", action="append", help="only this candidate (repeatable)"
    )
    p.add_argument(
        "--concurrency", type=_positive, metavar="N", help="calls at a time to a candidate"
    )
    p.add_argument("--retry-failed", action="store_true", help="also ask again what was given up")
    p.add_argument(
        "--even-if-denied",
        action="store_true",
        help="measure a candidate whose licence forbids this deployment too",
    )
    p.add_argument("--ask-hub", action="store_true", help="ask the Hub too for the licence check")
    options.add_output(p, "text", "json")
    p.set_defaults(do=run)


def _parser(actions: Any, name: str, about: str, epilog: str) -> Any:
    return actions.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=epilog,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _number(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{ascii(text)[:40]} is no whole number")
    return int(text)


def _positive(text: str) -> int:
    if (number := _number(text)) < 1:
        raise argparse.ArgumentTypeError("it must be 1 or more")
    return number


def init(args: argparse.Namespace) -> int:
    """Freeze; say what is frozen and what comes next."""
    from weightlaw.policy.locating import find_policy
    from weightlaw.trial.starting import begin

    found = find_policy(os.getcwd())
    made = begin(
        args.prompts,
        args.candidates,
        args.output,
        found_policy=None if found is None else os.path.relpath(found),
        limit=args.limit,
        sample=args.sample,
        sample_seed=args.sample_seed,
        seed=args.seed,
    )
    for note in made.notes:
        say(note)
    plan = made.plan
    names = ", ".join(c.name for c in plan.candidates)
    options.write(
        f"{args.output}: {len(plan.prompts.prompts):,} prompts, SHA-256 {plan.prompts.sha256}\n"
        f"candidates: {names}; policy: {plan.settings.policy or 'none'}; seed {plan.settings.seed}\n",
        None,
    )
    say(f"the prompts are frozen; next: weightlaw trial run {args.output}")
    return 0


def run(args: argparse.Namespace) -> int:
    """Ask; say what it has come to; exit code."""
    from weightlaw.trial import summary
    from weightlaw.trial.locking import only_one
    from weightlaw.trial.store import Store

    with Store(args.trial) as store, only_one(args.trial):
        result = _asked(store, _asking(args), _grounds(store, args))
    made = result.document
    options.write(
        summary.render(made) if args.format == "json" else summary.text(made), args.output
    )
    _last_words(result, args.trial)
    return exit_code(result)


def _asking(args: argparse.Namespace) -> Asking:
    from weightlaw.trial.asking import Asking

    return Asking(
        only=tuple(args.only or ()),
        concurrency=args.concurrency,
        retry_failed=args.retry_failed,
        even_if_denied=args.even_if_denied,
    )


def _grounds(store: Store, args: argparse.Namespace) -> Grounds:
    from weightlaw.cli.check import hub_of
    from weightlaw.trial.licensing import grounds_of

    sources = argparse.Namespace(offline=not args.ask_hub, allow_private_links=False)
    return grounds_of(store.plan.settings, hub=hub_of(sources))


def _asked(store: Store, asking: Asking, grounds: Grounds) -> Result:
    from weightlaw.trial.asking import Progress, ask

    progress = Progress()
    with _told(progress):
        return ask(store, grounds, asking, say, progress)


def _last_words(result: Result, path: str) -> None:
    if result.denied:
        say(
            f"the licence forbids this deployment to {', '.join(result.denied)}: no prompt was sent to anybody; "
            "leave it out with --only, or measure it all the same with --even-if-denied"
        )
    elif result.signal:
        say(f"stopped; what was answered is stored: go on with weightlaw trial run {path}")
    elif not result.sent and result.document.complete:
        say(f"nothing is left to ask; next: weightlaw trial judge {path}")
    elif result.document.complete:
        say(f"every answer is there; next: weightlaw trial judge {path}")
    else:
        say(_missing(result, path))


def _missing(result: Result, path: str) -> str:
    failed = sum(c.failed for c in result.document.candidates)
    pending = sum(c.pending for c in result.document.candidates)
    parts = [f"{pending:,} answers are missing: go on with weightlaw trial run {path}"] * bool(
        pending
    )
    if failed:
        parts.append(
            f"{failed:,} answers were given up: ask again with weightlaw trial run --retry-failed {path}"
        )
    return "; ".join(parts)


def exit_code(result: Result) -> int:
    """0 complete, 1 denied, 3 nothing could be asked, 4 answers are missing, 128 and a signal's number."""
    if result.denied:
        return 1
    if result.signal:
        return result.signal
    if result.document.complete:
        return 0
    return 4 if any(c.answers for c in result.document.candidates) else 3


@contextmanager
def _told(progress: Progress) -> Iterator[None]:
    """Say how far the run has come: on one line of a terminal each half second, else a line now and then."""
    ended = threading.Event()
    tell = _on_terminal if sys.stderr.isatty() else _on_paper
    thread = threading.Thread(target=tell, args=(progress, ended.wait), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _words(progress: Progress) -> str:
    done = progress.todo - progress.left
    return f"{done:,} of {progress.todo:,} answers settled, {progress.attempts:,} requests"


def _on_terminal(progress: Progress, wait: Callable[[float], bool]) -> None:
    while not wait(0.5):
        if progress.attempts:
            sys.stderr.write(f"\r\x1b[K{_words(progress)}")
            sys.stderr.flush()
    sys.stderr.write("\r\x1b[K")


def _on_paper(progress: Progress, wait: Callable[[float], bool]) -> None:
    last = time.monotonic()
    while not wait(1.0):
        if progress.attempts and time.monotonic() - last >= EVERY_SECONDS:
            last = time.monotonic()
            say(_words(progress))
