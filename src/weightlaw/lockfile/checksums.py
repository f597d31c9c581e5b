"""Checksums over a lock's content: they show that it was edited, not by whom. They are no signature.

They count what the lock says, not its bytes: comments and line ends that a version control system changes are no edit.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

PREFIX = "sha256:"
_BLOCK_DIGITS = 16
Data = dict[str, Any]


def whole(data: Data) -> str:
    """The lock's checksum, over everything but itself."""
    return PREFIX + _digest(data)


def block(data: Data) -> str:
    """That of one model or one licence, short: it only tells which was edited."""
    return _digest(data)[:_BLOCK_DIGITS]


def _digest(data: Data) -> str:
    content = {key: value for key, value in data.items() if key != "checksum"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(data: Data) -> Data:
    """The lock's data with all its checksums: the whole's stands last, so that a lock cut short has none."""
    models = [{**m, "checksum": block(m)} for m in data["models"]]
    licenses = {key: {**v, "checksum": block(v)} for key, v in data.get("licenses", {}).items()}
    full = {**data, "models": models, "licenses": licenses}
    return {**full, "checksum": whole(full)}


def edited_blocks(data: Data) -> tuple[list[int], list[str]]:
    """The places of models and the keys of licences that do not fit their checksums."""
    models = data.get("models") or []
    licenses = data.get("licenses") or {}
    return (
        [i for i, m in enumerate(models) if m.get("checksum") != block(m)],
        [key for key, value in licenses.items() if value.get("checksum") != block(value)],
    )
