"""Ollama's folder on disk: manifests, and blobs named by their digest."""

from __future__ import annotations

import os
from collections.abc import Sequence

from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError, UnknownModel
from weightlaw.plaintext import one_line
from weightlaw.sources.gguf import read_gguf
from weightlaw.sources.ollama_manifest import (
    MAX_MANIFEST,
    Layer,
    Manifest,
    package_facts,
    parse_manifest,
    verified,
)
from weightlaw.sources.ollama_names import OllamaName, model_folders
from weightlaw.sources.texts import read_bounded


class OllamaDisk:
    """The models that `ollama pull` and `ollama create` left here. Opens no socket."""

    def __init__(self, folders: Sequence[str] | None = None) -> None:
        self._folders = tuple(model_folders() if folders is None else folders)

    def fetch(self, name: OllamaName) -> ModelFacts:
        """The facts in manifest, licence layers and the weights' header. Raises UnknownModel or SourceError."""
        for folder in self._folders:
            path = os.path.join(
                folder, "manifests", name.host, name.namespace, name.model, name.tag
            )
            if os.path.isfile(path):
                return _facts(name, folder, path)
        raise UnknownModel(f"{name.short} is not in Ollama's folder ({', '.join(self._folders)})")


def _facts(name: OllamaName, folder: str, path: str) -> ModelFacts:
    manifest = parse_manifest(read_bounded(path, MAX_MANIFEST), f"{folder}, {name.short}")
    header, notes = _header(manifest, folder, name)

    def read(layer: Layer, limit: int) -> bytes:
        return verified(read_bounded(_blob(folder, layer), limit), layer, f"{folder}, {name.short}")

    facts = package_facts(name, manifest, read, folder, header)
    return _noted(facts, notes)


def _noted(facts: ModelFacts, notes: list[str]) -> ModelFacts:
    import msgspec

    return msgspec.structs.replace(facts, notes=(*facts.notes, *notes)) if notes else facts


def _blob(folder: str, layer: Layer) -> str:
    """`sha256-...`; Ollama before 0.1.35 wrote a colon."""
    path = os.path.join(folder, "blobs", layer.digest.replace(":", "-"))
    old = os.path.join(folder, "blobs", layer.digest)
    return old if not os.path.exists(path) and os.path.exists(old) else path


def _header(
    manifest: Manifest, folder: str, name: OllamaName
) -> tuple[ModelFacts | None, list[str]]:
    """What the weights' GGUF header says; a note where they have none that can be read."""
    weights = manifest.of_kind("model")
    if not weights:
        return None, []
    try:
        return read_gguf(_blob(folder, weights[0]), f"weights of {name.short}"), []
    except SourceError as error:
        return None, [one_line(str(error), 300)]
