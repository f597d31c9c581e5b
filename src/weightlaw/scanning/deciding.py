"""Is this text, at this place, a reference to a model? The one place where form and context meet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from weightlaw.scanning import shapes
from weightlaw.scanning.urls import hub_path
from weightlaw.scanning.values import Reading
from weightlaw.scanning.wordlists import word_set

Place = str
"""hub: an argument that takes a Hub id. sentence, whisper: the same, of a library with short names of its own.
ollama, docker: a name in that registry. model: the value of something called a model. host: a name that a host
gives. bare: anywhere. list: anywhere, in a collection of models."""

MAX_TEXT = 300
_VALUE = re.compile(r"[\w@][\w@./:+~-]{1,299}\Z|(?:https?|hf)://[^\s\"'<>]{3,290}\Z", re.A)
_PROVIDERS = re.compile(
    r"(ollama|ollama_chat|groq|together(?:_ai|ai)?|fireworks(?:_ai|-ai)?|openrouter|huggingface|hf|hf-inference|vllm|hosted_vllm|deepinfra|cerebras|bedrock"
    r"|bedrock_converse|sagemaker|sagemaker_chat|replicate|anyscale|nvidia_nim|nvidia|azure_ai|vertex_ai|databricks|sambanova|watsonx|cloudflare"
    r"|gemini|perplexity|novita|nebius|volcengine|vertex|meta|hyperbolic|chutes|lm_studio|lmstudio|lm-studio|openai|mistral|deepseek|xinference|featherless_ai|baseten|nscale|ovhcloud|siliconflow"
    r"|oci|snowflake|friendliai|gradient_ai|heroku|lambda_ai|wandb|moonshot|dashscope|litellm|litellm_proxy|text-completion-openai|custom_openai"
    r"|llamafile|docker|docker_model_runner|dmr|github|vercel_ai_gateway|aiml|empower|petals|local|custom|openai-compatible|transformers|mlx|llamacpp|llama_cpp)[/:](?!/)(.+)\Z",
    re.I,
)
_OLLAMA_PREFIX = re.compile(r"ollama(?:_chat)?[/:](?!/)", re.I)


def could_be(text: str) -> bool:
    """Whether the text has the form of any reference at all; cheap, for a first look."""
    return 2 < len(text) <= MAX_TEXT and _VALUE.match(text) is not None


def reading(text: str, place: Place) -> Reading | None:
    """How to read `text` at such a place; None: it is no reference to a model."""
    text = resource_less(text.strip())
    if not could_be(text):
        return None
    if "://" in text or text.lower().startswith(("huggingface.co/", "hf.co/", "hf-mirror.com/")):
        return _address(text, place)
    if _OLLAMA_PREFIX.match(text) and place not in ("hub", "sentence"):
        return (
            "ollama"
            if shapes.OLLAMA.match(_OLLAMA_PREFIX.sub("", text)) or "hf.co" in text
            else None
        )
    if place in ("hub", "model", "host", "sentence") and shapes.file_in_repository(text):
        return "hub"
    return _READERS[place](text)


def _address(text: str, place: Place) -> Reading | None:
    """An address counts where something is loaded from it; a gated word on a page is another matter."""
    path = hub_path(text)
    if path is None:
        return None
    return "ollama" if place == "ollama" and not text.startswith("http") else "hub"


def _hub(text: str) -> Reading | None:
    if known_id(text) or shapes.hub_id(text):
        return "hub"
    if "/" not in text and (shapes.legacy_id(text) or _known_legacy(text)):
        return "hub"
    if hf := re.match(r"(?:hf[-_]hub|hub|timm):(.+)\Z", text):
        return _hub(hf[1])
    return _hub(inner) if (inner := provider_less(text)) and inner.count("/") == 1 else None


def _known_legacy(text: str) -> bool:
    """A bare name with the words of a model's name that the catalogue knows by the end of its id."""
    return (
        bool(re.search(r"[-_]", text)) and re.search(r"\d", text) is not None and known_name(text)
    )


def _sentence(text: str) -> Reading | None:
    if "/" in text or shapes.is_path(text):
        return _hub(text)
    return (
        "sentence"
        if shapes.sentence_id(text) or shapes.legacy_id(text) or known_name(text)
        else None
    )


def _whisper(text: str) -> Reading | None:
    if re.fullmatch(
        r"(?:tiny|base|small|medium|large|turbo|distil-[\w-]+)(?:\.en|-v[1-3](?:-turbo)?|-v[\d.]+)?",
        text,
    ):
        return "whisper"
    return _hub(text)


def _ollama(text: str) -> Reading | None:
    if "/" in text and not re.match(
        r"[\w.-]+/[\w.-]+(?::[\w.-]+)?\Z|(?:registry\.)?ollama\.(?:ai|com)/", text
    ):
        return None
    if (
        shapes.is_path(text)
        or shapes.closed_anywhere(text)
        or shapes.is_placeholder(text)
        or text.lower() in _NO_NAMES
        or re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", text)  # a variable's name
    ):
        return None
    return "ollama" if shapes.OLLAMA.match(text) and re.search("[a-zA-Z]", text) else None


_NO_NAMES = word_set(
    "ollama autodetect default none null true false auto local latest model system user assistant chat generate json text localhost embedding embeddings llm"
)


def _docker(text: str) -> Reading | None:
    plain = re.sub(r"\A(?:docker\.io/|index\.docker\.io/)", "", text)
    if re.match(r"ai/[\w.-]+(?::[\w.-]+)?\Z", plain):
        return "docker"
    return "docker" if "/" in plain and shapes.hub_id(plain) else None


def _model(text: str) -> Reading | None:
    """The value of something called a model, of which it is not known who reads it."""
    if known_id(text):
        return "hub"
    if docker := (_docker(text) if text.startswith("ai/") else None):
        return docker
    found = shapes.hub_id(text)
    if found is not None:
        if shapes.likely(found) and not _prefixed(text):
            return (
                "name"
                if re.search(r":(?:free|nitro|floor|thinking|beta|extended|online|exacto)\Z", text)
                else "hub"
            )
        return (
            "name"
            if (inner := provider_less(text)) and (_name(inner) or shapes.strong(f"x/{inner}"))
            else None
        )
    if text.count("/") >= 2 and (inner := provider_less(text)):
        return "name" if _model(inner) else None
    return _name(text)


def _prefixed(text: str) -> bool:
    """Whether what stands before the slash is a host and what follows a bare name: `groq/llama-3.3-70b`."""
    return text.split("/", 1)[0].lower() in _HOSTS


_HOSTS = word_set("""ollama ollama_chat groq cerebras together_ai together openrouter bedrock replicate sambanova azure_ai azure github lm_studio lmstudio gemini vertex_ai
    fireworks fireworks_ai deepinfra anyscale hosted_vllm nvidia_nim nebius novita perplexity hyperbolic chutes xinference watsonx litellm litellm_proxy
    cloudflare text-completion-openai custom_openai featherless_ai siliconflow dashscope volcengine ovhcloud nscale baseten meta mistral lambda_ai oci heroku
    sagemaker sagemaker_chat friendliai dmr docker_model_runner vercel_ai_gateway gradient_ai""")
"""What stands before a model's name at hosts and in clients, and is no organization of the Hub."""


def host_prefix(text: str) -> bool:
    """Whether the text begins with a host's name, as `groq/...` does."""
    return _prefixed(text)


def _name(text: str) -> Reading | None:
    if text.endswith(".gguf"):
        return "name" if shapes.weights_name(text) else None
    if shapes.hosted_name(text):
        return "name"
    if shapes.closed(text) and not (re.search(r"\d", text) and known_name(text)):
        return None
    if shapes.open_name(text) or shapes.legacy_id(text):
        return "hub" if shapes.legacy_id(text) else "name"
    if shapes.sentence_id(text) and re.search(r"minilm|mpnet|distil|t5|bert", text, re.I):
        return "sentence"
    inner = provider_less(text)
    if inner and inner != text:
        return _model(inner) if "/" in inner or shapes.open_name(inner) else None
    return None


def _host(text: str) -> Reading | None:
    """Inside a client of a host: its own names count too."""
    return _model(text) or (
        "name" if "/" not in text and known_name(text) and not shapes.closed(text) else None
    )


def _bare(text: str) -> Reading | None:
    """Anywhere at all: only what its form alone proves."""
    if shapes.only_hosted(text):
        return "name"
    if "/" not in text:  # `bert-base-uncased` can be nothing else
        sure = text.count("-") >= 2 and re.match(r"[a-z-]{0,9}bert", text)
        return "hub" if sure and shapes.legacy_id(text) else None
    if text.count("/") != 1:
        return None
    found = shapes.hub_id(text)
    if found and (shapes.strong(found) or (known_id(text) and shapes.likely(found))):
        return "hub"
    return None


def _bare_list(text: str) -> Reading | None:
    return _bare(text)


_READERS = {
    "hub": _hub,
    "sentence": _sentence,
    "whisper": _whisper,
    "ollama": _ollama,
    "docker": _docker,
    "model": _model,
    "host": _host,
    "bare": _bare,
    "list": _bare_list,
}


def resource_less(text: str) -> str:
    """The model's id at the end of a resource name of Bedrock (`arn:aws:bedrock:...:inference-profile/us.meta...`)."""
    return text.rsplit("/", 1)[-1] if text.startswith("arn:aws") and ":bedrock:" in text else text


def provider_less(text: str) -> str | None:
    """What follows a provider's name: `groq/llama-3.3-70b-versatile` -> `llama-3.3-70b-versatile`."""
    match = _PROVIDERS.match(text)
    return match[2] if match else None


def known_id(text: str) -> bool:
    """Whether the catalogue has exactly this Hub id, in any case of letters."""
    return "/" in text and text.lower() in _ids()


@cache
def _ids() -> frozenset[str]:
    from weightlaw.catalog.store import load

    return frozenset(i.lower() for i in load().model_ids())


@cache
def known_name(text: str) -> bool:
    """Whether the catalogue, or a host that it lists, knows a model by this name."""
    from weightlaw.catalog.store import load

    catalog = load()
    return bool(catalog.named(text)[1] or catalog.hosted(text))


def clean(text: str) -> str:
    """A value without what the sentence around it added."""
    return text.strip().rstrip(".,;:!?)]}>'\"`")


def texts_in(text: str) -> Iterator[re.Match[str]]:
    """Every `org/name` in prose, for documents and comments."""
    return _IN_TEXT.finditer(text)


_IN_TEXT = re.compile(
    r"(?<![\w./:@-])[A-Za-z0-9][\w.-]{1,95}/[A-Za-z0-9][\w.-]{1,95}(?![\w/])", re.A
)
