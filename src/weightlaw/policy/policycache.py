"""The policy as it was compiled the last time, kept for the user who compiled it: an unchanged one is not parsed again.

An entry holds the bytes of every file that took part (the policy, what it extends, the files of kept duties) and counts only
while each of them is still the same, byte for byte, and while weightlaw and its knowledge are. The day is not part of it.

Whoever can write the entry could write a milder policy, so it must lie in a folder and a file that belong to the user and that
nobody else may even read; it is decoded into typed values, never executed. Where `CI` is set there is no cache: a service may
bring back a folder that the change under review has filled. `WEIGHTLAW_NO_CACHE=1` switches it off.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from weightlaw import datafiles
from weightlaw.catalog.store import Catalog
from weightlaw.policy.house import MAX_READ
from weightlaw.version import VERSION

if TYPE_CHECKING:
    from weightlaw.policy.extends import Reach
    from weightlaw.policy.policy import Policy
    from weightlaw.policy.policyentry import Read

FORMAT = "1"
MAX_BYTES = 4_000_000
"""Of one entry; a policy with larger files beside it is read anew each time."""
SLOTS = 251
"""So many policies are remembered at most; two that share a slot take turns."""
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def load_cached(path: str, catalog: Catalog, *, today: str = "", offline: bool = False) -> Policy:
    """As `load_policy`, from the cache where nothing has changed. Raises as it does."""
    place = entry_of(path)
    if place is not None and (found := _held(place, path)) is not None:
        return structs.replace(found, house=structs.replace(found.house, today=today))
    from weightlaw.policy.extends import from_disk  # YAML: only where the policy is parsed
    from weightlaw.policy.policyfile import load_policy

    reach = from_disk(offline=offline)
    if place is None:
        return load_policy(path, catalog, today=today, reach=reach)
    seen = _Recorder(reach)
    policy = load_policy(path, catalog, today=today, reach=seen.reach)
    _keep(place, path, seen, policy)
    return policy


class _Recorder:
    """Reads files as another reach does, and remembers what it read."""

    def __init__(self, reach: Reach) -> None:
        self._read = reach.read
        self.reads: list[tuple[str, str, bytes, str]] = []
        self.reach = structs.replace(reach, read=self._note, own=self._note)
        self.usable = True

    def _note(self, path: str) -> bytes:
        try:
            data = self._read(path)
        except OSError as error:
            self.reads.append((path, os.path.realpath(path), b"", _why(error)))
            raise
        self.usable &= os.path.isfile(path)  # a pipe can be read but once
        self.reads.append((path, os.path.realpath(path), data, ""))
        return data


def _why(error: OSError) -> str:
    return error.strerror or str(error)


def entry_of(path: str) -> str | None:
    """Where the entry of a policy would be; None where there is to be no cache."""
    off = os.environ.get("WEIGHTLAW_NO_CACHE", "") not in ("", "0")
    if off or os.environ.get("CI") or not hasattr(os, "geteuid") or not os.path.isfile(path):
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    slot = int.from_bytes(os.fsencode(f"{os.getcwd()}\0{path}"), "big") % SLOTS
    return os.path.join(home, "weightlaw", "compiled", f"{slot:03}.msgpack")


def _made_by() -> str:
    """This weightlaw, its code that reads policies and its knowledge: another of any of them compiles anew."""
    newest, size = 0, 0
    for file in (os.path.join(datafiles.DATA, "knowledge.json"), *_code()):
        found = os.stat(file)
        newest, size = max(newest, found.st_mtime_ns), size + found.st_size
    return f"{FORMAT} {VERSION} {_PACKAGE} {newest} {size}"


def _code() -> Iterator[str]:
    for folder in ("", "policy", "domain", "catalog"):
        with os.scandir(os.path.join(_PACKAGE, folder)) as found:
            yield from (entry.path for entry in found if entry.name.endswith(".py"))


def _held(place: str, path: str) -> Policy | None:
    """The policy that is kept, if it is ours, whole, and nothing has changed since."""
    try:
        data = _own(place)
        if data is None:
            return None
        from weightlaw.policy.policyentry import Entry, restored  # only where there is an entry

        entry = msgspec.msgpack.decode(data, type=Entry)
        if (entry.made_by, entry.folder, entry.path) != (_made_by(), os.getcwd(), path):
            return None
        if not entry.reads or not all(_same(read) for read in entry.reads):
            return None
        return restored(entry.policy)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _own(place: str) -> bytes | None:
    """The bytes of an entry, if folder and file are the user's alone."""
    if not _private(os.lstat(os.path.dirname(place)), stat.S_ISDIR):
        return None
    handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        if not _private(os.fstat(handle), stat.S_ISREG):
            return None
        data = file.read(MAX_BYTES + 1)
    whole = len(data) <= MAX_BYTES and _sum(data[:-4]) == data[-4:]
    return data[:-4] if whole else None


def _sum(data: bytes) -> bytes:
    """Shows that an entry is whole. It is no defence: whoever can write the entry can write this."""
    from zlib import crc32

    return crc32(data).to_bytes(4, "big")


def _private(found: os.stat_result, kind: Callable[[int], bool]) -> bool:
    """Whether it is of this kind and belongs to the user alone."""
    mine = found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return mine and kind(found.st_mode)


def _same(read: Read) -> bool:
    """Whether a file is what it was."""
    if os.path.realpath(read.path) != read.real:
        return False
    try:
        if read.error:
            with open(read.path, "rb"):
                return False
        if not os.path.isfile(read.path) or os.stat(read.path).st_size < len(read.data):
            return False
        with open(read.path, "rb") as file:
            return file.read(len(read.data)) == read.data and _at_end(read, file.read(1))
    except OSError as error:
        return _why(error) == read.error


def _at_end(read: Read, more: bytes) -> bool:
    """Whether the file ended there, or was longer than what is ever read of one."""
    return not more or len(read.data) == MAX_READ


def _keep(place: str, path: str, seen: _Recorder, policy: Policy) -> None:
    """Write an entry, whole or not at all; a cache that cannot be written is no error."""
    from weightlaw.policy.policyentry import Entry, Read, stored

    try:
        reads = tuple(Read(*read) for read in seen.reads)
        entry = Entry(_made_by(), os.getcwd(), path, reads, stored(policy))
        data = msgspec.msgpack.encode(entry)
        if (
            seen.usable
            and _all_read(policy)
            and len(data) <= MAX_BYTES
            and _folder(os.path.dirname(place))
        ):
            _write(place, data)
    except OSError:
        return


def _all_read(policy: Policy) -> bool:
    """Whether each file of a kept duty was opened: a folder or pipe of that name may be a file the next time."""
    from weightlaw.policy.duties_kept import NO_FILE

    return not any(kept.seen and kept.seen.error == NO_FILE for kept in policy.house.kept)


def _folder(path: str) -> bool:
    """Make the folder if need be. Whether it is the user's alone."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.lexists(path):
        os.mkdir(path, 0o700)
    return _private(os.lstat(path), stat.S_ISDIR)


def _write(place: str, data: bytes) -> None:
    temporary = f"{place}.{os.getpid()}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(data + _sum(data))
        os.replace(temporary, place)
    except OSError:
        os.unlink(temporary)
        raise
