"""Names in their usual spellings, brought to one form."""

from __future__ import annotations

import re

_DROP = re.compile(r"[^a-z0-9]+")


def squeeze(name: str) -> str:
    """`Llama-4 Scout`, `llama4_scout` and `LLAMA.4-scout` alike: `llama4scout`.

    A plus sign is kept as a word: `openrail++` is not `openrail`, and `GPL-3.0+` not `GPL-3.0`.
    """
    return _DROP.sub("", name.casefold().replace("+", "plus"))
