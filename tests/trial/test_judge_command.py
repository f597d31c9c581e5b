"""`weightlaw trial judge` as it is called: exit codes, what is said, two people at once in two processes."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.loopback.chat import Answer, LoopbackChat
from tests.trial.invented_trial import WORDS, make
from weightlaw.cli import trial
from weightlaw.errors import UsageError
from weightlaw.trial.store import Store

FOUR = {f"p{n}": {"zebrawood": f"It is {n}.", "quillfish": f"The sum: {n}"} for n in range(4)}
COMMAND = (  # Ctrl-C reaches it also where the tests themselves run in the background
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "import sys; from weightlaw.cli import trial; from weightlaw.errors import WeightlawError\n"
    "try: sys.exit(trial.run(trial.parser().parse_args(sys.argv[1:])))\n"
    "except WeightlawError as error: print(error, file=sys.stderr); sys.exit(error.exit_code)"
)


def call(*args: str) -> int:
    return trial.run(trial.parser().parse_args(["judge", *args]))


def typed(monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))


def test_exit_codes_in_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(make(tmp_path / "t", FOUR))
    typed(monkeypatch, "")
    assert call(path, "--terminal", "--rater", "dana") == 3
    typed(monkeypatch, "1\n2\n")
    assert call(path, "--terminal", "--rater", "dana") == 4
    assert "2 of 4 pairs are judged" in capsys.readouterr().err
    typed(monkeypatch, "1\n2\n")
    assert call(path, "--terminal", "--rater", "dana") == 0
    typed(monkeypatch, "1\n1\n")
    assert call(path, "--terminal", "--rater", "dana") == 0  # nothing is asked
    typed(monkeypatch, "0\n")
    assert call(path, "--terminal", "--rater", "dana", "--again") == 4
    with Store(path) as store:
        assert Counter(v.choice for v in store.votes())["tie"] == 1


def test_missing_answers_are_told_and_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a word on whose answer is missing: that would tell."""
    answers: dict[str, Any] = {
        **FOUR,
        "half": {"zebrawood": "yes"},
        "alike": {"zebrawood": "x", "quillfish": "x"},
    }
    path = str(make(tmp_path / "t", answers))
    typed(monkeypatch, "1\n" * 4)
    assert call(path, "--terminal", "--rater", "dana") == 4
    said = capsys.readouterr()
    assert "4 of 4 pairs to judge; 1 left out, since an answer is missing" in said.err
    assert "1 left out, since both answers read the same" in said.err
    assert not [w for w in WORDS if w in (said.out + said.err).lower()]


def test_nothing_to_judge(tmp_path: Path) -> None:
    assert (
        call(
            str(make(tmp_path / "t", {"p": {"zebrawood": "x"}})), "--rater", "dana", "--no-browser"
        )
        == 3
    )


def test_the_login_name_is_the_rater(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(make(tmp_path / "t", FOUR))
    monkeypatch.setenv("LOGNAME", "robin")
    typed(monkeypatch, "1\n")
    call(path, "--terminal")
    with Store(path) as store:
        assert [v.rater for v in store.votes()] == ["robin"]


@pytest.mark.parametrize(
    "args",
    [
        ["none.trial"],
        ["{path}", "--rater", "model:x"],
        ["{path}", "--rater", "a\tb"],
        ["{path}", "--port", "70000"],
        ["{path}", "--port", "x"],
        ["{path}", "--terminal", "--model-judge", "x.yaml"],
        ["{path}", "--model-judge", "none.yaml"],
        ["{path}", "--model-judge", "none.yaml", "--rater", "dana"],
        ["{path}", "--term"],
    ],
)
def test_wrong_arguments_are_one_line(tmp_path: Path, args: list[str]) -> None:
    path = str(make(tmp_path / "t", FOUR))
    with pytest.raises(UsageError) as caught:
        call(*(a.format(path=path) for a in args))
    assert "\n" not in str(caught.value)


def start(path: Path, rater: str) -> subprocess.Popen[str]:
    args = ["judge", str(path), "--rater", rater, "--no-browser"]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *args], stderr=subprocess.PIPE, text=True
    )


def address(child: subprocess.Popen[str]) -> tuple[str, str]:
    """Where the page is, and its token."""
    assert child.stderr is not None
    for line in child.stderr:
        if found := re.search(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)", line):
            return found[1], found[2]
    raise AssertionError("no address was printed")


def ask(at: tuple[str, str], path: str, data: Any = None) -> Any:
    headers = {"X-Weightlaw-Token": at[1], "Origin": at[0], "Content-Type": "application/json"}
    body = None if data is None else json.dumps(data).encode()
    with urllib.request.urlopen(
        urllib.request.Request(at[0] + path, body, headers), timeout=20
    ) as got:
        return json.load(got)


def test_two_people_at_once(tmp_path: Path) -> None:
    """In two processes, pair by pair in turn; one finishes, the other is interrupted."""
    path = make(tmp_path / "t", FOUR)
    children = [start(path, name) for name in ("dana", "kim")]
    try:
        pages = [address(child) for child in children]
        for number in range(4):
            for page in pages:
                state = ask(page, "/api/state")
                assert state["done"] == number
                if page is pages[1] and number == 3:
                    continue
                ask(page, "/api/choice", {"id": state["pair"]["id"], "choice": "left"})
        ask(pages[0], "/api/finish", {})
        children[1].send_signal(signal.SIGINT)
        assert [child.wait(20) for child in children] == [0, 4]
    finally:
        for child in children:
            child.kill()
            child.communicate()
    with Store(str(path)) as store:
        assert Counter(v.rater for v in store.votes()) == {"dana": 4, "kim": 3}


def test_a_killed_judging_keeps_every_choice(tmp_path: Path) -> None:
    path = make(tmp_path / "t", FOUR)
    child = start(path, "dana")
    try:
        page = address(child)
        for _ in range(2):
            ask(
                page,
                "/api/choice",
                {"id": ask(page, "/api/state")["pair"]["id"], "choice": "right"},
            )
        child.kill()
    finally:
        child.kill()
        child.communicate()
    with Store(str(path)) as store:
        assert [v.choice for v in store.votes()] == ["right", "right"]


def test_a_browser_is_opened_unless_it_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weightlaw.trial import judge_page

    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(judge_page, "serve", lambda server: server.server_close())
    path = str(make(tmp_path / "t", FOUR))
    call(path, "--rater", "dana", "--no-browser")
    assert opened == []
    call(path, "--rater", "dana")
    assert len(opened) == 1
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}", opened[0])


def test_a_model_as_judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Tie(LoopbackChat):
        def _answer(self, asked: Any) -> Answer:
            return Answer(text='{"better": "tie"}' if "zebra" not in str(asked.body) else "?")

    path = str(make(tmp_path / "t", FOUR))
    with Tie(models=["umpire-1"]) as chat:
        file = tmp_path / "judge.yaml"
        file.write_text(f"model: umpire-1\nurl: {chat.url}\n", encoding="utf-8")
        assert call(path, "--model-judge", str(file)) == 0
    assert "model:umpire-1: 8 votes of 8" in capsys.readouterr().err
    with Store(path) as store:
        assert {v.kind for v in store.votes()} == {"model"}


def test_a_missing_extra_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    file = tmp_path / "judge.yaml"
    file.write_text("model: umpire-1\nurl: http://127.0.0.1:1/v1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"weightlaw\[trial\]"):
        call(str(make(tmp_path / "t", FOUR)), "--model-judge", str(file))
