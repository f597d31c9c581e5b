"""`weightlaw trial init|run|judge|report|route`: your own prompts, an open and a closed model, judged blind."""

from __future__ import annotations

import argparse

from weightlaw.cli import options, trial_judge, trial_report, trial_run

EPILOG = """\
examples:
  weightlaw trial init prompts.jsonl --candidates candidates.yaml -o support.trial
  weightlaw trial run support.trial
  weightlaw trial judge support.trial
  weightlaw trial report support.trial --format html -o trial.html
  weightlaw trial route support.trial

It needs the extra: pip install 'weightlaw[trial]'

exit codes: 0 well; 1 the licence of an open candidate forbids it; 2 usage or other error;
            3 nothing was run or judged; 4 answers or votes are missing; 130 or 143 stopped by a signal
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser(
        "trial", "Your own prompts through an open and a closed model, judged blind.", EPILOG
    )
    actions = p.add_subparsers(dest="action", required=True, metavar="ACTION")
    trial_run.add(actions)
    trial_judge.add(actions)
    trial_report.add(actions)
    return p


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    code: int = args.do(args)
    return code
