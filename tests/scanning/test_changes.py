"""What a change adds: diffs against a base, renames, missing bases, policies, baselines."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.scanning.shared import commit, git, repository, tree
from weightlaw.domain.deployment import Deployment
from weightlaw.errors import UsageError
from weightlaw.scanning import baseline as baselines
from weightlaw.scanning import changes, gate
from weightlaw.scanning.gate import Policies, Wanted
from weightlaw.scanning.judging import ScanReport, Terms

GLM, LLAMA = "zai-org/GLM-4.7", "meta-llama/Llama-4-Scout-17B-16E-Instruct"
BIG = Policies(now=Terms(deployment=Deployment(mau=900_000_000)))


def model(name: str) -> str:
    """A file that uses one model."""
    return f'MODEL = "{name}"\n'


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository that uses GLM-4.7, with a branch checked out."""
    root = repository(tmp_path / "r", {"app/a.py": model(GLM), "app/b.py": "x = 1\n" * 30})
    git(root, "checkout", "-q", "-b", "change")
    return root


def new(root: Path, base: str = "main") -> list[tuple[str, int, str]]:
    """What the change adds."""
    found = changes.compare([str(root)], base).new
    return [(f.reference.file, f.reference.line, f.reference.reference) for f in found]


def judged(root: Path, **more: object) -> ScanReport:
    """The gate with 900M users."""
    return gate.run(Wanted(paths=(str(root),), base="main", **more), BIG)  # type: ignore[arg-type]


def test_a_new_model_is_found_at_its_line(repo: Path) -> None:
    """Only what the branch brings."""
    tree(repo, {"app/b.py": "x = 1\n" * 30 + model(LLAMA)})
    commit(repo, "llama")
    assert new(repo) == [("app/b.py", 31, LLAMA)]


def test_uncommitted_and_untracked_files_count(repo: Path) -> None:
    """The work tree is compared, not only what is committed."""
    tree(repo, {"app/a.py": model(GLM) + model(LLAMA), "c.py": model("openai/gpt-oss-20b")})
    assert new(repo) == [("app/a.py", 2, LLAMA), ("c.py", 1, "openai/gpt-oss-20b")]


@pytest.mark.parametrize(
    "text",
    [
        model(GLM) + "y = 2\n",
        "y = 2\n" * 9 + model(GLM),
        f'NAME = "{GLM}"\nf(model=NAME, device="cpu")\n',
    ],
)
def test_what_was_there_is_not_new(repo: Path, text: str) -> None:
    """Moved lines and other arguments change no verdict."""
    tree(repo, {"app/a.py": text})
    assert new(repo) == []


def test_renamed_files_are_not_new(repo: Path) -> None:
    """With and without changes, by git or by hand."""
    git(repo, "mv", "app/a.py", "app/z.py")
    commit(repo, "moved")
    assert new(repo) == []
    (repo / "app" / "z.py").unlink()
    tree(repo, {"other/q.py": "# rewritten\n" * 40 + model(GLM)})
    assert new(repo) == []


def test_a_comment_that_becomes_code_is_new(repo: Path) -> None:
    """What now runs was only told before."""
    tree(repo, {"app/a.py": model(GLM) + f"# {LLAMA}\n"})
    git(repo, "checkout", "-q", "main")
    commit(repo, "told")
    git(repo, "checkout", "-q", "-b", "later")
    tree(repo, {"app/a.py": model(GLM) + model(LLAMA)})
    assert new(repo) == [("app/a.py", 2, LLAMA)]


def test_weights_that_are_added(repo: Path) -> None:
    """Files of weights are references too."""
    tree(repo, {"w/Llama-3.2-3B-Instruct-Q8_0.gguf": b"GGUF\0"})
    assert [f for f, _, _ in new(repo)] == ["w/Llama-3.2-3B-Instruct-Q8_0.gguf"]


def test_the_merge_base_is_compared(repo: Path) -> None:
    """What main gained since is not the branch's."""
    tree(repo, {"app/b.py": model(LLAMA)})
    commit(repo, "llama")
    git(repo, "checkout", "-q", "main")
    tree(repo, {"m.py": model("openai/gpt-oss-120b")})
    commit(repo, "main goes on")
    git(repo, "checkout", "-q", "change")
    assert new(repo) == [("app/b.py", 1, LLAMA)]


def test_names_with_odd_characters(repo: Path) -> None:
    """Spaces, quotes, line ends, bytes that are no UTF-8."""
    names = ["a b.py", 'q"q.py', "ü.py", "l\nl.py"]
    tree(repo, {n: model(LLAMA) for n in names})
    commit(repo, "odd")
    assert sorted(f for f, _, _ in new(repo)) == sorted(names)


@pytest.mark.parametrize("base", ["nowhere", "--output=x", "-x", "HEAD:app", "main..change", ""])
def test_a_missing_base_fails(repo: Path, base: str) -> None:
    """It never falls back to comparing with nothing."""
    with pytest.raises(UsageError):
        changes.base_commit(changes.repository_of([str(repo)]), base)


def test_a_shallow_clone_says_what_to_do(repo: Path, tmp_path: Path) -> None:
    """`fetch-depth: 0`."""
    commit(repo, "one more")
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "change", f"file://{repo}", "shallow")
    with pytest.raises(UsageError, match="fetch-depth: 0"):
        changes.compare([str(tmp_path / "shallow")], "main")


def test_no_repository(tmp_path: Path) -> None:
    """A base needs one."""
    with pytest.raises(UsageError, match="no git repository"):
        changes.compare([str(tmp_path)], "main")


@pytest.mark.parametrize(
    "how",
    [
        "github-pull",
        "github-base-ref",
        "github-queue",
        "github-push",
        "gitlab-sha",
        "gitlab-branch",
        "none",
    ],
)
def test_auto_finds_the_base(
    repo: Path, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From what GitHub and GitLab say; else the main branch."""
    tree(repo, {"app/b.py": model(LLAMA)})
    commit(repo, "llama")
    sha = git(repo, "rev-parse", "main").strip()
    for name in (
        "GITHUB_EVENT_PATH",
        "GITHUB_BASE_REF",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        "CI_DEFAULT_BRANCH",
        "CHANGE_TARGET",
        "BITBUCKET_PR_DESTINATION_BRANCH",
    ):
        monkeypatch.delenv(name, raising=False)
    event = {
        "github-pull": {"pull_request": {"base": {"sha": sha}}},
        "github-queue": {"merge_group": {"base_sha": sha}},
        "github-push": {"before": sha},
    }.get(how)
    if event:
        (tmp_path / "event.json").write_text(json.dumps(event))
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    elif how == "github-base-ref":
        monkeypatch.setenv("GITHUB_BASE_REF", "main")
    elif how == "gitlab-sha":
        monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", sha)
    elif how == "gitlab-branch":
        monkeypatch.setenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
    assert new(repo, "auto") == [("app/b.py", 1, LLAMA)]


def test_auto_does_not_guess_past_what_ci_says(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target branch that is not in the clone is an error, not a reason to compare with another."""
    monkeypatch.setenv("GITHUB_BASE_REF", "release")
    monkeypatch.delenv("GITHUB_EVENT_PATH", raising=False)
    with pytest.raises(UsageError):
        changes.compare([str(repo)], "auto")


def test_hooks_and_external_diffs_do_not_run(repo: Path, tmp_path: Path) -> None:
    """What a repository configures is not executed."""
    trap = tmp_path / "ran"
    for key in (
        "diff.external",
        "core.fsmonitor",
        "core.pager",
        "diff.x.textconv",
        "core.sshCommand",
    ):
        git(repo, "config", key, f"touch {trap}; true")
    tree(repo, {".gitattributes": "*.py diff=x\n", "app/b.py": model(LLAMA)})
    assert new(repo) == [("app/b.py", 1, LLAMA)]
    assert not trap.exists()


def test_the_gate_judges_what_is_new(repo: Path) -> None:
    """Denied for what the change adds; nothing new passes."""
    assert judged(repo).verdict is None
    tree(repo, {"app/b.py": model(LLAMA)})
    report = judged(repo)
    assert report.verdict is not None
    assert report.verdict.value == "denied"
    assert [f.reference.file for f in report.counted] == ["app/b.py"]


def test_changed_only_judges_whole_files(repo: Path) -> None:
    """All references of the files that differ."""
    tree(repo, {"app/a.py": model(GLM) + "z = 1\n"})
    assert [f.reference.reference for f in judged(repo, changed_only=True).counted] == [GLM]
    alone = gate.run(Wanted(paths=(str(repo),), changed_only=True), BIG)
    assert [f.reference.reference for f in alone.counted] == [GLM]


def test_baseline_accepts_what_it_lists(repo: Path) -> None:
    """New references and stricter verdicts remain; lines may move."""
    tree(repo, {"app/b.py": model(LLAMA)})
    wanted = Wanted(paths=(str(repo),))
    first = gate.run(wanted, BIG)
    made = baselines.made_of(first.counted, first.judged)
    assert [(e.file, e.verdict.value) for e in made.accepted] == [("app/b.py", "denied")]
    tree(repo, {"app/b.py": "\n\n" + model(LLAMA)})
    again = gate.run(Wanted(paths=(str(repo),), baseline=made), BIG)
    assert (again.accepted, [f.reference.reference for f in again.counted]) == (1, [GLM])
    tree(repo, {"app/c.py": model(LLAMA)})
    third = gate.run(Wanted(paths=(str(repo),), baseline=made), BIG)
    assert [f.reference.file for f in third.counted if f.reference.reference == LLAMA] == [
        "app/c.py"
    ]


def test_baseline_does_not_accept_what_became_worse(repo: Path) -> None:
    """A review that was accepted is no licence for a denial."""
    tree(repo, {"app/b.py": model(LLAMA)})
    mild = Policies(now=Terms(deployment=Deployment()))
    first = gate.run(Wanted(paths=(str(repo),)), mild)
    made = baselines.made_of(first.counted, first.judged)
    assert {e.verdict.value for e in made.accepted} == {"review"}
    report = gate.run(Wanted(paths=(str(repo),), baseline=made), BIG)
    assert report.verdict is not None
    assert report.verdict.value == "denied"


@pytest.mark.parametrize(
    "text", ["", "{}x", "[]", '{"schema": "other/1"}', '{"accepted": [{"file": 1}]}', "[" * 100_000]
)
def test_a_broken_baseline_is_an_error(tmp_path: Path, text: str) -> None:
    """It never accepts everything, nor nothing in silence."""
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(UsageError, match="no baseline"):
        baselines.read(str(tmp_path / "b.json"))


def test_git_is_not_needed_for_a_whole_scan(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git the walk reads `.gitignore` itself."""

    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", refuse)
    report = gate.run(Wanted(paths=(str(repo),)), BIG)
    assert [f.reference.reference for f in report.found] == [GLM]


def test_a_clone_of_one_commit_is_not_its_own_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would compare with itself and let everything through."""
    for name in ("GITHUB_EVENT_PATH", "GITHUB_BASE_REF", "CI_DEFAULT_BRANCH"):
        monkeypatch.delenv(name, raising=False)
    root = repository(tmp_path / "whole", {"a.py": "x = 1\n"})
    tree(root, {"a.py": "x = 2\n"})
    commit(root, "second")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", "cut")
    with pytest.raises(UsageError, match="the clone is shallow"):
        changes.base_commit(changes.repository_of([str(tmp_path / "cut")]), changes.AUTO)
    assert changes.base_commit(changes.repository_of([str(root)]), changes.AUTO)
