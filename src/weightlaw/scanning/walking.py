"""Which files a scan looks at, always in the same order: ignored, vendored and foreign ones left out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from weightlaw.scanning import git, gitignore
from weightlaw.scanning.wordlists import word_set

SKIPPED = word_set("""node_modules bower_components jspm_packages .venv venv virtualenv site-packages dist-packages __pycache__ .tox .nox .eggs
    .git .hg .svn .mypy_cache .ruff_cache .pytest_cache .hypothesis .gradle .idea .terraform .next .nuxt .svelte-kit .turbo
    .parcel-cache .yarn .pnpm-store Pods Carthage DerivedData""")
"""Folders of what others wrote, skipped at any depth, tracked or not."""
BUILT = word_set("dist build target vendor third_party third-party thirdparty external externals")
"""The same, unless git tracks files in them under a name that is not theirs alone: skipped too, `--include` brings them back."""


class Files(Struct, frozen=True, kw_only=True):
    """The files of one scan."""

    root: str
    """The folder that paths are relative to."""
    paths: tuple[str, ...]
    repository: str | None = None
    """The root of the repository, if it is one."""
    notes: tuple[str, ...] = ()


class Globs(Struct, frozen=True):
    """`--include` and `--exclude`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def filter(self, paths: Iterable[str]) -> list[str]:
        """The paths that are included and not excluded, vendored ones only where an `--include` names their folder."""
        inside = [gitignore.glob_expression(g) for g in self.include]
        outside = [gitignore.glob_expression(g) for g in self.exclude]
        named = any(set(re.split(r"[/*]", g)) & (SKIPPED | BUILT) for g in self.include)
        kept = (p for p in paths if named or not vendored(p))
        if inside:
            kept = (p for p in kept if any(g.match(p) for g in inside))
        return [p for p in kept if not any(g.match(p) for g in outside)]


def vendored(path: str) -> bool:
    """Whether the file lies in a folder of other people's code or of built things."""
    folders = path.split("/")[:-1]
    return any(
        f in SKIPPED or f in BUILT or f.endswith((".egg-info", ".dist-info")) for f in folders
    )


def files(paths: list[str], globs: Globs) -> Files:
    """The files below `paths` (files or folders of one tree), sorted.

    Paths are relative to the repository's root; outside of a repository, to the folder that was given.
    """
    places = [os.path.abspath(p) for p in paths] or [os.getcwd()]
    start = places[0] if os.path.isdir(places[0]) else os.path.dirname(places[0])
    repository = git.find(start)
    root = (
        repository.root
        if repository
        else (start if len(places) == 1 else os.path.commonpath(places))
    )
    root = root if os.path.isdir(root) else os.path.dirname(root)
    found: set[str] = set()
    notes: tuple[str, ...] = ()
    for place in places:
        inner = os.path.relpath(place, root).replace(os.sep, "/")
        if inner.startswith("../"):
            notes = (f"{place} lies outside of {root} and was left out",)
            continue
        found.update(_below(place, "" if inner == "." else inner, root, repository))
    kept = globs.filter(sorted(found))
    return Files(
        root=root,
        paths=tuple(kept),
        repository=repository.root if repository else None,
        notes=notes,
    )


def _below(place: str, inner: str, root: str, repository: git.Repository | None) -> Iterable[str]:
    if os.path.isfile(place):
        return (inner,)
    if repository is not None:
        return repository.files(inner)
    return walk(root, inner)


def walk(root: str, inner: str = "") -> Iterator[str]:
    """The files of a tree that is no repository, its `.gitignore` files honoured; links are not followed."""
    folders: list[tuple[str, list[tuple[str, tuple[gitignore.Pattern, ...]]]]] = [(inner, [])]
    while folders:
        folder, rules = folders.pop()
        base = f"{folder}/" if folder else ""
        try:
            entries = sorted(os.scandir(os.path.join(root, folder)), key=lambda e: e.name)
        except OSError:
            continue
        own = _rules(os.path.join(root, folder, ".gitignore"))
        rules = [*rules, (base, own)] if own else rules
        for entry in entries:
            path = base + entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name not in SKIPPED and not gitignore.ignored(path, True, rules):
                    folders.append((path, rules))
            elif entry.is_file() and not gitignore.ignored(path, False, rules):
                yield path


def _rules(path: str) -> tuple[gitignore.Pattern, ...]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return gitignore.parse(file.read(1_000_000))
    except OSError:
        return ()
