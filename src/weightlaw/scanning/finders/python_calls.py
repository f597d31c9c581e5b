"""Which calls of Python libraries take a model, where among their arguments, and how they read it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.scanning.deciding import Place
from weightlaw.scanning.keys import says
from weightlaw.scanning.wordlists import word_set


class Takes(Struct, frozen=True):
    """Where a call takes its model: positions among the arguments, and names of keywords."""

    place: Place
    positions: tuple[int, ...] = (0,)
    keywords: tuple[str, ...] = ()


_HUB = Takes("hub")
_SENTENCE = Takes("sentence")
_HOST = Takes("host", ())
_ANY = Takes("model", ())
"""Whatever is called: what it is given as its model may be one."""
_EXACT: dict[str, Takes] = {
    **dict.fromkeys(
        [
            "from_pretrained",
            "from_single_file",
            "load_lora_weights",
            "load_ip_adapter",
            "load_textual_inversion",
            "load_attn_procs",
            "load_adapter",
            "from_model_id",
            "hf_hub_download",
            "snapshot_download",
            "hf_hub_url",
            "try_to_load_from_cache",
            "model_info",
            "list_repo_files",
            "list_repo_tree",
            "repo_info",
            "get_hf_file_metadata",
            "cached_file",
            "get_file_from_repo",
            "file_exists",
            "list_repo_refs",
            "save_pretrained_from",
            "load_from_hub",
            "load_model_from_hub",
            "from_hub",
            "from_huggingface",
            "InferenceClient",
            "AsyncInferenceClient",
            "InferenceApi",
            "HuggingFaceEndpoint",
            "HuggingFaceHub",
            "HuggingFaceLLM",
            "HuggingFaceInferenceAPI",
            "HuggingFaceTextGenInference",
            "HuggingFacePipeline",
            "HuggingFaceLocalGenerator",
            "HuggingFaceLocalChatGenerator",
            "ChatHuggingFace",
            "HuggingFaceHubEmbeddings",
            "HuggingFaceEndpointEmbeddings",
            "HuggingFaceInferenceAPIEmbeddings",
            "HuggingFaceInferenceAPIEmbedding",
            "EngineArgs",
            "AsyncEngineArgs",
            "Engine",
            "Runtime",
            "LMEngine",
            "HFModel",
            "TransformersModel",
            "InferenceClientModel",
            "HfApiModel",
            "MLXModel",
            "VLLMModel",
            "CTransformers",
            "ExLlamaV2",
            "FlagModel",
            "FlagLLMReranker",
            "FlagReranker",
            "BGEM3FlagModel",
            "LayerWiseFlagLLMReranker",
            "TextEmbedding",
            "SparseTextEmbedding",
            "LateInteractionTextEmbedding",
            "ImageEmbedding",
            "TextCrossEncoder",
            "HFLM",
            "SFTTrainer",
            "DPOTrainer",
            "ORPOTrainer",
            "GRPOTrainer",
            "RewardTrainer",
            "KTOTrainer",
            "PPOTrainer",
            "CPOTrainer",
            "RLOOTrainer",
            "ORTModel",
            "TGI",
            "HuggingFaceModel",
            "from_transformers",
            "Transformers",
            "TransformersChat",
            "LocalAI",
            "Reranker",
            "MultiVectorEncoder",
            "AutoAWQForCausalLM",
            "AutoGPTQForCausalLM",
            "Llama2",
            "OptimumEmbedding",
            "load_pretrained",
            "convert_model",
            "from_config_name",
            "VLLM",
            "VLLMOpenAI",
            "Vllm",
            "HFTransformersGenerator",
            "HuggingFaceSettings",
            "ModelCard",
            "ParlerTTS",
            "SentencePieceProcessorFromHub",
            "load_checkpoint_from_hub",
            "load_from_hf_hub",
            "GPTQModel",
            "LiteLLMTokenizer",
            "OpenLLM",
            "WatsonxLLM",
            "from_pretrained_keras",
            "LightevalModel",
            "download_model",
            "download_from_hf",
            "load_model_and_tokenizer",
            "get_model_and_tokenizer",
            "prepare_model_and_tokenizer",
        ],
        _HUB,
    ),
    **dict.fromkeys(
        [
            "SentenceTransformer",
            "CrossEncoder",
            "SparseEncoder",
            "HuggingFaceEmbeddings",
            "HuggingFaceBgeEmbeddings",
            "HuggingFaceInstructEmbeddings",
            "HuggingFaceEmbedding",
            "SentenceTransformerEmbeddings",
            "SentenceTransformerEmbedding",
            "SentenceTransformerEmbeddingFunction",
            "SentenceTransformerRerank",
            "SentenceTransformersTextEmbedder",
            "SentenceTransformersDocumentEmbedder",
            "SentenceTransformersRanker",
            "SentenceTransformersSimilarityRanker",
            "TransformersSimilarityRanker",
            "SentenceTransformersDiversityRanker",
            "INSTRUCTOR",
            "HuggingFaceEmbeddingFunction",
            "KeyBERT",
            "BERTopic",
            "HuggingFaceCrossEncoder",
            "CrossEncoderReranker",
            "CrossEncoderRerank",
            "SentenceTransformerVectorizer",
            "HFTextVectorizer",
            "SentenceTransformersTokenTextSplitter",
            "SentenceTransformerBackend",
            "InstructorEmbeddings",
            "SemanticChunker",
        ],
        _SENTENCE,
    ),
    "pipeline": Takes(
        "hub", (1,), ("model", "tokenizer", "feature_extractor", "image_processor", "config")
    ),
    "WhisperModel": Takes("whisper"),
    "BatchedInferencePipeline": Takes("whisper", ()),
    "create_model": Takes("hub"),
    "create_model_and_transforms": Takes("hub"),
    "run": Takes("host", (0,)),
}
_HOSTS = re.compile(
    r"(?:completion|acompletion|embedding|aembedding|LM|LLM|ChatLiteLLM|LiteLLM|LiteLLMModel|init_chat_model|ChatOpenAI|OpenAI|OpenAILike|ChatGroq|Groq|Together\w*|"
    r"ChatTogether|Fireworks|ChatFireworks|ChatNVIDIA|Replicate|ChatBedrock\w*|Bedrock\w*|ChatDatabricks|ChatCerebras|Cerebras|OpenRouter|ChatOpenRouter|Agent|"
    r"invoke_model\w*|converse\w*|create|acreate|generate|DeepInfra\w*|ChatDeepInfra|ChatSambaNova\w*|ChatWatsonx|Anyscale|Sagemaker\w*|from_provider|"
    r"OpenAIModel|OpenAIChatModel|GroqModel|ChatMistralAI|MistralAI|ModelClient|OpenAIServerModel|text_generation|chat_completion)\Z"
)
_HUB_KEYWORDS = word_set("""pretrained_model_name_or_path model_name_or_path model_id model_name model model_path repo_id repo checkpoint path name pretrained_model_name
    hub_model_name embedding_model embed_model tokenizer tokenizer_name tokenizer_name_or_path base_model_name_or_path
    embedding_model_name model_card model_or_path reranker_model peft_model_id adapter_name_or_path speculative_model draft_model model_name_or_dir
    pretrained_model_name_or_path_or_dict model_source""")
_NEGATIVE = re.compile(
    r"(?:load_dataset\w*|load_metric|push_to_hub\w*|upload_\w+|create_repo|delete_\w+|create_commit|create_branch|create_tag|dataset_info|space_info|"
    r"get_dataset\w*|from_dataset|load_from_disk|save_to_hub|create_pull_request|super_squash_history|move_repo|update_repo\w*|get_token|login|whoami|"
    r"startswith|endswith|replace|split|strip|rstrip|lstrip|removeprefix|removesuffix|assert\w*|index|find|count|print|debug|info|warning|warn|error|exception|log|"
    r"import_module|find_spec|require\w*|getLogger|get_logger|skip|skipif|xfail|raises|join|open|Path|PosixPath|exists|isfile|isdir|makedirs|mkdir|listdir|url_for|"
    r"frozenset|getattr|setattr|hasattr|isinstance|issubclass|patch|Mock|MagicMock|TypeError|ValueError|RuntimeError|KeyError|Exception|format|encode|"
    r"filter|exclude|filter_by|add_route|include_router|register|route|reverse|redirect|render|render_template|get_template|static)\Z"
)
_LOCAL_LOADERS = word_set("mlx_lm mlx_vlm mlx_audio mlx_whisper mlx_embeddings")


class Call(Struct, frozen=True):
    """A call with the dotted name before its parenthesis."""

    node: ast.Call
    chain: str

    @property
    def name(self) -> str:
        return self.chain.rsplit(".", 1)[-1]


def chain_of(node: ast.expr) -> str:
    """`a.b().c` -> `a.b.c`; the inner calls are left out."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, (ast.Call, ast.Await)):
            node = node.func if isinstance(node, ast.Call) else node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            break
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def negative(call: Call) -> bool:
    """Whether what the call is given is no model: data sets, push targets, comparisons, messages, paths."""
    if call.chain in (
        "evaluate.load",
        "torch.hub.load",
        "hub.load",
        "hub.KerasLayer",
        "datasets.load",
        "metrics.load",
    ):
        return True
    if call.name == "from_pretrained" and "Dataset" in call.chain:
        return True
    if _NAMED_RESOURCE.search(call.chain):
        return True
    return bool(_NEGATIVE.match(call.name)) or _other_repository(call.node)


_NAMED_RESOURCE = re.compile(
    r"(?:^|\.)(?:Volume|Secret|NetworkFileSystem|Dict|Queue|Sandbox|App|Cls|Function|Stub)\.(?:from_name|lookup|persisted)\Z"
)
"""Things of a cloud that carry names of their own (`Volume.from_name("llama3-weights")`)."""


def _other_repository(node: ast.Call) -> bool:
    return any(
        k.arg == "repo_type"
        and isinstance(k.value, ast.Constant)
        and k.value.value in ("dataset", "space", "datasets", "spaces")
        for k in node.keywords
    )


def arguments(call: Call, imports: frozenset[str]) -> Iterator[tuple[ast.expr, Place]]:
    """The arguments that name a model, with how the call reads them."""
    if negative(call):
        return
    takes = _takes(call, imports) or _ANY
    for position in _positions(call, takes):
        if position < len(call.node.args):
            yield call.node.args[position], takes.place
    aliased = any(k.arg == "model_source" for k in call.node.keywords)
    for keyword in call.node.keywords:
        if aliased and keyword.arg == "model_id":
            continue  # Ray Serve: the name that callers use
        if keyword.arg and _is_model(keyword.arg, takes):
            yield keyword.value, takes.place


def _positions(call: Call, takes: Takes) -> tuple[int, ...]:
    """PEFT's adapter is the second argument: the first is the model that it is put on."""
    if call.name == "from_pretrained" and re.search(
        r"(?:^|\.)(?:Auto)?Peft\w*\.from_pretrained\Z", call.chain
    ):
        return (0, 1) if "AutoPeft" in call.chain else (1,)
    return takes.positions


def _is_model(keyword: str, takes: Takes) -> bool:
    if takes.keywords:
        return keyword in takes.keywords
    if takes.place in ("hub", "sentence", "whisper"):
        return keyword in _HUB_KEYWORDS or (says(keyword) == "model" and keyword != "model_kwargs")
    return says(keyword) in ("model", "ollama") or keyword in ("modelId", "repo_id")


def _takes(call: Call, imports: frozenset[str]) -> Takes | None:
    """Where a call takes its model, by its name and by what the file imports."""
    name, chain = call.name, call.chain
    if "ollama" in chain.lower() or ("ollama" in imports and name in _OLLAMA_CALLS):
        return Takes("ollama", (0,) if name[:1].isupper() or chain.startswith("ollama.") else ())
    if (imported := _by_import(name, chain, imports)) is not None:
        return imported
    if name in _EXACT:
        return None if name == "run" and "replicate" not in chain else _EXACT[name]
    if _HUB_CLASSES.match(name):
        return _SENTENCE if "Embed" in name or "Sentence" in name else _HUB
    if _HOSTS.match(name):
        return Takes("host", (0,)) if name in _FIRST_IS_MODEL else _HOST
    return None


def _by_import(name: str, chain: str, imports: frozenset[str]) -> Takes | None:
    """Names that are common words: what they mean is told by the import."""
    if name == "load_model" and ("whisper" in chain or (chain == name and "whisper" in imports)):
        return Takes("whisper")
    if name == "load" and (
        chain.split(".")[0] in _LOCAL_LOADERS or (chain == name and imports & _LOCAL_LOADERS)
    ):
        return _HUB
    return _HUB if name == "LLM" and "vllm" in imports else None


_OLLAMA_CALLS = word_set("chat generate pull embed embeddings show")
_FIRST_IS_MODEL = word_set(
    "LM LLM init_chat_model Agent OpenAIModel OpenAIChatModel GroqModel from_provider"
)
_HUB_CLASSES = re.compile(r"(?:HuggingFace|Hf|HF|SentenceTransformer|Transformers|VLLM|Vllm)\w+")
