"""What a change adds: references of changed files at the head, less those that the base had in them already."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from msgspec import Struct

from weightlaw.catalog.store import Catalog, load
from weightlaw.errors import UsageError
from weightlaw.scanning import engine, git, walking
from weightlaw.scanning.engine import FileResult
from weightlaw.scanning.finders import finder_name
from weightlaw.scanning.resolving import ModelResolver
from weightlaw.scanning.scan import Scanned, found
from weightlaw.scanning.values import Found
from weightlaw.scanning.walking import Globs

AUTO = "auto"


class Changed(Struct, frozen=True, kw_only=True):
    """A change against a base."""

    base: str
    scanned: Scanned
    """The changed files as they are now, with all their references."""
    new: tuple[Found, ...]
    """The references that the change brings."""
    files: tuple[git.Change, ...]


def repository_of(paths: Iterable[str]) -> git.Repository:
    """The repository of the paths. Raises UsageError where there is none."""
    start = next(iter(paths), ".")
    folder = start if os.path.isdir(start) else os.path.dirname(os.path.abspath(start))
    repository = git.find(folder)
    if repository is None:
        raise UsageError(
            f"{start} is in no git repository (or git is not installed): a base needs one"
        )
    return repository


def base_commit(repository: git.Repository, revision: str) -> str:
    """The commit where the work tree parted from `revision`; `auto`: from what CI says, else the main branch.

    Raises UsageError where this clone does not hold it: a gate that compares with nothing lets everything through.
    """
    wanted = [revision] if revision != AUTO else list(_candidates())
    named = next((c for w in wanted if (c := repository.commit(w))), None)
    if named is None:
        raise UsageError(
            _missing(
                repository, revision if revision != AUTO else (wanted[0] if wanted else "main")
            )
        )
    merge_base = repository.merge_base(named)
    if merge_base is None:
        raise UsageError(_missing(repository, named[:12], "no common ancestor with"))
    if revision == AUTO and merge_base == repository.commit("HEAD") and repository.is_shallow():
        # a clone of one commit takes it for its own base: it would compare with itself, and pass
        raise UsageError(_missing(repository, "auto", "no other commit to compare with for"))
    return merge_base


def _missing(repository: git.Repository, revision: str, what: str = "no commit") -> str:
    hint = "name a commit or branch that exists"
    if repository.is_shallow():
        hint = "the clone is shallow; fetch the history: actions/checkout with `fetch-depth: 0`, GitLab with `GIT_DEPTH: 0`"
    return f"this clone has {what} {revision!a}: {hint}"


def _candidates() -> Iterable[str]:
    """Where CI says that the change goes to, the surest first; then the usual main branches."""
    env = os.environ
    if sha := env.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        yield sha
    yield from _from_event(env.get("GITHUB_EVENT_PATH", ""))
    for name in (
        "GITHUB_BASE_REF",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        "CHANGE_TARGET",
        "BITBUCKET_PR_DESTINATION_BRANCH",
    ):
        if branch := env.get(name):
            yield f"refs/remotes/origin/{branch}"
            yield f"refs/heads/{branch}"
    if any(
        env.get(n)
        for n in (
            "GITHUB_BASE_REF",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA",
        )
    ):
        return
    if branch := env.get("CI_DEFAULT_BRANCH"):
        yield f"refs/remotes/origin/{branch}"
    yield "refs/remotes/origin/HEAD"
    for branch in ("main", "master", "trunk", "develop"):
        yield f"refs/remotes/origin/{branch}"
        yield f"refs/heads/{branch}"


def _from_event(path: str) -> Iterable[str]:
    """The base that GitHub's event names: of a pull request, a merge queue, or a push."""
    if not path:
        return
    try:
        with open(path, encoding="utf-8") as file:
            event = json.load(file)
    except (OSError, ValueError, RecursionError):
        return
    if not isinstance(event, dict):
        return
    request, queue = event.get("pull_request"), event.get("merge_group")
    if isinstance(request, dict) and isinstance(request.get("base"), dict):
        yield str(request["base"].get("sha", ""))
    elif isinstance(queue, dict):
        yield str(queue.get("base_sha", ""))
    elif (before := str(event.get("before", ""))) and set(before) != {"0"}:
        yield before


def compare(
    paths: list[str],
    revision: str,
    globs: Globs = Globs(),
    *,
    wide: bool = False,
    catalog: Catalog | None = None,
) -> Changed:
    """What the work tree adds to the base. Raises UsageError (no repository, no base)."""
    repository = repository_of(paths)
    base = base_commit(repository, revision)
    changes = repository.changes(base)
    resolver = ModelResolver(catalog or load())
    now = _now(repository, changes, paths, globs)
    results = engine.scan_files(repository.root, now, wide)
    scanned = Scanned(
        root=repository.root,
        files=len(now),
        found=tuple(found(results, now, resolver)),
        problems=tuple(f"{r.path}: {r.problem}" for r in results if r.problem),
        bounded=tuple(f"{r.path}: {r.cut}" for r in results if r.cut),
    )
    before = {f.identity for f in _before(repository, base, changes, resolver)}
    new = tuple(f for f in scanned.found if not _known(f, before))
    return Changed(base=base, scanned=scanned, new=new, files=tuple(changes))


def _known(one: Found, before: set[tuple[str, bool]]) -> bool:
    """Whether the base told of the same model at least as surely."""
    subject, runs = one.identity
    return (subject, True) in before or (not runs and (subject, False) in before)


def _now(
    repository: git.Repository, changes: list[git.Change], paths: list[str], globs: Globs
) -> list[str]:
    """The changed files that are still there and below the wanted paths."""
    tops = [
        os.path.relpath(os.path.abspath(p), repository.root).replace(os.sep, "/") for p in paths
    ] or ["."]
    here = [c.path for c in changes if c.path is not None]
    wanted = [p for p in here if any(t == "." or p == t or p.startswith(f"{t}/") for t in tops)]
    return globs.filter(sorted(set(wanted)))


def _before(
    repository: git.Repository, base: str, changes: list[git.Change], resolver: ModelResolver
) -> list[Found]:
    """The references of the changed files as the base had them, under their names of then."""
    were = sorted({c.was for c in changes if c.was is not None})
    readable = [p for p in were if finder_name(p)]
    contents = repository.contents(base, readable, engine.MAX_BYTES) if readable else {}
    results: list[FileResult] = [
        engine.scan_bytes(p, contents[p]) for p in readable if p in contents
    ]
    return found(results, [p for p in were if not walking.vendored(p)], resolver)
