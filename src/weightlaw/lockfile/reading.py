"""A lock file's bytes -> a lock. Whatever the bytes are, the outcome is a lock or one of weightlaw's own errors."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from weightlaw import plainyaml
from weightlaw.errors import DataError, UsageError
from weightlaw.lockfile import checksums
from weightlaw.lockfile.edits import edits
from weightlaw.lockfile.values import VERSION, Lock, Opened
from weightlaw.plaintext import one_line
from weightlaw.typedyaml import convert
from weightlaw.version import VERSION as OWN_VERSION

MAX_BYTES = 20_000_000
_CHECKSUM = re.compile(rf"{checksums.PREFIX}[0-9a-f]{{64}}\Z")
_SHOWN = 200


def open_lock(path: str) -> Opened:
    """The lock in a file. Raises UsageError (not there, from a newer weightlaw) and DataError (not a whole lock)."""
    return parse_lock(read_bytes(path), path)


def read_bytes(path: str) -> bytes:
    """The file's bytes, not more than a lock can have. Raises UsageError."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; `weightlaw lock REF...` writes one") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path}: larger than {MAX_BYTES:,} bytes, so not a lock")
    return data


def parse_lock(content: bytes, name: str) -> Opened:
    """A lock from its bytes. Raises UsageError where a newer weightlaw wrote it, DataError where it is not whole."""
    data, document = _mapping(content, name)
    _check_version(data, name)
    if not isinstance(data.get("checksum"), str) or not _CHECKSUM.match(data["checksum"]):
        raise DataError(
            [
                f"{name}: cut off: its last line, the checksum, is missing or not whole; write it anew"
            ]
        )
    found = {key: value for key, value in data.items() if key != "checksum"}
    lock, problems = convert(found, Lock, document, (), name)
    if lock is None or problems:
        raise _wrong(problems or [f"{name}: not a lock"], data, name)
    if problems := _inconsistent(lock, name):
        raise DataError(problems)
    intact = data["checksum"] == checksums.whole(data)
    return Opened(lock=lock, name=name, edits=() if intact else edits(data, lock))


def _mapping(content: bytes, name: str) -> tuple[dict[str, Any], plainyaml.Document]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError([f"{name}: not UTF-8 text, so not a lock"]) from None
    try:
        document = plainyaml.parse(text, name)
    except DataError as error:
        raise DataError([_safe(p) for p in error.problems[:20]]) from None
    if not isinstance(document.data, dict) or "lock" not in document.data:
        raise DataError([f"{name}: not a lock: it does not say `lock: {VERSION}`"])
    return document.data, document


def _safe(problem: str) -> str:
    """One line without control characters: the file may come from anyone."""
    return one_line(problem, _SHOWN * 2)


def _check_version(data: dict[str, Any], name: str) -> None:
    version = data["lock"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise DataError([f"{name}: {ascii(version)[:40]} is no version of a lock: {VERSION}"])
    if version > VERSION:
        raise UsageError(
            f"{name}: a lock of version {str(version)[:20]}{_writer(data)}; this weightlaw {OWN_VERSION} reads version "
            f"{VERSION}: upgrade weightlaw, or write the lock anew with this one under another name"
        )


def _writer(data: dict[str, Any]) -> str:
    writer = data.get("weightlaw")
    return f", written by weightlaw {_safe(writer)[:30]}" if isinstance(writer, str) else ""


def _wrong(problems: list[str], data: dict[str, Any], name: str) -> DataError:
    """The problems, and where a newer weightlaw wrote the lock, that this may be why."""
    said = [_safe(p) for p in problems[:20]]
    writer = data.get("weightlaw")
    if isinstance(writer, str) and _number(writer) > _number(OWN_VERSION):
        said.append(
            f"{name}: written by weightlaw {_safe(writer)[:30]}, this is {OWN_VERSION}: what it does not know it does "
            "not ignore; upgrade weightlaw"
        )
    return DataError(said)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,9}", version[:60])[:4])


def _inconsistent(lock: Lock, name: str) -> list[str]:
    """What no lock that weightlaw wrote says: nothing passes by accident."""
    if not lock.models:
        return [f"{name}: the lock holds no model"]
    bound = {b.license for m in lock.models for b in m.licenses}
    missing = sorted(bound - set(lock.licenses))
    said = [
        f"{name}: the licence {one_line(ascii(key), _SHOWN)} binds a model and is not in `licenses`: cut off?"
        for key in missing[:20]
    ]
    counted = Counter((m.reference, m.model) for m in lock.models)
    said += [
        f"{name}: {one_line(ascii(key), _SHOWN)} is there twice"
        for key, n in counted.items()
        if n > 1
    ]
    return said
