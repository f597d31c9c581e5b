"""Which quantization an artefact is, and what is published on the quality that it costs.

Order of trust: the GGUF header's file type, then `quantization_config`, then names, then tags: names are what
an uploader chose. Published scores belong to the full-precision model unless their source says otherwise.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec
from msgspec import Struct

from weightlaw.domain.models import ModelFacts
from weightlaw.errors import WeightlawError

FULL_PRECISION = frozenset({"F32", "F16", "BF16"})

LLAMA_FTYPE = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 4: "Q4_1", 5: "Q4_2", 6: "Q4_3", 7: "Q8_0", 8: "Q5_0",
    9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M",
    16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M",
    30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 33: "Q4_0_4_4", 34: "Q4_0_4_8", 35: "Q4_0_8_8",
    36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4", 40: "Q1_0", 41: "Q2_0",
}  # fmt: skip
"""llama.cpp's `enum llama_ftype` (include/llama.h): the type of most tensors, so Q4_K_M is a mixture."""

_GUESSED = 1024
"""Set in a file type that the loader guessed because the file states none."""

_START, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_GGUF_NAME = re.compile(
    rf"{_START}(?:UD[-_])?((?:I?Q[1-8]_(?:K(?:_(?:XXS|XS|XL|S|M|L|P))?|[01](?:_[48]_[48])?|XXS|XS|NL|XL|S|M|L))"
    rf"|TQ[12]_0|Q[2-8]|MXFP4(?:_MOE)?|NVFP4){_END}",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(rf"{_START}(BF|FP?)(16|32){_END}", re.IGNORECASE)
_METHODS = (
    ("mlx", "MLX"), ("awq", "AWQ"), ("gptq", "GPTQ"), ("autoround", "AUTOROUND"), ("hqq", "HQQ"),
    ("aqlm", "AQLM"), ("eetq", "EETQ"), ("quip", "QUIP"), ("exl2", "EXL2"), ("exl3", "EXL3"),
    ("bnb", "BNB"), ("bitsandbytes", "BNB"), ("nf4", "BNB"), ("quanto", "QUANTO"), ("torchao", "TORCHAO"),
)  # fmt: skip
_BITS = re.compile(
    rf"(?:{_START}|(?<=mlx)|(?<=gptq))(?:int|w|q)?([2-8])[-_ ]?bits?{_END}|int([2-8]){_END}", re.I
)
_BPW = re.compile(rf"{_START}([1-8](?:[._][0-9]{{1,2}})?)[-_ ]?bpw{_END}", re.I)
_WA = re.compile(rf"{_START}w(4|8|16)a(4|8|16)(?:-(?:fp|int))?{_END}", re.I)
_FP8 = re.compile(
    rf"{_START}(?:fp8|float8|f8)(?:[-_](?:dynamic|static|block|e4m3(?:fn)?|e5m2))?{_END}", re.I
)


class Quantization(Struct, frozen=True, kw_only=True):
    """How the weights of an artefact are stored."""

    name: str
    """`Q4_K_M`, `AWQ-4bit`, `GPTQ-Int4`, `FP8`, `W4A16`, `BNB-4bit`, `MLX-4bit`, `NVFP4`, ..."""
    bits: float | None = None
    """Nominal bits a weight (GGUF mixtures use more); None: not stated."""
    method: str = ""
    """`gguf`, `awq`, `gptq`, `fp8`, `bitsandbytes`, `mlx`, ..., `none` for full precision."""
    source: str = ""
    """What says so: `GGUF header`, `config.json`, `name`, `tag`, `Ollama`, ..."""

    @property
    def full_precision(self) -> bool:
        """Whether published scores can belong to these very weights."""
        return self.name in FULL_PRECISION


def from_file_type(number: int) -> Quantization | None:
    """By `general.file_type` of a GGUF header; None for a number that is not (yet) in the enum."""
    name = LLAMA_FTYPE.get(number & ~_GUESSED)
    return _gguf(name, "GGUF header") if name else None


def from_name(text: str, source: str = "name") -> Quantization | None:
    """By a file name, a repository id or an Ollama tag: the last GGUF type in it, else another method."""
    plain = text[:500]
    if types := _GGUF_NAME.findall(plain):
        return _gguf(types[-1].upper(), source)
    if found := (_by_method(plain, source) or _by_format(plain, source)):
        return found
    if full := _FULL_NAME.search(plain):
        return _gguf(f"{full[1].upper().replace('FP', 'F')}{full[2]}", source)
    if re.search(rf"{_START}gguf{_END}", plain, re.I) and not plain.lower().endswith(".gguf"):
        return Quantization(name="GGUF", method="gguf", source=source)
    return None


def from_tags(tags: Iterable[str]) -> Quantization | None:
    """By a repository's tags. `base_model:quantized:...` alone says that it is quantized, not how."""
    plain = [t for t in tags if not t.startswith(("base_model:", "license:", "dataset:", "arxiv:"))]
    found = from_name(" ".join(plain), "tag")
    if found is None and any(t.startswith("base_model:quantized:") for t in tags):
        return Quantization(name="quantized", source="tag")
    return found


def from_config(config: Mapping[str, Any]) -> Quantization | None:
    """By `quantization_config` of a config.json (or MLX's `quantization`)."""
    method = str(config.get("quant_method", "")).lower().replace("_", "-")
    reader = _CONFIG_READERS.get(method)
    found: Quantization | None = reader(config) if reader else _plain_config(config, method)
    return msgspec.structs.replace(found, source="config.json") if found else None


def quantization_of(facts: ModelFacts, name: str = "") -> Quantization | None:
    """What facts say of quantization, the most trusted first; `name` is what was asked for (file, tag).

    None: nothing says that the weights are quantized, which is no proof that they are not.
    """
    stated = facts.config.get("quantization", "")
    if stated:
        source = facts.config.get("quantization_source", facts.source)
        known = from_name(stated, source)
        return known or Quantization(name=stated, source=source)
    method = facts.config.get("quant_method", "")
    if method and (
        found := from_config({"quant_method": method, "bits": facts.config.get("bits")})
    ):
        return found
    return from_name(name) or from_name(facts.id) or from_tags(facts.tags)


def _gguf(name: str, source: str) -> Quantization:
    digits = re.search(r"[1-9][0-9]?", name)
    method = "none" if name in FULL_PRECISION else "gguf"
    name = "MXFP4" if name == "MXFP4_MOE" else name
    if name in ("MXFP4", "NVFP4"):
        method, bits = name.lower(), 4.0
    else:
        bits = float(digits[0]) if digits else None  # type: ignore[assignment]
    return Quantization(name=name, bits=bits, method=method, source=source)


def _by_method(text: str, source: str) -> Quantization | None:
    lower = text.lower()
    for word, label in _METHODS:
        if re.search(rf"{_START}{word}(?![a-z])", lower):
            bits = 4.0 if word == "nf4" else _bits_in(lower)
            return _labelled(label, bits, source)
    return None


def _bits_in(lower: str) -> float | None:
    if bpw := _BPW.search(lower):
        return float(bpw[1].replace("_", "."))
    found = _BITS.search(lower)
    return float(found[1] or found[2]) if found else None


def _labelled(label: str, bits: float | None, source: str) -> Quantization:
    """A method with its bits in the spelling that its users know."""
    method = {"BNB": "bitsandbytes"}.get(label, label.lower())
    width = "" if bits is None else f"{bits:g}"
    if not width:
        name = label
    elif label == "GPTQ":
        name = f"GPTQ-Int{width}"
    elif label.startswith("EXL"):
        name = f"{label}-{width}bpw"
    else:
        name = f"{label}-{width}bit"
    return Quantization(name=name, bits=bits, method=method, source=source)


def _by_format(text: str, source: str) -> Quantization | None:
    if wide := _WA.search(text):
        if "fp8" in text.lower() and wide[1] == "8":
            return Quantization(name="FP8", bits=8, method="fp8", source=source)
        return Quantization(
            name=f"W{wide[1]}A{wide[2]}",
            bits=float(wide[1]),
            method="compressed-tensors",
            source=source,
        )
    if _FP8.search(text):
        return Quantization(name="FP8", bits=8, method="fp8", source=source)
    bits = _bits_in(text.lower())
    return Quantization(name=f"INT{bits:g}", bits=bits, source=source) if bits else None


def _number(value: Any) -> float | None:
    try:
        return float(value) if 0 < float(value) <= 64 else None
    except (TypeError, ValueError):
        return None


def _plain_config(config: Mapping[str, Any], method: str) -> Quantization | None:
    """Methods that state `bits`, and MLX, which states no method."""
    bits = _number(config.get("bits") or config.get("w_bit"))
    if method:
        if known := from_name(method):
            return known if known.bits else _labelled(known.name, bits, "")
        return _labelled(method[:40].upper(), bits, "")
    return _labelled("MLX", bits, "") if bits and "group_size" in config else None


def _bitsandbytes(config: Mapping[str, Any]) -> Quantization:
    four = config.get("load_in_4bit") or config.get("_load_in_4bit")
    eight = config.get("load_in_8bit") or config.get("_load_in_8bit")
    return _labelled("BNB", 4.0 if four else 8.0 if eight else None, "")


def _compressed(config: Mapping[str, Any]) -> Quantization:
    """compressed-tensors: the first group's weights and activations."""
    layout = str(config.get("format", ""))
    if "nvfp4" in layout:
        return _gguf("NVFP4", "")
    groups = config.get("config_groups")
    group = next(iter(groups.values()), None) if isinstance(groups, dict) else None
    weights = group.get("weights") if isinstance(group, dict) else None
    if not isinstance(group, dict) or not isinstance(weights, dict):
        return Quantization(name="compressed-tensors", method="compressed-tensors")
    bits = _number(weights.get("num_bits"))
    if weights.get("type") == "float" and bits == 8:
        return Quantization(name="FP8", bits=8, method="fp8")
    inputs = group.get("input_activations")
    activations = _number(inputs.get("num_bits")) if isinstance(inputs, dict) else None
    name = f"W{bits:g}A{activations or 16:g}" if bits else "compressed-tensors"
    return Quantization(name=name, bits=bits, method="compressed-tensors")


def _modelopt(config: Mapping[str, Any]) -> Quantization:
    algorithm = str(config.get("quant_algo", ""))[:40]
    known = from_name(algorithm) if algorithm else None
    return known or Quantization(name=algorithm or "MODELOPT", method="modelopt")


def _hqq(config: Mapping[str, Any]) -> Quantization:
    inner = config.get("quant_config")
    weights = inner.get("weight_quant_params") if isinstance(inner, dict) else None
    return _labelled(
        "HQQ", _number(weights.get("nbits")) if isinstance(weights, dict) else None, ""
    )


def _worded(label: str, key: str) -> Any:
    """Methods that write the width as a word: `int4`, `int4_weight_only`."""

    def read(config: Mapping[str, Any]) -> Quantization:
        digits = re.search(r"[2-8]", str(config.get(key, ""))[:80])
        return _labelled(label, float(digits[0]) if digits else None, "")

    return read


_CONFIG_READERS: dict[str, Any] = {
    "bitsandbytes": _bitsandbytes,
    "compressed-tensors": _compressed,
    "modelopt": _modelopt,
    "hqq": _hqq,
    "quanto": _worded("QUANTO", "weights"),
    "torchao": _worded("TORCHAO", "quant_type"),
    "fbgemm-fp8": lambda _: Quantization(name="FP8", bits=8, method="fp8"),
    "mxfp4": lambda _: _gguf("MXFP4", ""),
    "eetq": lambda _: _labelled("EETQ", 8, ""),
    "aqlm": lambda c: _labelled("AQLM", _number(c.get("nbits_per_codebook")), ""),
}

ModelMatch = Literal["same model", "same family", "other model"]
SchemeMatch = Literal["same scheme", "similar scheme", "several schemes"]


class PublishedLoss(Struct, frozen=True, kw_only=True):
    """One published figure on what a quantization costs, and how near it is to the case at hand."""

    model: str
    parameters: str
    quantization: str
    scheme: str
    """The scheme in the source's words."""
    benchmark: str
    metric: str
    full_precision: str
    quantized: str
    loss: str
    """In `unit`; above 0 is worse than full precision. Text: some sources give a range or words."""
    unit: str
    note: str
    source: str
    url: str
    published: str
    read: str
    data_license: str
    confidence: str
    model_match: ModelMatch = "other model"
    scheme_match: SchemeMatch = "same scheme"


def published_loss(
    model_hint: str, quantization: Quantization | None, limit: int = 6
) -> tuple[PublishedLoss, ...]:
    """The nearest published figures, labelled with how near; empty if there are none.

    `model_hint` is a Hub id, an Ollama name or a plain name. Only the nearest kind of match is returned:
    figures of other models are not mixed with the model's own. Raises WeightlawError if the list is damaged.
    """
    if quantization is None or quantization.full_precision:
        return ()
    rows = _of_scheme(quantization)
    matched = [msgspec.structs.replace(r, model_match=_match(model_hint, r.model)) for r in rows]
    for level in ("same model", "same family", "other model"):
        found = [r for r in matched if r.model_match == level]
        if found:
            return tuple(sorted(found, key=lambda r: _order(model_hint, r))[:limit])
    return ()


def _of_scheme(wanted: Quantization) -> list[PublishedLoss]:
    """Rows of the scheme, else of the same method, or the same bits in a like container, else those that speak of several schemes."""
    rows = published_losses()
    if same := [r for r in rows if r.quantization == wanted.name]:
        return same
    near = [r for r in rows if _near(from_name(r.quantization), wanted)]
    if near:
        return [msgspec.structs.replace(r, scheme_match="similar scheme") for r in near]
    several = [r for r in rows if r.quantization == "any"]
    return [msgspec.structs.replace(r, scheme_match="several schemes") for r in several]


def _near(row: Quantization | None, wanted: Quantization) -> bool:
    if row is None or row.full_precision:
        return False
    if wanted.bits is None:
        return bool(wanted.method) and wanted.method == row.method and wanted.method != "gguf"
    gguf = (row.method == "gguf", wanted.method == "gguf")
    return row.bits == wanted.bits and gguf[0] == gguf[1]


def _order(hint: str, row: PublishedLoss) -> tuple[float, int, str]:
    """Models of like size first, then task scores before perplexity, then whole rows before parts."""
    measures = ("accuracy", "score", "perplexity", "same most likely", "KL")
    rank = next((i for i, m in enumerate(measures) if m in row.metric), len(measures))
    wanted, has = _billions(hint), _billions(row.parameters)
    distance = abs(wanted - has) if wanted and has else 1000.0
    return distance, rank, row.note


def _billions(text: str) -> float | None:
    found = re.search(r"(?<![A-Za-z0-9.])([0-9]+(?:\.[0-9]+)?)[Bb](?![A-Za-z])", text)
    return float(found[1]) if found else None


def _match(hint: str, row_model: str) -> ModelMatch:
    wanted, row = _identity(hint), _identity(row_model)
    if wanted == row:
        return "same model"
    family = re.match(r"[a-z]+", row[0])
    return "same family" if family and wanted[0].startswith(family[0]) else "other model"


def _identity(name: str) -> tuple[str, bool]:
    """Name without publisher, container and quantization, and whether it is the instruct variant."""
    ollama = ":" in name
    plain = re.sub(r"\.gguf\Z", "", name.rsplit("/", 1)[-1].lower().replace(":", "-"))
    plain = _GGUF_NAME.sub("", plain)
    words = [w for w in re.split(r"[-_ ]+", plain) if w]
    # Ollama's plain tags are the instruct variants; the others are called `text` or `base`.
    instruct = bool(_INSTRUCT & set(words)) or (ollama and not {"text", "base"} & set(words))
    return "".join(w for w in words if w not in _PACKAGING | _INSTRUCT), instruct


_INSTRUCT = frozenset({"instruct", "it", "chat"})
_PACKAGING = frozenset(
    {
        "meta",
        "hf",
        "gguf",
        "awq",
        "gptq",
        "fp8",
        "mlx",
        "bnb",
        "int4",
        "int8",
        "4bit",
        "8bit",
        "bit",
    }
    | {"w4a16", "w8a8", "ud", "text", "base", "latest", "imatrix"}
)


@lru_cache(maxsize=1)
def published_losses() -> tuple[PublishedLoss, ...]:
    """All of catalog/quantization.tsv, in its order. Raises WeightlawError if it is missing or damaged."""
    import csv

    path = _table()
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = (x for x in file if not x.startswith("#"))
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        return tuple(msgspec.convert(rows, list[PublishedLoss]))
    except (OSError, ValueError, csv.Error) as error:
        raise WeightlawError(f"{path} cannot be read ({error}): reinstall weightlaw") from None


def _table() -> str:
    """The list in the installed package, else in the checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    shipped = os.path.join(package, "_data", "quantization.tsv")
    checkout = os.path.join(
        os.path.dirname(os.path.dirname(package)), "catalog", "quantization.tsv"
    )
    return checkout if os.path.isfile(checkout) else shipped
