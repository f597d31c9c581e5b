"""How long it takes to say which licence a text is: `python benchmarks/identify.py`.

Times the load of the fingerprints, every corpus text as it is (one look-up) and with a sentence added (the full
comparison), texts of growing length, and texts made to be hard. The corpus is looked for beside the checkout.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from weightlaw.reading.decode import decode
from weightlaw.reading.fingerprints import default_index, default_path, load
from weightlaw.reading.identify import identify

SHARED = Path(os.environ.get("WEIGHTLAW_SHARED", Path(__file__).parents[2] / "shared"))
ADDED = "\n\nNobody reads this sentence aloud.\n"
HARD = {
    "a million numbers": lambda: " ".join(map(str, range(760_000))),
    "one line": lambda: "x" * 5_000_000,
    "empty lines": lambda: "\n" * 5_000_000,
    "open tags": lambda: "<a " * 1_600_000,
    "list numbers": lambda: "1. a\n" * 1_000_000,
    "notices": lambda: "Copyright (c) 2031 Nobody\n" * 190_000,
}


def seconds(work: Callable[[], object], runs: int = 1) -> float:
    """The shortest of some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print all figures."""
    path = default_path()
    index = default_index()
    size = path.stat().st_size / 1e6
    print(
        f"load {seconds(lambda: load(path), 5) * 1000:.1f} ms, {len(index.texts)} texts, {size:.1f} MB"
    )
    texts = [f.read_bytes() for f in sorted((SHARED / "corpus" / "texts").glob("*.txt"))]
    for what, end in (("as they are", b""), ("with a sentence added", ADDED.encode())):
        corpus([text + end for text in texts], what)
    for times in (1, 2, 4, 8):
        report(f"the corpus {times} times", b"\n\n".join(texts * times)[:7_900_000])
    for what, make in HARD.items():
        report(what, make().encode())


def corpus(texts: list[bytes], what: str) -> None:
    """Time each text alone."""
    index = default_index()
    if not texts:
        return
    each = [
        (seconds(lambda t=text: identify(decode(t, "x"), index), 3), len(text)) for text in texts
    ]  # type: ignore[misc]
    whole = sum(t for t, _ in each)
    rate = statistics.median(t / size * 20_000 * 1000 for t, size in each)
    print(
        f"{len(each)} texts {what}: {whole:.2f} s, 20 KB in {rate:.1f} ms, slowest {max(each)[0] * 1000:.1f} ms"
    )


def report(what: str, data: bytes) -> None:
    """Time one long text."""
    index = default_index()
    taken = seconds(lambda: identify(decode(data, "x"), index))
    print(f"{what}: {len(data) / 1e6:.1f} MB in {taken:.2f} s")


if __name__ == "__main__":
    main()
