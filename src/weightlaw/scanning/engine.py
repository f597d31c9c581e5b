"""Files -> mentions: each file is read once, looked at, and only then parsed; many files in several processes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence

from msgspec import Struct

from weightlaw.scanning import hints
from weightlaw.scanning.finders import finder, finder_name
from weightlaw.scanning.finders.weights import is_weights
from weightlaw.scanning.values import Certainty, Reading, SourceFile

MAX_BYTES = 5_000_000
"""Larger files are looked at for their name only."""
PARALLEL_FROM = 600
"""Files; below it a second process costs more than it brings."""
CHUNK = 150


class Placed(Struct, frozen=True, array_like=True):
    """A mention at its line."""

    line: int
    column: int
    text: str
    reading: Reading
    finder: str
    certainty: Certainty


class FileResult(Struct, frozen=True, array_like=True):
    """What one file gave."""

    path: str
    mentions: tuple[Placed, ...] = ()
    problem: str = ""
    """Why it could not be read, if it could not."""


def scan_files(
    root: str, paths: Sequence[str], wide: bool = False, jobs: int | None = None
) -> list[FileResult]:
    """The results of all files that gave something, in the order of `paths`."""
    count = jobs or _cores()
    if len(paths) < PARALLEL_FROM or count < 2:
        return [r for p in paths if (r := scan_file(root, p, wide)).mentions or r.problem]
    return _parallel(root, paths, wide, count)


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _parallel(root: str, paths: Sequence[str], wide: bool, count: int) -> list[FileResult]:
    import multiprocessing
    from functools import partial

    from weightlaw.scanning.deciding import known_id

    known_id("warm/up")  # the catalogue is loaded once, before the processes part
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    chunks = [paths[i : i + CHUNK] for i in range(0, len(paths), CHUNK)]
    with multiprocessing.get_context(method).Pool(min(count, 8)) as pool:
        parts = pool.imap(partial(_chunk, root, wide), chunks)
        return [result for part in parts for result in part]


def _chunk(root: str, wide: bool, paths: Sequence[str]) -> list[FileResult]:
    return [r for p in paths if (r := scan_file(root, p, wide)).mentions or r.problem]


def scan_file(root: str, path: str, wide: bool = False) -> FileResult:
    """Read and scan one file. Never raises: what goes wrong is told in the result."""
    name = finder_name(path)
    if not name or is_weights(path):
        return FileResult(path)
    try:
        data = read(os.path.join(root, path))
    except OSError as error:
        return FileResult(path, problem=f"cannot be read: {error.strerror or error}")
    if data is None:
        return FileResult(path)
    return scan_bytes(path, data, wide, name)


def read(path: str) -> bytes | None:
    """The bytes of a regular file that is neither a link nor too large; None of anything else.

    Raises OSError where the file is there and cannot be read.
    """
    try:
        handle = os.open(
            path,
            os.O_RDONLY
            | getattr(os, "O_NOFOLLOW", 0)
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_BINARY", 0),
        )
    except (FileNotFoundError, IsADirectoryError):
        return None
    except OSError as error:
        if os.path.islink(path):
            return None
        raise error from None
    try:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_BYTES:
            return None
        return _whole(handle, info.st_size)
    finally:
        os.close(handle)


def _whole(handle: int, size: int) -> bytes:
    data = os.read(handle, size + 1)
    while len(data) < size and (part := os.read(handle, size + 1 - len(data))):
        data += part  # a short read: a signal, or a strange file system
    return data


def scan_bytes(path: str, data: bytes, wide: bool = False, name: str | None = None) -> FileResult:
    """Scan the contents of one file, of the work tree or of a commit."""
    name = finder_name(path) if name is None else name
    if not name or hints.is_binary(data) or not hints.worth_reading(data):
        return FileResult(path)
    if name == "script" and not data.startswith(b"#!"):
        return FileResult(path)
    source = SourceFile(path, hints.decode(data))
    try:
        return FileResult(path, tuple(_placed(source, _finder_of(name, data), wide)))
    except (
        RecursionError,
        MemoryError,
        ValueError,
        IndexError,
        KeyError,
        AttributeError,
        TypeError,
    ) as error:
        return FileResult(path, problem=f"cannot be scanned ({type(error).__name__}: {error})")


def _finder_of(name: str, data: bytes) -> str:
    """Scripts without a suffix are told by their first line."""
    if name == "script" and b"python" in data[:80].split(b"\n", 1)[0]:
        return "python"
    return name


def _placed(source: SourceFile, name: str, wide: bool) -> Iterator[Placed]:
    found = list(finder(name)(source))
    if wide:
        from weightlaw.scanning.finders import wide as everywhere

        found += everywhere.find(source, {m.start for m in found})
    made = {Placed(*source.place(m.start), m.text, m.reading, m.finder, m.certainty) for m in found}
    yield from sorted(made, key=lambda m: (m.line, m.column, m.text))
