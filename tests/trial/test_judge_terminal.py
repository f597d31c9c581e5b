"""Judging in a terminal: through a pipe, and through a real pseudo-terminal."""

from __future__ import annotations

import io
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trial.invented_trial import WORDS, make
from weightlaw.trial.judging import Judging
from weightlaw.trial.store import Store
from weightlaw.trial.terminal import _columns, _width, _wrapped, judge

SIX = {
    f"p{n}": {
        "zebrawood": f"I am Qwen. It is {n}.",
        "quillfish": f"As ChatGPT: **{n}** — from OpenAI",
    }
    for n in range(6)
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(str(make(tmp_path / "six.trial", SIX))) as opened:
        yield opened


def play(
    store: Store, lines: str, columns: int = 80, monkeypatch: pytest.MonkeyPatch | None = None
) -> str:
    """What is written when these lines are read."""
    if monkeypatch:
        monkeypatch.setenv("COLUMNS", str(columns))
    out = io.StringIO()
    judge(Judging(store, "dana"), io.StringIO(lines), out)
    return out.getvalue()


def choices(store: Store) -> Counter[str]:
    return Counter(v.choice for v in store.votes())


def test_a_walk_through_a_pipe(store: Store) -> None:
    written = play(store, "1\n2\n0\nt\nn\nA is to the point\n1\n2\n")
    assert choices(store) == {"left": 2, "right": 2, "tie": 2}
    assert [v.note for v in store.votes() if v.note] == ["A is to the point"]
    assert "6 of 6" in written
    assert "All pairs are judged" in written
    assert not [w for w in WORDS if w in written.lower()]


@pytest.mark.parametrize("stop", ["", "q\n"])
def test_it_stops_and_goes_on(store: Store, stop: str) -> None:
    play(store, "1\n1\n" + stop)
    assert choices(store) == {"left": 2}
    written = play(store, "2\n2\n2\n2\n")
    assert "3 of 6" in written
    assert choices(store) == {"left": 2, "right": 4}


def test_undo_and_odd_keys(store: Store) -> None:
    written = play(store, "u\n?\nx\n1\nu\n2\n")
    assert "nothing to take back" in written
    assert written.count("or <-") == 2
    assert choices(store) == {"right": 1}


def test_the_differences_in_braces(tmp_path: Path) -> None:
    answers = {"p": {"zebrawood": "The fee is 9 euros.", "quillfish": "The fee is 12 euros."}}
    with Store(str(make(tmp_path / "t", answers))) as store:
        written = play(store, "d\n")
    assert "The fee is {9} euros." in written
    assert "The fee is {12} euros." in written


def test_side_by_side_where_it_is_wide(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = play(store, "", 80, monkeypatch)
    wide = play(store, "", 120, monkeypatch)
    assert not re.search(r"ANSWER A +\| ANSWER B", narrow)
    assert re.search(r"ANSWER A +\| ANSWER B", wide)
    assert max(len(line) for line in wide.splitlines()) <= 120
    assert max(len(line) for line in narrow.splitlines()) <= 80


def test_hostile_answers_cannot_drive_the_terminal(tmp_path: Path) -> None:
    hostile = (
        "\x1b]0;title\x07\x1b[2J\x1b[31mred \x9b31m \x90q \x08\x08 \r back \u202eevil\u202c \x00"
    )
    answers = {"p": {"zebrawood": hostile, "quillfish": f"```\n{hostile}\n```"}}
    with Store(str(make(tmp_path / "t", answers))) as store:
        written = play(store, "n\n\x1b[2Jnote\n1\n")
        assert "title" in written
        controls = {
            c
            for c in written
            if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u202c"
        }
        assert not controls
        assert store.votes()[0].note == "\ufffd[2Jnote"


def test_a_long_answer_is_cut_and_shown_whole_on_demand(tmp_path: Path) -> None:
    answers = {"p": {"zebrawood": "word " * 4000 + "END", "quillfish": "short"}}
    with Store(str(make(tmp_path / "t", answers))) as store:
        assert "END" not in play(store, "")
        assert "END" in play(store, "a\n")
        assert "cut here: 20,003 characters in all" in play(store, "")


@given(st.text(alphabet="ab 漢é\u0301-", max_size=120), st.integers(min_value=4, max_value=30))
def test_lines_fit_and_nothing_is_lost(text: str, width: int) -> None:
    lines = _wrapped(text, width)
    assert all(_width(line) <= width for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


@given(st.text(alphabet="ab 漢\n", max_size=80), st.text(alphabet="ab 漢\n", max_size=80))
def test_columns_stand_below_each_other(left: str, right: str) -> None:
    for line in _columns(left, right, 43):
        assert _width(line.partition("|")[0]) in (21, _width(line))


def test_a_huge_line_is_wrapped_in_time() -> None:
    start = time.monotonic()
    lines = _wrapped("x" * 2_000_000, 80)
    assert len(lines) == 25_000
    assert time.monotonic() - start < 5


def test_keys_in_a_real_terminal(tmp_path: Path) -> None:
    """A child with a pseudo-terminal: single keys, arrows, a note, undo, and Ctrl-C at the end."""
    pty = pytest.importorskip("pty")
    path = make(tmp_path / "six.trial", SIX)
    code = (  # Ctrl-C reaches it also where the tests themselves run in the background
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; from weightlaw.trial.store import Store; from weightlaw.trial.judging import Judging; "
        "from weightlaw.trial.terminal import judge\n"
        "with Store(sys.argv[1]) as s: judge(Judging(s, 'dana'))"
    )
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
        start_new_session=True, env={**os.environ, "TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    screen = _Screen(ours)
    try:
        screen.until("1 of 6")
        for key, then in (
            ("1", "2 of 6"),
            ("\x1b[C", "3 of 6"),
            ("\x1bOD", "4 of 6"),
            ("u", "3 of 6"),
            (" ", "4 of 6"),
        ):
            screen.press(key, then)
        screen.press("n", "note:")
        screen.press("clear and short\n", "> ")
        screen.press("2", "5 of 6")
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0
    finally:
        child.kill()
        child.wait()
        os.close(ours)
    with Store(str(path)) as store:
        assert choices(store) == {"left": 1, "right": 2, "tie": 1}
        assert [v.note for v in store.votes() if v.note] == ["clear and short"]
    assert "\x1b" not in screen.seen


class _Screen:
    """The other end of the terminal."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.seen = ""
        self._from = 0

    def press(self, keys: str, then: str) -> None:
        os.write(self._number, keys.encode())
        self.until(then)

    def until(self, text: str) -> None:
        end = time.monotonic() + 20
        while text not in self.seen[self._from :]:
            ready, _, _ = select.select([self._number], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"never seen: {text!r} after {self.seen[self._from :]!r}"
            self.seen += os.read(self._number, 65536).decode("utf-8", "replace")
        self._from = self.seen.index(text, self._from) + len(text)
