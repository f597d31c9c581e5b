"""What GGUF metadata says of a model: read from a header, or told by a running Ollama."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from weightlaw.catalog.names import squeeze
from weightlaw.domain.models import Base, Declared, ModelFacts, Relation, TextFile
from weightlaw.plaintext import one_line
from weightlaw.references.parsing import printable
from weightlaw.references.quantization import from_file_type, from_name

Value = str | int | float | bool | tuple[str, ...] | None
MAX_BASES = 50

_HUB_URL = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?:models/)?([\w.-]+/[\w.-]+?)(?:\.git)?/?(?:[?#].*)?\Z",
    re.ASCII,
)
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}\Z", re.ASCII)
_NO_ORG = frozenset({"datasets", "spaces", "collections", "papers", "blog", "docs"})
_EVIDENCE = {
    "general.architecture": "architecture",
    "general.type": "type",
    "general.name": "name",
    "general.basename": "basename",
    "general.finetune": "finetune",
    "general.size_label": "size_label",
    "general.organization": "organization",
    "general.author": "author",
    "general.version": "version",
    "general.quantized_by": "quantized_by",
}
_OWN_ADDRESSES = ("general.repo_url", "general.url")
_SOURCE_ADDRESSES = (
    "general.source.repo_url",
    "general.source.huggingface.repository",
    "general.source.url",
)


def describe(
    values: Mapping[str, Value],
    lengths: Mapping[str, int],
    *,
    id: str,
    name: str,
    sha256: str = "",
    source: Literal["file", "ollama", "folder"] = "file",
) -> ModelFacts:
    """Facts from metadata. `name` is the file's name, used where the metadata states no file type."""
    license_text = _license_text(values, name)
    return ModelFacts(
        id=id,
        source=source,
        declared=_declared(values),
        texts=(license_text,) if license_text else (),
        bases=_bases(values),
        tags=_strings(values, "general.tags")[:200],
        config=_config(values, lengths, name, sha256),
        notes=tuple(_notes(values)),
    )


def hub_id(text: str) -> str:
    """`org/model` from a Hub address or a plain id; empty for anything else."""
    plain = text.strip()
    match = _HUB_URL.match(plain)
    found = match[1] if match else plain
    if (
        not _HUB_ID.match(found)
        or found.split("/")[0] in _NO_ORG
        or found.endswith((".gguf", ".safetensors"))
    ):
        return ""
    return found


def joined(stated: Sequence[Declared]) -> Declared:
    """All licences that any file declares, each once: which of them is right is not judged here."""
    tags = {squeeze(tag): tag for d in reversed(stated) for tag in reversed(d.tags)}
    named = next((d for d in stated if d.name or d.link), Declared())
    for declared in stated:  # a second name would be lost beside the first
        if declared.name and squeeze(declared.name) != squeeze(named.name):
            tags.setdefault(squeeze(declared.name), declared.name)
    order = [squeeze(t) for d in stated for t in (*d.tags, d.name)]
    return Declared(
        tags=tuple(tags[key] for key in dict.fromkeys(order) if key in tags),
        name=named.name,
        link=named.link,
    )


def _text(values: Mapping[str, Value], key: str) -> str:
    """A field as one line; lists (a card's several licences) joined."""
    value = values.get(key)
    if value is None:
        return ""
    return one_line(", ".join(value) if isinstance(value, tuple) else str(value))


def _strings(values: Mapping[str, Value], key: str) -> tuple[str, ...]:
    value = values.get(key)
    items = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    return tuple(plain for item in items if (plain := one_line(item)))


def _declared(values: Mapping[str, Value]) -> Declared:
    stated = values.get("general.license")
    whole_text = isinstance(stated, str) and _is_text(stated)
    return Declared(
        tags=() if whole_text else _strings(values, "general.license")[:20],
        name=_text(values, "general.license.name"),
        link=_text(values, "general.license.link"),
    )


def _is_text(stated: str) -> bool:
    """Whether a licence field holds a whole text and no name."""
    return len(stated.strip()) > 200 or "\n" in stated.strip()


def _license_text(values: Mapping[str, Value], name: str) -> TextFile | None:
    stated = values.get("general.license")
    if not isinstance(stated, str) or not _is_text(stated):
        return None
    digest = hashlib.sha256(stated.encode("utf-8")).hexdigest()
    return TextFile(path=f"{name} general.license", text=stated, sha256=digest, origin="header")


def _bases(values: Mapping[str, Value]) -> tuple[Base, ...]:
    """Parents by number, then what the file was converted from. Each id once, the first word counts."""
    found: dict[str, Base] = {}
    relation = _relation(values)
    count = values.get("general.base_model.count")
    # The count is a claim: without it, or with a wrong one, what is there is read all the same.
    most = min(max(count, 1), MAX_BASES) if isinstance(count, int) else MAX_BASES
    for number in range(max(most, _highest(values) + 1)):
        if base := _parent(values, number, relation):
            found.setdefault(base.id.lower(), base)
    for key in (*_SOURCE_ADDRESSES, *_OWN_ADDRESSES):
        if parent := hub_id(_text(values, key)):
            found.setdefault(
                parent.lower(), Base(id=parent, relation="quantized", source=f"GGUF {key}")
            )
    return tuple(found.values())


def _highest(values: Mapping[str, Value]) -> int:
    numbers = (re.match(r"general\.base_model\.(\d{1,2})\.", key) for key in values)
    return min(max((int(n[1]) for n in numbers if n), default=-1), MAX_BASES - 1)


def _relation(values: Mapping[str, Value]) -> Relation:
    """How the model came from its parents, as far as the header says so."""
    if values.get("general.type") == "adapter":
        return "adapter"
    tags = {t.lower() for t in _strings(values, "general.tags")}
    return "merge" if tags & {"merge", "mergekit"} else "unknown"


def _parent(values: Mapping[str, Value], number: int, relation: Relation) -> Base | None:
    stem = f"general.base_model.{number}"
    for field in ("repo_url", "url"):
        if found := hub_id(_text(values, f"{stem}.{field}")):
            return Base(id=found, relation=relation, source=f"GGUF {stem}.{field}")
    name = _text(values, f"{stem}.name")[:200]
    organization = _text(values, f"{stem}.organization")[:200]
    if not name:
        address = _text(values, f"{stem}.repo_url")
        return (
            Base(id=address, relation=relation, source=f"GGUF {stem}.repo_url") if address else None
        )
    # Converters make both from the Hub id by putting blanks for hyphens, so this undoes it.
    rebuilt = re.sub(r"\s+", "-", f"{organization}/{name}" if organization else name)
    return Base(id=rebuilt, relation=relation, source=f"GGUF {stem}.name, id rebuilt from it")


def _config(
    values: Mapping[str, Value], lengths: Mapping[str, int], name: str, sha256: str
) -> dict[str, str]:
    config = {short: _text(values, key) for key, short in _EVIDENCE.items()}
    for key in (*_SOURCE_ADDRESSES, *_OWN_ADDRESSES):
        config[key.removeprefix("general.").replace(".", "_")] = _text(values, key)
    architecture = config["architecture"]
    for field in ("context_length", "embedding_length", "block_count", "expert_count"):
        config[field] = _text(values, f"{architecture}.{field}")[:40]
    config["vocab_size"] = _vocabulary(values, lengths, architecture)
    if architecture:
        config["model_type"] = architecture
    declared = _declared(values)
    config["declared:header"] = ", ".join(filter(None, (*declared.tags, declared.name)))
    config["header_sha256"] = sha256
    config.update(_quantization(values, name))
    return {key: value for key, value in config.items() if value}


def _vocabulary(values: Mapping[str, Value], lengths: Mapping[str, int], architecture: str) -> str:
    stated = values.get(f"{architecture}.vocab_size")
    counted = lengths.get("tokenizer.ggml.tokens")
    return str(stated or counted or "")[:40]


def _quantization(values: Mapping[str, Value], name: str) -> dict[str, str]:
    """The header's file type, else the name's; both where they differ, for somebody to judge."""
    number = values.get("general.file_type")
    stated = (
        from_file_type(number) if isinstance(number, int) and not isinstance(number, bool) else None
    )
    named = from_name(name)
    known = stated or named
    if known is None:
        return {}
    config = {"quantization": known.name, "quantization_source": known.source}
    # A header says Q4_K_M of files that their makers call Q4_K_L or UD-Q4_K_XL: only the bits are compared.
    if stated and named and named.name != "GGUF" and named.bits != stated.bits:
        config["quantization_in_name"] = named.name
    return config


def _notes(values: Mapping[str, Value]) -> list[str]:
    notes = []
    number, count = values.get("split.no"), values.get("split.count")
    if isinstance(number, int) and isinstance(count, int) and count > 1 and number > 0:
        notes.append(f"this is part {number + 1} of {count}: the description stands in part 1")
    if values.get("general.type") == "mmproj":
        notes.append("this is only the projector of a multimodal model, not its language model")
    bases = values.get("general.base_model.count")
    if isinstance(bases, int) and not isinstance(bases, bool) and bases > MAX_BASES:
        notes.append(
            f"the header claims {printable(str(bases))} base models; {MAX_BASES} were looked for"
        )
    return notes
