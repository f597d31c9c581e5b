"""From the text of a mention to the model it means, and to what `check` is to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.errors import UsageError
from weightlaw.references.parsing import parse_reference
from weightlaw.references.resolving import resolve
from weightlaw.scanning import shapes
from weightlaw.scanning.deciding import host_prefix, provider_less, resource_less
from weightlaw.scanning.finders.code import CLASSES
from weightlaw.scanning.finders.packages import MAVEN_MODELS
from weightlaw.scanning.urls import hub_path
from weightlaw.scanning.values import Reading

_QUANTIZATION = re.compile(r"[-_:](?:UD-)?(?:I?Q\d[_A-Z0-9]*|[BF]P?16|F32|MXFP4\w*)\Z", re.I)
_SIZE_TAG = re.compile(r"(?P<name>[^:]+):(?P<size>(?:\d+x)?\d+(?:\.\d+)?[bm])(?:-.*)?\Z", re.I)
_WHISPER_TURBO = {"turbo": "large-v3-turbo"}


class Target(Struct, frozen=True):
    """`model` as it is known, or None; `ask` is what `check` understands."""

    model: str | None
    ask: str


class ModelResolver:
    """Resolves mentions against one catalogue; each text once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._known: dict[tuple[str, Reading], Target] = {}

    def target(self, text: str, reading: Reading) -> Target:
        """The model that a mention means. Never raises; what is not understood is asked for as written."""
        key = (text, reading)
        if key not in self._known:
            self._known[key] = self._target(text, reading)
        return self._known[key]

    def _target(self, text: str, reading: Reading) -> Target:
        if (direct := _direct(text)) is not None:
            return Target(direct, direct)
        for name in _candidates(text, reading):
            found = self._look_up(name, loose=reading not in ("hub", "sentence", "whisper"))
            if found is not None:
                return found
        if (last := _last_resort(text, reading)) is not None:
            return Target(last, last)
        return Target(None, _askable(shapes.weights_name(text) or text))

    def _look_up(self, name: str, loose: bool) -> Target | None:
        """A Hub id stands for itself, known or not; any other name only where the catalogue knows it."""
        try:
            reference = parse_reference(name)
        except UsageError:
            return None
        resolved = resolve(reference, self.catalog)
        if reference.kind == "hub":
            if loose and not resolved.models:
                return None
            return Target(resolved.hub_ids[0], resolved.hub_ids[0])
        if resolved.models:
            return Target(resolved.models[0].id, name)
        return Target(resolved.hub_ids[0], resolved.hub_ids[0]) if resolved.hub_ids else None


def _direct(text: str) -> str | None:
    """The Hub id that a text states itself: an address, or a package that holds a model."""
    path = hub_path(text) if "/" in text else None
    if path is not None:
        return next(_hub(path))
    if text in CLASSES:
        return MAVEN_MODELS[CLASSES[text]]
    artifact = re.match(r"langchain4j-embeddings-(.+?)(?:-q)?\Z", text)
    return MAVEN_MODELS.get(artifact[1]) if artifact else None


def _candidates(text: str, reading: Reading) -> Iterator[str]:
    """Names to try, the most exact first."""
    plain = resource_less(text.strip())
    if reading == "whisper":
        yield from _whisper(plain)
    elif reading == "sentence":
        yield plain if "/" in plain else shapes.legacy_id(plain) or f"sentence-transformers/{plain}"
    elif reading == "hub":
        yield from _hub(re.sub(r"\A(?:hf[-_]hub|hub|timm):", "", plain))
    elif reading == "docker":
        yield from _docker(plain)
    else:
        yield from _named(plain)


def _last_resort(text: str, reading: Reading) -> str | None:
    """Behind a provider's name, an `org/name` is the Hub's unless `org` is one that only hosts use."""
    if reading != "name":
        return None
    plain = re.sub(r":[\w.-]+\Z", "", text)
    inner: str | None = plain
    while inner and inner.count("/") > 1:
        inner = provider_less(inner)
    return shapes.hub_id(inner) if inner and not host_prefix(inner) else None


def _hub(text: str) -> Iterator[str]:
    plain = shapes.file_in_repository(text) or re.sub(r":[\w.-]+\Z", "", text)
    if plain.count("/") >= 2 and (inner := provider_less(plain)):
        plain = inner
    yield shapes.legacy_id(plain) or plain


def _whisper(text: str) -> Iterator[str]:
    if "/" in text:
        yield text
        return
    name = _WHISPER_TURBO.get(text, text)
    yield (
        f"distil-whisper/{name}"
        if name.startswith("distil")
        else f"openai/whisper-{'large-v3' if name == 'large' else name}"
    )


def _docker(text: str) -> Iterator[str]:
    plain = re.sub(r"\A(?:index\.)?docker\.io/", "", text)
    name = plain.rpartition("/")[2]
    yield from _tagged(name)
    base, _, tag = name.partition(":")
    if tag:
        yield from _tagged(f"{base}-{_QUANTIZATION.sub('', tag)}")


def _named(text: str) -> Iterator[str]:
    """Names of Ollama and of hosts, with and without provider, tag and quantization."""
    text = shapes.weights_name(text) or text
    plain = re.sub(r":(?:free|nitro|floor|thinking|beta|extended|online|exacto|latest)\Z", "", text)
    yield plain
    inner: str | None = plain
    while inner and (inner := provider_less(inner)):
        yield from _tagged(inner)
        yield from _spelled(inner)
    yield from _tagged(plain)
    for pattern in (
        r"@(?:cf|hf)/(.+)",
        r"accounts/[\w-]+/models/(.+)",
        r"(?:[a-z]{2,6}\.)?[a-z]+\.(.+?)(?:-v\d+)?(?::\d+)?",
    ):
        if match := re.fullmatch(pattern, plain):
            yield from _tagged(match[1])
            yield re.sub(r"\A(llama)(\d)-", r"\1-\2-", match[1])
    yield from _spelled(plain)


def _tagged(name: str) -> Iterator[str]:
    """`gemma3:4b-it-q4_K_M` -> also `gemma3:4b`; `name:latest` -> `name`."""
    yield name
    if size := _SIZE_TAG.match(name):
        yield f"{size['name']}:{size['size'].lower()}"
    elif ":" in name and re.search(r":(?:latest|free)\Z", name):
        yield name.split(":")[0]
    if (bare := _QUANTIZATION.sub("", name)) != name:
        yield bare


def _spelled(name: str) -> Iterator[str]:
    """Endings that hosts put behind a model's name, and LM Studio's `_` for `/`."""
    for ending in (
        "-versatile",
        "-instant",
        "-maas",
        "-turbo",
        "-instruct-turbo",
        "-fp8",
        "-preview",
        "-instruct",
        "-hosted",
        "-gguf",
    ):
        if name.lower().endswith(ending):
            yield name[: -len(ending)]
    if "_" in name and "/" not in name:
        yield name.replace("_", "/", 1)
    if "/" in name:
        yield name.rsplit("/", 1)[-1]


def _askable(text: str) -> str:
    """What to ask `check` for a text that no catalogue knows; empty if it is not even a name."""
    try:
        parse_reference(text)
    except UsageError:
        return ""
    return text
