"""What the name of a key, variable, option or argument says of its value: a model, surely not one, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from weightlaw.scanning.wordlists import word_set

Says = Literal["model", "ollama", "docker", "sentence", "never", "neutral", ""]
"""`model`: the value names a model, in a form not known. `neutral`: it is the value of what encloses it."""

_MODEL = word_set("""model models modelid modelname modelpath llm llms lm lms vlm slm checkpoint checkpoints ckpt pretrained pretrain embedding embeddings
    embedder embed reranker rerank ranker encoder decoder tokenizer tokeniser processor backbone repo repoid weights adapter adapters lora loras draft
    teacher student judge hf huggingface hub transformer transformers asr stt tts whisper vae unet clip ner
    summarizer classifier controlnet ollama pipeline modelurl modelsource generator captioner translator detector scorer
    weight modelname_or_path sbert bi crossencoder""")
_WEAK = word_set(
    "decoder processor pipeline detector scorer generator hub bi weights weight repo lm lms"
)
"""These say `model` only where the value is an `org/name`."""
_NEVER = word_set("""dataset datasets data space spaces served alias aliases push metric metrics template templates type types class classes
    kind family arch architecture architectures format prefix suffix provider providers size version revision dtype parallel len length
    max min dir directory folder file files filename config cache license licence author authors owner user username ref mode count url_prefix task tasks
    image images container prompt prompts system message messages content text description title label labels tag tags
    uses needs package packages module modules import imports include includes icon route routes endpoint_path path_prefix
    timezone tz locale language languages lang mime mimetype content_type accept media command_prefix hub_model_id hubmodelid
    created_by copyright homepage keywords benchmark benchmarks score scores price prices cost costs eval_dataset
    strategy policy remapping remap branch project entity group wandb experiment run_name parser backend engine runtime framework library quantization method""")
_NEUTRAL = word_set("""id ids value values default name names source src uri url key base target primary fallback fallbacks options choices choice item items
    list args arg params param parameters const main small large medium fast smart big tiny mini text2text production dev local path current selected
    chosen preferred option env properties spec resources variant variants chat completion completions embeddings_id""")
_BEFORE = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FAMILY_KEY = re.compile(
    r"llama|qwen|mistral|mixtral|gemma|deepseek|falcon|(?:^|_)phi(?:_|\d)|bert|gpt2|t5|bge|minilm|mpnet|clip|whisper|wav2vec|"
    r"stable_diffusion|sdxl|flux|vicuna|zephyr|starcoder|glm|kimi|granite|nemotron|olmo|smollm|idefics|llava|blip",
    re.I,
)


@lru_cache(maxsize=20_000)
def words(key: str) -> tuple[str, ...]:
    """The words of `modelNameOrPath`, `MODEL_NAME_OR_PATH` or `model-name-or-path`, in lower case."""
    return tuple(w.lower() for w in _BEFORE.split(key) if w)


_OTHER_THINGS = word_set("hubmodelid modelref servedmodelname pushtohub modelsdir")
"""Whole keys that hold an alias, a target or a folder."""
_FIRST_NEVER = word_set("container service dataset served push hub metric no is has use enable")
_SECRET = word_set("apikey secret password token host port")
_LAST_PLACE = word_set("dir directory folder path")


@lru_cache(maxsize=20_000)
def says(key: str) -> Says:
    """What one key says. A word that excludes a model (`model_type`) outweighs one that includes it."""
    parts = words(key)
    joined, found = "".join(parts), set(parts)
    if not parts:
        return ""
    if joined in _OTHER_THINGS:
        return "never"
    if parts[-1] in _SECRET or parts[-2:] == ("api", "key"):
        return "never"
    if parts[-1] in _LAST_PLACE and found & _MODEL:
        return "model"  # often an id all the same; a path is told by its form
    if parts[-1] in _NEVER or parts[0] in _FIRST_NEVER or found & {"dataset", "datasets"}:
        return "model" if joined in ("hubid", "hubmodel", "hubrepo") else "never"
    if "ollama" in parts:
        return "model" if len(parts) == 1 else "ollama" if found & (_MODEL - {"ollama"}) else ""
    if {"runner", "model"} <= found:
        return "docker"
    if found & _MODEL or _MODEL_END.search(joined) or _FAMILY_KEY.search(key):
        return "model"
    return "neutral" if joined in _NEUTRAL or parts[-1] in _NEUTRAL else ""


_MODEL_END = re.compile(r"(?:model|checkpoint|embedder)s?(?:id|name|path|nameorpath)?\Z")


@lru_cache(maxsize=20_000)
def by_family(key: str) -> bool:
    """Whether the key says `model` only because it is called like one (`LLAMA_3`)."""
    parts = words(key)
    return not set(parts) & _MODEL and not _MODEL_END.search("".join(parts))


def weak(key: str) -> bool:
    """Whether the key says `model` of an `org/name` only (`repo`, `weights`)."""
    found = set(words(key)) & _MODEL
    return bool(found) and found <= _WEAK


_HARD = word_set(
    "dataset datasets data image images container space spaces served push metric metrics uses license licenses tags labels annotations metadata"
)
"""These exclude a model also where they enclose the value; `model_config` around a `name` does not."""


def says_path(path: Iterable[str]) -> Says:
    """What a path of keys says of its value, the innermost first: neutral keys pass on to what encloses them.

    One key that says nothing may stand between (`model: lazy("org/x")`), two may not.
    """
    keys = list(path)
    silent = 0
    for depth, key in enumerate(reversed(keys)):
        said = says(key)
        if said == "never" and (depth == 0 or set(words(key)) & _HARD):
            return "never"
        if said == "model" and by_family(key) and depth + 1 < len(keys):
            around_words = set(words(keys[-depth - 2]))
            renames = "remapping" in around_words
            if renames or (around_words & _NEVER and not around_words & _MODEL):
                return "never"  # TEMPLATES = {"llama": "llama3"}
        if said in ("model", "ollama", "docker", "sentence") and not (
            depth and words(key) == ("ollama",)
        ):
            around = " ".join(keys[: len(keys) - depth - 1]).lower()
            return "ollama" if said == "model" and "ollama" in around else said
        silent += said in ("", "never", "model")
        if silent > 1:
            return ""
    return "neutral" if keys and says(keys[-1]) == "neutral" else ""
