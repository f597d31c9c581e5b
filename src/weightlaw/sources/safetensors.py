"""The header of a safetensors file: its `__metadata__` and the types of its tensors, never the tensors.

Layout: eight bytes of length, little-endian, then that much JSON. Image models and LoRAs carry the ModelSpec's
`modelspec.*` keys (Stability-AI/ModelSpec) and kohya's `ss_*` keys; language models mostly only `format`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import struct
from collections import Counter
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from weightlaw.domain.models import Base, Declared, ModelFacts, Relation, TextFile
from weightlaw.errors import SourceError
from weightlaw.plaintext import one_line
from weightlaw.references.parsing import printable
from weightlaw.references.quantization import from_name
from weightlaw.sources.gguf_facts import hub_id

MAX_HEADER = 25 * 1024 * 1024
"""Bytes of JSON that are read here. The format allows 100 MB; headers of known models stay below 5 MB."""
MAX_FORMAT = 100_000_000
MAX_BASES = 50
_LONG_LICENSE = 200

_EVIDENCE = {
    "format": "format",
    "modelspec.title": "name",
    "modelspec.author": "author",
    "modelspec.architecture": "architecture",
    "modelspec.implementation": "implementation",
    "modelspec.date": "date",
    "ss_base_model_version": "ss_base_model_version",
    "ss_sd_model_name": "ss_sd_model_name",
    "ss_pretrained_model_name_or_path": "ss_pretrained_model_name_or_path",
    "ss_network_module": "ss_network_module",
    "ss_output_name": "ss_output_name",
    "ss_sd_model_hash": "ss_sd_model_hash",
}
_BASE_KEYS = (
    "ss_pretrained_model_name_or_path",
    "ss_sd_model_name",
    "base_model",
    "modelspec.base_model",
)
_TELLING = re.compile(
    r"lora_(?:up|down|[ABab])\b|bitsandbytes__(?:nf4|fp4)|\.qweight|\.qzeros", re.ASCII
)
_MARKERS = {
    "bitsandbytes__nf4": "nf4",
    "bitsandbytes__fp4": "fp4",
    ".qweight": "qweight",
    ".qzeros": "qzeros",
}
_WIDTHS = {"F8_E4M3": "FP8", "F8_E5M2": "FP8", "F8_E4M3FNUZ": "FP8", "F4": "FP4", "I8": "INT8"}


class SafetensorsHeader(Struct, frozen=True, kw_only=True):
    """What the header says."""

    metadata: dict[str, str]
    dtypes: dict[str, int]
    """Weights by type, as the shapes give them."""
    markers: tuple[str, ...]
    """Kinds of tensors that betray a method: `lora`, `nf4`, `fp4`, `qweight`, `qzeros`."""
    size: int
    sha256: str
    """Of length and JSON."""


def read_safetensors(path: str | os.PathLike[str], label: str = "") -> ModelFacts:
    """Facts from one `.safetensors` file. Raises SourceError if it cannot be read or is not sound."""
    shown = label or os.fspath(path)
    header = read_header_of(path, shown)
    return describe(header, id=f"file:{one_line(shown)}", name=Path(shown).name)


def read_header_of(path: str | os.PathLike[str], label: str = "") -> SafetensorsHeader:
    """The header of the file at `path`. Raises SourceError."""
    shown = printable(label or os.fspath(path), 200)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise SourceError(f"{shown} is no regular file")
        with open(path, "rb") as file:
            return read_header(file, shown, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise SourceError(f"{shown} cannot be read: {error.strerror or error}") from None


def read_header(file: BinaryIO, name: str, size: int) -> SafetensorsHeader:
    """The header of an open file of `size` bytes, `name` for messages. Raises SourceError."""
    start = file.read(8)
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
    if not 2 <= length <= size - 8 or length > MAX_FORMAT:
        raise _unsound(
            name, f"its first eight bytes claim a header of {length:,} bytes in a file of {size:,}"
        )
    if length > MAX_HEADER:
        raise _unsound(name, f"its header has {length:,} bytes; {MAX_HEADER:,} are read at most")
    data = file.read(length)
    if len(data) < length or data[:1] != b"{":
        raise _unsound(name, "its header is no JSON object")
    digest = hashlib.sha256(start)
    digest.update(data)
    return _header(_parse(data, name), name, 8 + length, digest.hexdigest())


def _unsound(name: str, problem: str) -> SourceError:
    return SourceError(f"{name} is no sound safetensors file: {problem}")


def _parse(data: bytes, name: str) -> dict[str, Any]:
    """The JSON object. Duplicate keys are refused: readers differ on which one counts."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(k for k, n in Counter(k for k, _ in pairs).items() if n > 1)
            raise _unsound(name, f"the key {printable(twice)} comes twice")
        return found

    try:
        found = json.loads(data, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise _unsound(name, f"its header is no JSON ({one_line(why, 100)})") from None
    if not isinstance(found, dict):
        raise _unsound(name, "its header is no JSON object")
    return found


def _header(parsed: dict[str, Any], name: str, size: int, sha256: str) -> SafetensorsHeader:
    metadata = parsed.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise _unsound(name, "its __metadata__ is no object")
    dtypes: Counter[str] = Counter()
    for tensor in parsed.values():
        if not isinstance(tensor, dict) or not isinstance(tensor.get("dtype"), str):
            raise _unsound(name, "a tensor without a dtype")
        dtypes[tensor["dtype"][:20]] += _weights(tensor.get("shape"))
    # JSON can hold half a surrogate pair, which no report could be written with.
    texts = {k: _whole(v) for k, v in metadata.items() if isinstance(v, str)}
    return SafetensorsHeader(
        metadata=texts, dtypes=dict(dtypes), markers=_markers(parsed), size=size, sha256=sha256
    )


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _weights(shape: Any) -> int:
    """The number of items in a tensor; 0 for a shape that is none. Capped, for hostile shapes."""
    count = 1
    for side in shape[:8] if isinstance(shape, list) else (0,):
        if not isinstance(side, int) or side < 0:
            return 0
        count = min(count * side, 2**62)
    return count


def _markers(tensors: dict[str, Any]) -> tuple[str, ...]:
    """Found in one pass over the names, of which a hostile header has very many."""
    found = {match for name in tensors for match in _TELLING.findall(name)}
    return tuple(sorted({_MARKERS.get(part.lower(), "lora") for part in found}))


def describe(header: SafetensorsHeader, *, id: str, name: str) -> ModelFacts:
    """Facts from a header. `name` is the file's name."""
    stated = header.metadata.get("modelspec.license", "").strip()
    whole_text = len(stated) > _LONG_LICENSE or "\n" in stated
    digest = hashlib.sha256(stated.encode()).hexdigest()
    text = TextFile(path=f"{name} modelspec.license", text=stated, sha256=digest, origin="header")
    return ModelFacts(
        id=id,
        source="file",
        declared=Declared(tags=(one_line(stated),) if stated and not whole_text else ()),
        texts=(text,) if whole_text else (),
        bases=_bases(header),
        tags=tuple(t for t in one_line(header.metadata.get("modelspec.tags", "")).split(",") if t),
        config=_config(header, name, whole_text),
    )


def _config(header: SafetensorsHeader, name: str, whole_text: bool) -> dict[str, str]:
    config = {short: one_line(header.metadata.get(key, "")) for key, short in _EVIDENCE.items()}
    most = sorted(header.dtypes.items(), key=lambda kind: (-kind[1], kind[0]))[:20]
    config["dtypes"] = ", ".join(f"{kind} {count}" for kind, count in most)
    if not whole_text:
        config["declared:header"] = one_line(header.metadata.get("modelspec.license", ""))
    config["header_sha256"] = header.sha256
    config.update(_quantization(header, name))
    return {key: value for key, value in config.items() if value}


def _quantization(header: SafetensorsHeader, name: str) -> dict[str, str]:
    """What types and names of the tensors show; the file's name where they show nothing."""
    shown = _shown_quantization(header)
    if shown:
        return {"quantization": shown, "quantization_source": "safetensors header"}
    named = from_name(name)
    return {"quantization": named.name, "quantization_source": "name"} if named else {}


def _shown_quantization(header: SafetensorsHeader) -> str:
    if "nf4" in header.markers or "fp4" in header.markers:
        return "BNB-4bit"
    total = sum(header.dtypes.values())
    for dtype, label in _WIDTHS.items():
        if total and header.dtypes.get(dtype, 0) * 2 > total:
            return label
    if "qweight" in header.markers:
        return "GPTQ or AWQ"  # both pack so; only config.json tells which
    largest = max(header.dtypes, key=lambda d: header.dtypes[d], default="")
    return largest if largest in ("F32", "F16", "BF16") else ""


def _bases(header: SafetensorsHeader) -> tuple[Base, ...]:
    """What a LoRA or merge says that it was made from: often only the trainer's file name."""
    found: dict[str, Base] = {}
    relation: Relation = "adapter" if _is_adapter(header) else "finetune"
    for key in _BASE_KEYS:
        if stated := one_line(header.metadata.get(key, ""), 200):
            found.setdefault(stated.lower(), _base(stated, relation, key))
            break
    merged = one_line(header.metadata.get("modelspec.merged_from", ""))
    for part in [p.strip() for p in merged.split(",") if p.strip()][:MAX_BASES]:
        found.setdefault(part.lower(), _base(part, "merge", "modelspec.merged_from"))
    return tuple(found.values())


def _base(stated: str, relation: Relation, key: str) -> Base:
    """A base by its Hub id where it has one; else as stated, so that somebody asks which model it is."""
    return Base(id=hub_id(stated) or stated, relation=relation, source=f"safetensors {key}")


def _is_adapter(header: SafetensorsHeader) -> bool:
    architecture = header.metadata.get("modelspec.architecture", "").lower()
    return bool(
        "lora" in header.markers
        or header.metadata.get("ss_network_module")
        or architecture.endswith(("/lora", "/lycoris", "/textual-inversion", "/control-net"))
    )
