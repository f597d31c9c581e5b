"""An Ollama model's manifest: its layers, its configuration and what they say of the model.

The same for the registry and for the folder on disk; they differ in how a blob is fetched. Digests are checked
for their form before they become a path or an address, and blobs are checked against them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from weightlaw.domain.models import Base, ModelFacts, TextFile
from weightlaw.errors import SourceError, UsageError
from weightlaw.plaintext import one_line
from weightlaw.references.parsing import printable
from weightlaw.references.quantization import from_name
from weightlaw.sources.gguf_facts import joined
from weightlaw.sources.ollama_names import OllamaName, parse_name
from weightlaw.sources.texts import MAX_TEXT, text_file

MAX_MANIFEST = 4 * 1024 * 1024
MAX_CONFIG = 1024 * 1024
MAX_LICENSES = 20
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})\Z")
_KIND = "application/vnd.ollama.image."


class Layer(Struct, frozen=True, kw_only=True):
    """A layer of a manifest, or its configuration."""

    media_type: str
    digest: str
    """`sha256:` and 64 hexadecimal digits, checked."""
    size: int
    made_from: str = ""
    """The model or path that the layer was taken from, where the folder on disk notes it."""

    @property
    def kind(self) -> str:
        """`model`, `license`, `template`, `params`, `system`, `adapter`, ..."""
        return self.media_type.removeprefix(_KIND)


class Manifest(Struct, frozen=True, kw_only=True):
    """A manifest as read."""

    digest: str
    """Of its bytes: what `ollama list` shows as ID, in full."""
    config: Layer | None
    layers: tuple[Layer, ...]

    def of_kind(self, kind: str) -> tuple[Layer, ...]:
        """The layers of one kind, in order."""
        return tuple(layer for layer in self.layers if layer.kind == kind)


ReadBlob = Callable[[Layer, int], bytes]
"""The bytes of a blob, at most so many. Raises SourceError."""


def checked_digest(text: object) -> str:
    """`sha256:...` in the one accepted form. Raises SourceError: a digest becomes a path."""
    match = _DIGEST.match(text) if isinstance(text, str) else None
    if not match:
        raise SourceError(
            f"the manifest names a layer {printable(str(text))}, which is no SHA-256 digest"
        )
    return f"sha256:{match[1]}"


def verified(data: bytes, layer: Layer, where: str) -> bytes:
    """`data` if it has the layer's digest. Raises SourceError."""
    found = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if found != layer.digest:
        raise SourceError(
            f"{where}: the {one_line(layer.kind, 40)} layer {layer.digest[:19]}... has other bytes than its "
            f"digest says ({found[:19]}...)"
        )
    return data


def parse_manifest(data: bytes, where: str) -> Manifest:
    """A Docker manifest (version 2) as Ollama writes it. Raises SourceError."""
    found = parse_object(data, f"{where}: the manifest")
    layers = found.get("layers")
    if not isinstance(layers, list) or len(layers) > 20_000:
        raise SourceError(f"{where}: the manifest lists no layers")
    config = found.get("config")
    return Manifest(
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
        config=_layer(config) if isinstance(config, dict) and config.get("digest") else None,
        layers=tuple(_layer(layer) for layer in layers if isinstance(layer, dict)),
    )


def parse_object(data: bytes, what: str) -> dict[str, Any]:
    """A JSON object. Raises SourceError, which names `what`."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise SourceError(f"{what} is no JSON ({one_line(str(error), 100)})") from None
    if not isinstance(found, dict):
        raise SourceError(f"{what} is no JSON object")
    return found


def _layer(found: Mapping[str, Any]) -> Layer:
    size = found.get("size")
    return Layer(
        media_type=one_line(str(found.get("mediaType", "")), 200),
        digest=checked_digest(found.get("digest")),
        size=size if isinstance(size, int) else 0,
        made_from=one_line(str(found.get("from") or ""), 300),
    )


def package_facts(
    name: OllamaName, manifest: Manifest, read: ReadBlob, endpoint: str, header: ModelFacts | None
) -> ModelFacts:
    """Facts from a manifest and the blobs it names; `header` is what the weights' own header says.

    Raises SourceError where a blob cannot be had or has other bytes than its digest says.
    """
    config = (
        parse_object(read(manifest.config, MAX_CONFIG), "the configuration")
        if manifest.config
        else {}
    )
    texts, notes = _licenses(manifest, read)
    weights = manifest.of_kind("model")
    evidence = {
        **details(config.get("model_family"), config.get("model_type"), config.get("file_type")),
        "model_format": text_of(config, "model_format"),
        "layers": ", ".join(dict.fromkeys(layer.kind for layer in manifest.layers))[:300],
        "blob": weights[0].digest if weights else "",
        "adapter": ", ".join(layer.digest for layer in manifest.of_kind("adapter")),
        **remote(config),
    }
    facts = ModelFacts(
        id=name.id,
        source="ollama",
        revision=manifest.digest,
        endpoint=endpoint,
        texts=tuple(texts),
        bases=tuple(_parents(name, manifest)),
        config={k: v for k, v in evidence.items() if v},
        notes=(*notes, *remote_notes(config), *_adapter_notes(manifest)),
    )
    return with_header(facts, header) if header else facts


def _licenses(manifest: Manifest, read: ReadBlob) -> tuple[list[TextFile], list[str]]:
    layers = manifest.of_kind("license")
    texts, notes = [], []
    for layer in layers[:MAX_LICENSES]:
        text, note = text_file(f"ollama layer {layer.digest}", read(layer, MAX_TEXT))
        texts.append(text)
        notes += [note] if note else []
    if len(layers) > MAX_LICENSES:
        notes.append(f"{len(layers)} licence layers: {MAX_LICENSES} were read")
    if not layers:
        notes.append("the package holds no licence layer")
    return texts, notes


def details(family: object, parameters: object, quantization: object) -> dict[str, str]:
    """Ollama's own words on a model, in weightlaw's names."""
    stated = one_line(quantization, 40) if isinstance(quantization, str) else ""
    known = from_name(stated) if stated else None
    return {
        "family": one_line(family, 100) if isinstance(family, str) else "",
        "parameter_size": one_line(parameters, 40) if isinstance(parameters, str) else "",
        "quantization": known.name if known else "" if stated.lower() == "unknown" else stated,
        "quantization_source": "Ollama" if stated else "",
    }


def text_of(found: Mapping[str, Any], key: str) -> str:
    """A field as one line; empty where it is no text."""
    value = found.get(key)
    return one_line(value) if isinstance(value, str) else ""


def remote(config: Mapping[str, Any]) -> dict[str, str]:
    """Where the model really runs, for Ollama's cloud models."""
    return {key: text_of(config, key) for key in ("remote_host", "remote_model")}


def remote_notes(config: Mapping[str, Any]) -> Iterator[str]:
    """That a cloud model's weights are not here."""
    if host := text_of(config, "remote_host"):
        yield f"this name stands for a model that runs at {host}: its weights are not here"


def _adapter_notes(manifest: Manifest) -> Iterator[str]:
    if manifest.of_kind("adapter"):
        yield "an adapter lies on the weights: its licence and theirs apply together"


def _parents(name: OllamaName, manifest: Manifest) -> Iterator[Base]:
    """The Hub's repository behind `hf.co/...`, and the models that layers were taken from."""
    yield from hub_base(name)
    for layer in (*manifest.of_kind("model"), *manifest.of_kind("adapter")):
        if base := named_base(layer.made_from, name, "Ollama manifest"):
            yield base


def hub_base(name: OllamaName) -> Iterator[Base]:
    """`hf.co/org/repo` packages the repository's own file."""
    if name.hub_repo:
        yield Base(id=name.hub_repo, relation="quantized", source="Ollama name")


def named_base(text: str, name: OllamaName, source: str) -> Base | None:
    """The model that a FROM line or parent field names; None for a path, a blob, or the model itself."""
    plain = text.strip().strip("\"'")
    if not plain or plain.startswith(("/", ".", "~", "@")) or "\\" in plain or "sha256" in plain:
        return None
    if plain.lower().endswith((".gguf", ".safetensors", ".bin")):
        return None
    try:
        parent = parse_name(plain)
    except UsageError:
        return None
    if parent == name:
        return None
    return Base(id=parent.hub_repo or parent.id, relation="unknown", source=source)


def with_header(facts: ModelFacts, header: ModelFacts) -> ModelFacts:
    """What the package says, with what its weights' header says. Contradictions are carried, not judged."""
    config = {**header.config, **facts.config}
    stated, shown = facts.config.get("quantization"), header.config.get("quantization")
    if shown:
        config["quantization"] = shown
        config["quantization_source"] = header.config.get("quantization_source", "")
    if stated and shown and stated != shown:
        config["quantization_stated"] = stated
    bases = {b.id.lower(): b for b in reversed((*header.bases, *facts.bases))}
    return msgspec.structs.replace(
        facts,
        declared=joined([facts.declared, header.declared]),
        texts=(*facts.texts, *header.texts),
        bases=tuple(bases.values())[::-1],
        tags=header.tags,
        config=config,
        notes=(*facts.notes, *header.notes),
    )
