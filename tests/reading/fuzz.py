"""Fuzz the reader: no exception, no hang, every place inside the text.

usage: python tests/reading/fuzz.py [--minutes N] [--seed N] [--crashes DIR]

Mutates real and invented license texts (cut, spliced, repeated, bytes flipped, marks and control characters put
in). With atheris installed and `--atheris`, its engine drives the same check instead. A text that breaks a rule
is written to --crashes and the run ends with exit code 1.
"""

from __future__ import annotations

import argparse
import hashlib
import pathlib
import random
import sys
import time
from collections.abc import Callable

from weightlaw.reading.facts import clauses, read_facts

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "texts"
CASES = ROOT / "tests" / "cases" / "reading"
SLOW = 4.0
"""Seconds for a text of at most 200 KB: a hundred times what it takes."""

SPICE = (
    "\x00", "\ufeff", "\u202e", "“", "”", '"', "'", "(", ")", "((", "<p>", "<", "&lt;", "&#x27;", "\r", "\n", "\n\n", "\t", "1.", "(a)", "i.",
    "1.1.1.1.1", "第一条", "不得", "商业", "1亿", "$", "€1", "%", "million", "1,000,000,000,000,000,000", "users", "not", "must", "only", ";", ":", ".",
    "http://", "İ", "ß", "\U0001f600", "\ud800", "-", "—", "*", "**", "#", "`", "\\", "/",
)  # fmt: skip


def check(text: str) -> None:
    """Read a text; raises AssertionError where the reading breaks a rule."""
    start = time.perf_counter()
    reading = read_facts(text)
    took = time.perf_counter() - start
    assert took < SLOW, f"{took:.1f} s for {len(text)} characters"
    for clause in clauses(reading.terms):
        assert clause.start is not None
        assert clause.end is not None
        assert 0 <= clause.start < clause.end <= len(text), clause
    for place in reading.unread:
        assert 0 <= place.start < place.end <= len(text), place


def seeds() -> list[str]:
    """Texts to start from: the corpus if it is here, and the cases."""
    paths = [*sorted(CORPUS.glob("*.txt")), *sorted(CASES.glob("*.yaml"))]
    return [path.read_text(encoding="utf-8", errors="replace") for path in paths] or [
        "You must not."
    ]


def cut(text: str, chance: random.Random) -> str:
    a, b = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:a] + text[b:]


def spice(text: str, chance: random.Random) -> str:
    for _ in range(chance.randrange(1, 30)):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(SPICE) * chance.choice((1, 1, 1, 5, 300)) + text[place:]
    return text


def repeat(text: str, chance: random.Random) -> str:
    a = chance.randrange(len(text) + 1)
    piece = text[a : a + chance.randrange(1, 400)]
    return text[:a] + piece * chance.randrange(2, 200) + text[a:]


def shuffle(text: str, chance: random.Random) -> str:
    separator = chance.choice((" ", "\n", ".", ","))
    words = text.split(separator)
    chance.shuffle(words)
    return separator.join(words)


def flip(text: str, chance: random.Random) -> str:
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(chance.randrange(1, 40)):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
    return data.decode("utf-8", "replace")


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (cut, spice, repeat, shuffle, flip)


def mutate(pool: list[str], chance: random.Random) -> str:
    """A text of the pool, changed a few times, at most 200 KB long."""
    text = chance.choice(pool)
    if chance.random() < 0.2:
        other = chance.choice(pool)
        text = text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]
    for _ in range(chance.randrange(1, 4)):
        text = chance.choice(MUTATIONS)(text, chance)[:200_000]
    return text


def run(minutes: float, seed: int, crashes: pathlib.Path) -> int:
    """Mutate and check until the time is up; 1 at the first text that breaks a rule."""
    chance, pool = random.Random(seed), seeds()
    end, count = time.monotonic() + minutes * 60, 0
    while time.monotonic() < end:
        text = mutate(pool, chance)
        try:
            check(text)
        except Exception as error:
            name = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
            crashes.mkdir(parents=True, exist_ok=True)
            (crashes / f"{name}.txt").write_text(text, encoding="utf-8", errors="surrogatepass")
            print(f"{type(error).__name__}: {error}\nthe text is in {crashes / name}.txt")
            return 1
        count += 1
    print(
        f"{count} texts in {minutes:g} minutes, seed {seed}: no exception, no hang, all places in bounds"
    )
    return 0


def run_atheris(minutes: float, seed: int) -> None:
    """Let atheris drive the same check for a time, guided by the branches it takes; it ends the process."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    def one(data: bytes) -> None:
        check(data.decode("utf-8", "replace"))

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={minutes * 60:.0f}", f"-seed={seed}"], one)
    atheris.Fuzz()


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crashes", type=pathlib.Path, default=pathlib.Path("fuzz-crashes"))
    parser.add_argument("--atheris", action="store_true")
    options = parser.parse_args()
    if options.atheris:
        run_atheris(options.minutes, options.seed)
    return run(options.minutes, options.seed, options.crashes)


if __name__ == "__main__":
    sys.exit(main())
