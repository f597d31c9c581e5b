"""Files, folders and Ollama names as sources of facts, behind one door."""

from __future__ import annotations

import os

from weightlaw.catalog.store import Catalog
from weightlaw.domain.models import CatalogModel, ModelFacts
from weightlaw.errors import SourceError, UnknownModel
from weightlaw.references.parsing import Reference, printable


class ArtefactSource:
    """What is on this machine, or what Ollama runs or offers. `offline` opens no socket."""

    def __init__(self, *, offline: bool = True) -> None:
        self._offline = offline

    def fetch(self, reference: Reference) -> ModelFacts:
        """Facts about a file, a folder or an Ollama name. Raises SourceError, also where there is none."""
        if reference.kind == "ollama":
            from weightlaw.sources.ollama import OllamaSource  # heavy: requests

            return OllamaSource(offline=self._offline).fetch(reference.target)
        path = os.path.expanduser(reference.target)
        if os.path.isdir(path):
            return _folder(path, reference.target)
        if not os.path.isfile(path):
            raise UnknownModel(f"{printable(reference.target)}: no such file or folder")
        return _file(path, reference.target)


def _folder(path: str, label: str) -> ModelFacts:
    """A folder that holds a model: weights, a configuration or a card that declares something."""
    from weightlaw.sources.folder import read_folder

    facts = read_folder(path, label)
    declares = facts.declared.tags or facts.declared.name or facts.bases
    if facts.config or declares or facts.revision or facts.tags:
        return facts
    raise SourceError(
        f"{printable(label)} holds no model: no weights, no configuration and no card with front matter"
    )


def _file(path: str, label: str) -> ModelFacts:
    suffix = os.path.splitext(path)[1].lower()
    if suffix == ".gguf":
        from weightlaw.sources.gguf import read_gguf

        return read_gguf(path, label)
    if suffix == ".safetensors":
        from weightlaw.sources.safetensors import read_safetensors

        return read_safetensors(path, label)
    raise SourceError(
        f"{printable(label)}: neither a .gguf nor a .safetensors file; for a licence text use weightlaw read"
    )


def twin(reference: Reference, facts: ModelFacts | None, catalog: Catalog) -> CatalogModel | None:
    """The catalogue's model that an artefact is, by its Ollama name or its Hub id; None where none is known."""
    if reference.kind == "ollama":
        from weightlaw.sources.ollama_names import parse_name

        name = parse_name(reference.target)
        if name.hub_repo:
            return catalog.model(name.hub_repo)
        return catalog.ollama(name.short) or _without_quantization(name.model, name.tag, catalog)
    return catalog.model(facts.id) if facts is not None and "/" in facts.id else None


def _without_quantization(model: str, tag: str, catalog: Catalog) -> CatalogModel | None:
    """`llama3.1:8b-instruct-q4_K_M` is `llama3.1:8b`: variants of one size stand under one licence."""
    parts = tag.split("-")
    for length in range(len(parts) - 1, 0, -1):
        if found := catalog.ollama(f"{model}:{'-'.join(parts[:length])}"):
            return found
    return None
