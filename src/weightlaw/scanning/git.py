"""git as plumbing: files, changes, contents of a base. No hook, no external diff, no pager, nothing configured runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.errors import UsageError

_SAFE = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.quotePath=false",
    "-c",
    "core.untrackedCache=false",
)
_ENV = {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat"}


class Change(Struct, frozen=True):
    """A file that differs from the base: its path now (None: gone), and what it was called there (None: new)."""

    path: str | None
    was: str | None


class GitError(UsageError):
    """git could not answer."""


class Repository:
    """A work tree. `root` is its top folder."""

    def __init__(self, root: str) -> None:
        self.root = root

    def run(self, *args: str, data: bytes | None = None) -> bytes:
        """The standard output of one git command. Raises GitError with git's own words."""
        done = self._done(args, data)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise GitError(f"git {args[0]}: {said[0] if said else f'exit code {done.returncode}'}")
        return done.stdout

    def _done(
        self, args: tuple[str, ...], data: bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        command = ("git", *_SAFE, *args)
        try:
            return subprocess.run(
                command,
                cwd=self.root,
                input=data,
                capture_output=True,
                env={**os.environ, **_ENV},
                check=False,
                timeout=600,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GitError(f"git cannot be run: {error}") from None

    def files(self, under: str = "") -> list[str]:
        """Tracked files and new ones that are not ignored, relative to the root."""
        limit = ("--", f":(literal){under}") if under else ()
        out = self.run("ls-files", "-co", "--exclude-standard", "--deduplicate", "-z", *limit)
        return names(out)

    def commit(self, revision: str) -> str | None:
        """The commit that a revision means, if this clone has it."""
        done = self._done(
            ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        )
        return (
            done.stdout.decode("ascii", "replace").strip() or None if done.returncode == 0 else None
        )

    def merge_base(self, one: str, other: str = "HEAD") -> str | None:
        """Where two commits parted; None where this clone does not reach so far back."""
        done = self._done(("merge-base", one, other))
        return (
            done.stdout.decode("ascii", "replace").split("\n")[0].strip() or None
            if done.returncode == 0
            else None
        )

    def is_shallow(self) -> bool:
        """Whether this clone holds only the newest commits."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def changes(self, base: str) -> list[Change]:
        """What differs between the commit `base` and the work tree, renames followed, untracked files included."""
        out = self.run(
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--name-status",
            "-z",
            "-M",
            "-l2000",
            base,
            "--",
        )
        changed = list(_statuses(names(out)))
        seen = {c.path for c in changed}
        new = names(self.run("ls-files", "-o", "--exclude-standard", "-z"))
        return changed + [Change(n, None) for n in new if n not in seen]

    def contents(self, commit: str, paths: list[str], limit: int) -> dict[str, bytes]:
        """The files of a commit, those over `limit` bytes left out."""
        asked = [p for p in paths if "\n" not in p]
        out = self.run(
            "cat-file",
            "--batch",
            data="".join(f"{commit}:{p}\n" for p in asked).encode("utf-8", "surrogateescape"),
        )
        found, at = {}, 0
        for path in asked:
            end = out.find(b"\n", at)
            header = out[at:end].split(b" ")
            at = end + 1
            if len(header) == 3 and header[1] in (b"blob", b"tree", b"commit"):
                size = int(header[2])
                if header[1] == b"blob" and size <= limit:
                    found[path] = out[at : at + size]
                at += size + 1
        return found

    def tree(self, commit: str, suffixes: tuple[str, ...]) -> list[str]:
        """The files of a commit whose names end so."""
        listed = names(self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit))
        return [name for name in listed if name.endswith(suffixes)]

    def content(self, commit: str, path: str, limit: int) -> bytes | None:
        """One file of a commit, if it is there."""
        return self.contents(commit, [path], limit).get(path)


def names(out: bytes) -> list[str]:
    """The names of a `-z` listing."""
    return [n.decode("utf-8", "surrogateescape") for n in out.split(b"\0") if n]


def _statuses(fields: list[str]) -> Iterator[Change]:
    at = 0
    while at + 1 < len(fields):
        status = fields[at]
        if status[:1] in ("R", "C") and at + 2 < len(fields):
            yield Change(fields[at + 2], fields[at + 1])
            at += 3
            continue
        path = fields[at + 1]
        yield Change(None if status[:1] == "D" else path, None if status[:1] == "A" else path)
        at += 2


def find(start: str) -> Repository | None:
    """The repository that a folder is in; None where there is none, or no git."""
    folder = os.path.abspath(start)
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    repository = Repository(folder)
    try:
        top = (
            repository.run("rev-parse", "--show-toplevel")
            .decode("utf-8", "surrogateescape")
            .rstrip("\n")
        )
    except GitError:
        return None
    return Repository(top)
