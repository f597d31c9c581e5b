"""JavaScript and TypeScript, Java, Go, Rust and their kin: strings with the names that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.scanning import context, shapes
from weightlaw.scanning.deciding import Place, could_be, known_name, reading
from weightlaw.scanning.finders import packages, shell
from weightlaw.scanning.keys import says, words
from weightlaw.scanning.lexing import Lexer, Style, Text
from weightlaw.scanning.values import Mention, SourceFile

_C = Style(single=False)
_JS = Style(tick=True, regex=True)
_HASH = Style(line="#", block=None)
_STYLES = {
    **dict.fromkeys(("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"), ("javascript", _JS)),
    "java": ("java", Style(single=False, triple=True)),
    **dict.fromkeys(
        ("kt", "kts", "scala", "groovy", "gradle"), ("java", Style(single=True, triple=True))
    ),
    "go": ("go", Style(single=False, tick=True)),
    "rs": ("rust", _C),
    **dict.fromkeys(("rb", "ex", "exs", "r"), ("code", _HASH)),
    "jl": ("code", Style(line="#", block=("#=", "=#"), triple=True)),
    **dict.fromkeys(
        ("tf", "tfvars", "hcl", "nix", "proto", "prisma"), ("code", Style(line="(?:#|//)"))
    ),
    "lua": ("code", Style(line="--", block=None)),
    "php": ("code", Style(line="(?://|#)")),
}
_NEVER = re.compile(
    r"(?:includes|startswith|endswith|equals|equalsignorecase|contains|indexof|split|replace|replaceall|match|test|log|info|warn|error|"
    r"debug|println|print|printf|errorf|sprintf|describe|it|tobe|toequal|tocontain|tothrow|assertequals|assert\w*|import|require|loaddataset|"
    r"pushtohub|push_to_hub|upload\w*|createrepo|getelementbyid|queryselector|addeventlistener|classname|cn|clsx|path|join|resolve|getlogger|trace|"
    r"fatal|fatalf|throw|setattribute|createelement|t|i18n|msg|eq|ne|regexp?|new_err|bail|anyhow|expect|context|with_context|has|get_or_insert)\Z",
    re.I,
)
_HUB_CALLS = re.compile(
    r"(?:from_pretrained|frompretrained|from_hub|fromhub|hf_hub_download|snapshotdownload|snapshot_download|with_revision|hfinference|"
    r"automodel|autotokenizer|loadmodelfromhub|createembedder|downloadmodel|modelinfo|from_hf|load_hf)\Z",
    re.I,
)
_HUB_CHAINS = re.compile(
    r"(?:\brepo\.(?:new|model|with_revision)|\bapi\.model|\bhfapi\.|hub\.(?:model|download)|cached?_path)\Z",
    re.I,
)
_ENV_CALLS = re.compile(
    r"(?:get_?env|getenvordefault|envor|env_or|getproperty|getstring|envstring|getordefault|env|lookup|config|value_or)\w*\Z",
    re.I,
)
_SPRING = re.compile(r"\$\{(?P<key>[\w.-]+):(?P<value>[^{}]{3,150})\}")
CLASSES = {
    "AllMiniLmL6V2EmbeddingModel": "all-minilm-l6-v2",
    "AllMiniLmL6V2QuantizedEmbeddingModel": "all-minilm-l6-v2",
    "BgeSmallEnEmbeddingModel": "bge-small-en",
    "BgeSmallEnV15EmbeddingModel": "bge-small-en-v15",
    "BgeSmallEnV15QuantizedEmbeddingModel": "bge-small-en-v15",
    "BgeSmallZhV15EmbeddingModel": "bge-small-zh-v15",
    "E5SmallV2EmbeddingModel": "e5-small-v2",
    "E5SmallV2QuantizedEmbeddingModel": "e5-small-v2",
}
"""Classes of langchain4j that bring their weights along (the artifacts of packages.MAVEN_MODELS)."""
_NEW_CLASS = re.compile(rf"\bnew\s+(?P<name>{'|'.join(CLASSES)})\b")


def style_of(suffix: str) -> Style:
    """How a language of this suffix writes strings and comments."""
    return _STYLES.get(suffix, ("code", _C))[1]


def find(source: SourceFile) -> Iterator[Mention]:
    """Every string whose place, or whose form, says that it names a model."""
    suffix = source.name.rsplit(".", 1)[-1].lower()
    finder, style = _STYLES.get(suffix, ("code", _C))
    yield from context.once(in_code(source, style, finder))
    if finder == "java":
        yield from packages.artifacts(source.text)
        for match in _NEW_CLASS.finditer(source.text):
            yield Mention(match.start("name"), match["name"], "name", "java")


def in_code(source: SourceFile, style: Style, finder: str) -> Iterator[Mention]:
    """The mentions of a piece of code."""
    ollama = source.speaks_of_ollama
    lexer = Lexer(source.text, style, words=ollama)
    packed = _packed(source.text)
    for text in lexer.texts():
        if "/" in text.value or not any(a <= text.start < b for a, b in packed):
            yield from _text(text, finder, ollama, source)
    for comment in lexer.comments:
        yield from commented(comment.value, finder, comment.start)
    strings = (m for m in shell.commanded(source.text, finder) if m.certainty == "runtime")
    spans = [(c.start, c.start + len(c.value)) for c in lexer.comments] if lexer.comments else []
    for found in strings:
        if not any(a <= found.start < b for a, b in spans):
            yield found


def _packed(text: str) -> list[tuple[int, int]]:
    """Lines that a bundler wrote: bare words in them (`"qwen2"`) are a library's tables."""
    return [(m.start(), m.end()) for m in _LONG_LINE.finditer(text)]


WORTH_PROSE = re.compile(r"[\w.-]/[A-Za-z][\w.]*[-\d]|://|ollama|--\w|\(\s*[\"']", re.I)
"""What a comment must hold before it is read as prose."""
_LONG_LINE = re.compile(r"[^\n]{5000,}")


def commented(text: str, finder: str, offset: int) -> Iterator[Mention]:
    """Code and ids in a comment."""
    if not WORTH_PROSE.search(text):
        return
    from weightlaw.scanning.finders.document import in_prose

    yield from in_prose(text, finder, "comment", offset)


def _text(text: Text, finder: str, ollama: bool, source: SourceFile) -> Iterator[Mention]:
    value = text.value
    if spring := _SPRING.fullmatch(value):
        made = context.mention(
            text.start + spring.start("value"), spring["value"], spring["key"].split("."), finder
        )
        if made:
            yield made
        return
    if text.role == "compared" or len(value) > 4000:
        return
    if text.role == "key" and not _listed(text):
        return
    if (named := shapes.labelled(value)) and _place(text, ollama) == "model":
        yield Mention(text.start, named, "hub", finder)
        return
    if any(c in value for c in " \n\t") or (text.role != "value" and not could_be(value)):
        yield from _long(text, finder)
        return
    if not could_be(value):
        return
    end = text.start + len(value)
    if "/" not in value and shapes.names_a_class(source.text[end : end + 80]):
        return
    place = _place(text, ollama)
    if finder == "code" and _resource_name(text, source):
        return
    if place is None or (place != "bare" and "/" not in value and _weak_call(text)):
        return
    if found := reading(value, place):
        certainty = "dynamic" if text.role == "part" else "runtime"
        yield Mention(text.start, value, found, finder, certainty)  # type: ignore[arg-type]


def _resource_name(text: Text, source: SourceFile) -> bool:
    """What Terraform calls a thing that it makes."""
    named = text.path[-1:] in (("name",), ("name_prefix",)) and "/" not in text.value
    return named and source.name.endswith((".tf", ".hcl"))


def _listed(text: Text) -> bool:
    """Whether a key is an entry of a table of models: `const MODELS = {"org/x": {...}}`."""
    named = words(text.path[-1])[-1:] if text.path else ()
    return named == ("models",) and "/" in text.value and shapes.hub_id(text.value) is not None


def _weak_call(text: Text) -> bool:
    return text.path[-1:] == ("pipeline",) and text.index == 0


def _long(text: Text, finder: str) -> Iterator[Mention]:
    """Strings that are more than a name: templates, commands, bodies, sentences."""
    value = text.value
    if text.role == "template" and not re.search(r"\s", value):
        head = re.split(r"\$\{|\{|%|#\{", value)[0]
        if (
            "/" in head
            and _place(text, False) not in (None, "bare")
            and shapes.hub_id(head.rstrip("-_.") + "x1")
        ):
            yield Mention(text.start, value, "hub", finder, "dynamic")
            return
    whole = re.match(r"\s*https?://\S+\s*\Z", value) is not None
    yield from context.address_mentions(
        value, finder, "runtime" if whole or _fetches(value) else "documentation", text.start
    )
    if "model" in value and ('":' in value or '" :' in value):
        yield from shell.json_pairs(value, finder, "runtime", text.start)


def _fetches(value: str) -> bool:
    return re.search(r"\b(?:curl|wget|git clone|hf download)\b", value) is not None


def _place(text: Text, ollama: bool) -> Place | None:
    call = text.call.rsplit(".", 1)[-1]
    if _NEVER.match(call) and not _argument_of_model(text):
        return None
    if _HUB_CALLS.match(call) or _HUB_CHAINS.search(text.call):
        return (
            "hub"
            if text.index == 0 or says((text.path or ("",))[-1]) in ("model", "neutral")
            else "bare"
        )
    if call == "pipeline" and text.index == 1:
        return "hub"
    path = text.path
    if text.index >= 1 and _ENV_CALLS.match(call) and text.first:
        path = (*path, text.first)
    place = context.place_of(path, text.value)
    if place in ("model", "ollama") and (
        "ollama" in text.call.lower() or (ollama and _tagged(text.value))
    ):
        return "ollama"
    if place == "bare" and "ollama" in text.call.lower() and _an_ollama_name(text):
        return "ollama"
    return place


def _an_ollama_name(text: Text) -> bool:
    """A name that is a model's by its form, or a known one behind the address of a client."""
    known = text.index > 0 and text.value.islower() and known_name(text.value)
    return shapes.open_name(text.value) or known


def _argument_of_model(text: Text) -> bool:
    """`expect` and `context` also end chains that set a model; then a key says so."""
    return (
        text.path[-1:] != (text.call.rsplit(".", 1)[-1],)
        and says((text.path or ("",))[-1]) == "model"
    )


def _tagged(value: str) -> bool:
    return (
        "/" not in value
        and not shapes.closed(value)
        and (":" in value or re.search(r"\d", value) is not None or value.islower())
    )
