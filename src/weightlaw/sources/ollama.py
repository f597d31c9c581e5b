"""Ollama's models as a source of facts: the running server, else its folder, else its registry."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError, UnknownModel
from weightlaw.references.quantization import from_name
from weightlaw.sources.ollama_disk import OllamaDisk
from weightlaw.sources.ollama_http import Unreachable
from weightlaw.sources.ollama_local import OllamaServer
from weightlaw.sources.ollama_names import OllamaName, model_folders, parse_name, server_address
from weightlaw.sources.ollama_registry import OllamaRegistry


class OllamaPart(Protocol):
    """One of the ways to a model."""

    def fetch(self, name: OllamaName) -> ModelFacts:
        """The facts. Raises UnknownModel or SourceError."""
        ...


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class OllamaSource:
    """Models by their Ollama name: what is installed here counts more than what the registry holds now.

    Reads `OLLAMA_HOST` and `OLLAMA_MODELS` as Ollama does, and `WEIGHTLAW_OLLAMA_REGISTRY` for a mirror. `offline` opens
    no socket: only the folder is read. `clock` is read once, for the date of the facts. Safe to use from many threads.
    """

    def __init__(
        self,
        *,
        offline: bool = False,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], dt.datetime] = _now,
    ) -> None:
        self.offline = offline
        self._expected = bool(environ.get("OLLAMA_HOST", "").strip())
        self._as_of = clock().astimezone(dt.UTC).date().isoformat()
        disk = ("Ollama's folder on disk", OllamaDisk(model_folders(environ)))
        self._ways: tuple[tuple[str, OllamaPart], ...] = (disk,)
        if not offline:
            server = OllamaServer(server_address(environ))
            registry = OllamaRegistry(environ)
            self._ways = (
                (f"the local Ollama at {server.address}", server),
                disk,
                ("Ollama's registry", registry),
            )

    def fetch(self, model_id: str, revision: str | None = None) -> ModelFacts:
        """The facts about `ollama:NAME[:TAG]`, `user/model:tag` or `hf.co/org/repo:QUANT`.

        `revision` is a manifest's digest, held against what is found. Raises UsageError for what is no Ollama name,
        UnknownModel where nobody asked knows the model, SourceError where somebody who might could not answer.
        """
        name = parse_name(model_id)
        unknown: list[str] = []
        trouble: list[str] = []
        for label, way in self._ways:
            try:
                facts = way.fetch(name)
            except UnknownModel as error:
                unknown.append(str(error))
            except SourceError as error:
                if not self._usual(error, way):
                    trouble.append(f"not from {label}: {error}")
            else:
                return self._found(_with_tag(facts, name), label, trouble, revision)
        raise self._not_found(name, unknown, trouble)

    def _usual(self, error: SourceError, way: OllamaPart) -> bool:
        """Most machines run no Ollama: that is nothing to report, unless OLLAMA_HOST says that one runs."""
        return (
            isinstance(error, Unreachable) and isinstance(way, OllamaServer) and not self._expected
        )

    def _found(
        self, facts: ModelFacts, label: str, trouble: list[str], revision: str | None
    ) -> ModelFacts:
        notes = [*facts.notes, f"read from {label}", *trouble]
        if revision and revision != facts.revision:
            notes.append(f"asked for {revision}, found {facts.revision or 'no digest'}")
        return msgspec.structs.replace(facts, as_of=self._as_of, notes=tuple(dict.fromkeys(notes)))

    def _not_found(self, name: OllamaName, unknown: list[str], trouble: list[str]) -> SourceError:
        """Unknown only if all that were asked said so: one that failed might have known it."""
        asked = "; offline, nothing else was asked" if self.offline else ""
        if trouble:
            return SourceError(
                f"{name.id} could not be looked up: {'; '.join([*trouble, *unknown])}{asked}"
            )
        return UnknownModel(f"{'; '.join(unknown)}{asked}")


def _with_tag(facts: ModelFacts, name: OllamaName) -> ModelFacts:
    """The quantization that the tag names, carried where it has other bits than the weights."""
    named = from_name(name.tag)
    found = from_name(facts.config.get("quantization", ""))
    if named is None or found is None or named.bits == found.bits:
        return facts
    config = {**facts.config, "quantization_in_name": named.name}
    return msgspec.structs.replace(facts, config=config)
