"""Files in the cache that Hugging Face's own tools share, by its documented layout.

https://huggingface.co/docs/huggingface_hub/guides/manage-cache: `models--org--name/blobs/<etag>` holds the bytes and
`snapshots/<commit>/<path>` links to them. Only `hf_hub_download` writes it for others, but that asks twice a file,
reads files of any size, and waits minutes when the Hub limits its rate.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path, PurePosixPath

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def read(cache: str, repo_id: str, commit: str, path: str, limit: int) -> bytes | None:
    """The file as some tool of the Hub's cached it at this commit; None if none did, or if it is too large."""
    found = _snapshot(cache, repo_id, commit, path)
    try:
        if found is None or found.stat().st_size > limit:
            return None
        return found.read_bytes()
    except OSError:
        return None


def write(cache: str, repo_id: str, commit: str, path: str, etag: str, data: bytes) -> None:
    """Keep a file for the next run and for other tools. A cache that cannot be written is no error.

    Nothing is kept whose bytes are not those that the ETag names: a cut answer must not be taken for the file by
    another tool.
    """
    target = _snapshot(cache, repo_id, commit, path)
    if target is None or etag != git_id(data):
        return
    with contextlib.suppress(OSError):
        blob = _folder(cache, repo_id) / "blobs" / etag
        blob.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not blob.exists():
            _write_whole(blob, data)
        _link(blob, target)


def git_id(data: bytes) -> str:
    """The id that git, and so the Hub's ETag, gives to a file with these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _folder(cache: str, repo_id: str) -> Path:
    return Path(cache).expanduser() / f"models--{repo_id.replace('/', '--')}"


def _snapshot(cache: str, repo_id: str, commit: str, path: str) -> Path | None:
    parts = PurePosixPath(path).parts
    if not _COMMIT.match(commit) or not parts or path.startswith("/") or ".." in parts:
        return None
    if any(c in path + repo_id for c in "\\:\0") or ".." in repo_id:
        return None
    return _folder(cache, repo_id).joinpath("snapshots", commit, *parts)


def _write_whole(blob: Path, data: bytes) -> None:
    """Under another name first, so that nobody ever reads half a file."""
    handle, name = tempfile.mkstemp(dir=blob.parent, prefix=blob.name, suffix=".incomplete")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(name, 0o644)
    os.replace(name, blob)


def _link(blob: Path, target: Path) -> None:
    if target.exists():
        return
    try:
        target.symlink_to(os.path.relpath(blob, target.parent))
    except OSError:
        if not target.exists():  # no symlinks here (Windows): the layout allows a copy
            _write_whole(target, blob.read_bytes())
