"""A first look at bytes: can this file hold a reference at all? Nineteen files in twenty end here."""

from __future__ import annotations

from functools import cache
from typing import Any

_LOADERS = (
    "huggingface|_pretrained|frompretrained|hf://|hf[.]co|hf-mirror|ollama|:11434|sentencetransformer|sentence_transformers|crossencoder|hf_hub|snapshot_download|"
    "langchain4j-embeddings|minilml6|bgesmall|e5small|modelscope|pipeline[(]|whispermodel|whisper[.]load_model|inferenceclient|"
    "vllm|sglang|unsloth|mlx_lm|lmdeploy|litellm|dspy|replicate[.]run|gg(?:uf|ml-model)|docker[ \"',]+model|[ \"'-]-hf|hf[ \"',]+download|ramalama|litgpt|trtllm|"
    "nomic-embed|mxbai-embed|all-minilm|command-r|tune[ ]download|lms[ ](?:get|load)|berta?-(?:base|large)|distilgpt2|[\"'= ](?:gpt2|t5-(?:small|base|large))|"
    "[.](?:llama|qwen|gemma|gpt-oss|mi[sx]tral|deepseek|nemotron|r1-v|v3-v)[\\w-]*[0-9]"
)
"""Words that only stand where models are loaded."""
_FAMILIES = (
    "(?:meta-|code|tiny|open-?)?llama|qwen|qwq|mi[sx]tral|ministral|codestral|devstral|gemma|deepseek|phi[-_]?[1-4]|glm[-_]?[4-9]|chatglm|falcon|kimi|minimax|starcoder|vicuna|zephyr|"
    "gpt[-_]?oss|gpt2|gpt-neo|gpt-j|nemotron|granite|smollm|smolvlm|olmo|bert|bart-|t5-|flan|bge-|e5-|gte-|minilm|mpnet|nomic|mxbai|whisper|wav2vec|"
    "stable-diffusion|sdxl|flux|clip-|llava|moondream|yi-|bloom|opt-[0-9]|pythia|internlm|baichuan|command-|exaone|solar|dolphin|hermes|orca|jina|"
    "snowflake-arctic|large-v|distil|dbrx|jamba|apertus|codegemma|wizard|medgemma|lfm2"
)
_HINT = (
    rf"(?i){_LOADERS}|/[\w.-]*(?:{_FAMILIES}|[0-9][bm](?:[^a-z0-9]|$))|[\"'`=:\s/](?:{_FAMILIES})[\w.-]*[0-9:]|"
    r"(?:model|llm|embed|checkpoint|repo_id|tokenizer|reranker)[^\n/]*/[\w.]*[-0-9]"
)


@cache
def _pattern() -> Any:
    """RE2, for it reads hundreds of megabytes a second whatever the pattern and the text."""
    import re2  # here, for most commands need none of it

    return re2.compile(_HINT.encode())


def worth_reading(data: bytes) -> bool:
    """Whether the bytes hold a hint. Case is ignored; a false alarm only costs time. UTF-16 is always read."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return _pattern().search(data) is not None


def find(data: bytes, at: int) -> tuple[int, int] | None:
    """Begin and end of the first hint from an offset on."""
    found = _pattern().search(data, at)
    return (found.start(), found.end()) if found else None


def is_binary(data: bytes) -> bool:
    """As git tells: a NUL among the first 8,000 bytes, unless it is UTF-16 with its mark."""
    return b"\0" in data[:8000] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))


def decode(data: bytes) -> str:
    """Text of any encoding that is met: UTF-8, UTF-16 with its mark; what fits neither is replaced."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").replace("\r\n", "\n")
    return data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", "replace")
