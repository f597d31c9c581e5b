"""A small writer of GGUF headers (ggml's docs/gguf.md), for tests: sound ones and hostile ones."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

Item = str | int | float | bool | Sequence[str] | Sequence[int]
_U8, _I32, _U32, _F32, _BOOL, _STRING, _ARRAY, _U64 = 0, 5, 4, 6, 7, 8, 9, 10


def string(text: str) -> bytes:
    """Length and bytes."""
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(item: Item) -> bytes:
    """Type and value."""
    if isinstance(item, bool):
        return struct.pack("<IB", _BOOL, item)
    if isinstance(item, str):
        return struct.pack("<I", _STRING) + string(item)
    if isinstance(item, int):
        return (
            struct.pack("<II", _U32, item) if 0 <= item < 2**32 else struct.pack("<IQ", _U64, item)
        )
    if isinstance(item, float):
        return struct.pack("<If", _F32, item)
    kind = _STRING if not item or isinstance(item[0], str) else _I32
    start = struct.pack("<IIQ", _ARRAY, kind, len(item))
    return start + b"".join(string(i) if isinstance(i, str) else struct.pack("<i", i) for i in item)


def pair(key: str, item: Item) -> bytes:
    """A key with its value."""
    return string(key) + value(item)


def header(values: Mapping[str, Item], *, version: int = 3, tensors: int = 0) -> bytes:
    """A whole sound header."""
    return raw([pair(k, v) for k, v in values.items()], version=version, tensors=tensors)


def raw(
    pairs: Sequence[bytes],
    *,
    magic: bytes = b"GGUF",
    version: int = 3,
    tensors: int = 0,
    count: int | None = None,
) -> bytes:
    """A header from ready pairs, with whatever it shall claim."""
    start = magic + struct.pack("<IQQ", version, tensors, len(pairs) if count is None else count)
    return start + b"".join(pairs)


LLAMA: dict[str, Item] = {
    "general.architecture": "llama",
    "general.type": "model",
    "general.name": "Llama 3.1 8B Instruct",
    "general.basename": "Llama-3.1",
    "general.finetune": "Instruct",
    "general.size_label": "8B",
    "general.license": "llama3.1",
    "general.base_model.count": 1,
    "general.base_model.0.name": "Llama 3.1 8B",
    "general.base_model.0.organization": "Meta Llama",
    "general.base_model.0.repo_url": "https://huggingface.co/meta-llama/Llama-3.1-8B",
    "general.tags": ["facebook", "meta", "text-generation"],
    "general.file_type": 15,
    "general.quantization_version": 2,
    "llama.context_length": 131072,
    "llama.embedding_length": 4096,
    "llama.rope.freq_base": 500000.0,
    "tokenizer.ggml.tokens": [f"token{n}" for n in range(1000)],
    "tokenizer.ggml.token_type": list(range(1000)),
    "tokenizer.ggml.add_bos_token": True,
}
"""What llama.cpp's converter writes for a Llama 3.1, shortened."""
