"""The file of a trial: frozen, safe against kills, used by several at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from msgspec import structs

from weightlaw.errors import UsageError
from weightlaw.trial.store import Store, create
from weightlaw.trial.values import Candidate, Message, Prompt, PromptSet, Settings, TrialPlan, Vote

PLAN = TrialPlan(
    settings=Settings(name="support", seed=7),
    candidates=(
        Candidate(name="ours", model="m1", url="http://localhost:1/v1"),
        Candidate(name="theirs", model="m2", url="http://localhost:2/v1"),
    ),
    prompts=PromptSet(
        prompts=tuple(Prompt(id=f"p{n}", messages=(Message("user", "hi"),)) for n in range(3)),
        sha256="0" * 64,
    ),
    created="2026-11-24",
)


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = str(tmp_path / "support.trial")
    create(file, PLAN)
    return file


def test_the_plan_comes_back_as_it_was(path: str) -> None:
    with Store(path) as store:
        assert store.plan == PLAN


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_private_prompts_are_for_their_owner_alone(path: str) -> None:
    with Store(path) as store:
        store.begin("p0", "ours", 1)
        files = list(Path(path).parent.iterdir())
        assert len(files) == 3  # the file, and SQLite's log with its index
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_trial_is_never_written_over(path: str) -> None:
    before = Path(path).read_bytes()
    with pytest.raises(UsageError, match="already there"):
        create(path, PLAN)
    assert Path(path).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0 but not really", b"{}"])
def test_what_is_no_trial_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="no trial"):
        Store(str(file))


def test_another_format_is_refused(path: str) -> None:
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (b"weightlaw.trial/9",))
    db.close()
    with pytest.raises(UsageError, match=r"weightlaw\.trial/9"):
        Store(path)


def test_the_plan_cannot_be_changed(path: str) -> None:
    with Store(path) as store, pytest.raises(ValueError, match="frozen"):
        store.set_meta("plan", b"{}")


def test_an_ended_attempt_is_never_written_over(path: str) -> None:
    with Store(path) as store:
        attempt = store.begin("p0", "ours", 1)
        store.finish(structs.replace(attempt, text="first"))
        with pytest.raises(RuntimeError, match="not on the way"):
            store.finish(structs.replace(attempt, text="second"))
        assert [a.text for a in store.attempts()] == ["first"]


def test_the_last_whole_answer_is_final(path: str) -> None:
    with Store(path) as store:
        for failure, text in (("schema-failure", "{"), ("", "{}"), ("server-error", "")):
            store.finish(structs.replace(store.begin("p0", "ours", 1), failure=failure, text=text))
        assert {key: a.text for key, a in store.final().items()} == {("p0", "ours"): "{}"}
        assert [a.number for a in store.attempts("ours")] == [1, 2, 3]


def test_a_killed_process_leaves_what_it_had_on_the_way(path: str) -> None:
    """After SIGKILL, what had ended is there and what had not is told apart."""
    code = (
        "import sys, time; from msgspec import structs; from weightlaw.trial.store import Store\n"
        f"store = Store({path!r})\n"
        "store.finish(structs.replace(store.begin('p0', 'ours', 1), text='kept'))\n"
        "store.begin('p1', 'ours', 1); print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    with Store(path) as store:
        assert store.interrupt() == 1
        assert [(a.prompt, a.failure) for a in store.attempts()] == [
            ("p0", ""),
            ("p1", "interrupted"),
        ]
        assert ("p1", "ours") not in store.final()
        assert store.interrupt() == 0


def test_threads_and_two_openings_share_one_file(path: str) -> None:
    """Numbers never clash, whoever begins."""
    with Store(path) as one, Store(path) as two:

        def work(store: Store) -> None:
            for _ in range(20):
                store.finish(store.begin("p0", "ours", 1))

        threads = [threading.Thread(target=work, args=(s,)) for s in (one, one, two, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(a.number for a in one.attempts()) == list(range(1, 81))


def test_a_second_thought_replaces_the_first_and_a_models_two_orders_stay(path: str) -> None:
    vote = Vote(prompt="p0", left="ours", right="theirs", choice="left", rater="ann")
    judge = structs.replace(vote, rater="model:j", kind="model")
    with Store(path) as store:
        store.add_vote(vote)
        store.add_vote(structs.replace(vote, left="theirs", right="ours", choice="left"))
        store.add_vote(judge)
        store.add_vote(structs.replace(judge, left="theirs", right="ours"))
        people = [v for v in store.votes() if v.kind == "person"]
        assert [v.winner for v in people] == ["theirs"]
        assert [v.left for v in store.votes() if v.kind == "model"] == ["ours", "theirs"]


def test_a_full_disk_is_one_sentence_and_the_file_stays_good(path: str) -> None:
    with Store(path) as store:
        kept = store.begin("p", "open", 1)
        ((pages,),) = store._all("PRAGMA page_count")
        store._all(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(UsageError, match="cannot be written"):
            list(iter(lambda: store.begin("p", "open", 1), None))
        assert store.unfinished() > 0
    with Store(path) as store:
        store.interrupt()
        assert store.attempts()[0].id == kept.id


@pytest.mark.parametrize("open_elsewhere", [False, True])
def test_a_file_that_may_only_be_read_is_read(
    path: str, monkeypatch: pytest.MonkeyPatch, open_elsewhere: bool
) -> None:
    with Store(path) as writer:
        writer.finish(writer.begin("p", "open", 1))
        if not open_elsewhere:
            writer.close()
        monkeypatch.setattr("weightlaw.trial.store.os.access", lambda *_: False)
        with Store(path) as store:
            assert len(store.attempts()) == 1
            with pytest.raises(UsageError, match="cannot be written"):
                store.begin("p", "open", 1)


def test_a_trial_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        create(str(tmp_path / "missing" / "a.trial"), PLAN)
    with monkeypatch.context() as patched:
        patched.setattr("weightlaw.trial.store._TABLES", "CREATE TABLE broken (")
        with pytest.raises(UsageError, match="cannot be written"):
            create(str(tmp_path / "a.trial"), PLAN)
    assert list(tmp_path.iterdir()) == []
