"""What answers behind an endpoint, as far as it tells, asked before a prompt is sent."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct, structs

from weightlaw.domain.models import ModelFacts
from weightlaw.errors import UsageError
from weightlaw.plaintext import one_line
from weightlaw.trial.calling import Caller
from weightlaw.trial.faults import of_exception
from weightlaw.trial.store import now
from weightlaw.trial.streaming import NotTheProtocol
from weightlaw.trial.trialfile import is_loopback
from weightlaw.trial.values import Candidate, Identity

SECONDS = 15.0
"""For each question about the endpoint. A server that loads a model may be slow, but not to tell its name."""
MAX_MODELS = 500
_OWN = ("library", "vllm")
"""Whom Ollama and vLLM name as the owner of a model: servers that people run themselves."""


class Known(Struct, frozen=True, kw_only=True):
    """An endpoint's identity, with what else it gave."""

    identity: Identity
    facts: ModelFacts | None = None
    """Of the artefact, where an Ollama shows it: with its licence texts."""
    served: str = ""
    """The Hub id behind the name, where a server says so (vLLM's `root`)."""
    unreachable: str = ""
    """Why nothing can be asked there; empty: it answers."""


async def identify(caller: Caller) -> Known:
    """Ask an endpoint what it is. What it does not say stays empty; the key is in nothing that it said."""
    asked = _Questions(caller)
    known = await asked.all()
    identity = caller.redactor.value(known.identity)
    notes = tuple(caller.redactor.talk(note) for note in identity.notes)
    server = caller.redactor.talk(identity.server)
    return structs.replace(known, identity=structs.replace(identity, notes=notes, server=server))


class _Questions:
    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.candidate: Candidate = caller.candidate
        self.notes: list[str] = []
        self.unreachable = ""

    async def all(self) -> Known:
        """Model list first: where nobody answers that, nobody is asked more."""
        status, listed, headers = await self._ask("/models")
        empty = Identity(candidate=self.candidate.name, at=now())
        if self.unreachable:
            return Known(identity=empty, unreachable=self.unreachable)
        entries = [e for e in _list(listed.get("data")) if isinstance(e.get("id"), str)]
        if status != 200:
            self.notes.append(f"its list of models is not given (HTTP {status})")
        made = structs.replace(
            empty,
            models=tuple(one_line(e["id"], 200) for e in entries[:MAX_MODELS]),
            server=one_line(headers.get("server", ""), 100),
        )
        known = await self._native(made, entries)
        self.notes += _absent(self.candidate.model, known.identity.models)
        return structs.replace(
            known,
            identity=structs.replace(known.identity, notes=tuple(dict.fromkeys(self.notes))),
            unreachable=self.unreachable,
        )

    async def _native(self, made: Identity, entries: list[dict[str, Any]]) -> Known:
        """What a server of open weights tells besides: a hosted closed model is not asked odd questions."""
        ours = is_loopback(self.candidate.url) or any(e.get("owned_by") in _OWN for e in entries)
        if self.candidate.openness == "closed" and not ours:
            return Known(identity=made)
        _, version, _ = await self._ask("/api/version", root=True)
        if isinstance(version.get("version"), str):
            return await self._ollama(made, one_line(version["version"], 60))
        if any(e.get("owned_by") == "vllm" for e in entries):
            _, version, _ = await self._ask("/version", root=True)
            number = version.get("version")
            said = f"vllm {one_line(number, 60)}" if isinstance(number, str) else "vllm"
            made = structs.replace(made, server=said)
        roots = [e.get("root") for e in entries if e["id"] == self.candidate.model]
        root = next((r for r in roots if isinstance(r, str) and r.count("/") == 1), "")
        return Known(identity=made, served=one_line(root, 200))

    async def _ollama(self, made: Identity, version: str) -> Known:
        made = structs.replace(made, server=f"ollama {version}")
        name = self.candidate.model
        status, shown, _ = await self._ask("/api/show", {"model": name, "name": name}, root=True)
        if status == 404:
            have = ", ".join(made.models[:8]) or "none"
            self.unreachable = (
                f"Ollama has no model {name}: run `ollama pull {name}` (it has: {have})"
            )
        if status != 200:
            self.notes.append(f"Ollama does not show the model (HTTP {status})")
            return Known(identity=made)
        _, tags, _ = await self._ask("/api/tags", root=True)
        facts = self._facts(shown, tags)
        return Known(identity=made if facts is None else _told(made, facts), facts=facts)

    def _facts(self, shown: dict[str, Any], tags: dict[str, Any]) -> ModelFacts | None:
        from weightlaw.sources.ollama_local import shown_facts  # heavy: readers of artefacts
        from weightlaw.sources.ollama_names import parse_name

        try:
            name = parse_name(self.candidate.model)
        except UsageError as error:
            self.notes.append(str(error))
            return None
        wanted = {name.local.lower(), name.short.lower(), self.candidate.model.lower()}
        lines = [e for e in _list(tags.get("models")) if str(e.get("name")).lower() in wanted]
        digest = lines[0].get("digest") if lines else ""
        return shown_facts(
            name, shown, digest if isinstance(digest, str) else "", self.caller.candidate.url
        )

    async def _ask(
        self, path: str, send: Any = None, root: bool = False
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Status (0: none), the answer as an object (empty where it is none), headers."""
        try:
            async with asyncio.timeout(SECONDS):
                status, data, headers = await self.caller.get(path, send, root)
        except Exception as error:
            self._silent(path, error)
            return 0, {}, {}
        try:
            found = msgspec.json.decode(data)
        except (msgspec.DecodeError, RecursionError):
            found = {}
        return status, found if isinstance(found, dict) else {}, headers

    def _silent(self, path: str, error: Exception) -> None:
        fault = of_exception(error, False, SECONDS)
        if fault is None and not isinstance(error, NotTheProtocol):
            raise error
        why = fault.error if fault else str(error)
        if fault and fault.failure == "connection" and path == "/models":
            hint = "; is Ollama running? (`ollama serve`)" if ":11434" in self.candidate.url else ""
            self.unreachable = f"{self.candidate.url} cannot be reached: {why}{hint}"
        self.notes.append(f"{path}: {why}")


def _told(made: Identity, facts: ModelFacts) -> Identity:
    """The artefact's own marks."""
    texts = facts.texts
    joined = "\n".join(t.text for t in texts)
    one = texts[0].sha256 if len(texts) == 1 else _sha256(joined) if texts else ""
    return structs.replace(
        made,
        digest=facts.revision or "",
        quantization=facts.config.get("quantization", ""),
        parameters=facts.config.get("parameter_size", ""),
        family=facts.config.get("family", ""),
        license_name=next((one_line(s, 100) for s in joined.splitlines() if s.strip()), ""),
        license_sha256=one,
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _list(value: Any) -> list[dict[str, Any]]:
    return [e for e in value if isinstance(e, dict)] if isinstance(value, list) else []


def _absent(model: str, models: tuple[str, ...]) -> Iterator[str]:
    """A word where the endpoint lists its models and this one is not among them."""
    names = {m.lower().removesuffix(":latest") for m in models}
    if models and model.lower().removesuffix(":latest") not in names:
        yield f"{model} is not in the endpoint's list of models{near(model, models)}"


def near(model: str, models: tuple[str, ...]) -> str:
    """`; it has: a, b`: near names first, else the first few; nothing where none are known."""
    import difflib  # only on an error

    close = difflib.get_close_matches(model, models, n=3, cutoff=0.5)
    return f"; it has: {', '.join(close or models[:5])}" if models else ""
