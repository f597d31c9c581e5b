"""`trial init` and `trial run` as commands: kills, signals, locks, keys, exit codes, and never an answer's text."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.loopback.chat import FAILURE, Answer, Asked, LoopbackChat
from tests.trial.trials import Ran, candidate, prompts, write
from weightlaw.cli.trial import parser
from weightlaw.errors import WeightlawError
from weightlaw.trial.locking import only_one
from weightlaw.trial.store import Store
from weightlaw.trial.summary import json_schema
from weightlaw.trial.values import Attempt

START = (
    "import sys; from weightlaw.cli import main; main.COMMANDS.setdefault('trial', ''); "
    "sys.exit(main.main(['trial', *sys.argv[1:]]))"
)
COMMAND = (sys.executable, "-c", START)
KEY = "sk-test-9Zy8Xw7Vu6Ts5Rq4Po3Nm2"


@pytest.fixture
def chat() -> Iterator[LoopbackChat]:
    with LoopbackChat(models=["m"]) as server:
        yield server


def start(*args: str, cwd: Path, **env: str) -> subprocess.Popen[str]:
    """The real command in a process of its own."""
    return subprocess.Popen(
        [*COMMAND, *args], cwd=cwd, env={**os.environ, **env}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def command(*args: str, cwd: Path, **env: str) -> tuple[int, str, str]:
    """Run it to its end."""
    return finish(start(*args, cwd=cwd, **env))


def call(*args: str) -> int:
    """The same in this process; what the command line would say in one sentence is raised."""
    found = parser().parse_args(list(args))
    code: int = found.do(found)
    return code


def wait_for(condition: Any, seconds: float = 30.0) -> None:
    """Until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


@contextmanager
def signalled(number: signal.Signals, condition: Callable[[], bool]) -> Iterator[list[float]]:
    """A signal to this process once a condition holds; the list then has the time of it."""
    sent: list[float] = []

    def send() -> None:
        wait_for(condition)
        time.sleep(0.1)
        sent.append(time.monotonic())
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=send)
    thread.start()
    yield sent
    thread.join()


def two(a: LoopbackChat, b: LoopbackChat, folder: Path, texts: list[str], **settings: Any) -> Path:
    """Two candidates' YAML and the prompts."""
    lines = [f"{key.replace('_', '-')}: {value}" for key, value in settings.items()]
    lines.append("candidates:")
    for name, server in (("ours", a), ("theirs", b)):
        lines += [f"  - name: {name}", f"    model: {server.models[0]}", f"    url: {server.url}"]
    (folder / "c.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "p.jsonl").write_text(
        "".join(json.dumps({"prompt": t}) + "\n" for t in texts), encoding="utf-8"
    )
    return folder


# killed at any moment


def fits(attempts: list[Attempt], asked: list[Asked]) -> bool:
    """Whether what was recorded of a pair is what the server saw, in order. Of an interrupted attempt the server saw
    a request or none, and what it did with it is not known."""
    if not attempts:
        return not asked
    first, rest = attempts[0], attempts[1:]
    if first.failure == "interrupted":
        return fits(rest, asked) or (bool(asked) and fits(rest, asked[1:]))
    return (
        bool(asked)
        and first.failure == FAILURE.get(asked[0].fault, "")
        and (not first.request_id.startswith("req-") or first.request_id == asked[0].request_id)
        and fits(rest, asked[1:])
    )


def stored(path: Path) -> dict[int, bytes]:
    """The ended attempts as they stand in the file."""
    with closing(sqlite3.connect(path, timeout=30)) as db:
        rows = db.execute("SELECT id, value FROM attempts WHERE ended IS NOT NULL").fetchall()
    return {row[0]: bytes(row[1]) for row in rows}


@pytest.mark.parametrize("honours_keys", [True, False])
def test_killed_three_times_it_ends_complete_and_nothing_is_paid_twice(
    honours_keys: bool, tmp_path: Path
) -> None:
    texts = [f"question {n}" for n in range(200)]
    more: dict[str, Any] = {"share": 0.05, "honours_keys": honours_keys}
    with (
        LoopbackChat(models=["open-8b"], seed=11, **more) as a,
        LoopbackChat(models=["closed-x"], seed=12, **more) as b,
    ):
        a.delay = b.delay = 0.004
        two(a, b, tmp_path, texts, backoff=0.01, attempts=12, concurrency=4, timeout=20)
        assert command("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t", cwd=tmp_path)[0] == 0
        kills = sorted(random.Random(17 + honours_keys).sample(range(10, 380), 3))
        before: dict[int, bytes] = {}
        for kill in kills:
            process = start("run", "t", cwd=tmp_path)
            wait_for(lambda kill=kill: len(a.log) + len(b.log) >= kill)
            process.send_signal(signal.SIGKILL)
            assert finish(process)[0] == -signal.SIGKILL
            wait_for(lambda: not a.under_way and not b.under_way)
            now = stored(tmp_path / "t")
            assert before.items() <= now.items()  # what was stored is never touched again
            before = now
        code, out, err = command("run", "t", "--format", "json", cwd=tmp_path)
        assert code == 0, err
        assert before.items() <= stored(tmp_path / "t").items()
    made = json.loads(out)
    assert made["complete"]
    log = [*a.log, *b.log]
    with Store(str(tmp_path / "t")) as store:
        attempts = store.attempts()
        assert len(store.final()) == 400
        names = {c.name: c.model for c in store.plan.candidates}
        ids = {p.id: p.messages[0].content for p in store.plan.prompts.prompts}
    by_pair: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in attempts:
        by_pair.setdefault((names[attempt.candidate], ids[attempt.prompt]), []).append(attempt)
    asked: dict[tuple[str, str], list[Asked]] = {}
    for one in log:
        asked.setdefault((one.model, one.prompt), []).append(one)
    # every request that the server saw is an attempt, every fault by its name, and none comes after an answer
    for pair, mine in by_pair.items():
        assert fits(mine, asked[pair]), (pair, [x.failure for x in mine], asked[pair])
        assert [x.failure for x in mine].index("") == len(mine) - 1
    interrupted = [x for x in attempts if x.failure == "interrupted"]
    assert 1 <= len(interrupted) <= 3 * 8
    recorded = Counter(x.failure for x in attempts)
    told = {c["name"]: c["failures"] for c in made["candidates"]}
    assert Counter(told["ours"]) + Counter(told["theirs"]) == recorded - Counter({"": recorded[""]})
    assert sum(1 for x in log if x.fault) >= 10
    # what was paid
    paid = a.paid + b.paid
    assert len(paid) == 400
    if honours_keys:
        assert set(paid.values()) == {1}
    for pair, count in paid.items():
        lost = [x for x in by_pair[pair] if x.failure in ("interrupted", "truncated-stream")]
        broken = [x for x in by_pair[pair] if x.failure in ("server-error", "not-the-protocol")]
        assert count <= 1 + len(lost) + len(broken)
    with closing(sqlite3.connect(tmp_path / "t")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# stopped by a signal


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_the_sending_and_keeps_what_is_on_the_way(
    number: signal.Signals, code: int, chat: LoopbackChat, tmp_path: Path
) -> None:
    chat.delay = 0.4
    two(chat, chat, tmp_path, [f"q{n}" for n in range(50)], concurrency=2)
    command("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t", cwd=tmp_path)
    process = start("run", "t", "--only", "ours", cwd=tmp_path)
    wait_for(lambda: len(chat.log) == 2)
    process.send_signal(number)
    found, out, err = finish(process)
    assert found == code
    assert "go on with weightlaw trial run t" in err
    assert "2/50" in out
    assert len(chat.log) == 2
    with Store(str(tmp_path / "t")) as store:
        assert [a.failure for a in store.attempts()] == ["", ""]


def test_what_hangs_is_given_up_after_a_grace(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.delay = 3.0
    path = write(tmp_path / "t", prompts("a", "b", "c"), candidate(chat), concurrency=2)
    with signalled(signal.SIGINT, lambda: len(chat.log) == 2) as sent:
        ran = Ran(path, grace=0.2)
        assert time.monotonic() - sent[0] < 2.0
    assert ran.result.signal == 130
    assert ran.failures == ["interrupted", "interrupted"]
    chat.delay = 0
    again = Ran(path)
    assert again.result.document.complete
    assert Counter(again.failures) == {"interrupted": 2, "": 3}


def test_a_signal_ends_a_back_off_too(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.script("a", *["500"] * 9)
    path = write(tmp_path / "t", prompts("a"), candidate(chat), backoff=50)
    with signalled(signal.SIGTERM, lambda: len(chat.log) == 1 and not chat.under_way) as sent:
        ran = Ran(path)
        assert time.monotonic() - sent[0] < 5
    assert (ran.result.signal, ran.failures) == (143, ["server-error"])


# two at once


def test_two_runs_at_once_are_refused(chat: LoopbackChat, tmp_path: Path) -> None:
    two(chat, chat, tmp_path, ["a"])
    command("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t", cwd=tmp_path)
    with only_one(str(tmp_path / "t")):
        code, _, err = command("run", "t", cwd=tmp_path)
        assert "another run of t is under way" in err
        assert code == 2
        assert chat.log == []
    assert not (tmp_path / "t.lock").exists()
    assert command("run", "t", cwd=tmp_path)[0] == 0


def test_a_lock_left_by_a_killed_run_holds_nobody(tmp_path: Path) -> None:
    path = str(tmp_path / "t")
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import time; from weightlaw.trial.locking import only_one\nwith only_one({path!r}):\n print('held', flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(WeightlawError, match="under way"), only_one(path):
        pass
    holder.kill()
    holder.communicate()
    assert os.path.exists(f"{path}.lock")
    with only_one(path):
        pass
    assert not os.path.exists(f"{path}.lock")


# keys


def keyed(chat: LoopbackChat, folder: Path) -> None:
    """A candidate whose key stands in TRIAL_TEST_KEY."""
    two(chat, chat, folder, ["a", "b"])
    text = (folder / "c.yaml").read_text(encoding="utf-8")
    lines = text.rstrip().split("\n")
    named = [f"{line}\n    key-env: TRIAL_TEST_KEY" if "url:" in line else line for line in lines]
    (folder / "c.yaml").write_text("\n".join(named) + "\n", encoding="utf-8")
    assert command("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t", cwd=folder)[0] == 0


def holds_key(folder: Path, *texts: str) -> bool:
    """Whether the key, its beginning or its end is in any file of a folder or in a text."""
    everything = b"".join(f.read_bytes() for f in folder.iterdir()) + "".join(texts).encode()
    return any(part.encode() in everything for part in (KEY, KEY[:12], KEY[-12:]))


def test_a_key_is_sent_and_stored_nowhere(chat: LoopbackChat, tmp_path: Path) -> None:
    chat.key = KEY
    chat.answers["a"] = Answer(text=f"your key is {KEY}, isn't it")
    arguments = json.dumps({"key": KEY})
    chat.answers["b"] = Answer(calls=[{"name": KEY, "arguments": arguments}])
    keyed(chat, tmp_path)
    code, out, err = command("run", "t", cwd=tmp_path, TRIAL_TEST_KEY=KEY + "\n")
    assert code == 0
    assert chat.log[0].headers["authorization"] == f"Bearer {KEY}"
    assert not holds_key(tmp_path, out, err)
    with Store(str(tmp_path / "t")) as store:
        texts = {a.text for a in store.attempts()}
    assert "your key is [key], isn't it" in texts


def test_a_server_that_echoes_a_wrong_key_echoes_it_in_vain(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    chat.key = "another-key-than-ours"
    keyed(chat, tmp_path)
    code, out, err = command("run", "t", cwd=tmp_path, TRIAL_TEST_KEY=KEY)
    assert code == 3
    assert err.count("HTTP 401: the key in TRIAL_TEST_KEY is refused") == 2
    assert not holds_key(tmp_path, out, err)
    assert len(chat.log) == 0


def test_an_error_that_repeats_the_key_is_kept_without_it(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    chat.key = KEY
    chat.script("a", "401-echo")
    keyed(chat, tmp_path)
    _, out, err = command("run", "t", "--only", "ours", "--concurrency", "1", cwd=tmp_path, TRIAL_TEST_KEY=KEY)  # fmt: skip
    assert not holds_key(tmp_path, out, err)
    with Store(str(tmp_path / "t")) as store:
        assert [a.status for a in store.attempts()] == [401]


def test_a_missing_key_is_told_by_its_name_before_anything_is_sent(
    chat: LoopbackChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed(chat, tmp_path)
    for value in ("", "  \n", "two words", "sch\u00f6n-und-lang-genug-f\u00fcr-alle"):
        monkeypatch.setenv("TRIAL_TEST_KEY", value)
        monkeypatch.chdir(tmp_path)
        with pytest.raises(WeightlawError, match="TRIAL_TEST_KEY") as caught:
            call("run", "t")
        assert not value.strip() or value.strip() not in str(caught.value)
    assert chat.paths == []


def test_the_environments_account_is_told_to_nobody_else(
    chat: LoopbackChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, KEY)
    Ran(write(tmp_path / "t", prompts("a"), candidate(chat)))
    assert KEY not in json.dumps(chat.log[0].headers)


def test_a_proxy_is_not_asked_for_this_machines_own_servers(
    chat: LoopbackChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert Ran(write(tmp_path / "t", prompts("a"), candidate(chat))).result.document.complete


# what is printed


def test_no_answer_is_shown(chat: LoopbackChat, tmp_path: Path) -> None:
    secret = "the-capital-is-Rome"
    for text, answer in (
        ("a", Answer(text=secret)),
        ("b", Answer(calls=[{"name": secret, "arguments": secret}])),
        ("c", Answer(text=secret, finish=secret)),
        ("d", Answer(refusal=secret)),
    ):
        chat.answers[text] = answer
    two(chat, chat, tmp_path, list("abcd"))
    shown = "".join(
        text
        for args in (
            ("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t"),
            ("run", "t"),
            ("run", "t", "--format", "json"),
        )
        for text in command(*args, cwd=tmp_path)[1:]
    )
    assert secret not in shown
    assert "answers" in shown


def test_the_document_keeps_its_schema(
    chat: LoopbackChat,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    two(chat, chat, tmp_path, ["a", "b"])
    assert call("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t", "--seed", "9") == 0
    assert "seed 9" in capsys.readouterr().out
    assert call("run", "t", "--format", "json") == 0
    made = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(json_schema()).validate(made)
    assert made["schema"] == "weightlaw.trial-run/1"
    assert made["candidates"][0]["identity"]["check"] is None
    assert call("run", "t", "--format", "json") == 0
    again = json.loads(capsys.readouterr().out)
    assert again == made
    assert len(chat.log) == 4


def test_exit_codes(chat: LoopbackChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    two(chat, chat, tmp_path, ["a", "b"], attempts=1)
    chat.script("a", "500", "500")
    call("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t")
    assert call("run", "t") == 4
    assert call("run", "t") == 4
    assert call("run", "t", "--retry-failed") == 0
    with pytest.raises(WeightlawError, match="already there"):
        call("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t")
    with pytest.raises(WeightlawError, match="trial init"):
        call("run", "none.trial")
    text = (tmp_path / "c.yaml").read_text(encoding="utf-8")
    denied = text.replace("    model: m\n", "    model: m\n    openness: open\n    reference: ollama:command-r\n", 1)  # fmt: skip
    (tmp_path / "c.yaml").write_text(denied, encoding="utf-8")
    call("init", "p.jsonl", "--candidates", "c.yaml", "-o", "u")
    before = len(chat.log)
    assert call("run", "u") == 1
    assert len(chat.log) == before
    assert call("run", "u", "--even-if-denied") == 0


def test_init_tells_the_problems_of_both_files_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.txt").write_text("a\n---\n---\nb\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("candidates: []\n", encoding="utf-8")
    with pytest.raises(WeightlawError) as caught:
        call("init", "p.txt", "--candidates", "c.yaml", "-o", "t")
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == ["p.txt", "c.yaml"]
    assert not (tmp_path / "t").exists()


def test_init_uses_the_policy_that_is_found(
    chat: LoopbackChat,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    two(chat, chat, tmp_path, ["a", "b", "c"])
    (tmp_path / "weightlaw.yaml").write_text("version: 1\n", encoding="utf-8")
    assert call("init", "p.jsonl", "--candidates", "c.yaml", "-o", "t", "--sample", "2") == 0
    shown = capsys.readouterr()
    assert "policy: weightlaw.yaml" in shown.out
    assert "2 of 3 prompts were chosen" in shown.err
    with Store("t") as store:
        assert store.plan.settings.policy == "weightlaw.yaml"
        assert store.plan.settings.seed > 0
        assert len(store.plan.prompts.prompts) == 2
