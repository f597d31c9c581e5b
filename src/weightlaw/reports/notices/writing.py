"""A bundle onto the disk: whole or not at all, into its own folder and nowhere else."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from weightlaw.errors import UsageError
from weightlaw.reports.notices.view import SCHEMA

MANIFEST = "notices.json"
_TOLD = 3


class _Listed(Struct):
    path: str


class _Manifest(Struct):
    """What an old bundle says of itself: as much as is needed to know that it is one."""

    schema: str
    files: list[_Listed]


def check_target(folder: str, force: bool) -> None:
    """Raises UsageError where a bundle cannot or may not be written: before any work is done for it."""
    target = os.path.abspath(folder)
    if not os.path.isdir(os.path.dirname(target)):
        raise UsageError(f"{folder}: the folder above it does not exist")
    if os.path.islink(target) or (os.path.lexists(target) and not os.path.isdir(target)):
        raise UsageError(f"{folder} is a link or a file: name a folder that is not there yet")
    if _holds_us(target):
        raise UsageError(f"{folder} is where you are: name a folder of its own, e.g. -o notices")
    if os.path.isdir(target) and (present := list(_files(target))):
        _check_old(folder, target, present, force)


def _holds_us(target: str) -> bool:
    here = os.path.realpath(os.getcwd())
    return os.path.commonpath([here, os.path.realpath(target)]) == os.path.realpath(target)


def _check_old(folder: str, target: str, present: list[str], force: bool) -> None:
    """An old bundle may be replaced on demand, and nothing that somebody put beside it."""
    if not force:
        raise UsageError(f"{folder} is not empty: --force replaces a bundle that weightlaw wrote")
    written = _written(target)
    if written is None:
        raise UsageError(f"{folder} holds no bundle of weightlaw: choose another folder")
    if strange := sorted(set(present) - written):
        more = f" and {len(strange) - _TOLD} more" if len(strange) > _TOLD else ""
        names = ", ".join(ascii(name) for name in strange[:_TOLD])
        raise UsageError(
            f"{folder} holds what weightlaw did not write ({names}{more}): move it away"
        )


def _written(target: str) -> set[str] | None:
    """The files that an old bundle lists; None where it is none."""
    try:
        with open(os.path.join(target, MANIFEST), "rb") as file:
            old = msgspec.json.decode(file.read(), type=_Manifest)
    except (OSError, msgspec.DecodeError):
        return None
    if not old.schema.startswith(SCHEMA.partition("/")[0] + "/"):
        return None
    return {MANIFEST, *(item.path for item in old.files)}


def _files(target: str) -> Iterator[str]:
    """Everything in a folder but folders, by its path there; links are not followed."""
    for top, folders, files in os.walk(target):
        linked = [name for name in folders if os.path.islink(os.path.join(top, name))]
        for name in (*files, *linked):
            yield os.path.relpath(os.path.join(top, name), target).replace(os.sep, "/")


def write_bundle(files: Mapping[str, bytes], folder: str, force: bool = False) -> None:
    """Write all files, then put the folder in its place at once. Raises UsageError; then the old one is untouched."""
    check_target(folder, force)
    target = os.path.abspath(folder)
    above, name = os.path.split(target)
    new = os.path.join(above, f".{name}.{os.getpid()}.new")
    try:
        os.mkdir(new)
        for path, data in files.items():
            _write(new, path, data)
        _put(new, target)
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write(new: str, path: str, data: bytes) -> None:
    place = os.path.join(new, *path.split("/"))
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "xb") as file:
        file.write(data)


def _put(new: str, target: str) -> None:
    """Two renames: for a moment there is no folder, but never half a one."""
    old = f"{new[: -len('.new')]}.old"
    there = os.path.lexists(target)
    if there:
        os.rename(target, old)
    try:
        os.rename(new, target)
    except OSError:
        if there:
            with contextlib.suppress(OSError):
                os.rename(old, target)
        raise
    if there:
        shutil.rmtree(old, ignore_errors=True)
