"""The lock as a part of the gate: what a change does to it is told, and judged like what it adds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scanning.shared import commit, git, repository, tree
from tests.scanning.test_gate_cli import POLICY, document, run
from weightlaw.cli import lock as lock_command
from weightlaw.lockfile.reading import parse_lock
from weightlaw.lockfile.values import Lock
from weightlaw.lockfile.writing import render

Capture = pytest.CaptureFixture[str]
GLM = "zai-org/GLM-4.7"
QWEN = "Qwen/Qwen2.5-7B-Instruct"
PINNED = {GLM: "a" * 40, QWEN: "b" * 40}


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A code base with a policy and a lock of two models, one of them used, and a branch."""
    root = repository(tmp_path / "demo", {"weightlaw.yaml": POLICY, "a.py": f'MODEL = "{GLM}"\n'})
    monkeypatch.chdir(root)
    for name in ("GITHUB_EVENT_PATH", "GITHUB_BASE_REF", "CI_DEFAULT_BRANCH"):
        monkeypatch.delenv(name, raising=False)
    args = lock_command.parser().parse_args([GLM, QWEN, "--offline"])
    assert lock_command.run(args) == 0
    rewrite(root, lambda models: [m | {"revision": PINNED[m["model"]]} for m in models])
    commit(root, "locked")
    git(root, "checkout", "-q", "-b", "change")
    return root


def rewrite(root: Path, edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """The lock with other models, sealed as weightlaw seals it."""
    import msgspec

    path = root / "weightlaw.lock"
    lock = parse_lock(path.read_bytes(), "weightlaw.lock").lock
    plain = msgspec.to_builtins(lock)
    plain["models"] = edit(plain["models"])
    path.write_text(render(msgspec.convert(plain, Lock)), encoding="utf-8")


def changes_of(capsys: Capture) -> list[dict[str, object]]:
    """What the JSON tells of the lock."""
    found = document(capsys, "--base", "main")["lock_changes"]
    assert isinstance(found, list)
    return found


def test_an_untouched_lock_is_not_told(demo: Path, capsys: Capture) -> None:
    """Neither where nothing changed nor where other files did."""
    tree(demo, {"b.py": "x = 1\n"})
    assert run("--base", "main") == 0
    capsys.readouterr()
    assert changes_of(capsys) == []


def test_a_dropped_pin_of_a_model_in_use_is_reviewed(demo: Path, capsys: Capture) -> None:
    """The model's lines are judged, and the verdict is at least review."""
    rewrite(demo, lambda models: [m for m in models if m["model"] != GLM])
    assert run("--base", "main") == 4
    text = " ".join(capsys.readouterr().out.split())
    assert f"lock: This change of weightlaw.lock on {GLM}: no longer pinned" in text
    made = document(capsys, "--base", "main")
    refs = made["references"]
    assert isinstance(refs, list)
    assert [(r["file"], r["line"]) for r in refs] == [("a.py", 1)]


def test_a_dropped_pin_that_nobody_uses_passes(demo: Path, capsys: Capture) -> None:
    """It is told all the same."""
    rewrite(demo, lambda models: [m for m in models if m["model"] != QWEN])
    assert run("--base", "main") == 0
    capsys.readouterr()
    (told,) = changes_of(capsys)
    assert (told["model"], told["worse"], told["after"]) == (QWEN, False, None)


def test_a_deleted_lock_is_reviewed(demo: Path) -> None:
    """Deleting the file drops every pin."""
    (demo / "weightlaw.lock").unlink()
    commit(demo, "no lock")
    assert run("--base", "main") == 4


def test_a_deleted_lock_is_told_without_a_policy_too(demo: Path) -> None:
    """`--no-policy` leaves the policy out, not the lock."""
    (demo / "weightlaw.lock").unlink()
    assert run("--base", "main", "--no-policy") == 4


def test_another_commit_is_judged_as_added(demo: Path, capsys: Capture) -> None:
    """Its lines are reported; an allowed model stays allowed."""
    rewrite(
        demo,
        lambda models: [m | {"revision": "c" * 40} if m["model"] == GLM else m for m in models],
    )
    assert run("--base", "main") == 0
    capsys.readouterr()
    made = document(capsys, "--base", "main")
    refs, changes = made["references"], made["lock_changes"]
    assert isinstance(refs, list)
    assert isinstance(changes, list)
    assert [r["file"] for r in refs] == ["a.py"]
    assert "aaaaaaaaaaaa became cccccccccccc" in changes[0]["told"]


def test_a_lost_commit_is_reviewed(demo: Path) -> None:
    """A pin without a commit is none."""
    rewrite(demo, lambda models: [{k: v for k, v in m.items() if k != "revision"} for m in models])
    assert run("--base", "main") == 4


def test_other_terms_for_the_same_commit_are_reviewed(demo: Path) -> None:
    """Sealed or not: the same commit of the same knowledge cannot say something else."""
    rewrite(
        demo,
        lambda models: [
            m | {"declared": {"tags": ["apache-2.0"]}} if m["model"] == GLM else m for m in models
        ],
    )
    assert run("--base", "main") == 4


def test_an_edit_by_hand_is_reviewed(demo: Path, capsys: Capture) -> None:
    """The checksums show it."""
    path = demo / "weightlaw.lock"
    path.write_text(path.read_text().replace("a" * 40, "d" * 40), encoding="utf-8")
    assert run("--base", "main") == 4
    assert "edited by hand" in " ".join(capsys.readouterr().out.split())


def test_a_new_pin_of_a_denied_model_is_denied(demo: Path, capsys: Capture) -> None:
    """What a lock brings is judged as what code brings."""
    args = lock_command.parser().parse_args([GLM, QWEN, "llama4", "--offline"])
    assert lock_command.run(args) == 0
    capsys.readouterr()
    assert run("--base", "main") == 1


def test_a_first_lock_passes(demo: Path) -> None:
    """Pins for models that are allowed are no weakening."""
    git(demo, "checkout", "-q", "main")
    text = (demo / "weightlaw.lock").read_text()
    (demo / "weightlaw.lock").unlink()
    commit(demo, "none")
    git(demo, "checkout", "-q", "-B", "first")
    tree(demo, {"weightlaw.lock": text})
    assert run("--base", "main") == 0


def test_a_damaged_lock_is_an_error_and_can_be_mended(demo: Path) -> None:
    """Of the head it is an error; of the base it is as none."""
    whole = (demo / "weightlaw.lock").read_text()
    tree(demo, {"weightlaw.lock": whole[: len(whole) // 2]})
    assert run("--base", "main") == 2
    git(demo, "checkout", "-q", "-f", "main")
    tree(demo, {"weightlaw.lock": whole[: len(whole) // 2]})
    commit(demo, "damaged")
    git(demo, "checkout", "-q", "-B", "mended")
    tree(demo, {"weightlaw.lock": whole})
    assert run("--base", "main") == 0


@pytest.mark.parametrize(
    ("form", "mark"),
    [
        ("github", "::warning file=weightlaw.lock,line=1,title=weightlaw lock::"),
        ("gitlab", "weightlaw/lock-made-weaker"),
        ("junit", '<testsuite name="lock" tests="1" failures="1"'),
        ("sarif", '"ruleId": "weightlaw/lock-made-weaker"'),
        ("markdown", "no longer pinned"),
    ],
)
def test_every_format_tells_of_the_lock(demo: Path, capsys: Capture, form: str, mark: str) -> None:
    """A dropped pin is in none of them silent."""
    rewrite(demo, lambda models: [m for m in models if m["model"] != GLM])
    assert run("--base", "main", "--format", form) == 4
    out = capsys.readouterr().out
    assert mark in out
    if form in ("gitlab", "sarif"):
        json.loads(out)
