"""Names of files in a bundle: made from what others wrote, and harmless on every system."""

from __future__ import annotations

import re

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
MAX_NAME = 80


def safe_name(text: str) -> str:
    """Letters, digits, dots, hyphens and underscores; no hidden file, no device of Windows, not too long."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text[:1_000])
    plain = re.sub(r"\.{2,}", ".", plain).lstrip(".-")[:MAX_NAME].rstrip(".-")
    return f"_{plain}" if not plain or _RESERVED.match(plain) else plain


def folder_name(model_id: str) -> str:
    """`org__model`."""
    return "__".join(safe_name(part) for part in model_id.split("/", 1))


def file_name(source: str) -> str:
    """A name for the copy of a text, from its path or address."""
    path, _, part = source.partition("#")
    path = path.split("?")[0].rstrip("/")
    if part and not path.startswith("http"):
        return f"{safe_name(part)}.txt"  # a part of the card, not the card
    return safe_name(path.rsplit("/", 1)[-1])


class Names:
    """The names given so far: no two texts share one, in any case of letters."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    def place(self, folder: str, name: str, sha256: str) -> str:
        """A path for a text with this hash; the same one for the same text."""
        path = f"{folder}/{name}"
        if self._held.setdefault(path.lower(), sha256) == sha256:
            return path
        stem, dot, suffix = name.rpartition(".")
        marked = f"{stem}-{sha256[:12]}.{suffix}" if dot and stem else f"{name}-{sha256[:12]}"
        path = f"{folder}/{marked}"
        self._held[path.lower()] = sha256
        return path
