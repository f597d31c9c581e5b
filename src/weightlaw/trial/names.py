"""Which words name a model, its maker or a candidate of this trial, and how plainly each does.

`plain` names mean a model wherever they stand (ChatGPT, Qwen2.5). `common` ones are words or companies with other
meanings (Gemini, Falcon, Google): they count only where a text speaks of its author, or with a version behind them.
What a candidate of this trial is called, with its family and its maker, is plain here.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import re
from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct

from weightlaw.catalog.store import load
from weightlaw.trial.values import Candidate, Identity


class Names(Struct, frozen=True):
    """The words to take out, in lower case."""

    plain: tuple[str, ...]
    common: tuple[str, ...]
    own: tuple[str, ...] = ()
    """Those of `plain` that the candidates of this trial go by."""
    words: tuple[str, ...] = ()
    """Those of `own` with other meanings: in small letters (`meta tags`) they name nobody."""


_COMMON_WORDS = """
    aion alexa alice ant apertus arc arctic aurora aya bard bert bing bria chronos claude clip cohere command copilot
    cosmos dolphin dola dots duet e5 falcon fish flan flux fury gemini gemma granite grok groq hermes hunyuan ideogram
    inception inkling inflection intellect iris jamba krea laguna ling llama lyra magnum medusa mercury meta mini mistral
    mixtral motif muse nova o1 o3 o4 olmo opt optimus orca ornith palm parakeet perplexity phi pi poolside quasar recurrent
    reka rnj sage seed siri smol snowflake solar sonar sora sova spark step t5 titan trinity tulu upstage veo vicuna wan
    watson whisper yi zephyr nano banana opus sonnet haiku xgen kat nous together replicate fireworks baseten bedrock azure
    vertex hugging face databricks salesforce cisco ibm nvidia intel amd apple google alphabet microsoft amazon aws facebook
    instagram samsung tencent alibaba baidu bytedance tiktok xiaomi huawei meituan kuaishou weibo jd lg naver kakao yandex sber
    sberbank adobe oracle sap deutsche telekom servicenow bloomberg thinky runway dbrx longcat mimo kimi
    doubao ernie nebius lambda cerebras sambanova anyscale octo novita chutes venice friendli lepton hyperbolic featherless
    parasail gpt glm minimax ollama openrouter vllm llamacpp lmstudio sglang huggingface guanaco google-deepmind
"""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Words and companies that a text may well speak of without naming its author."""

_PLAIN = """
    chatgpt|openai|anthropic|google deepmind|deepmind|google ai|google gemini|google bard|meta ai|mistral ai|mistralai|
    le chat|lechat|xai|x.ai|deepseek|deep seek|moonshot ai|moonshotai|kimi chat|z.ai|zai-org|zhipu|zhipu ai|zhipuai|bigmodel|chatglm|qwen|
    tongyi|tongyi qianwen|qianwen|qwq|qvq|minimax ai|stepfun|01.ai|lingyi|baichuan|internlm|sensenova|sensetime|ernie bot|wenxin|
    wenxin yiyan|doubao|hunyuan|yuanbao|pangu|codestral|devstral|magistral|ministral|pixtral|voxtral|mixtral|
    mistral large|mistral small|mistral medium|mistral nemo|claude opus|claude sonnet|claude haiku|claude instant|claude code|
    opus 4|sonnet 4|haiku 4|claude ai|claude.ai|gemini pro|gemini flash|gemini ultra|gemini nano|gemini advanced|gemma|google vertex ai|
    microsoft copilot|github copilot|bing chat|amazon nova|nova pro|nova lite|nova micro|nova premier|amazon titan|amazon q|alexaplus|
    cohere command|commandr|command-r-plus|command a|coherelabs|cohereforai|ai21|ai21 labs|jurassic-2|inflection ai|
    perplexity ai|perplexity sonar|character.ai|huggingchat|openchat|openhermes|nous research|nous hermes|
    stability ai|stablelm|stable beluga|wizardlm|koala-13b|redpajama|pythia-12b|starcoder|starchat|smollm|olmo|tulu 3|
    allenai|allen institute for ai|ai2|exaone|hyperclova|hyperclova x|gigachat|yandexgpt|alice ai|rinna|plamo|llm-jp|sarvam|krutrim|
    falcon llm|aleph alpha|luminous-supreme|teuken|eurollm|salamandra|apertus llm|nemotron|granite code|phi-silica|dbrx|yi-lightning|
    kimi k2|kimi ai|mimo-v2|longcat-flash|ling-plus|ring-flash|gpt-oss|text-davinci|davinci-003|o1-preview|o1-mini|o1-pro|o3-mini|o3-pro|o4-mini|
    grok ai|xai grok|supergrok|groqcloud|together ai|fireworks ai|nova sonic|hermes agent|dolphin-mixtral|thinking machines lab|liquid ai|liquidai|arcee ai|reka ai|reka core|reka flash|poolside ai
"""
_FOREIGN_WORDS = """
    通义千问 通義千問 千问 千問 通义 深度求索 深度探索 月之暗面 智谱清言 智谱 智譜 文心一言 文心 豆包 混元 腾讯元宝 讯飞星火
    讯飞 星火认知 百川 商汤 盘古 零一万物 阶跃星辰 阶跃 阿里云 阿里巴巴 百度 腾讯 字节跳动 华为 美团 小米 谷歌 微软 元宝
    克劳德 オープンエーアイ チャットジーピーティー ジェミニ クロード グーグル アンソロピック 챗지피티 오픈에이아이 클로드 제미나이
    구글 네이버 하이퍼클로바 엑사원 ГигаЧат ЯндексГПТ ЧатГПТ Гугл Яндекс Сбер Сбербанк
    Алиса Квен ДипСик Клод Клауд Джемини Майкрософт كلود جوجل جيميني
"""
_FOREIGN = _FOREIGN_WORDS.split()
_FOREIGN_COMMON_WORDS = """
    通义 文心 百度 腾讯 字节跳动 华为 美团 小米 谷歌 微软 阿里云 阿里巴巴 元宝 混元 百川 盘古 阶跃 豆包 グーグル クロード
    ジェミニ 구글 네이버 Гугл Яндекс Сбер Сбербанк Алиса Квен Клод Клауд Джемини
    Майкрософт كلود جوجل جيميني Сбером Сбера Яндексом Гуглом
"""
_FOREIGN_COMMON = frozenset(_FOREIGN_COMMON_WORDS.split())

_MAKERS: dict[str, tuple[str, ...]] = {
    "gpt": ("openai", "chatgpt"),
    "chatgpt": ("openai", "gpt"),
    "o": ("openai", "chatgpt", "gpt"),
    "openai": ("openai", "chatgpt", "gpt"),
    "claude": (
        "anthropic",
        "claude",
        "opus",
        "sonnet",
        "haiku",
        "克劳德",
        "クロード",
        "클로드",
        "клод",
        "клауд",
    ),
    "anthropic": ("anthropic", "claude"),
    "gemini": (
        "google",
        "google deepmind",
        "deepmind",
        "bard",
        "谷歌",
        "グーグル",
        "구글",
        "гугл",
        "ジェミニ",
        "제미나이",
    ),
    "gemma": ("google", "google deepmind", "deepmind", "谷歌", "グーグル", "구글", "гугл"),
    "grok": ("xai", "x.ai", "twitter"),
    "qwen": (
        "alibaba",
        "alibaba cloud",
        "aliyun",
        "tongyi",
        "qianwen",
        "通义千问",
        "通义",
        "阿里云",
        "阿里巴巴",
        "квен",
    ),
    "qwq": ("qwen", "alibaba", "alibaba cloud", "通义千问", "阿里云", "阿里巴巴"),
    "deepseek": ("深度求索", "深度探索", "high-flyer"),
    "kimi": ("moonshot", "moonshot ai", "月之暗面"),
    "moonshot": ("moonshot", "moonshot ai", "kimi", "月之暗面"),
    "glm": ("zhipu", "zhipu ai", "z.ai", "chatglm", "智谱", "智谱清言"),
    "chatglm": ("zhipu", "zhipu ai", "z.ai", "glm", "智谱"),
    "llama": ("meta", "meta ai", "facebook"),
    "mistral": ("mistral ai", "mistralai", "le chat"),
    "mixtral": ("mistral", "mistral ai"),
    "ministral": ("mistral", "mistral ai"),
    "magistral": ("mistral", "mistral ai"),
    "codestral": ("mistral", "mistral ai"),
    "devstral": ("mistral", "mistral ai"),
    "phi": ("microsoft", "微软"),
    "nova": ("amazon", "aws", "amazon nova"),
    "command": ("cohere", "cohere command"),
    "ernie": ("baidu", "百度", "文心", "文心一言", "wenxin"),
    "hunyuan": ("tencent", "腾讯", "混元", "yuanbao", "元宝"),
    "doubao": ("bytedance", "字节跳动", "豆包"),
    "seed": ("bytedance", "字节跳动", "豆包", "doubao"),
    "granite": ("ibm",),
    "nemotron": ("nvidia",),
    "falcon": ("tii", "technology innovation institute"),
    "yi": ("01.ai", "零一万物"),
    "exaone": ("lg", "lg ai research", "엑사원"),
    "step": ("stepfun", "阶跃星辰", "阶跃"),
    "minimax": ("minimax", "hailuo"),
    "mimo": ("xiaomi", "小米"),
    "olmo": ("ai2", "allenai", "allen institute for ai"),
    "solar": ("upstage",),
    "sonar": ("perplexity",),
}
"""Closed and well-known families: what else their answers call themselves and their maker."""

_EVERYDAY_WORDS = """
    open closed local hosted cloud remote baseline candidate candidates new old big small large medium mini fast slow cheap
    current challenger champion control test prod production one two three left right first second third model models ours
    theirs main base default self host ab alpha beta gamma red blue green api private public internal external reference
    original latest stable next incumbent contender option system answer bot assistant today tomorrow before after instruct
    chat coder code think thinking reasoning reasoner vision plus turbo pro max flash lite ultra preview text it hf the my
    free beta thing support customer service agent helper server
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
"""Labels of candidates and parts of model ids that any text may contain: they name nobody."""

_WORDS_OF_FAMILIES = (
    "command step seed opt clip together face mini nano banana spark sage fish wan ling arc fury"
)
_STILL_WORDS = frozenset(_WORDS_OF_FAMILIES.split())
_SERVERS = frozenset(
    ("ollama", "openrouter", "vllm", "llamacpp", "lmstudio", "sglang", "huggingface")
)
"""Common ones that are no words of any language."""
_PERSONA = re.compile(
    r"(?:[Yy]ou are|[Yy]our name is|[Cc]all yourself|[Dd]u bist|[Dd]u heißt|[Tt]u es|[Ee]res)\s+([A-Z][\w-]+)"
)
"""A name that a candidate's own system prompt gives it: its rival has not got it."""
_WITH_NUMBER = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_HOST_WORDS = (
    "localhost api www com org net io ai dev local host chat app cloud inference models llm v1"
)
_GENERIC_HOST = frozenset(_HOST_WORDS.split())


def base_of(model: str) -> str:
    """The leading word of a model's name: `qwen` of `Qwen/Qwen2.5-7B`, `gpt` of `gpt-4o`."""
    last = re.split(r"[/@]", model.strip().lower().rstrip("/"))[-1] or model.lower()
    last = last.rpartition("models/")[2]
    found = _WORD.search(last)
    return found[0] if found else last


@lru_cache(maxsize=1)
def known() -> Names:
    """The names that are taken out in every trial: catalogued families, models and makers, and the closed vendors'."""
    catalog = load()
    plain = {n.strip() for n in _PLAIN.replace("\n", "").split("|")} | set(_FOREIGN)
    common = set(_COMMON)
    models = [m for i in catalog.model_ids() if (m := catalog.model(i)) is not None]
    for family in {f for model in models for f in model.families}:
        entry, _ = catalog.named(family)
        aliases = entry.aliases if entry else ()
        _sort_in({base_of(family), family, *aliases}, plain, common)
    for model in models:
        own = {model.id, model.id.partition("/")[2], *model.aliases}
        _sort_in({n for n in own if any(c.isdigit() for c in n)}, plain, common)
        common |= _developer(model.developer)
    foreign = {n.lower() for n in _FOREIGN_COMMON}
    plain = {n.lower() for n in plain} - foreign
    return Names(
        tuple(sorted(plain - _COMMON)), tuple(sorted((common | foreign) - plain | _COMMON))
    )


def _sort_in(names: set[str], plain: set[str], common: set[str]) -> None:
    """A catalogued name counts as plain with a number in it; without one it may be any word: `tower`, `sentence`."""
    for name in (n.lower() for n in names if len(n) > 1):
        (common if not _WITH_NUMBER.search(name) or _ambiguous(name) else plain).add(name)


def _ambiguous(name: str) -> bool:
    """Whether a name is short, a word of everyday language, or one with a small number: `step-3`, `opt`, `t5`."""
    letters = re.sub(r"[^a-z]", "", name)
    return (
        name in _COMMON
        or len(letters) < 4
        or re.fullmatch(r"(?:step|command|ling|inkling|wan|clip)[-. ]?[\da-z]?", name) is not None
    )


def _developer(text: str) -> set[str]:
    parts = re.findall(r"[^()]+", text.lower())
    return {p.strip() for p in parts if len(p.strip()) > 2 and p.strip() not in _EVERYDAY}


def of_trial(candidates: tuple[Candidate, ...], identities: list[Identity]) -> Names:
    """Those of the candidates with what answered behind them, on top of the known ones. The order of the candidates
    plays no part: both sides of every pair lose the same words."""
    plain: set[str] = set()
    weak: set[str] = set()
    for candidate in candidates:
        models = {candidate.model, candidate.reference.removeprefix("ollama:")} - {""}
        _own(models, plain, weak)
        _label(candidate.name, plain, weak)
        _host(candidate.url, plain, weak)
        plain |= {m[1].lower() for m in _PERSONA.finditer(candidate.system)}
        if candidate.reference.startswith("ollama:"):
            plain.add("ollama")
    for identity in identities:
        _own({*identity.models, identity.family} - {""}, plain, weak)
        plain |= set(identity.server.lower().split()[:1])
        licensed = set(_WORD.findall(identity.license_name.lower())) & set(_MAKERS)
        plain |= licensed.union(*(_MAKERS[w] for w in licensed)) - _STILL_WORDS
        plain |= {identity.digest.lower(), identity.digest.lower()[:12]} - {""}
    kept = known()
    plain = {n for n in plain if len(n) > 1 and n not in _EVERYDAY}
    return Names(
        tuple(sorted(plain | set(kept.plain))),
        tuple(sorted((weak | set(kept.common)) - plain)),
        tuple(sorted(plain)),
        tuple(sorted(plain & _COMMON - _SERVERS)),
    )


def _own(models: set[str], plain: set[str], weak: set[str]) -> None:
    """A candidate's model: its whole id, its family's name, and those of its maker."""
    catalog = load()
    for model in (m.lower() for m in models):
        base = base_of(model)
        plain |= {model, model.rpartition("/")[2]} - {base}
        if base == "chatgpt" or re.match(r"(?:.*/)?o\d", model):
            base = "gpt"
        bases = {base, *(w for w in _WORD.findall(model) if w in _MAKERS or w in _COMMON)}
        for word in bases - _EVERYDAY:
            (weak if _too_common(word) else plain).add(word)
            plain |= {n.lower() for n in _MAKERS.get(word, ())}
        if "/" in model:
            _label(model.rpartition("/")[0].rpartition("/")[2], plain, weak)
        _, entries = catalog.named(model.removesuffix(":latest"))
        for entry in entries[:20]:
            plain |= {n.lower() for n in (entry.id, *entry.aliases)} | _developer(entry.developer)


def _too_common(word: str) -> bool:
    """Whether even a candidate's own family is called by a word that half of all texts contain."""
    return word in _STILL_WORDS or (len(word) < 3 and word not in _MAKERS)


def _label(name: str, plain: set[str], weak: set[str]) -> None:
    words = [w for w in re.split(r"[\W_]+", name.lower()) if w]
    (weak if all(w in _EVERYDAY or len(w) < 3 for w in words) else plain).add(name.lower())
    for word in words:
        base = base_of(word)
        if base in _MAKERS:
            plain |= {base, *_MAKERS[base]}


def _host(url: str, plain: set[str], weak: set[str]) -> None:
    host = (urlsplit(url).hostname or "").lower()
    if not re.search(r"[a-z]\.[a-z]", host):
        return
    plain.add(host)
    for label in host.split("."):
        if label in _GENERIC_HOST or len(label) < 3:
            continue
        base = base_of(label)
        known_maker = label in known().plain or base in _MAKERS
        (plain if known_maker else weak).add(label)
        if base in _MAKERS:
            plain |= {n.lower() for n in _MAKERS[base]}


def kin(models: set[str]) -> frozenset[str]:
    """The family and the makers of models, in words that two models of one house share."""
    found: set[str] = set()
    catalog = load()
    for model in (m.lower().removeprefix("ollama:") for m in models):
        base = "gpt" if re.match(r"(?:.*/)?(?:o\d|chatgpt)", model) else base_of(model)
        if base not in _EVERYDAY:
            found |= {base, *_MAKERS.get(base, ())}
        _, entries = catalog.named(model.removesuffix(":latest"))
        for entry in entries[:20]:
            found |= _developer(entry.developer)
    return frozenset(found)
