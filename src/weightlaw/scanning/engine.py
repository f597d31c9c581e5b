"""Files -> mentions: each file is read once, looked at, and only then parsed; many files in several processes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence

from msgspec import Struct

from weightlaw.scanning import cutting, hints, revisions
from weightlaw.scanning.finders import finder, finder_name
from weightlaw.scanning.finders.weights import is_weights
from weightlaw.scanning.values import NO_REVISION, Certainty, Reading, Revision, SourceFile

MAX_BYTES = 50_000_000
"""Larger files are looked at for their name only, which is told of those that are text."""
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
    revision: Revision = NO_REVISION


class FileResult(Struct, frozen=True, array_like=True):
    """What one file gave."""

    path: str
    mentions: tuple[Placed, ...] = ()
    problem: str = ""
    """Why it could not be read, if it could not."""
    cut: str = ""
    """What of it was not looked at, if a bound cut it."""

    @property
    def says_something(self) -> bool:
        """Whether there is anything to tell of the file."""
        return bool(self.mentions or self.problem or self.cut)


def scan_files(
    root: str, paths: Sequence[str], wide: bool = False, jobs: int | None = None
) -> list[FileResult]:
    """The results of all files that gave something, in the order of `paths`."""
    count = jobs or _cores()
    if len(paths) < PARALLEL_FROM or count < 2:
        return [r for p in paths if (r := scan_file(root, p, wide)).says_something]
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
    return [r for p in paths if (r := scan_file(root, p, wide)).says_something]


def scan_file(root: str, path: str, wide: bool = False) -> FileResult:
    """Read and scan one file. Never raises: what goes wrong is told in the result."""
    name = finder_name(path)
    if not name or is_weights(path):
        return FileResult(path)
    try:
        data = read(os.path.join(root, path))
    except TooLarge:
        return FileResult(path, cut=f"not looked at: larger than {MAX_BYTES:,} bytes")
    except OSError as error:
        return FileResult(path, problem=f"cannot be read: {error.strerror or error}")
    if data is None:
        return FileResult(path)
    return scan_bytes(path, data, wide, name)


class TooLarge(OSError):
    """A text that is larger than any that is looked at."""


def read(path: str) -> bytes | None:
    """The bytes of a regular file that is no link; None of anything else, and of large binary files.

    Raises OSError where the file is there and cannot be read, TooLarge where it is too large a text.
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
        if not stat.S_ISREG(info.st_mode):
            return None
        if info.st_size > MAX_BYTES:
            if hints.is_binary(os.read(handle, 8000)):
                return None
            raise TooLarge
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
    source, cut = cutting.source_of(path, data)
    try:
        found = tuple(_placed(source, _finder_of(name, data), wide))
        return FileResult(path, found, cut=cut or _crowded(source, name))
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


def _crowded(source: SourceFile, name: str) -> str:
    """What is to be told of a file that holds more than is looked at."""
    if source.lower.count("ollama") < 2000:
        return ""
    from weightlaw.scanning.finders import beside

    return beside.cut(source, name)


def _finder_of(name: str, data: bytes) -> str:
    """Scripts without a suffix are told by their first line."""
    if name == "script" and b"python" in data[:80].split(b"\n", 1)[0]:
        return "python"
    return name


def _placed(source: SourceFile, name: str, wide: bool) -> Iterator[Placed]:
    found = list(finder(name)(source))
    if "ollama" in source.lower:
        from weightlaw.scanning.finders import beside

        found += beside.find(source, name, {m.start for m in found})
    if wide:
        from weightlaw.scanning.finders import wide as everywhere

        found += everywhere.find(source, {m.start for m in found})
    nearby = revisions.Nearby(source) if found else None
    made = {
        Placed(
            *source.place(m.start),
            m.text,
            m.reading,
            m.finder,
            m.certainty,
            nearby.of(m) if nearby else NO_REVISION,
        )
        for m in found
    }
    yield from sorted(made, key=lambda m: (m.line, m.column, m.text))
