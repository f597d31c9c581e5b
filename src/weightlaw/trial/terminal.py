"""Judging in a terminal: the same blinded pairs, one key a choice. Nothing that an answer holds can drive the terminal."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TextIO

from weightlaw.trial import worddiff
from weightlaw.trial.judging import Judging, Sides
from weightlaw.trial.plain import Block
from weightlaw.trial.values import Choice

SIDE_BY_SIDE = 100
"""Columns from which the answers stand beside each other."""
FIRST_SHOWN = 8_000
"""Characters of a side that are shown at first."""
KEYS = """\
1 or <-   A is better          d  mark what only one answer has
2 or ->   B is better          a  show all of a long answer
0 or t    tie (or space)       u  take the last choice back
n         write a note         q  stop here; all is stored        ?  this list"""
_CHOICES: dict[str, Choice] = {
    "1": "left", "left": "left", "2": "right", "right": "right", "0": "tie", " ": "tie", "t": "tie",
}  # fmt: skip
_ARROWS = {"[D": "left", "OD": "left", "[C": "right", "OC": "right"}


def judge(
    judging: Judging,
    read: TextIO | None = None,
    write: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Judge until all is judged, the rater stops, or the input ends."""
    screen = _Screen(judging, read or sys.stdin, write or sys.stdout, clock)
    with _keys(screen.read):
        try:
            screen.run()
        except KeyboardInterrupt:
            screen.say("")


@contextmanager
def _keys(read: TextIO) -> Iterator[None]:
    """Keys as they are pressed, where a terminal is read; put back afterwards."""
    try:
        import termios
        import tty

        if not read.isatty():
            raise OSError
        number = read.fileno()
        before = termios.tcgetattr(number)
    except (ImportError, OSError, ValueError):
        yield
        return
    try:
        tty.setcbreak(number)
        yield
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


class _Screen:
    """One rater before a terminal, or before the lines of a pipe."""

    def __init__(
        self, judging: Judging, read: TextIO, write: TextIO, clock: Callable[[], float]
    ) -> None:
        self.judging = judging
        self.read = read
        self._write = write
        self._clock = clock
        self._tty = read.isatty() and find_spec("termios") is not None
        self._note = ""
        self._whole = self._marked = False

    def say(self, text: str) -> None:
        """A line, in the characters that the terminal knows."""
        encoding = self._write.encoding or "ascii"
        self._write.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self._write.flush()

    def run(self) -> None:
        """Pair after pair."""
        self.say(KEYS)
        while (sides := self.judging.next()) is not None:
            progress = self.judging.progress()
            self._whole = self._marked = False
            self._show(sides, f"{progress.done + 1} of {progress.total}")
            if not self._decide(sides):
                return
        self.say("All pairs are judged. Thank you.")

    def _decide(self, sides: Sides) -> bool:
        """Keys until a choice is stored. False: the rater stops."""
        began = self._clock()
        while True:
            key = self._key()
            if key in ("", "q", "\x04"):
                return False
            if choice := _CHOICES.get(key):
                self.judging.choose(sides.id, choice, self._clock() - began, self._note)
                self._note = ""
                return True
            if key == "u":
                if (note := self.judging.undo()) is not None:
                    self._note = note
                    return True
                self.say("There is nothing to take back.")
            else:
                self._other(key, sides)

    def _other(self, key: str, sides: Sides) -> None:
        if key == "n":
            self._note = self._line("note: ")
        elif key == "?":
            self.say(KEYS)
        elif key == "a":
            self._whole = True
            self._show(sides, "the same pair, whole")
        elif key == "d":
            self._marked = not self._marked
            self._show(sides, "the same pair")

    # input

    def _key(self) -> str:
        """The next key; empty at the end of the input."""
        self._prompt("1 A | 2 B | 0 tie > ")
        if not self._tty:
            line = self.read.readline()
            return (line.strip().lower()[:5] or " ") if line else ""
        key = self._byte()
        return _ARROWS.get(self._byte() + self._byte(), "?") if key == "\x1b" else key.lower()

    def _byte(self) -> str:
        """One byte, past Python's own buffer: a key must not wait for the next line."""
        return os.read(self.read.fileno(), 1).decode("ascii", "replace")

    def _line(self, prompt: str) -> str:
        self._prompt(prompt)
        if not self._tty:
            return self.read.readline().strip()
        import termios
        import tty

        number = self.read.fileno()
        cbreak = termios.tcgetattr(number)
        try:
            cooked = termios.tcgetattr(number)
            cooked[tty.LFLAG] |= termios.ICANON | termios.ECHO
            termios.tcsetattr(number, termios.TCSADRAIN, cooked)
            return os.read(number, 4096).decode("utf-8", "replace").strip()
        finally:
            termios.tcsetattr(number, termios.TCSADRAIN, cbreak)

    def _prompt(self, text: str) -> None:
        self._write.write(text)
        self._write.flush()

    # output

    def _show(self, sides: Sides, title: str) -> None:
        width = max(40, min(shutil.get_terminal_size((80, 24)).columns, 220))
        self.say(f"\n{'=' * width}\n{title}\n{'-' * width}")
        for turn in sides.prompt:
            self.say("\n".join(_wrapped(f"[{turn.role}] {turn.text}", width)))
        if sides.tools:
            self.say("\n".join(_wrapped(f"[tools]\n{sides.tools}", width)))
        left, right = self._texts(sides)
        self.say("-" * width)
        self.say(
            "\n".join(
                _columns(left, right, width)
                if width >= SIDE_BY_SIDE
                else _stacked(left, right, width)
            )
        )
        self.say("=" * width)

    def _texts(self, sides: Sides) -> tuple[str, str]:
        if not self._marked:
            return self._cut(_text(sides.left)), self._cut(_text(sides.right))
        if worddiff.too_long(sides.left) or worddiff.too_long(sides.right):
            self.say("These answers are too long to compare.")
            return self._cut(_text(sides.left)), self._cut(_text(sides.right))
        left, right = worddiff.compare(sides.left, sides.right)
        return _marked(sides.left, left), _marked(sides.right, right)

    def _cut(self, text: str) -> str:
        if self._whole or len(text) <= FIRST_SHOWN:
            return text or "(an empty answer)"
        return f"{text[:FIRST_SHOWN]}\n(cut here: {len(text):,} characters in all; a shows them)"


def _text(blocks: Sequence[Block]) -> str:
    return "\n\n".join(b.text if b.kind == "text" else _indented(b.text) for b in blocks)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


def _marked(blocks: Sequence[Block], runs: Sequence[worddiff.Runs]) -> str:
    """The text with its own words in braces: a mark that needs no colour."""
    made = []
    for block, pieces in zip(blocks, runs, strict=True):
        text = "".join(
            "{" + t.rstrip() + "}" + t[len(t.rstrip()) :] if own else t for t, own in pieces
        )
        made.append(text if block.kind == "text" else _indented(text))
    return "\n\n".join(made)


def _stacked(left: str, right: str, width: int) -> list[str]:
    return ["ANSWER A", *_wrapped(left, width), "-" * width, "ANSWER B", *_wrapped(right, width)]


def _columns(left: str, right: str, width: int) -> list[str]:
    half = (width - 3) // 2
    one, other = (["ANSWER A", *_wrapped(left, half)], ["ANSWER B", *_wrapped(right, half)])
    lines = max(len(one), len(other))
    one += [""] * (lines - len(one))
    other += [""] * (lines - len(other))
    return [f"{_padded(a, half)} | {b}".rstrip() for a, b in zip(one, other, strict=True)]


def _columns_of(character: str) -> int:
    """Cells of a terminal that a character takes."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(_columns_of(c) for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - _width(text))


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many cells, broken at spaces where there are any."""
    return [piece for line in text.expandtabs(4).split("\n") for piece in _broken(line, width)]


def _broken(line: str, width: int) -> Iterator[str]:
    indent = line[: min(len(line) - len(line.lstrip(" ")), width // 2)]
    start, room, lead = 0, width, ""
    while True:
        piece = line[start : start + room + 1]
        if len(piece) <= room and _width(piece) <= room:
            yield lead + piece
            return
        end = _fitting(piece, room)
        space = piece.rfind(" ", len(indent) + 1 if not lead else 1, end + 1)
        end = space if space > 0 else end
        yield (lead + piece[:end]).rstrip()
        start += end
        while line[start : start + 1] == " ":
            start += 1
        if start >= len(line):
            return
        lead, room = indent, width - len(indent)


def _fitting(piece: str, width: int) -> int:
    """How many characters fit; at least one, so that it ends."""
    cells = 0
    for number, character in enumerate(piece):
        cells += _columns_of(character)
        if cells > width:
            return max(1, number)
    return len(piece)
