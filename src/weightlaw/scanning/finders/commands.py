"""Commands that fetch or serve a model, wherever they stand: a script, a Dockerfile, a list of arguments, a page.

Patterns allow for what stands between an option and its value in each of them: `--model org/x`, `--model=org/x`,
`"--model", "org/x"`, and the lines of a YAML list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.scanning import shapes
from weightlaw.scanning.deciding import clean, provider_less, reading
from weightlaw.scanning.keys import says
from weightlaw.scanning.values import Reading
from weightlaw.scanning.wordlists import word_set

GAP = r"""(?:=|[ \t]+|[ \t]*\\?\r?\n[ \t]*(?:-[ \t]+)?|["'][ \t]*,?\s{0,40}(?:-[ \t]+)?|,[ \t]*)(?:["'\\]{0,3})"""
VALUE = r"""(?P<value>(?:\$\{[A-Za-z_]\w*:?[-=])?[\w@.~/\\$<{][^\s"'`,;|&<>()\[\]]{0,200})"""
_FLAGS = r"(?:[ \t]+--?[a-zA-Z][\w-]*(?:[= ][\w.:/=-]+)?){0,6}?"
_OPTION = re.compile(rf"""(?<![\w-])--?(?P<option>[A-Za-z][\w-]{{0,60}})["']?{GAP}{VALUE}""", re.A)
_COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("hub", "vllm", rf"\bvllm{GAP}serve{_FLAGS}{GAP}{VALUE}"),
    ("hub", "huggingface", rf"\b(?:hf|huggingface-cli){GAP}download{_FLAGS}{GAP}{VALUE}"),
    ("ollama", "ollama", rf"\bollama(?:\.exe)?{GAP}(?:run|pull|show){_FLAGS}{GAP}{VALUE}"),
    (
        "docker",
        "docker",
        rf"\bdocker{GAP}model{GAP}(?:run|pull|configure|inspect){_FLAGS}{GAP}{VALUE}",
    ),
    (
        "hub",
        "tune",
        rf"\b(?:tune|litgpt|modelscope){GAP}(?:download|finetune\w*|generate|chat|serve|pretrain){_FLAGS}{GAP}{VALUE}",
    ),
    ("model", "lms", rf"\blms{GAP}(?:get|load){_FLAGS}{GAP}{VALUE}"),
    ("ollama", "ramalama", rf"\bramalama{GAP}(?:run|pull|serve|bench){_FLAGS}{GAP}{VALUE}"),
    (
        "hub",
        "lmdeploy",
        rf"\blmdeploy{GAP}(?:serve{GAP}\w+|chat|lite{GAP}\w+|convert{GAP}\w+){_FLAGS}{GAP}{VALUE}",
    ),
    ("hub", "trtllm", rf"\btrtllm-serve(?:{GAP}serve)?{_FLAGS}{GAP}{VALUE}"),
    ("hub", "aphrodite", rf"\baphrodite{GAP}run{_FLAGS}{GAP}{VALUE}"),
    ("hub", "mlc", rf"\bmlc_llm{GAP}(?:serve|chat|compile|package){_FLAGS}{GAP}{VALUE}"),
    ("hub", "openllm", rf"\bopenllm{GAP}(?:start|serve|run){_FLAGS}{GAP}{VALUE}"),
    (
        "whisper",
        "ggml-model",
        rf"download-(?:ggml|coreml)-model(?:\.sh|\.cmd)?{_FLAGS}{GAP}{VALUE}",
    ),
    ("host", "gh", rf"\bgh{GAP}models{GAP}(?:run|view|eval){_FLAGS}{GAP}{VALUE}"),
)
_COMPILED = tuple((place, hint, re.compile(p, re.A)) for place, hint, p in _COMMANDS)
_HUB_OPTIONS = word_set("hf hfr hfrv hfd hf-repo hf_repo hf-repo-draft hf-repo-v hf-model")
_PAIR_OPTIONS = word_set("lora-modules lora_modules model-args model_args model-arg adapters")
_PROSE = word_set("""the a an your my this that it is in on and or to for with of model models command commands will can as at by
    from if not you we then now list one any all instead again first more local using via container server name here
    there them itself requests inside image failed error please when while which has have was are be""")
_HINTS = (
    "vllm",
    "huggingface",
    "hf",
    "ollama",
    "docker",
    "--",
    "-hf",
    "tune",
    "litgpt",
    "lms",
    "ramalama",
    "mlc",
    "gh",
    "trtllm",
    "aphrodite",
    "ggml-model",
)
_CREATED = re.compile(r"\bollama[ \t]+create[ \t]+([\w./:-]+)")
"""Names that the text itself gives to models that it makes."""
_CALL = re.compile(
    r"""(?P<name>from_pretrained|SentenceTransformer|CrossEncoder|pipeline|snapshot_download|hf_hub_download|LLM)\(\s{0,60}[^)\n"']{0,60}"""
    r"""(?:["'][a-z-]{3,40}["'],\s{0,10}(?:model\s{0,3}=\s{0,3})?)?\\?["'](?P<value>[\w./-]{3,150})\\?["']""",
    re.A,
)


class Seen(Struct, frozen=True):
    """A value in a command."""

    start: int
    text: str
    reading: Reading | None
    """None: it is only known when the command runs."""


def find(text: str) -> Iterator[Seen]:
    """Every model that a command in the text names, with its offset; each place once."""
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return
    taken: set[int] = set()
    own = set(_CREATED.findall(text)) if "create" in lower else set()
    for seen in (*_commands(text, lower), *_options(text)):
        if seen.start not in taken and seen.text not in own:
            taken.add(seen.start)
            yield seen


def calls(text: str) -> Iterator[Seen]:
    """Python's loaders in a text that is no Python file: `python -c "..."`, a sample in a page."""
    if "(" not in text:
        return
    for match in _CALL.finditer(text):
        if found := reading(
            match["value"], "sentence" if match["name"] == "SentenceTransformer" else "hub"
        ):
            yield Seen(match.start("value"), match["value"], found)


def _commands(text: str, lower: str) -> Iterator[Seen]:
    for place, hint, pattern in _COMPILED:
        if (
            hint not in lower
            and not (hint == "huggingface" and "hf" in lower)
            and not (hint == "tune" and "litgpt" in lower)
        ):
            continue
        for match in pattern.finditer(text):
            if hint == "huggingface" and _no_model(text, match):
                continue
            yield from _seen(match, place)


def _no_model(text: str, match: re.Match[str]) -> bool:
    """Whether the command says that it fetches a data set or a space."""
    rest = text[match.start() : match.end() + 400]
    line = re.split(r"(?<!\\)\n|[;&|]", rest, maxsplit=1)[0]
    return (
        re.search(r"""--repo-type["'=,\s]+(?:dataset|space)|^[^\n]*\bdatasets/""", line) is not None
    )


def _options(text: str) -> Iterator[Seen]:
    if "-" not in text:
        return
    for match in _OPTION.finditer(text):
        option, value = match["option"], match["value"]
        if option in _PAIR_OPTIONS:
            yield from _pairs(match, value)
        elif option in _HUB_OPTIONS:
            if value.count("/") == 1 or "$" in value:
                yield from _seen(match, "hub")
        elif option == "m" or says(option) in ("model", "ollama"):
            yield from _seen(match, "bare" if option == "m" else "model")


def _pairs(match: re.Match[str], value: str) -> Iterator[Seen]:
    """`--lora-modules sql=org/x`, `--model_args pretrained=org/x,dtype=auto`."""
    at = match.start("value")
    for pair in re.finditer(r"(\w[\w-]*)=([^,=\s\"']+)", value):
        found = reading(clean(pair[2]), "model")
        if found and pair[1] not in ("dtype", "revision", "device"):
            yield Seen(at + pair.start(2), clean(pair[2]), found)


def _seen(match: re.Match[str], place: str) -> Iterator[Seen]:
    value, start = match["value"], match.start("value")
    if default := re.match(r"\$\{\w+:?[-=]([^}]+)\}?", value):
        value, start = default[1], start + default.start(1)
    elif "$" in value or "{" in value or "<" in value:
        if place != "model" and re.match(r"[\"']?\$[{(]?\w+", value) and place != "ollama":
            yield Seen(
                start,
                clean(value)
                + (
                    "}"
                    if value.count("{") > value.count("}") - 1
                    and "${" in value
                    and "}" not in clean(value)
                    else ""
                ),
                None,
            )
        return
    value = clean(value)
    if place == "ollama" and (
        value.lower() in _PROSE or (not re.search(r"[:\d/-]", value) and not _named(value))
    ):
        return
    if value.lower() in _PROSE or value.startswith("-"):
        return
    found = reading(value, place) or (
        reading(value, "model") if place == "hub" and provider_less(value) else None
    )
    if found:
        yield Seen(start, value, found)


def _named(value: str) -> bool:
    """A bare word after `ollama run` is a model's name only if it is known as one: prose has many words."""
    from weightlaw.scanning.deciding import known_name

    return (
        shapes.open_name(value) or known_name(value) or bool(re.fullmatch(r"[a-z]+\d[\w.]*", value))
    )
