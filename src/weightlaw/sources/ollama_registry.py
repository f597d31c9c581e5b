"""Ollama's registry: the Docker registry protocol, read only, without the weights."""

from __future__ import annotations

import os
from collections.abc import Mapping

from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError, UnknownModel
from weightlaw.sources.ollama_http import Reply, ask
from weightlaw.sources.ollama_manifest import (
    MAX_MANIFEST,
    Layer,
    package_facts,
    parse_manifest,
    verified,
)
from weightlaw.sources.ollama_names import DEFAULT_HOST, HUB_HOSTS, OllamaName

OVERRIDE = "WEIGHTLAW_OLLAMA_REGISTRY"
"""Environment variable with the address of a mirror of registry.ollama.ai."""
SECONDS = 15.0
_ACCEPT = "application/vnd.docker.distribution.manifest.v2+json"


class OllamaRegistry:
    """registry.ollama.ai (or its mirror), and the Hub's registry for `hf.co/...`. No other host is asked:
    a name found in somebody's code must not choose where this machine connects to.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ, seconds: float = SECONDS) -> None:
        self._mirror = environ.get(OVERRIDE, "").strip().rstrip("/")
        self._hub = environ.get("HF_ENDPOINT", "").strip().rstrip("/") or "https://huggingface.co"
        self._seconds = seconds

    def fetch(self, name: OllamaName) -> ModelFacts:
        """The facts that a package holds. Raises UnknownModel, or SourceError where bytes do not fit their digest."""
        base = self._address(name)
        url = f"{base}/v2/{name.namespace}/{name.model}"
        reply = ask(
            f"{url}/manifests/{name.tag}", limit=MAX_MANIFEST, seconds=self._seconds, accept=_ACCEPT
        )
        _check(reply, name, base)
        manifest = parse_manifest(reply.data, f"{base}, {name.short}")
        stated = reply.headers.get("Docker-Content-Digest", "")
        if stated.startswith("sha256:") and stated != manifest.digest:
            raise SourceError(
                f"{base}: the manifest of {name.short} has other bytes than its digest says"
            )

        def read(layer: Layer, limit: int) -> bytes:
            return self._blob(url, layer, limit, f"{base}, {name.short}")

        return package_facts(name, manifest, read, base, None)

    def _address(self, name: OllamaName) -> str:
        if name.host == DEFAULT_HOST:
            return self._mirror or f"https://{DEFAULT_HOST}"
        if name.host in HUB_HOSTS:
            return self._hub
        raise SourceError(
            f"the registry {name.host} is not asked: only Ollama's own and the Hub's are"
        )

    def _blob(self, url: str, layer: Layer, limit: int, where: str) -> bytes:
        if layer.size > limit:
            raise SourceError(
                f"{where}: the {layer.kind} layer has {layer.size:,} bytes; {limit:,} are read"
            )
        reply = ask(f"{url}/blobs/{layer.digest}", limit=limit, seconds=self._seconds, accept="*/*")
        if reply.status != 200:
            raise SourceError(f"{where}: the {layer.kind} layer was refused (HTTP {reply.status})")
        return verified(reply.data, layer, where)


def _check(reply: Reply, name: OllamaName, base: str) -> None:
    if reply.status == 404:
        raise UnknownModel(f"{base} has no model {name.short} (or no such tag)")
    if reply.status in (401, 403):
        raise UnknownModel(f"{base} has no model {name.short} that this caller may see")
    if reply.status == 429:
        raise SourceError(f"{base} asks to be asked less often: try again later")
    if reply.status != 200:
        raise SourceError(f"{base} could not answer (HTTP {reply.status}): try again later")
