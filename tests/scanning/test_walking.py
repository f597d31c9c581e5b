"""Which files are looked at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scanning.shared import commit, found, git, repository, scan_texts, tree
from weightlaw.scanning.gitignore import ignored, parse
from weightlaw.scanning.scan import scan
from weightlaw.scanning.walking import Globs, files

MODEL = 'MODEL = "Qwen/Qwen2-7B"\n'


@pytest.mark.parametrize(
    ("rules", "path", "folder", "want"),
    [
        ("*.log", "a/b.log", False, True),
        ("/a.log", "b/a.log", False, False),
        ("/a.log", "a.log", False, True),
        ("out/", "out", True, True),
        ("out/", "out", False, False),
        ("a/**/z", "a/b/c/z", False, True),
        ("a/**/z", "a/z", False, True),
        ("**/z", "q/z", False, True),
        ("a/*", "a/b/c", False, False),
        ("*.log\n!keep.log", "keep.log", False, False),
        ("[a-c].py", "b.py", False, True),
        ("[!a-c].py", "b.py", False, False),
        ("# no\n\n\\#yes", "#yes", False, True),
        ("a?c", "abc", False, True),
        ("trailing   ", "trailing", False, True),
        ("[", "[", False, True),
    ],
)
def test_gitignore_patterns(rules: str, path: str, folder: bool, want: bool) -> None:
    """The pattern forms of gitignore(5)."""
    assert ignored(path, folder, [("", parse(rules))]) is want


def test_ignored_files_without_git(tmp_path: Path) -> None:
    """Outside of a repository, `.gitignore` files count too, each for its folder."""
    texts = {
        "a.py": MODEL,
        "out/b.py": MODEL,
        "sub/c.py": MODEL,
        "sub/d.py": MODEL,
        ".gitignore": "out/\n",
        "sub/.gitignore": "/d.py\n",
    }
    assert found(scan_texts(tmp_path, dict(texts))) == [
        ("a.py", 1, "Qwen/Qwen2-7B"),
        ("sub/c.py", 1, "Qwen/Qwen2-7B"),
    ]


def test_ignored_files_in_a_repository(tmp_path: Path) -> None:
    """git says which files there are: tracked ones and new ones that are not ignored."""
    repository(tmp_path, {"a.py": MODEL, ".gitignore": "b.py\n"})
    tree(tmp_path, {"b.py": MODEL, "new.py": MODEL})
    assert [f for f, _, _ in found(scan([str(tmp_path)]))] == ["a.py", "new.py"]


def test_paths_are_from_the_root(tmp_path: Path) -> None:
    """A folder of a repository is told by its path in it."""
    repository(tmp_path, {"x/y/a.py": MODEL, "b.py": MODEL})
    assert [f for f, _, _ in found(scan([str(tmp_path / "x")]))] == ["x/y/a.py"]
    assert [f for f, _, _ in found(scan([str(tmp_path / "x/y/a.py")]))] == ["x/y/a.py"]


@pytest.mark.parametrize(
    "folder",
    [
        "node_modules/x",
        ".venv/lib",
        "a/site-packages/b",
        "vendor/q",
        "third_party",
        "dist",
        "x.egg-info",
    ],
)
def test_vendored_trees_are_skipped(tmp_path: Path, folder: str) -> None:
    """What others wrote is theirs to scan; an include that names the folder brings it back."""
    texts: dict[str, str | bytes] = {f"{folder}/a.py": MODEL}
    assert found(scan_texts(tmp_path, texts)) == []


def test_include_brings_vendored_back(tmp_path: Path) -> None:
    """`--include 'vendor/**'`."""
    tree(tmp_path, {"vendor/a.py": MODEL, "b.py": MODEL})
    assert [f for f, _, _ in found(scan([str(tmp_path)], globs=Globs(("vendor/**",))))] == [
        "vendor/a.py"
    ]


def test_globs(tmp_path: Path) -> None:
    """Includes choose, excludes take away; a folder's name means all below it."""
    tree(tmp_path, {"a/x.py": MODEL, "a/y.ts": MODEL, "b/x.py": MODEL, "b/c/x.py": MODEL})
    assert files([str(tmp_path)], Globs(("*.py",), ("b/c",))).paths == ("a/x.py", "b/x.py")
    assert files([str(tmp_path)], Globs((), ("b",))).paths == ("a/x.py", "a/y.ts")


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither out of the tree nor in circles, with and without git."""
    outside = tree(tmp_path / "outside", {"a.py": MODEL})
    inside = tree(tmp_path / "inside", {"b.py": MODEL})
    os.symlink(outside, inside / "folder")
    os.symlink(outside / "a.py", inside / "file.py")
    os.symlink(inside, inside / "loop")
    want = [("b.py", 1, "Qwen/Qwen2-7B")]
    assert found(scan([str(inside)])) == want
    git(inside, "init", "-q")
    commit(inside, "links")
    assert found(scan([str(inside)])) == want


def test_special_files_are_left_alone(tmp_path: Path) -> None:
    """A pipe would wait for ever."""
    tree(tmp_path, {"b.py": MODEL})
    os.mkfifo(tmp_path / "a.py")
    assert [f for f, _, _ in found(scan([str(tmp_path)]))] == ["b.py"]


def test_weights_are_found_by_name(tmp_path: Path) -> None:
    """Files of weights count by their name, large or small; shards once, generic names by their folder."""
    texts: dict[str, str | bytes] = {
        "w/Llama-3.2-3B-Instruct-Q4_K_M.gguf": b"GGUF\0",
        "w/phi-4/model-00001-of-00002.safetensors": b"\0",
        "w/phi-4/model-00002-of-00002.safetensors": b"\0",
        "w/other.bin": b"\0",
    }
    scanned = scan_texts(tmp_path, texts)
    told = [(f.reference.reference, f.reference.model) for f in scanned.found]
    assert told == [
        ("w/Llama-3.2-3B-Instruct-Q4_K_M.gguf", "meta-llama/Llama-3.2-3B-Instruct"),
        ("w/phi-4/model-00001-of-00002.safetensors", "microsoft/phi-4"),
    ]
    assert {f.reference.finder for f in scanned.found} == {"weights"}


def test_unreadable_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there and cannot be read is a problem, not silence."""
    from weightlaw.scanning import engine

    def refuse(path: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(engine, "read", refuse)
    scanned = scan_texts(tmp_path, {"a.py": MODEL})
    assert scanned.problems == ("a.py: cannot be read: Permission denied",)
