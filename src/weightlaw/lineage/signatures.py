"""What the weights of some families look like: sizes and vocabularies that give a base away that nobody names.

Each line with its source. `radar` is ../shared/hub/radar_models.jsonl.gz (686f6c61/radar-huggingface-dataset@95e4d933,
2026-08-22), `api` the Hub's answers in ../shared/hub/api (October 2026); "index id N" is a file of the public GitHub
index, as in catalog/. Only bases whose licences ask for something: a permissive base that is not named harms nobody
much. Llama 1 and 2 are left out: OpenLLaMA has the same shapes under Apache-2.0.
"""

from __future__ import annotations

from msgspec import Struct

from weightlaw.domain.findings import Confidence


class Signature(Struct, frozen=True, kw_only=True):
    """A shape, and the base that has it. What is 0 or empty is not looked at."""

    base: str
    """The catalogue's model whose licence the suspicion is of."""
    what: str
    """In words: `Llama 3 or 3.1, 8B`."""
    types: tuple[str, ...] = ()
    """Values of `model_type`, or GGUF's `general.architecture`."""
    vocabulary: int = 0
    width: int = 0
    layers: int = 0
    parameters: int = 0
    sure: Confidence = "medium"
    """Of the shape alone: others train models of their own in it. With a name that agrees it is high."""
    source: str = ""


LLAMA = ("llama",)
CONFIGS = "index id 30247352769 (copies of the config.json of Llama 3.1, 3.2 and Qwen2.5)"
OUMI = "github vulkomilev/oumi configs/recipes/llama3_1/README.md"
API = "Hub API, October 2026"
RADAR = "radar@95e4d933, 2026-08-22"

SIGNATURES: tuple[Signature, ...] = (
    Signature(
        base="meta-llama/Llama-3.1-8B-Instruct",
        what="Llama 3 or 3.1, 8B",
        types=LLAMA,
        vocabulary=128256,
        width=4096,
        layers=32,
        source=CONFIGS,
    ),
    Signature(
        base="meta-llama/Llama-3.1-8B-Instruct",
        what="Llama 3 or 3.1, 8B",
        types=LLAMA,
        parameters=8_030_261_248,
        source=f"{API}: meta-llama/Llama-3.1-8B-Instruct, meta-llama/Meta-Llama-3-8B",
    ),
    Signature(
        base="meta-llama/Llama-3.1-70B-Instruct",
        what="Llama 3, 3.1 or 3.3, 70B",
        types=LLAMA,
        vocabulary=128256,
        width=8192,
        layers=80,
        source=OUMI,
    ),
    Signature(
        base="meta-llama/Llama-3.2-1B-Instruct",
        what="Llama 3.2, 1B",
        types=LLAMA,
        vocabulary=128256,
        width=2048,
        layers=16,
        source="github kevinstephano/thunder_model_blocks hf_llama/llama_config.py",
    ),
    Signature(
        base="meta-llama/Llama-3.2-1B-Instruct",
        what="Llama 3.2, 1B",
        types=LLAMA,
        parameters=1_235_814_400,
        source=f"{API}: meta-llama/Llama-3.2-1B",
    ),
    Signature(
        base="meta-llama/Llama-3.2-3B-Instruct",
        what="Llama 3.2, 3B",
        types=LLAMA,
        vocabulary=128256,
        width=3072,
        layers=28,
        source=CONFIGS,
    ),
    Signature(
        base="meta-llama/Llama-3.2-3B-Instruct",
        what="Llama 3.2, 3B",
        types=LLAMA,
        parameters=3_212_749_824,
        source=f"{RADAR}: meta-llama/Llama-3.2-3B-Instruct",
    ),
    Signature(
        base="meta-llama/Llama-4-Scout-17B-16E-Instruct",
        what="Llama 4",
        types=("llama4", "llama4_text"),
        vocabulary=202048,
        width=5120,
        layers=48,
        source="index id 5659612380 (shape of Llama 4 Scout)",
    ),
    Signature(
        base="google/gemma-3-1b-it",
        what="Gemma 3",
        types=("gemma3", "gemma3_text"),
        source=f"{API}: google/gemma-3-1b-it, google/gemma-3-270m-it",
    ),
    Signature(
        base="google/gemma-3-1b-it",
        what="Gemma 3, 1B",
        types=("gemma3", "gemma3_text"),
        parameters=999_885_952,
        source=f"{API}: google/gemma-3-1b-it",
    ),
    Signature(
        base="google/gemma-2-9b-it",
        what="Gemma 2",
        types=("gemma2",),
        source="index id 2561667187 (transformers, Gemma2ForCausalLM)",
    ),
    Signature(
        base="Qwen/Qwen2.5-3B-Instruct",
        what="Qwen2.5, 3B",
        types=("qwen2",),
        vocabulary=151936,
        width=2048,
        layers=36,
        source=CONFIGS,
    ),
    Signature(
        base="Qwen/Qwen2.5-72B-Instruct",
        what="Qwen2 or Qwen2.5, 72B",
        types=("qwen2",),
        vocabulary=152064,
        width=8192,
        layers=80,
        source="index id 53459510919 (shapes of models, qwen-72b)",
    ),
    Signature(
        base="LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct",
        what="EXAONE 3",
        types=("exaone",),
        vocabulary=102400,
        source="docs.vllm.ai/en/v0.9.2 vllm.transformers_utils.configs.exaone",
    ),
    Signature(
        base="LGAI-EXAONE/EXAONE-4.0-1.2B",
        what="EXAONE 4",
        types=("exaone4",),
        vocabulary=102400,
        source="docs.vllm.ai/en/v0.10.0 vllm.transformers_utils.configs.exaone4",
    ),
    Signature(
        base="LiquidAI/LFM2.5-2.6B",
        what="LFM2.5, 2.6B",
        types=("lfm2",),
        parameters=2_697_198_592,
        source=f"{RADAR}: LiquidAI/LFM2.5-2.6B",
    ),
    Signature(
        base="LiquidAI/LFM2.5-1.2B-Instruct",
        what="LFM2.5, 1.2B",
        types=("lfm2",),
        parameters=1_170_340_608,
        source=f"{RADAR}: LiquidAI/LFM2.5-1.2B-Instruct-GGUF",
    ),
    Signature(
        base="krea/Krea-2-Raw",
        what="Krea 2",
        parameters=12_820_073_036,
        source=f"{RADAR}: krea/Krea-2-Raw, krea/Krea-2-Turbo",
    ),
    Signature(
        base="black-forest-labs/FLUX.1-dev",
        what="FLUX.1 dev",
        parameters=11_901_408_320,
        source=f"{RADAR}: black-forest-labs/FLUX.1-dev",
    ),
    Signature(
        base="black-forest-labs/FLUX.2-dev",
        what="FLUX.2 dev",
        parameters=32_223_281_152,
        source=f"{RADAR}: black-forest-labs/FLUX.2-dev",
    ),
    Signature(
        base="black-forest-labs/FLUX.2-klein-9B",
        what="FLUX.2 klein, 9B",
        parameters=9_078_581_248,
        source=f"{RADAR}: black-forest-labs/FLUX.2-klein-9B",
    ),
    Signature(
        base="meta-llama/Llama-3.1-8B-Instruct",
        what="Llama 3 (vocabulary and architecture; the size was not stated)",
        types=LLAMA,
        vocabulary=128256,
        source=CONFIGS,
    ),
)
"""The more exact ones of a family stand before the looser."""


class Shape(Struct, frozen=True, kw_only=True):
    """What a configuration or header states; 0 and empty: nothing."""

    model_type: str = ""
    vocabulary: int = 0
    width: int = 0
    layers: int = 0
    parameters: int = 0


def shape_of(config: dict[str, str]) -> Shape:
    """The shape by config.json or by a GGUF header."""
    return Shape(
        model_type=(config.get("model_type") or config.get("gguf.architecture") or "").lower(),
        vocabulary=_number(config, "vocab_size"),
        width=_number(config, "hidden_size", "embedding_length"),
        layers=_number(config, "num_hidden_layers", "block_count"),
        parameters=_number(config, "parameters"),
    )


def _number(config: dict[str, str], *keys: str) -> int:
    found = next((config[key] for key in keys if key in config), "")
    return int(found) if found.isdecimal() and len(found) < 18 else 0


def fitting(shape: Shape) -> Signature | None:
    """The signature that the shape has, the most exact first.

    A vocabulary alone fits only where no size is stated: others train models of their own with a vendor's tokenizer.
    """
    return next((s for s in SIGNATURES if _fits(s, shape)), None)


def _fits(signature: Signature, shape: Shape) -> bool:
    typed = shape.model_type in signature.types if signature.types else not shape.model_type
    if signature.types and not shape.model_type:
        typed = bool(signature.parameters)  # an exact count of parameters speaks for itself
    stated = ("vocabulary", "width", "layers", "parameters")
    wanted = [n for n in stated if getattr(signature, n)]
    same = all(getattr(signature, n) == getattr(shape, n) for n in wanted)
    only_vocabulary = wanted == ["vocabulary"] and signature.types == LLAMA
    return typed and same and not (only_vocabulary and (shape.width or shape.parameters))
