"""Names in their usual spellings, brought to one form."""

from __future__ import annotations

import re

_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[^a-z0-9]+(?=[0-9])")
_DROP = re.compile(r"[^a-z0-9_]+|_(?![0-9])|(?<![0-9])_")


def squeeze(name: str) -> str:
    """`Llama-4 Scout`, `llama4_scout` and `LLAMA.4-scout` alike: `llama4scout`.

    Digits stay apart where they were: `gemma-31b` is not `gemma-3-1b`. A plus sign is kept as a word:
    `openrail++` is not `openrail`, and `GPL-3.0+` not `GPL-3.0`.
    """
    plain = name.casefold().replace("+", "plus")
    return _DROP.sub("", _BETWEEN_DIGITS.sub("_", plain))
