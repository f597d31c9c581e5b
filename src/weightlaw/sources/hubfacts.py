"""What the Hub's answers and a model's files say: bases, modalities, evidence of the architecture. No I/O."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

import msgspec

from weightlaw import plainyaml
from weightlaw.domain.models import Base, Declared, Relation, TextFile
from weightlaw.errors import DataError
from weightlaw.plaintext import one_line
from weightlaw.sources.cards import CardData

MAX_BASES = 100
_HUB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}\Z")
_TAG = re.compile(r"base_model:(?:([a-z]+):)?([^:\s]+/[^:\s]+)\Z")
_RELATIONS = frozenset(get_args(Relation))


def declared(card: CardData, tags: Iterable[str]) -> Declared:
    """The licence as the card declares it; by the Hub's `license:` tags where the card gives none."""
    licenses = card.licenses or tuple(
        t.removeprefix("license:") for t in tags if t.startswith("license:")
    )
    return Declared(tags=licenses, name=card.license_name, link=card.license_link)


def gate(card: CardData) -> tuple[TextFile, ...]:
    """The words that whoever downloads the model must accept, as a text beside its licence."""
    said = (("prompt", card.extra_gated_prompt), ("fields", card.extra_gated_words))
    return tuple(_gate_text(f"README.md#extra_gated_{n}", t) for n, t in said if t.strip())


def _gate_text(path: str, text: str) -> TextFile:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return TextFile(path=path, text=text, sha256=digest, origin="gated_prompt")


def bases(
    model_id: str,
    *,
    api: object,
    tags: Iterable[str],
    card: CardData,
    adapter: Mapping[str, object],
    merge: str,
    config: Mapping[str, object],
) -> tuple[Base, ...]:
    """The models that this one was made from, each once, with who says so."""
    card_bases = list(_from_card(card))
    found = list(_from_api(api)) or list(_from_tags(tags))
    # The Hub makes its answer from the card, with renamed bases under their new names: unless the card
    # names more than the Hub knows, its spellings are the same models again.
    if len(card_bases) > len({b.id for b in found}):
        found += card_bases
    found += _from_id(adapter.get("base_model_name_or_path"), "adapter", "adapter_config")
    if adapter and not found:
        found.append(_unnamed(adapter.get("base_model_name_or_path")))
    found += _from_merge(merge)
    found += _from_id(config.get("_name_or_path"), "unknown", "config")
    return _unique(found, model_id)


def _unnamed(named: object) -> Base:
    """The base of an adapter that names none, or a path on somebody's disk: there is one all the same."""
    name = one_line(named, 200) if isinstance(named, str) else ""
    return Base(id=name or "an unnamed base", relation="adapter", source="adapter_config")


def _unique(found: Iterable[Base], model_id: str) -> tuple[Base, ...]:
    """Each base once and never the model itself; a known relation beats an unknown one."""
    kept: dict[str, Base] = {}
    for base in found:
        key = base.id.lower()
        held = kept.get(key)
        if held is None:
            kept[key] = base
        elif held.relation == "unknown" != base.relation:
            kept[key] = msgspec.structs.replace(held, relation=base.relation)
    kept.pop(model_id.lower(), None)
    return tuple(kept.values())[:MAX_BASES]


def _relation(value: object) -> Relation:
    text = str(value or "").lower()
    return text if text in _RELATIONS else "unknown"  # type: ignore[return-value]


def _from_api(answer: object) -> Iterator[Base]:
    """`{"relation": "finetune", "models": [{"id": ...}]}`; the client's type hint says a list of ids."""
    if isinstance(answer, Mapping):
        relation, models = _relation(answer.get("relation")), answer.get("models")
    else:
        relation, models = "unknown", answer
    for model in models if isinstance(models, list) else ():
        model_id = model.get("id") if isinstance(model, Mapping) else model
        yield from _from_id(model_id, relation, "api")


def _from_card(card: CardData) -> Iterator[Base]:
    relation = _relation(card.base_model_relation)
    for model_id in card.base_models:
        yield from _from_id(model_id, relation, "card")


def _from_tags(tags: Iterable[str]) -> Iterator[Base]:
    """`base_model:org/model` and `base_model:finetune:org/model`, the latter first as it says more."""
    matches = [m for t in tags if (m := _TAG.match(t))]
    for match in sorted(matches, key=lambda m: m[1] is None):
        yield from _from_id(match[2], _relation(match[1]), "tags")


def _from_id(value: object, relation: Relation, source: str) -> Iterator[Base]:
    """The base, if `value` looks like a Hub id: paths on someone's disk do not."""
    if not isinstance(value, str):
        return
    model_id = re.sub(r"^https?://(?:www\.)?(?:huggingface\.co|hf\.co)/", "", value.strip())
    if _HUB_ID.match(model_id) and ".." not in model_id:
        yield Base(id=model_id, relation=relation, source=source)


def _from_merge(text: str) -> Iterator[Base]:
    """Models named in mergekit's configuration: `model:` and `base_model:`, at any depth."""
    if not text:
        return
    try:
        data = plainyaml.parse(text, "mergekit_config.yml").data
    except DataError:
        return
    for name in _named_models(data):
        for part in name.split("+"):  # `org/model+org/lora`
            yield from _from_id(part, "merge", "mergekit_config")


def _named_models(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("model", "base_model", "source_model") and isinstance(value, str):
                yield value
            else:
                yield from _named_models(value)
    elif isinstance(node, list):
        for item in node:
            yield from _named_models(item)


_EVIDENCE = (
    "model_type",
    "architectures",
    "_name_or_path",
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "intermediate_size",
    "num_attention_heads",
    "num_key_value_heads",
    "max_position_embeddings",
    "rope_theta",
    "torch_dtype",
    "transformers_version",
)


def evidence(
    config: Mapping[str, object], gguf: Mapping[str, object], parameters: int
) -> dict[str, str]:
    """What the configuration says of the architecture, as text."""
    inner = config.get("text_config")
    layers = [config, inner if isinstance(inner, Mapping) else {}]
    found = {k: t for k in _EVIDENCE for c in reversed(layers) if (t := _plain(c.get(k)))}
    quantized = config.get("quantization_config")
    if isinstance(quantized, Mapping) and (method := _plain(quantized.get("quant_method"))):
        found["quant_method"] = method
    if architecture := _plain(gguf.get("architecture")):
        found["gguf.architecture"] = architecture
    if parameters or (parameters := _count(gguf.get("total"))):
        found["parameters"] = str(parameters)
    return found


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ",".join(p for v in value[:10] if (p := _plain(v)))
    if isinstance(value, str | int | float):
        return str(value)[:300]
    return ""


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
