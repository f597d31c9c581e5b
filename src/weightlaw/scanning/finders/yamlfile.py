"""YAML: compose files, Kubernetes, Helm, KServe, CI, and the settings of training and serving tools.

Read line by line, by indentation. Templates of Helm are no YAML, a manifest may hold a hundred documents, and a bomb
of nested brackets must cost nothing: a parser would fail on each of them, and would lose comments and columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from weightlaw.scanning import context, shapes
from weightlaw.scanning.finders import shell
from weightlaw.scanning.values import Certainty, Mention, SourceFile
from weightlaw.scanning.wordlists import word_set

_LINE = re.compile(
    r"""(?P<indent>[ \t]*)(?P<comment>#[# ]*)?(?P<dashes>(?:-[ \t]+)*)(?:(?P<quote>["']?)(?P<key>[\w$][\w./$@-]{0,120}(?:[ ][\w-]+){0,2})(?P=quote)[ \t]*:(?=[ \t\r]|$)[ \t]*)?(?P<value>.*)"""
)
_FLOW = re.compile(
    r"""(?:["']?(?P<key>[A-Za-z_][\w.-]*)["']?\s*:\s+)?["']?(?P<value>[^\s\[\]{},"'][^\[\]{},"'\n]{2,300})["']?"""
)
_TEMPLATE_DEFAULT = re.compile(r"""default\s+"([^"\s]{3,200})"|"([^"\s]{3,200})"\s*\}\}""")
_ENTRY = re.compile(r"""["']?(?P<key>[A-Za-z_]\w{1,80})=(?P<value>[^\s"']{3,250})["']?\Z""")
_SCALAR = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?\Z")
_ALIASES = word_set("model_name modelname served_model_name name")
_COMPOSE = re.compile(r"(?:docker-)?compose[\w.-]*\.ya?ml\Z", re.I)
_SERVING = re.compile(r"^\s*(?:apiVersion|kind):\s", re.M)
MAX_LINE = 5000


@dataclass(slots=True)
class _State:
    """Where the reading of a file is."""

    stack: list[tuple[int, str]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    """Per indentation the last value of `name`, for `- name: X` / `value: Y`."""
    scalar: int = -1
    """Indentation of the key whose block scalar this is."""
    inner: _State | None = None
    """Where the reading of that scalar is; a scalar in a scalar is read as text only."""

    nested: bool = False

    def path(self) -> tuple[str, ...]:
        return tuple(key for _, key in self.stack)


def find(source: SourceFile) -> Iterator[Mention]:
    """Every value whose keys, or whose form, say that it names a model; and every command."""
    yield from context.once(_all(source))


def kind_of(source: SourceFile) -> str:
    """`compose`, `kubernetes`, `helm`, `ci` or `yaml`, for the finder's name."""
    path = source.path.lower()
    if _COMPOSE.search(source.name):
        return "compose"
    if ".github/workflows/" in path or source.name.startswith(
        (".gitlab-ci", "azure-pipelines", "bitbucket-pipelines")
    ):
        return "ci"
    if "{{" in source.text and ("/templates/" in path or source.name.endswith((".tpl", ".gotmpl"))):
        return "helm"
    if source.name in ("values.yaml", "values.yml", "Chart.yaml"):
        return "helm"
    return "kubernetes" if _SERVING.search(source.text[:20_000]) else "yaml"


def _all(source: SourceFile) -> Iterator[Mention]:
    finder, state, offset = kind_of(source), _State(), 0
    router = "litellm_params" in source.text
    for line in source.text.split("\n"):
        if len(line) <= MAX_LINE and line.strip():
            for found in _line(line, offset, state, finder):
                if not (router and _is_alias(state)):
                    yield found
        offset += len(line) + 1
    for found in shell._in_source(source, finder):
        if not _barred(source.text, found.start):
            yield found


def _is_alias(state: _State) -> bool:
    """LiteLLM's router calls its own names `model_name`; the model is in `litellm_params`."""
    return bool(state.stack) and state.stack[-1][1].lower() == "model_name"


def _barred(text: str, start: int) -> bool:
    """Whether the line's key says that its value is no model (`uses:`, `image:`)."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return (
        re.match(r"\s*(?:-\s+)*(?:uses|image|repository|served[\w-]*)\s*:\s*\S{0,40}\Z", line)
        is not None
    )


def _line(line: str, offset: int, state: _State, finder: str) -> Iterator[Mention]:
    match = _LINE.match(line)
    if match is None:
        return
    indent = len(match["indent"].expandtabs(2)) + len(match["dashes"])
    if state.scalar >= 0:
        if len(match["indent"].expandtabs(2)) > state.scalar:
            yield from _embedded(line, offset, state, finder)
            return
        state.scalar, state.inner = -1, None
    if match["comment"]:
        yield from _value(match, offset, state, finder, "comment")
        return
    while state.stack and state.stack[-1][0] >= indent + (0 if match["key"] else 1):
        state.stack.pop()
    if match["dashes"]:
        state.names = {i: n for i, n in state.names.items() if i < indent}
    if match["key"]:
        state.stack.append((indent, match["key"]))
        if match["key"] in ("name", "key"):
            state.names[indent] = match["value"].strip().strip("\"'")
    yield from _value(match, offset, state, finder, "runtime")


def _embedded(line: str, offset: int, state: _State, finder: str) -> Iterator[Mention]:
    """A file of settings in a block scalar, as a ConfigMap holds it: only names that say so themselves."""
    if state.inner is None:
        return
    for found in _line(line, offset, state.inner, finder):
        sure = "/" in found.text or shapes.open_name(found.text)
        if sure and found.certainty == "runtime" and not _is_alias(state.inner):
            yield found


def _value(
    match: re.Match[str], offset: int, state: _State, finder: str, certainty: Certainty
) -> Iterator[Mention]:
    value, start = match["value"].rstrip(), offset + match.start("value")
    if _SCALAR.match(value):
        state.scalar = len(match["indent"].expandtabs(2)) if certainty == "runtime" else -1
        if not state.nested:
            state.inner = _State([(-1, match["key"] or "")], nested=True)
        return
    path = (
        state.path()
        if certainty == "runtime"
        else (*state.path(), *((match["key"],) if match["key"] else ()))
    )
    if match["key"] == "value" and (
        name := state.names.get(len(match["indent"].expandtabs(2)) + len(match["dashes"]))
    ):
        path = (*path, name)
    if certainty == "comment" and not match["key"] and not match["dashes"]:
        return
    if _alias_path(path, finder):
        return
    yield from _scalars(value, start, path, finder, certainty)


def _alias_path(path: tuple[str, ...], finder: str) -> bool:
    """Compose services list their models by a local name; Ray calls its own names `model_id`."""
    if finder == "compose" and path[:1] == ("services",) and "models" in path[2:]:
        return True
    return "model_loading_config" in path and path[-1] == "model_id"


def _scalars(
    value: str, start: int, path: tuple[str, ...], finder: str, certainty: Certainty
) -> Iterator[Mention]:
    place = (
        "docker"
        if finder == "compose" and path[:1] == ("models",) and path[-1] == "model"
        else None
    )
    if value[:1] in ("[", "{") and not value.startswith("{{"):
        for item in _FLOW.finditer(value):
            names = (*path, item["key"]) if item["key"] else path
            made = context.mention(
                start + item.start("value"), item["value"].rstrip(), names, finder, certainty
            )
            if made:
                yield made
        return
    if "{{" in value:
        yield from _templated(value, start, path, finder, certainty)
        return
    text, shift = _plain(value)
    if entry := _ENTRY.match(text):
        path, text, shift = (*path, entry["key"]), entry["value"], shift + entry.start("value")
    made = context.mention(start + shift, text, path, finder, certainty, place)
    if made:
        yield made


def _templated(
    value: str, start: int, path: tuple[str, ...], finder: str, certainty: Certainty
) -> Iterator[Mention]:
    """`{{ .Values.model | default "org/x" }}`: the default is what runs unless something else is said."""
    for match in _TEMPLATE_DEFAULT.finditer(value):
        group = 1 if match[1] else 2
        made = context.mention(start + match.start(group), match[group], path, finder, certainty)
        if made:
            yield made


def _plain(value: str) -> tuple[str, int]:
    """A scalar without its quotes, anchor, tag or comment, and how far it was shifted."""
    lead = re.match(r"(?:[&!][\w!:.,/-]+\s+)*", value)
    shift = lead.end() if lead else 0
    rest = value[shift:]
    if quoted := re.match(r"""(["'])(.*?)\1""", rest):
        return quoted[2], shift + 1
    return re.split(r"\s#", rest)[0].rstrip(), shift
