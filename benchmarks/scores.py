"""How long `rank` and the figures take: `python benchmarks/scores.py` (unset PYTHONDONTWRITEBYTECODE first).

Cold means a new interpreter; each figure is the median of several runs, in milliseconds.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from weightlaw.catalog.store import load as load_catalog
from weightlaw.cli.rank import judge_for
from weightlaw.domain.deployment import Deployment
from weightlaw.scores import store
from weightlaw.scores.boards import board
from weightlaw.scores.gaps import gaps_of
from weightlaw.scores.ranking import rank

SOURCE = Path(__file__).parents[1] / "src"
RUNS = 11


def median(call: Callable[[], object], runs: int = RUNS) -> float:
    """Milliseconds, after one run that does not count."""
    call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def cold(command: str, *args: str) -> float:
    """A command in a new interpreter."""
    code = (
        f"from weightlaw.cli import {command} as c; "
        f"c.run(c.parser().parse_args({[*args, '--output', os.devnull]!r}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return median(
        lambda: subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    )


def main() -> None:
    """Print one line a measurement."""
    scores, catalog = store.load(), load_catalog()
    deployment = Deployment(mau=900_000_000, headquarters="DE")
    table = board(scores, scores.main_series("Arena Text"))
    index = board(scores, scores.main_series("eci"))
    measured = {
        "python alone, cold": median(
            lambda: subprocess.run([sys.executable, "-c", ""], check=False)
        ),
        "rank, cold": cold("rank", "--mau", "900M", "--headquarters", "DE", "--no-policy"),
        "scores show, cold": cold("scores", "show"),
        "scores gap, cold": cold("scores", "gap"),
        "load and decode all figures": median(
            lambda: list(store.Scores(store._bytes()).all_figures())
        ),
        "judge and rank the text board": median(
            lambda: rank(table, judge_for(deployment, catalog=catalog))
        ),
        "gap of the index with intervals": median(lambda: gaps_of(index, scores.releases())),
    }
    for name, value in measured.items():
        print(f"{name:<36}{value:8.1f} ms")


if __name__ == "__main__":
    main()
