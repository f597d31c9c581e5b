"""A lock -> its text, and the text -> a file that is only replaced once the new one is whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import Any

import msgspec

from weightlaw.errors import UsageError, WeightlawError
from weightlaw.lockfile.checksums import sealed
from weightlaw.lockfile.reading import parse_lock
from weightlaw.lockfile.values import Lock
from weightlaw.lockfile.yamltext import emit

HEAD = """\
# weightlaw.lock: what these models were, and which terms bound them, on the day below.
# Written by `weightlaw lock`. `weightlaw check --locked` answers from it, `weightlaw verify` says what has moved since.
# Do not edit it: the checksums would show it, and every answer would be a review.
"""


def render(lock: Lock) -> str:
    """The lock as YAML, sorted, one fact a line, its checksum last. The same lock gives the same bytes.

    The text is read back before it is given away. Raises WeightlawError where that gives another lock: too many
    models for one file, or a fault of this program.
    """
    text = HEAD + emit(sealed(plain(lock)))
    try:
        opened = parse_lock(text.encode(), "the new lock")
    except WeightlawError as error:
        raise WeightlawError(
            f"the lock cannot be written: {error}; lock fewer models in one file"
        ) from None
    if opened.edits:
        raise WeightlawError("the lock cannot be written: it would not be read back as it is")
    return text


def plain(lock: Lock) -> dict[str, Any]:
    """The lock as plain data, in the order in which people read it."""
    data = _without_empty(msgspec.json.decode(msgspec.json.encode(lock)))
    return {
        "lock": lock.lock,
        **data,
        "deployment": {k: x for k, x in data["deployment"].items() if x not in (None, "", [])},
        "licenses": {key: data["licenses"][key] for key in sorted(data.get("licenses", {}))},
    }


def _without_empty(value: Any) -> Any:
    """Without parts that say nothing. An empty list stays: it may stand against a default that is not empty."""
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item != {}}
    return value


def write_whole(text: str, path: str) -> None:
    """Replace the file at once: whoever reads it sees the old lock or the new one, whatever happens meanwhile.

    A link is followed, and the file's mode is kept. Raises UsageError; then the old file is untouched and nothing
    is left behind.
    """
    target = os.path.realpath(path)
    if os.path.exists(target) and not os.path.isfile(target):
        raise UsageError(f"cannot write {path}: it is no regular file")
    try:
        descriptor, temporary = tempfile.mkstemp(
            prefix=f".{os.path.basename(target)}.", dir=os.path.dirname(target)
        )
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
        raise


def _mode(target: str) -> int:
    """The old file's mode; for a new one what the umask leaves."""
    try:
        return os.stat(target).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
