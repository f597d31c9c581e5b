"""What the scanner's tests share: trees from texts, and repositories with commits."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from weightlaw.scanning.finders import finder, finder_name
from weightlaw.scanning.scan import Scanned, scan
from weightlaw.scanning.values import SourceFile

CASES = Path(__file__).parents[1] / "cases" / "scanning"
ENV = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@localhost",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@localhost",
    "GIT_CONFIG_GLOBAL": str(CASES / "gitconfig"),
    "GIT_CONFIG_NOSYSTEM": "1",
}


def tree(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below `root`."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def git(root: Path, *args: str) -> str:
    """Run git with a known identity; its standard output."""
    command = ("git", "-c", "protocol.file.allow=always", *args)
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False, env={**os.environ, **ENV}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def repository(root: Path, files: dict[str, str | bytes]) -> Path:
    """A repository with one commit on `main`."""
    tree(root, files)
    git(root, "init", "-q", "-b", "main")
    commit(root, "first")
    return root


def commit(root: Path, message: str) -> None:
    """Commit everything."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)


def found(scanned: Scanned, certainty: str = "runtime") -> list[tuple[str, int, str]]:
    """File, line and reference of everything of one certainty."""
    refs = [f.reference for f in scanned.found]
    return [(r.file, r.line, r.reference) for r in refs if r.certainty == certainty]


def scan_texts(root: Path, files: dict[str, str | bytes]) -> Scanned:
    """Scan a tree of these files."""
    return scan([str(tree(root, files))])


def mentions(name: str, text: str) -> list[tuple[str, str]]:
    """Text and certainty of what the finder for `name` sees in a text."""
    reads = finder_name(name)
    return [(m.text, m.certainty) for m in finder(reads)(SourceFile(name, text))] if reads else []


def runtime(name: str, text: str) -> list[str]:
    """The runtime references in a text."""
    return [t for t, certainty in mentions(name, text) if certainty == "runtime"]


def case_tree(root: Path) -> Path:
    """The measured set without its `.case` endings."""
    source = CASES / "tree"
    files: Iterable[Path] = source.rglob("*.case")
    return tree(root, {str(f.relative_to(source))[: -len(".case")]: f.read_bytes() for f in files})
