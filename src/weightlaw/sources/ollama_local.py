"""A running Ollama, asked by its own HTTP interface: `/api/tags`, then `/api/show`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from weightlaw.domain.models import Base, ModelFacts, TextFile
from weightlaw.errors import SourceError, UnknownModel
from weightlaw.sources import gguf_facts
from weightlaw.sources.gguf_facts import Value
from weightlaw.sources.ollama_http import ask
from weightlaw.sources.ollama_manifest import (
    details,
    hub_base,
    named_base,
    parse_object,
    remote,
    remote_notes,
    text_of,
    with_header,
)
from weightlaw.sources.ollama_names import OllamaName, server_address
from weightlaw.sources.texts import MAX_TEXT

PROBE_SECONDS = 0.5
"""A running Ollama lists its models at once; one that does not is passed over."""
SHOW_SECONDS = 10.0
MAX_ANSWER = 32 * 1024 * 1024
_LICENSE = re.compile(r'^LICENSE (?:"""(.*?)"""|"([^"]*)"|([^"\n][^\n]*))$', re.M | re.S)
_FROM = re.compile(r"^FROM[ \t]+(.+?)[ \t]*$", re.M | re.I)
_LONG = re.compile(r"^(?:TEMPLATE|LICENSE|SYSTEM|MESSAGE|PARAMETER)[ \t]", re.M | re.I)
_BLOB = re.compile(r"sha256[-:]([0-9a-f]{64})")


class OllamaServer:
    """The server at `address` (default: by `OLLAMA_HOST`, else 127.0.0.1:11434)."""

    def __init__(self, address: str | None = None, probe: float = PROBE_SECONDS) -> None:
        self.address = (address or server_address()).rstrip("/")
        self._probe = probe

    def fetch(self, name: OllamaName) -> ModelFacts:
        """What the server shows of a model. Raises Unreachable, UnknownModel or SourceError."""
        entry = self._entry(name)
        listed = text_of(entry, "name") or name.local
        reply = ask(
            f"{self.address}/api/show",
            limit=MAX_ANSWER,
            seconds=SHOW_SECONDS,
            send={"model": listed, "name": listed},
            local=True,
        )
        if reply.status == 404:
            raise UnknownModel(f"the local Ollama at {self.address} has no model {name.short}")
        if reply.status != 200:
            raise SourceError(f"the local Ollama at {self.address} failed (HTTP {reply.status})")
        shown = parse_object(reply.data, f"the answer of {self.address}")
        return shown_facts(name, shown, text_of(entry, "digest"), self.address)

    def _entry(self, name: OllamaName) -> Mapping[str, Any]:
        """The line of `/api/tags` for a model: it has the digest that `/api/show` leaves out."""
        reply = ask(f"{self.address}/api/tags", limit=MAX_ANSWER, seconds=self._probe, local=True)
        if reply.status != 200:
            raise SourceError(f"the local Ollama at {self.address} failed (HTTP {reply.status})")
        listed = parse_object(reply.data, f"the answer of {self.address}").get("models")
        for entry in listed if isinstance(listed, list) else ():
            if isinstance(entry, dict) and text_of(entry, "name").lower() == name.local.lower():
                return entry
        raise UnknownModel(f"the local Ollama at {self.address} has no model {name.short}")


def shown_facts(
    name: OllamaName, shown: Mapping[str, Any], digest: str, address: str
) -> ModelFacts:
    """Facts from an answer of `/api/show`."""
    said = shown.get("details")
    said = said if isinstance(said, dict) else {}
    modelfile = str(shown.get("modelfile") or "")
    config = {
        **details(said.get("family"), said.get("parameter_size"), said.get("quantization_level")),
        "model_format": text_of(said, "format"),
        "parent_model": text_of(said, "parent_model"),
        "blob": _blob(modelfile),
        **remote(shown),
    }
    facts = ModelFacts(
        id=name.id,
        source="ollama",
        revision=f"sha256:{digest}" if re.fullmatch(r"[0-9a-f]{64}", digest) else None,
        endpoint=address,
        texts=_licenses(str(shown.get("license") or ""), modelfile),
        bases=tuple(_parents(name, modelfile, text_of(said, "parent_model"))),
        config={k: v for k, v in config.items() if v},
        notes=tuple(_notes(shown)),
    )
    return with_header(facts, _header(name, shown.get("model_info")))


def _notes(shown: Mapping[str, Any]) -> Iterator[str]:
    yield from remote_notes(shown)
    if not shown.get("license"):
        yield "the package holds no licence layer"


def _licenses(joined: str, modelfile: str) -> tuple[TextFile, ...]:
    """The licence layers. The server joins them; its Modelfile still has them apart, if they fit together."""
    if not joined.strip():
        return ()
    parts = [a or b or c for a, b, c in _LICENSE.findall(modelfile[: 8 * MAX_TEXT])]
    if "\n".join(parts) == joined:
        return tuple(_text(part, f"ollama layer sha256:{_sha256(part)}") for part in parts)
    return (_text(joined[:MAX_TEXT], "ollama show license"),)


def _text(text: str, path: str) -> TextFile:
    return TextFile(path=path, text=text, sha256=_sha256(text))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _froms(modelfile: str) -> list[str]:
    """The FROM lines before the first text: a template may hold a line that begins with FROM."""
    first = _LONG.search(modelfile)
    return _FROM.findall(modelfile[: first.start()] if first else modelfile)[:20]


def _blob(modelfile: str) -> str:
    for line in _froms(modelfile):
        if match := _BLOB.search(line):
            return f"sha256:{match[1]}"
    return ""


def _parents(name: OllamaName, modelfile: str, parent: str) -> Iterator[Base]:
    yield from hub_base(name)
    for text, source in (
        (parent, "Ollama parent_model"),
        *((f, "Modelfile FROM") for f in _froms(modelfile)),
    ):
        if base := named_base(text, name, source):
            yield base


def _header(name: OllamaName, info: object) -> ModelFacts:
    """`model_info` is the GGUF metadata as JSON, long arrays left out."""
    values: dict[str, Value] = {}
    for key, value in info.items() if isinstance(info, dict) else ():
        if isinstance(value, list):
            values[str(key)] = tuple(str(v) for v in value[:256])
        elif isinstance(value, str | int | float | bool):
            values[str(key)] = value
    return gguf_facts.describe(values, {}, id=name.id, name="", source="ollama")
