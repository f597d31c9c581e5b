"""How fast license texts are read: load, one 20 KB text, the whole corpus, growth to 5 MB.

usage: python benchmarks/read.py [--texts DIR]

Prints one line a measure with its budget; exits 1 when a budget is broken. Times are processor times, the best of several runs,
because the machine that runs this does other things too.
"""

from __future__ import annotations

import argparse
import functools
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable

CORPUS = pathlib.Path(__file__).resolve().parents[2] / "shared" / "corpus" / "texts"
LOAD = (
    "import time; t = time.process_time(); from weightlaw.reading.facts import read_facts; "
    "read_facts('The licensor grants you a license to use the model.'); print(time.process_time() - t)"
)


def best(run: Callable[[], object], times: int = 5) -> float:
    """Seconds of the fastest of several runs."""
    found = []
    for _ in range(times):
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return min(found)


def load() -> float:
    """Seconds to import the reader and compile what a first sentence needs, in a fresh process."""
    runs = [
        subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    return min(float(run.stdout) for run in runs)


def report(name: str, seconds: float, budget: float) -> bool:
    """Print a measure beside its budget; whether it keeps to it."""
    kept = seconds <= budget
    print(
        f"{name:44}{seconds * 1000:10.1f} ms  budget {budget * 1000:8.0f} ms  {'ok' if kept else 'BROKEN'}"
    )
    return kept


def sized(text: str, size: int) -> str:
    """A text of about `size` characters with the sentences of `text`."""
    return (text + "\n\n") * (size // len(text) + 1)


def main() -> int:
    """Measure; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=pathlib.Path, default=CORPUS)
    texts = [path.read_text() for path in sorted(parser.parse_args().texts.glob("*.txt"))]
    if not texts:
        print("no texts: give --texts DIR")
        return 2
    from weightlaw.reading.facts import read_facts

    kept = [report("import and first reading", load(), 0.080)]
    start = time.process_time()
    for text in texts:
        read_facts(text)
    kept.append(
        report(f"the corpus, {len(texts)} texts, once, cold", time.process_time() - start, 1.2)
    )
    near = min(texts, key=lambda text: abs(len(text) - 20_000))
    kept.append(
        report(f"one text of {len(near)} characters, warm", best(lambda: read_facts(near)), 0.012)
    )
    long = [text for text in texts if 15_000 <= len(text) <= 25_000]
    slow = max(best(functools.partial(read_facts, text), 8) / len(text) * 20_000 for text in long)
    kept.append(report("the slowest text of 15 to 25 KB, per 20 KB", slow, 0.012))
    kept.append(growth(near, read_facts))
    return 0 if all(kept) else 1


def growth(text: str, read: Callable[[str], object]) -> bool:
    """Ten times the text must take about ten times as long, up to 5 MB."""
    small = best(lambda: read(sized(text, 500_000)), 2)
    large = best(lambda: read(sized(text, 5_000_000)), 1)
    print(f"{'500 KB':44}{small * 1000:10.1f} ms")
    return report("5 MB", large, max(small * 15, 0.1))


if __name__ == "__main__":
    sys.exit(main())
