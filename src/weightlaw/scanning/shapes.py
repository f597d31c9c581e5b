"""What a text looks like: a Hub id, a name of an open-weight model, a closed model, a placeholder, a path.

These are judgements by form, made before anything is looked up. They err towards silence: `icons/icon.png`
fits `org/name`, and a gate that cries over it is switched off.
"""

from __future__ import annotations

import re
from functools import lru_cache

from weightlaw.scanning.wordlists import word_set

_PART = r"[A-Za-z0-9][\w.-]{0,95}"
HUB_ID = re.compile(rf"({_PART})/({_PART})(?:@([\w./-]{{1,80}}))?\Z", re.A)
OLLAMA = re.compile(r"(?:[\w.-]{1,60}/)?[a-z0-9][\w.-]{1,80}(?::[\w.-]{1,60})?\Z", re.A | re.I)
_FILE = re.compile(
    r"\.(?:py|pyi|js|mjs|cjs|jsx|ts|tsx|json|jsonl|json5|ya?ml|toml|ini|cfg|md|mdx|rst|txt|csv|tsv|html?|css|scss|less|sh|"
    r"bash|bat|ps1|xml|svg|png|jpe?g|gif|webp|ico|bmp|tiff?|pdf|mp[34]|wav|flac|ogg|webm|avi|mov|zip|gz|tgz|tar|bz2|xz|"
    r"7z|whl|jar|war|class|so|dll|dylib|exe|a|o|h|hpp|c|cc|cpp|go|rs|java|kt|rb|php|swift|lock|log|map|wasm|db|sqlite|"
    r"parquet|arrow|npy|npz|pkl|pickle|pt|pth|ckpt|bin|onnx|h5|pb|tflite|safetensors|gguf|ggml|model|vocab|ipynb|"
    r"tpl|tmpl|j2|proto|sql|conf|env|example|sample|git|dockerfile|vue|svelte|lua|r|jl|ttf|woff2?)\Z",
    re.I,
)
_HEADS = word_set("""models model checkpoints checkpoint ckpt ckpts outputs output out results result data dataset datasets saved
    saved_models saved_model weights weight pretrained pretrained_models runs run logs log tmp temp experiments
    experiment exp exps artifacts artifact assets asset cache caches save saves trained local src lib libs test tests
    testing testdata docs doc images image img imgs icons icon static public media content scripts script
    examples example config configs conf etc usr home opt var mnt root workspace workspaces app apps build dist target bin
    node_modules vendor vendors third_party packages package pkg include includes resources resource templates
    template files file uploads upload downloads download fixtures samples snapshots snapshot storage volumes volume
    drive content internal cmd api v1 v2 v3 pages components styles fonts js css html json train training eval
    evaluation val validation loss metrics metric lora loras adapter adapters finetuned finetune fine_tuned
    huggingface_models hf_models llm_models embeddings_models my_models base_models input inputs users user
    github.com http https www localhost refs origin feature features bugfix hotfix release heads tags remotes
    actions docker path dir path_to library namespaces common core utils util shared plugins plugin modules module publishers projects
    endpoints locations organizations groups""")
_MIME = word_set("application audio image text video font multipart message model chemical")
_PLACES = word_set(
    "africa america antarctica arctic asia atlantic australia europe indian pacific etc us"
)
HUB_PAGES = word_set("""datasets spaces blog docs papers collections join settings models tasks learn chat new pricing enterprise login
    organizations posts search front avatars support terms-of-service privacy api course changelog buckets
    kernels storage inference inference-endpoints huggingface.co company hardware discord brand
    security languages metrics autotrain welcome logout notifications""")
_NO_MODELS = frozenset({"kernels-community", "kernels"})
"""Organizations whose repositories hold code."""
_PLACEHOLDER_ORG = re.compile(
    r"(?:your?|my|some|any|the|another)(?:[-_.].*|org|user|name|company|team|account|username)?\Z|"
    r"(?:org|organi[sz]ation|organi[sz]ation[-_]?name|user|username|user[-_]?name|hf[-_]?user(?:name)?|hub[-_]user|owner|"
    r"author|namespace|someone|somebody|foo|bar|baz|example|sample|dummy|fake|mock|test|placeholder|xxx+|abc|a|b|x|y|"
    r"company|vendor|publisher|repo|repository|model|provider|creator|entity|acct|account)"
    r"(?:[-_](?:org|orga?ni[sz]ation|name|user|id|co|corp|inc|team|here|repo|[0-9]))?\Z",
    re.I,
)
_PLACEHOLDER_NAME = re.compile(
    r"(?:your|my|some|any|the|another)(?:[-_.].*|model|repo)|(?:repo|repository|model|name|model[-_]?name|model[-_]?id|"
    r"repo[-_]?name|repo[-_]?id|foo|bar|baz|example|placeholder|xxx+|name[-_]of[-_].*|model[-_](?:a|b|x|y|here|repo))",
    re.I,
)
_CLOSED = re.compile(
    r"(?:chat)?gpt-?(?:[345](?![a-z]*all)|image|realtime|audio)(?![0-9]*b\b).*|chatgpt.*|o[1345](?:-(?:mini|preview|pro|deep|high|low).*|-20\d\d.*)?|"
    r"text-(?:embedding|davinci|ada|babbage|curie|moderation|bison|unicorn).*|(?:code-)?(?:davinci|curie|babbage|cushman)(?:-.*)?|"
    r"embedding-ada.*|ada-?\d*|dall-?e.*|whisper-1|tts-1.*|omni-moderation.*|codex-(?:mini|auto).*|computer-use.*|sora.*|"
    r"(?:anthropic\.)?claude.*|gemini.*|models/gemini.*|palm-?\d?.*|(?:chat|code|text)-?bison.*|textembedding-gecko.*|"
    r"imagen-?\d.*|veo-?\d.*|learnlm.*|nano-banana.*|lyria.*|"
    r"(?:amazon\.)?(?:titan|nova)-.*|j2-.*|jurassic.*|"
    r"command(?:-(?:light|nightly|xlarge|medium).*)?|embed-(?:english|multilingual|v).*|rerank-(?:english|multilingual|v).*|"
    r"voyage-.*|sonar(?:-.*)?|pplx-.*|grok-(?:beta|[3-9]|2-(?:latest|vision|1212)|code|vision|fast|4).*|"
    r"(?:mistral|codestral|ministral|pixtral|magistral|devstral|open-mi[sx]tral|voxtral)-?[\w.-]*-latest|"
    r"mistral-(?:tiny|small|medium|large|embed|ocr|moderation|saba)(?:-2[34]\d\d)?|"
    r"moonshot-v1.*|kimi-(?:latest|thinking-preview)|qwen-(?:max|plus|turbo|long|vl-(?:max|plus)|coder-(?:plus|turbo)|flash|mt).*|"
    r"qwen[\d.]+-(?:max|plus|turbo|flash)(?:-.*)?|glm-(?:3-turbo|4-(?:plus|air|airx|long|flash|flashx|0520)|zero).*|glm-4v?|"
    r"deepseek-(?:chat|reasoner|coder)|gte-rerank(?:-v\d)?|yi-(?:large|medium|lightning|spark|vision).*|abab.*|minimax-text|doubao.*|ernie-(?:bot|[34]\.\d-turbo|speed|lite).*|"
    r"hunyuan-(?:lite|pro|standard|turbo|large|vision|t1).*|step-[12]-.*|spark-?(?:max|lite|pro|4|v\d).*|baichuan[2-4]-(?:turbo|53b)|"
    r"flux(?:-|\.)?(?:\d\.?\d?)?[-.]?(?:pro|ultra|kontext-(?:pro|max)).*|solar-(?:pro|mini)|palmyra.*|reka-(?:core|edge)",
    re.I,
)
_CLOSED_ORG = re.compile(
    r"(?:anthropic|perplexity|ai21|x-ai|inflection|azure|azure_openai|runway(?!ml)\w*|elevenlabs|voyage\w*)/",
    re.I,
)
_LONG = (
    "llama|vicuna|alpaca|qwen|qwq|qvq|mi[sx]tral|ministral|codestral|devstral|magistral|pixtral|voxtral|mathstral|zephyr|gemma|"
    "deepseek|janus|chatglm|codegeex|cogvlm|cogvideo|falcon|internlm|internvl|internvit|baichuan|starcoder|starchat|santacoder|"
    "wizardlm|wizardcoder|wizardmath|openhermes|nous-?hermes|hermes-[234]|dolphin|openchat|orca|stablelm|stable-?code|stable-?diffusion|"
    "stable-?cascade|sdxl|sd-turbo|sd-vae|sd3|flux\\.?[\\d-]|kandinsky|pixart|hunyuan|controlnet|ip-?adapter|kolors|playground-v|"
    "bloomz?|pythia|gpt-?neo[x]?|gpt-?j|gpt-?oss|gpt4all|gpt2|gpt-?bigcode|cerebras-gpt|openelm|olmo|molmo|tulu|smol(?:lm|vlm)|"
    "minicpm|minimax-m|kimi-|moonlight|moonshine|glm-[45z]|glm-?ocr|longcat|ernie-4|exaone|command-r|command-a|c4ai|aya-|jamba|mamba|rwkv|"
    "recurrentgemma|paligemma|shieldgemma|codegemma|medgemma|nemotron|nemo|granite|persimmon|fuyu|idefics|kosmos|florence|"
    "(?:ro|al|distil|de|mo|camem|tiny|mobile|code|sci|bio|fin|legal|xlm-?ro|indo|ara|bge|col|modern|key|m|j|ger|graph|clinical|pub|zero|german|"
    "mac|k|rubert|layoutlm|visual|neo|spanish|squeeze|hu|wav2vec2-)?bert(?=$|[-_.\\da-z]?)|electra|longformer|bigbird|xlnet|"
    "flan-?(?:t5|ul2)|codet5|byt5|m?t5-|umt5|t5-|bart-|distilbart|mbart|pegasus|marian|opus-mt|nllb|m2m100|madlad|seamless|"
    "whisper|wav2vec|hubert|wavlm|speecht5|bark|xtts|kokoro|parler|musicgen|audiogen|encodec|clap-|parakeet|canary-|"
    "sentence-t5|gtr-t5|minilm|mpnet|all-distil|paraphrase-|multi-qa|msmarco|e5-|bge-|gte-|jina-|nomic-embed|mxbai|snowflake-arctic|"
    "arctic-embed|embedding-?gemma|stella_|uae-large|instructor-|labse|splade|colbert|"
    "clip-|siglip|openclip|blip|vilt|owlvit|owlv2|grounding-dino|dinov?2|dinov3|sam-?vit|sam2|segformer|mask2former|maskformer|detr|"
    "yolos|vit-|deit-|swin|convnext|beit|resnet-|efficientnet|mobilenet|mobilevit|depth-anything|dpt-|zoedepth|upernet|"
    "trocr|donut|layoutlm|nougat|got-ocr|table-transformer|udop|pix2struct|llava|moondream|xcomposer|"
    "prot_?t5|prot_bert|esm2|esmfold|chronos|timesfm|tinytimemixer|patchtst|moirai|"
    "gliner|deberta|finbert|decision-transformer|animatediff|svd-xt|video-diffusion|zeroscope|wan2|ltx-|mochi|"
    "lfm2|seed-oss|seed-coder|step-audio|hymba|apertus|teuken|salamandra|eurollm|lucie|rnj|"
    "solar-10|neural-chat|xgen|dbrx|grok-[12]|phind|codegen|incoder|polycoder|replit-code|xglm|galactica|mpt-\\d|opt-\\d|redpajama|open_llama"
)
_SHORT = (
    "phi-?[1-4]|phi|yi-\\d|yi|opt|bert|gpt2|clip|orpheus|csm-1b|sam|mimo|ling|ring|dots|r1|t5|rwkv"
)
_FAMILY = re.compile(
    rf"(?:^|[^a-z])(?:{_LONG})|(?:llama|qwen|mistral|gemma|bert|deepseek)|(?:^|[-_.])(?:{_SHORT})(?=$|[-_.\d])",
    re.I,
)
_SIZE = re.compile(r"(?:^|[-_.a-z])(?:\d{1,3}x)?\d{1,4}(?:[._]\d{1,3})?[bm](?=$|[-_.:])", re.I)
_WORDS = re.compile(
    r"(?:^|[-_.])(?:instruct|chat|it|base|large|small|mini|medium|tiny|nano|xl|xxl|xlarge|hf|gguf|ggml|awq|gptq|exl2|exl3|onnx|ov|mlx|fp8|fp16|"
    r"bf16|nvfp4|mxfp4|int[48]|[48]-?bit|bnb|w4a16|w8a8|uncased|cased|multilingual|embed|embeddings?|rerank(?:er)?|distill?(?:ed)?|finetuned?|ft|"
    r"lora|qlora|dora|adapter|sft|dpo|orpo|grpo|rlhf|merged|merge|tokenizer|classifier|classification|sentiment|ner|emotion|toxic\w*|summariz\w*|"
    r"summary|squad\w*|mnli|sst-?2|coco|imagenet|cifar10|patch\d+|\d{3}|vlm?|vl|llm|tts|asr|ocr|moe|coder?|math|reasoning|thinking|diffusion|"
    r"translation|generator|detector|segmentation|q[2-8](?:_[\w]+)?|v\d+(?:\.\d+)*)(?=$|[-_.:])",
    re.I,
)
KNOWN_ORGS = word_set("""01-ai abacusai adept ai-forever ai21labs ai4bharat aaditya albert alibaba-nlp allenai alpindale amazon
    andreaskoepf answerdotai anthracite-org apple arcee-ai autogptq baai baichuan-inc bartowski bigcode bigscience black-forest-labs
    briaai bytedance bytedance-seed cardiffnlp casperhansen cerebras ckip-joint codellama cognitivecomputations coherelabs cohereforai
    comfy-org compvis coqui cross-encoder databricks datalab-to dbmdz deepfloyd deepset deepseek-ai diffusers distil-whisper distilbert
    dmis-lab docling-project dphn dunzhang elastic eleutherai emilyalsentzer facebook facebookai fancyfeast fishaudio flair
    flax-community fixie-ai funaudiollm ggml-org ggerganov google google-bert google-t5 gorilla-llm gradientai guillaumelample hauhaucs helsinki-nlp
    hexgrad hf-internal-testing h2oai h94 hkunlp huggingfaceh4 huggingfacem4 huggingfacetb huggyllama hustvl ibm ibm-granite idea-research
    ibm-nasa-geospatial impira inclusionai infly intel internlm intfloat jackaduma jeffwan jinaai johngiorgi kaist-ai kakaobrain kandinsky-community kblab
    laion law-ai lambdalabs latincy lemonilia lgai-exaone lightricks liquidai liuhaotian lllyasviel llava-hf lmms-lab lmstudio-community lmsys lykon madebyollin
    maywell meta-llama michaelfeil microsoft mightbe minishlab minimax minimaxai mistral-community mistralai mixedbread-ai ml6team mlx-community monster-labs moonshotai
    mosaicml mradermacher mrm8488 naver nbeerbower neuralmagic nexaaidev nlpconnect nlptown nomic-ai nousresearch nreimers nvidia obsidian octoai ollama-hf
    onnx-community open-orca openai openai-community openaccess-ai-collective openassistant openbmb openchat opensearch-project opengvlab openlm-research ornith-ai patrickjohncyh
    peft-internal-testing philschmid phind playgroundai pixart-alpha prajjwal1 primeintellect prithivida prithivmlmods princeton-nlp prosusai pyannote quantfactory qwen
    raincandy-u redhatai rednote-hilab rhasspy rinna ruanjx runwayml s-nlp salesforce samlowe scb10x sentence-transformers servicenow-ai setu4993 sg161222 silma-ai
    skt snowflake speakleash sshleifer speechbrain stabilityai stable-diffusion-v1-5 stanford-crfm stepfun-ai suno superb surya swiss-ai systran t-tech tencent tencenthunyuan
    tencentarc teknium textattack thebloke thenlper thudm tiiuae timbrooks timdettmers timm tinyllama tloen togethercomputer tohoku-nlp tongyi-mai
    turboderp typeform unbabel unitary unsloth upstage urchade valhalla vennify vikp vikhyatk vinai vidore wan-ai webml-community wizardlm wizardlmteam
    writer xai-org xenova xiaomimimo xlabs-ai xlm-roberta-hf xlnet yentinglin yanolja ylacombe z-ai zai zai-org zhipuai zyphra""")
_CODE_ORGS = word_set("""amazon apple databricks elastic facebook google huggingface ibm intel microsoft mosaicml naver nvidia openai salesforce snowflake
    tencent bytedance alibaba diffusers cerebras ggml-org ggerganov openassistant laion speechbrain deepset infly naver upstage writer superb adept stanford-crfm""")
_LEGACY = (
    (r"bert-(?:base|large)-(?:(?:un)?cased|multilingual|chinese|german)[\w-]*", "google-bert/"),
    (r"distilbert-base-[\w-]+|distilgpt2|distilroberta-base", "distilbert/"),
    (
        r"gpt2(?:-medium|-large|-xl)?|openai-gpt|roberta-(?:base|large)-openai-detector",
        "openai-community/",
    ),
    (
        r"(?:xlm-)?roberta-(?:base|large)(?:-mnli)?|xlm-roberta-large-finetuned-[\w-]+|xlm-(?:mlm|clm)-[\w-]+",
        "FacebookAI/",
    ),
    (r"t5-(?:small|base|large|3b|11b)", "google-t5/"),
    (r"albert-(?:base|large|xlarge|xxlarge)-v[12]", "albert/"),
    (r"xlnet-(?:base|large)-cased", "xlnet/"),
    (r"camembert-base", "almanach/"),
    (r"transfo-xl-wt103", "transfo-xl/"),
)
_LEGACY_IDS = tuple((re.compile(pattern + r"\Z"), org) for pattern, org in _LEGACY)
_SENTENCE = re.compile(
    r"(?:all|paraphrase|multi-qa|msmarco|distiluse|stsb|nli|quora|gtr-t5|sentence-t5|clip-vit|allenai|facebook-dpr|average_word_embeddings|"
    r"bert-base-nli|roberta-base-nli|distilbert-base-nli|xlm-r|use-cmlm|static|qa)[-_][\w.-]+\Z|labse\Z",
    re.I,
)
_OPEN = re.compile(
    r"(?:meta[-.])?(?:code|tiny|open)?-?llama|qwen|qwq|mi[sx]tral|ministral|codestral|devstral|magistral|pixtral|mathstral|zephyr|"
    r"(?:code|pali|shield|med|recurrent|embedding)?-?gemma|phi|deepseek|glm-?[45]|chatglm|falcon|yi[:-]|starcoder|starling|wizard|"
    r"(?:nous|open)-?hermes|hermes-?[234]|dolphin|openchat|orca|stablelm|stable-?(?:diffusion|code)|sdxl|flux[.-]1|vicuna|gpt-oss|olmo|tulu|smol(?:lm|vlm)|"
    r"minicpm|minimax-m\d|kimi-k\d|exaone|command-r|command-a|aya|nemotron|granite|llava|bakllava|moondream|neural-chat|solar|nomic-embed|mxbai-embed|"
    r"bge-|all-minilm|snowflake-arctic|jina-(?:embeddings|reranker|clip|colbert)|gte-(?!rerank)|e5-|multilingual-e5|whisper-(?:large|medium|small|base|tiny)|distil-whisper|parakeet|canary|"
    r"dbrx|jamba|internlm|reader-lm|athene|cogito|everythinglm|samantha|sqlcoder|codegemma|codegeex|"
    r"duckdb-nsql|goliath|nuextract|bespoke-minicheck|firefunction|deepscaler|deepcoder|openthinker|r1-1776|xwinlm|yarn-|notux|lfm2|apertus|mimo-v|longcat|ling-|ring-",
    re.I,
)
_HOSTED_NAME = re.compile(
    r"(?:(?:us|eu|apac|global|jp|au)\.)?(?:meta|mistral|deepseek|qwen|openai\.gpt-oss|google\.gemma|nvidia|minimax|moonshot(?:ai)?|zai)\.[\w.:-]+\Z|"
    r"@(?:cf|hf)/[\w.-]+/[\w.-]+\Z|accounts/[\w-]+/models/[\w.-]+\Z|"
    r"databricks-(?:meta-llama|llama|dbrx|mixtral|gpt-oss|qwen|gemma|bge|gte)-?[\w-]*\Z|huggingface-(?:llm|text2text|textgeneration\d?|textembedding|tc|eqa|sentencesimilarity|reranking|asr|vlm)-[a-z0-9-]+\Z|meta-(?:textgeneration|vlm)-llama-[a-z0-9-]+\Z",
    re.I,
)
_CLASS_NAME = re.compile(
    r"[a-z0-9](?:Model|For[A-Z]\w+|Config|Tokenizer\w*|Processor|Attention|Layer|Client|Provider|Service|Adapter|Parser)\Z|_(?:text|vision|moe|vl|v\d*)\Z"
)
_BEFORE_CLASS = re.compile(
    r"""["'`]\s*,\s*[\[(]?\s*["'`]?[A-Z]\w*(?:Model|For[A-Z]\w+|LMHead\w*|Config|Tokenizer\w*|Processor|Extractor)\b"""
)
_DOTTED = re.compile(r"[A-Za-z_]+(?:\.[A-Za-z_]+){2,}\Z|[a-z_]+\.[a-z_]{5,}\Z")
_WORDLIKE = re.compile(r"[A-Za-z]{2,}\Z")


def is_path(text: str) -> bool:
    """Whether the text is a place on a disk, or a file."""
    if text.startswith(("/", ".", "~", "\\", "file:")) or "\\" in text:
        return True
    if re.match(r"[A-Za-z]:/", text) or _FILE.search(text) or _TRAINED.match(text):
        return True
    return "/" in text and text.split("/", 1)[0].lower() in _HEADS


@lru_cache(maxsize=20_000)
def hub_id(text: str) -> str | None:
    """`org/name` if the text is one (a revision and a quantization tag left off), and no path, page or placeholder."""
    plain = text.split(":", 1)[0] if re.search(r":[\w.-]+\Z", text) and "//" not in text else text
    match = HUB_ID.match(plain)
    if match is None or is_path(plain):
        return None
    org, name = match[1], match[2]
    low = org.lower()
    if (
        low in _MIME
        or low in _PLACES
        or low in HUB_PAGES
        or low in _NO_MODELS
        or name.endswith((".", "-"))
    ):
        return None
    if not re.search(r"[A-Za-z]", org + "0") or not re.search(r"[A-Za-z]", name):
        return None
    if re.fullmatch(r"\d+", org) or ".." in plain or "--" in plain:
        return None
    if is_placeholder(f"{org}/{name}") or closed(f"{org}/{name}"):
        return None
    return f"{org}/{name}"


_LABELLED = re.compile(
    r"([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{2,95}) [(\[|–—-][^\n]{1,80}\Z", re.A
)
_TRAINED = re.compile(
    r"[^/]+/(?:(?:best|final|last|latest|trained|merged|saved)[-_]?(?:model|checkpoint|ckpt|weights)?|checkpoint[-_]\d+|epoch[-_]?\d+)\Z",
    re.I,
)
_FILE_IN_REPO = re.compile(
    r"([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{2,95})/[\w./-]+\.gguf\Z", re.A
)


def labelled(text: str) -> str | None:
    """The id in an entry that people choose from: `org/name (Multilingual)`."""
    match = _LABELLED.match(text)
    return match[1] if match and hub_id(match[1]) and likely(match[1]) else None


def file_in_repository(text: str) -> str | None:
    """The repository of `org/name/file.gguf`, as LM Studio writes models."""
    match = _FILE_IN_REPO.match(text)
    return match[1] if match and hub_id(match[1]) and strong(match[1]) else None


_GGUF = re.compile(
    r"(?P<stem>[\w.-]{3,120}?)(?:[.-](?:i1-)?(?:UD-)?(?:I?Q\d\w*|[BF]P?16|F32))?\.gguf\Z",
    re.A | re.I,
)


def weights_name(text: str) -> str | None:
    """The model's name in the name of a file of weights, `llama-2-7b-chat.Q4_K_M.gguf`, if it surely is one."""
    match = _GGUF.match(text)
    return match["stem"] if match and open_name(match["stem"]) else None


def is_placeholder(text: str) -> bool:
    """Whether the text stands for a name to be filled in."""
    org, slash, name = text.partition("/")
    if not slash:
        return bool(_PLACEHOLDER_NAME.fullmatch(text))
    return bool(_PLACEHOLDER_ORG.match(org) or _PLACEHOLDER_NAME.fullmatch(name))


@lru_cache(maxsize=20_000)
def closed(text: str) -> bool:
    """Whether the name is one of a model whose weights nobody hands out, or a moving name of its host."""
    if _CLOSED_ORG.match(text) and not re.search(r"grok-[12]\b(?!-)|jamba", text, re.I):
        return True
    if text.startswith(("mistral.", "us.mistral.", "eu.mistral.")):
        text = _AT_BEDROCK.sub("", text)
    name, _, tag = text.rsplit("/", 1)[-1].partition(":")
    if _SIZE_TAG.match(tag) and not _CLOSED_ANYWHERE.match(name):
        return False  # a size is a choice of weights: `deepseek-coder:6.7b`
    return bool(_CLOSED.fullmatch(name))


def closed_anywhere(text: str) -> bool:
    """Whether the name is a closed model's in every registry; `mistral-small` is one only at its own host."""
    return closed(text) and _CLOSED_ANYWHERE.match(text.rsplit("/", 1)[-1]) is not None


_AT_BEDROCK = re.compile(r"\A(?:[a-z]{2,6}\.)?mistral\.|-v\d+:\d+\Z")
"""What Bedrock puts around a name."""
_SIZE_TAG = re.compile(r"(?:\d+x)?\d+(?:\.\d+)?[bm](?![a-z])", re.I)
_CLOSED_ANYWHERE = re.compile(
    r"(?:chat)?gpt|o[1345](?:-|\Z)|text-|claude|gemini|dall|whisper-1|tts|amazon|titan|nova|palm|grok|sonar|voyage|imagen|veo",
    re.I,
)


@lru_cache(maxsize=20_000)
def likely(text: str) -> bool:
    """Whether an `org/name` looks like a model at all: a digit, a hyphen, a family's name, a known publisher."""
    org, _, name = text.partition("/")
    if org.lower() in KNOWN_ORGS - _CODE_ORGS or _FAMILY.search(name):
        return True
    if _WORDLIKE.match(name) and (name.islower() or name.isupper() or name.istitle()):
        return False
    return bool(
        re.search(r"\d", name) or _WORDS.search(name) or ("-" in name and org != org.lower())
    )


@lru_cache(maxsize=20_000)
def strong(text: str) -> bool:
    """Whether an `org/name` is surely a model, wherever it stands: its publisher and its name both say so."""
    org, _, name = text.partition("/")
    low = org.lower()
    marks = bool(_FAMILY.search(name)) + bool(_SIZE.search(name)) + bool(_WORDS.search(name))
    if low in _CODE_ORGS:
        return marks >= 2 or bool(_FAMILY.search(name) and re.search(r"\d", name))
    return marks >= (1 if low in KNOWN_ORGS else 2)


@lru_cache(maxsize=20_000)
def open_name(text: str) -> bool:
    """Whether a name without a publisher is surely that of an open-weight model: `llama3.1`, `qwen2.5:72b`."""
    if len(text) < 3 or not OLLAMA.match(text) or "/" in text or closed(text) or is_path(text):
        return False
    if _CLASS_NAME.search(text) or _DOTTED.match(text):
        return False
    if not _OPEN.match(text) or text.endswith("-latest"):
        return False
    return bool(
        re.search(r"\d|:", text)
        or re.match(
            r"(?:nomic-embed|mxbai|all-minilm|command-r|dolphin-|nous-hermes|openhermes|neural-chat)",
            text,
        )
    )


def names_a_class(after: str) -> bool:
    """Whether what follows a string says that it is a library's key for a class: `("qwen2", "Qwen2Model")`."""
    return _BEFORE_CLASS.match(after) is not None


def hosted_name(text: str) -> bool:
    """Whether the form alone says that a host offers an open-weight model under this name."""
    return bool(_HOSTED_NAME.match(text)) and not closed(text)


def only_hosted(text: str) -> bool:
    """Whether a name can be nothing but a host's name of an open-weight model, wherever it stands."""
    return hosted_name(text) and (
        "/" in text or text.startswith("databricks-") or _VERSIONED.search(text) is not None
    )


_VERSIONED = re.compile(r"-v\d+:\d+\Z")
"""The end of a name of Bedrock's."""


def legacy_id(text: str) -> str | None:
    """Today's Hub id of a model that once had one without an organization (`gpt2`).

    By the redirects of the Hub; the names stand in the pretrained-model lists of transformers 2 and 3.
    """
    return next((org + text for pattern, org in _LEGACY_IDS if pattern.match(text)), None)


def sentence_id(text: str) -> str | None:
    """`sentence-transformers/NAME`, which that library puts before a bare name it knows."""
    return f"sentence-transformers/{text}" if _SENTENCE.match(text) else None
