"""Addresses of models on the Hub and on Ollama: `https://huggingface.co/...`, `hf://...`, `hf.co/...`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning import shapes
from weightlaw.scanning.wordlists import word_set

_HUB = re.compile(
    r"(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/|"
    r"https?://(?:api-inference\.huggingface\.co|router\.huggingface\.co/hf-inference)/(?:pipeline/[\w-]+/|models/)|"
    r"https?://(?:www\.)?modelscope\.cn/models/|"
    r"(?<![\w./-])(?:www\.)?(?:huggingface\.co|hf\.co)/|(?<![\w])(?:hf|HF|huggingface)://(?:models/)?|git@hf\.co:)",
    re.I,
)
_ADDRESS = re.compile(
    rf"(?P<head>{_HUB.pattern})(?P<path>[\w@][\w.@%~+-]{{0,120}}(?:/[\w.@%~+:*$-]{{1,200}}){{0,12}})",
    re.A | re.I,
)
_OLLAMA_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|registry\.)?ollama\.(?:com|ai)/(?P<path>(?:library/[\w.-]+|[\w.-]+/[\w.-]+)(?::[\w.-]+)?)",
    re.A,
)
_OLLAMA_PAGES = word_set(
    "blog docs public download search api models signin signup install settings cloud pricing contact privacy terms library assets"
)


def hub_path(text: str) -> str | None:
    """`org/name` (or `org/name:TAG`) of a Hub address; None if it leads to no model."""
    match = _ADDRESS.match(text.strip())
    return _model_of(match["path"]) if match else None


def _model_of(path: str) -> str | None:
    if path.startswith("api/") and not path.startswith("api/models/"):
        return None
    path = path.removeprefix("api/").removeprefix("models/")
    parts = path.split("/")
    if len(parts) < 2:
        legacy = parts[0].split("@")[0]
        return legacy if shapes.legacy_id(legacy) else None
    if parts[1] in ("resolve", "blob", "tree", "raw") and shapes.legacy_id(parts[0]):
        return parts[0]
    name = re.sub(r"\.git\Z", "", parts[1])
    if any(c in name for c in "%*$") or re.search(r"\.(?:png|svg|ico|js|css|html?)\Z", name):
        return None
    return name_of(parts[0], name)


def name_of(org: str, name: str) -> str | None:
    """The id if the two parts of an address name a model; a quantization's tag stays."""
    plain = name.split("@")[0]
    found = shapes.hub_id(f"{org}/{plain.split(':')[0]}") or _file_like(org, plain)
    return f"{org}/{plain}" if found else None


def _file_like(org: str, name: str) -> str | None:
    """A repository may be called like a file (`x/model.gguf`): in an address of the Hub it is one all the same."""
    low = org.lower()
    if low in shapes.HUB_PAGES or shapes.is_placeholder(f"{org}/{name}") or shapes.closed(name):
        return None
    return (
        f"{org}/{name}"
        if re.search(r"[A-Za-z]", name) and shapes.HUB_ID.match(f"{org}/{name}")
        else None
    )


def addresses(text: str) -> Iterator[tuple[int, str]]:
    """Every address of a model in a text, with its offset."""
    if (
        "huggingface" in text
        or "hf." in text
        or "hf:" in text
        or "HF:" in text
        or "modelscope" in text
        or "hf-mirror" in text
    ):
        for match in _ADDRESS.finditer(text):
            if _model_of(_trimmed(match["path"])) is not None:
                yield match.start(), _trimmed(match[0])


def ollama_addresses(text: str) -> Iterator[tuple[int, str]]:
    """Every page of a model at ollama.com, with its offset."""
    if "ollama." in text:
        for match in _OLLAMA_ADDRESS.finditer(text):
            head = match["path"].split("/")
            if head[0] == "library" or head[0] not in _OLLAMA_PAGES:
                yield match.start(), match[0].rstrip(".")


def _trimmed(text: str) -> str:
    return text.rstrip(".,;:!?)*~")
