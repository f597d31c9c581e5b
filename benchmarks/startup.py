"""How long a cold offline check takes, against an empty interpreter: `python benchmarks/startup.py`.

Both are run in turn, so that the load of the machine touches both; the ratio is what is promised.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 20
EMPTY = [sys.executable, "-I", "-c", "pass"]
CHECK = [
    sys.executable,
    "-I",
    "-m",
    "weightlaw.cli.main",
    "check",
    "llama4",
    "--mau",
    "900M",
    "--offline",
]


def once(command: list[str]) -> float:
    """Wall time of one run in milliseconds."""
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    if done.returncode != (1 if command is CHECK else 0):
        sys.exit(f"{' '.join(command)} exited with {done.returncode}")
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print both medians, their ratio and the peak memory of a check."""
    once(EMPTY), once(CHECK)
    pairs = [(once(EMPTY), once(CHECK)) for _ in range(RUNS)]
    empty, check = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"empty interpreter {empty:.1f} ms, check {check:.1f} ms, ratio {check / empty:.2f}")
    print(f"peak memory of a check {peak_mb():.1f} MB")


def peak_mb() -> float:
    """Peak resident memory of one check, in MB (Linux and macOS)."""
    import resource

    subprocess.run(CHECK, stdout=subprocess.DEVNULL, cwd="/")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
