"""Weights that lie in the tree: `.gguf`, `.safetensors` and their folders, found by name alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_WEIGHTS = re.compile(
    r"\.(?:gguf|ggml|safetensors|llamafile)\Z|(?:\A|/)(?:pytorch_model(?:-\d+-of-\d+)?\.bin|tf_model\.h5|flax_model\.msgpack)\Z",
    re.I,
)
_SHARD = re.compile(r"-\d{5}-of-\d{5}(?=\.)")
_GENERIC = re.compile(
    r"(?:model|pytorch_model|tf_model|flax_model|diffusion_pytorch_model|adapter_model|consolidated|weights|open_clip_[\w]+)(?:[.-].*)?\Z",
    re.I,
)
_QUANTIZATION = re.compile(
    r"[-_.](?:i1-)?(?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|[BF]P?16|F32|fp8|MXFP4\w*|TQ\d_\d|imat)\Z", re.I
)
MAX_PER_FOLDER = 50


def is_weights(path: str) -> bool:
    """Whether the file's name is that of weights."""
    return _WEIGHTS.search(path) is not None


def find(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(file, name) of all weights: one a folder where the file's own name says nothing, one a set of shards."""
    told: set[tuple[str, str]] = set()
    for path in paths:
        if is_weights(path):
            name = name_of(path)
            folder = path.rpartition("/")[0]
            if (folder, name) not in told:
                told.add((folder, name))
                yield path, name


def name_of(path: str) -> str:
    """What the weights are called: the file's stem, or its folder's name; without shard and quantization."""
    folder, _, file = path.rpartition("/")
    stem = _SHARD.sub("", file).rpartition(".")[0]
    if _GENERIC.match(stem):
        stem = folder.rpartition("/")[2] or stem
    return _QUANTIZATION.sub("", stem)
