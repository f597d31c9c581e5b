"""What a person typed -> which kind of reference it is, and to what."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from weightlaw.errors import UsageError

MAX_LENGTH = 300
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_HUB_ID = rf"({_PART}/{_PART})(?:@({_PART}(?:/[A-Za-z0-9._-]+)*))?\Z"
_NAME = r"[A-Za-z0-9][A-Za-z0-9 ._:+@/()\[\]-]*\Z"
_TAG = r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\Z"
_HOSTS = ("huggingface.co/", "www.huggingface.co/", "hf.co/")
_URL_END = r"/(?:blob|tree|resolve|raw|discussions|commits?)(?:/([^/?#]+).*)?\Z"


class Reference(Struct, frozen=True, kw_only=True):
    """A reference as written, and what it points to."""

    text: str
    kind: Literal["name", "hub", "path", "ollama"]
    target: str
    """A name to look up, a Hub id `org/repo`, a path, or a name of Ollama's."""
    revision: str | None = None
    quantization: str = ""
    """The tag of `hf.co/org/repo:Q4_K_M`, if one was written."""


def parse_reference(text: str) -> Reference:
    """An alias, a Hub id (with `@revision`), a Hub URL or `hf://`. Raises UsageError."""
    plain = text.strip()
    if not plain:
        raise UsageError("an empty model name: write a name such as llama4, or a Hub id org/model")
    if len(plain) > MAX_LENGTH:
        raise UsageError(f"a model name of {len(plain):,} characters: {printable(plain)}")
    if plain.lower().startswith("ollama:"):
        return _ollama(plain)
    if _is_path(plain):
        return _local(plain)
    path = _hub_path(plain)
    if path is not None:
        return _from_path(plain, path)
    if match := re.match(_HUB_ID, plain):
        return Reference(text=plain, kind="hub", target=match[1], revision=match[2])
    if not re.match(_NAME, plain) or ".." in plain or "//" in plain:
        raise UsageError(
            f"{printable(plain)} is not a model name, a Hub id (org/model) or a Hub address"
        )
    return Reference(text=plain, kind="name", target=plain)


def _hub_path(text: str) -> str | None:
    """The path below the Hub's address, if `text` is an address of the Hub."""
    lower = text.lower()
    for scheme in ("hf://", "https://", "http://", ""):
        if scheme and lower.startswith(scheme):
            rest = text[len(scheme) :]
            if scheme == "hf://":
                return rest.removeprefix("models/")
            host = next((h for h in _HOSTS if rest.lower().startswith(h)), None)
            return rest[len(host) :].removeprefix("models/") if host else None
    host = next((h for h in _HOSTS if lower.startswith(h)), None)
    return text[len(host) :] if host else None


def _from_path(text: str, path: str) -> Reference:
    path = path.split("?")[0].split("#")[0].rstrip("/")
    path, colon, tag = path.partition(":")
    if colon and not re.match(_TAG, tag):
        raise UsageError(f"{printable(text)} is no Hub address: write hf.co/org/model:Q4_K_M")
    if path.startswith(("datasets/", "spaces/")):
        raise UsageError(f"{printable(text)} is a {path.split('/')[0][:-1]}, not a model")
    revision = None
    if end := re.search(_URL_END, path):
        revision, path = end.group(1), path[: end.start()]
    match = re.match(_HUB_ID, path)
    if not match:
        raise UsageError(f"{printable(text)} does not lead to a model: write hf://org/model")
    if revision in (None, "main"):
        revision = match[2]
    return Reference(text=text, kind="hub", target=match[1], revision=revision, quantization=tag)


def _ollama(text: str) -> Reference:
    name = text[len("ollama:") :].removeprefix("//")
    if not re.match(_NAME, name) or ".." in name or " " in name:
        raise UsageError(f"{printable(text)} is no Ollama name: write ollama:llama3.1:8b")
    return Reference(text=text, kind="ollama", target=name)


def _is_path(text: str) -> bool:
    """Whether this is written as a path: `./x`, `/x`, `~/x`, `C:\\x`, or a weights file's name."""
    lower = text.lower()
    return (
        text.startswith(("./", "../", "/", "~", ".\\", "..\\"))
        or text in (".", "..")
        or (len(text) > 2 and text[1:3] in (":\\", ":/") and text[0].isalpha())
        or (lower.endswith((".gguf", ".safetensors")) and "://" not in text)
    )


def _local(text: str) -> Reference:
    if not text.isprintable():
        raise UsageError(f"{printable(text)} is no path of a model")
    return Reference(text=text, kind="path", target=text)


def printable(text: str, limit: int = 60) -> str:
    """`text` safe and short enough to print: control characters escaped, the middle of a monster cut."""
    safe = ascii(text)
    return safe if len(safe) <= limit else f"{safe[: limit - 4]}...{safe[0]}"
