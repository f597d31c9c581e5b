"""The ready policies that come with weightlaw, and policies at an address that are pinned by their SHA-256."""

from __future__ import annotations

import os

from weightlaw.errors import UsageError, WeightlawError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_PLACES = (
    os.path.join(_PACKAGE, "_data", "policies"),
    os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "policies"),
)
TESTS = ".tests.yaml"
DEFAULT = "lawful-use"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def folder() -> str:
    """Where the packs are: inside the package, or in the checkout."""
    return next((p for p in reversed(_PLACES) if os.path.isdir(p)), _PLACES[0])


def pack_names() -> list[str]:
    """The names of all packs, sorted."""
    try:
        files = os.listdir(folder())
    except OSError:
        return []
    return sorted(f[:-5] for f in files if f.endswith(".yaml") and not f.endswith(TESTS))


def pack_path(name: str) -> str:
    """The file of a pack. Raises UsageError with the near name."""
    path = os.path.join(folder(), f"{name}.yaml")
    if name and _LETTERS.issuperset(name) and os.path.isfile(path):
        return path
    import difflib  # only on an error

    near = difflib.get_close_matches(name, pack_names(), n=1)
    hint = f"did you mean {near[0]}?" if near else f"packs: {', '.join(pack_names())}"
    raise UsageError(f"no pack {ascii(name)[:60]}; {hint}")


def fetch_pinned(url: str, sha256: str, *, offline: bool, allow_private: bool = False) -> bytes:
    """The policy at an address, from the cache where it is there. Raises WeightlawError.

    The hash says which text is meant, so a cached copy is as good as a new one, and works offline.
    """
    path = os.path.join(_cache(), f"{sha256}.yaml")
    if (data := _cached(path, sha256)) is not None:
        return data
    if offline:
        raise UsageError(f"{url} is not in the cache, and this run is offline")
    from weightlaw.sources.links import fetch_text  # heavy: only where something is fetched

    text, _, found = fetch_text(url, allow_private=allow_private)
    if found != sha256:
        raise WeightlawError(f"{url} has the SHA-256 {found}, not the one that is pinned")
    _store(path, text.encode())
    return text.encode()


def _cache() -> str:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "weightlaw", "policies")


def _cached(path: str, sha256: str) -> bytes | None:
    """A cached copy, if it is whole."""
    import hashlib

    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def _store(path: str, data: bytes) -> None:
    """Keep a copy; a cache that cannot be written is no error."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(f"{path}.{os.getpid()}", "wb") as file:
            file.write(data)
        os.replace(file.name, path)
    except OSError:
        return
