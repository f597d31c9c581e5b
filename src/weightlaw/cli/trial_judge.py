"""`weightlaw trial judge FILE`: blind pairs on a local page, in the terminal, or by a model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from weightlaw.cli.trial_talk import say
from weightlaw.errors import UsageError

if TYPE_CHECKING:
    from weightlaw.trial.judging import Judging, Progress
    from weightlaw.trial.store import Store

EPILOG = """\
examples:
  weightlaw trial judge support.trial
  weightlaw trial judge support.trial --rater dana --terminal
  weightlaw trial judge support.trial --model-judge judge.yaml

Each choice is stored at once: stop at any time, and go on later. Several people may judge the same file at the same time,
each under a name of their own. Names of models and makers are removed, and both answers are shown as plain text.

exit codes: 0 this rater has judged every pair; 2 usage or other error; 3 nothing was judged; 4 pairs are left,
            or answers are missing
"""


def add(actions: Any) -> None:
    """The action's options."""
    from weightlaw.cli.options import _Formatter

    p = actions.add_parser(
        "judge",
        help="compare answers blind, pair by pair",
        description="Compare answers blind, pair by pair.",
        epilog=EPILOG,
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    p.add_argument("file", metavar="FILE", help="a trial, from `weightlaw trial init`")
    p.add_argument(
        "--rater", metavar="NAME", default="", help="who judges (default: the login name)"
    )
    p.add_argument(
        "--again", action="store_true", help="judge anew what this rater has judged before"
    )
    way = p.add_mutually_exclusive_group()
    way.add_argument("--terminal", action="store_true", help="in the terminal, without a browser")
    way.add_argument(
        "--model-judge",
        metavar="FILE",
        default="",
        help="let the model that a YAML file describes judge",
    )
    p.add_argument(
        "--port", type=_port, metavar="N", default=0, help="of the page (default: a free one)"
    )
    p.add_argument(
        "--no-browser", action="store_true", help="print the page's address, open nothing"
    )
    p.set_defaults(do=run)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Judge, and say how far it went. Returns the exit code."""
    from weightlaw.trial.store import Store

    with Store(args.file) as store:
        if args.model_judge:
            return _model(args, store)
        return _person(args, store)


def _person(args: argparse.Namespace, store: Store) -> int:
    from weightlaw.trial.judging import Judging

    judging = Judging(store, args.rater or _login(), again=args.again)
    before = judging.progress()
    say(_summary(before, store))
    if before.done < before.total:
        (_terminal if args.terminal else _page)(judging, args)
    return _code(judging.progress())


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise UsageError("who judges? say it with --rater NAME") from None


def _summary(progress: Progress, store: Store) -> str:
    """What is to be judged and what is not, without a word on whose answers are missing."""
    parts = [f"{progress.total - progress.done} of {progress.total} pairs to judge"]
    if progress.unanswered:
        parts.append(
            f"{progress.unanswered} left out, since an answer is missing (`weightlaw trial run --retry-failed {store.path}` asks again)"
        )
    if progress.identical:
        parts.append(f"{progress.identical} left out, since both answers read the same")
    return "; ".join(parts)


def _code(progress: Progress) -> int:
    if not progress.total and progress.identical:
        say("there is nothing to judge: both answers of each pair read the same")
        return 4 if progress.unanswered else 0
    if not progress.done:
        say("nothing was judged")
        return 3
    left = progress.total - progress.done
    say(f"{progress.done} of {progress.total} pairs are judged")
    return 4 if left or progress.unanswered else 0


def _page(judging: Judging, args: argparse.Namespace) -> None:
    from weightlaw.trial.judge_page import JudgeServer, serve

    server = JudgeServer(judging, args.port)
    say(f"judge here: {server.address}")
    say("Ctrl-C ends it; every choice is stored by then")
    if not args.no_browser:
        _browse(server.address)
    serve(server)


def _browse(address: str) -> None:
    """Open the page in a thread of its own: some browsers return only when they are closed."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _terminal(judging: Judging, _: argparse.Namespace) -> None:
    from weightlaw.trial.terminal import judge

    judge(judging)


def _model(args: argparse.Namespace, store: Store) -> int:
    if args.rater:
        raise UsageError("--rater is for people: a model judges under its own name")
    from weightlaw.trial.model_judge import judge, read_judge

    candidate = read_judge(args.model_judge)
    result = judge(store, candidate, again=args.again, tell=say)
    say(
        f"{result.rater}: {result.votes} votes of {2 * result.pairs} (each pair in both orders); "
        f"{result.invalid} answers were no choice, {result.failed} did not come"
    )
    if not result.votes:
        return 3
    return 4 if result.votes < 2 * result.pairs or result.unanswered else 0
