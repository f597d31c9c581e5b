"""A lexer for languages with brackets: every string with the names that lead to it, every comment.

It does not parse. It keeps a stack of open brackets, each with the name before it (the called function, the key, the
variable), so that `models: [{ id: "org/x" }]` gives the string the path `models`, `id`. That holds for a dozen languages,
for broken files and for half-finished ones; nothing here recurses, and time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec import Struct

from weightlaw.scanning.wordlists import word_set

MAX_DEPTH = 500
MAX_CHAIN = 160
MAX_ESCAPES = 250


class Style(Struct, frozen=True, kw_only=True):
    """How a language writes strings and comments."""

    line: str = "//"
    """Pattern of what starts a comment to the end of the line."""
    block: tuple[str, str] | None = (r"/\*", r"\*/")
    single: bool = True
    """Whether '...' is a string (elsewhere it is one character, or a lifetime)."""
    tick: bool = False
    """Whether `...` is a string, over several lines."""
    triple: bool = False
    regex: bool = False
    """Whether /.../ is a pattern: a quote in it opens no string."""


class Text(Struct, frozen=True):
    """A string with its surroundings."""

    start: int
    """Offset of the first character between the quotes."""
    value: str
    path: tuple[str, ...]
    """Names that lead to it, the outermost first: variables, keys, called functions."""
    call: str
    """The whole chain before the innermost parenthesis: `OllamaChatModel.builder.modelName`."""
    index: int
    """Its position among the arguments."""
    first: str
    """The first string among the arguments, if it was not this one."""
    role: str
    """`value`, `key`, `compared`, `part` (of a sum) or `template`."""


class Comment(Struct, frozen=True):
    """A comment's text with the offset where it starts."""

    start: int
    value: str


@dataclass(slots=True)
class _Frame:
    """One open bracket."""

    open: str = ""
    label: str = ""
    call: str = ""
    key: str = ""
    typed: bool = False
    """The key was given by `:`, so that a following `=` only ends its type."""
    hint: str = ""
    index: int = 0
    first: str = ""
    ternary: int = 0
    only: str | None = field(default=None)
    """The string that is all the bracket holds: `env["MODEL"]`."""


_BEFORE = r"[=(,:\[!&|?;{}]"
_REGEX = (
    rf"(?:(?<={_BEFORE})|(?<={_BEFORE} )|(?<=return ))"
    r"/(?![/*\s])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,300}/[a-z]{0,8}"
)


@lru_cache(maxsize=16)
def _pattern(style: Style) -> re.Pattern[str]:
    """One token, after blanks; the most frequent kinds first."""
    comment = style.line + r"[^\n]*" if style.line else r"(?!)"
    if style.block:
        comment += rf"|{style.block[0]}(?s:.*?)(?:{style.block[1]}|\Z)"
    return re.compile(
        r"[ \t\r]*(?:(?P<word>[A-Za-z_$@][\w$]*(?:\.[A-Za-z_$][\w$]*)*)|(?P<newline>\n)|(?P<comma>,)|(?P<close>[)\]}])|(?P<open>[(\[{])|"
        rf"(?P<string>{'|'.join(_strings(style))})|(?P<comment>{comment})|(?P<pattern>{_REGEX if style.regex else '(?!)'})|(?P<number>\d[\w.]*)|"
        r"(?P<compare>===?|!==?|<=|>=|=~)|(?P<arrow>=>|->)|(?P<scope>::|\?\.|\.)|(?P<alt>\|\||\?\?)|(?P<assign>:=|[|&?+]?=)|"
        r"(?P<semi>;)|(?P<colon>:)|(?P<quest>\?)|(?P<angle>[<>])|(?P<other>\S))"
    )


def _strings(style: Style) -> list[str]:
    strings = [_quoted('"', r"\n")]
    if style.triple:
        strings = [r'"""(?s:.*?)(?:"""|\Z)', r"'''(?s:.*?)(?:'''|\Z)", *strings]
    if style.single:
        strings.append(_quoted("'", r"\n"))
    else:
        strings.append(r"'(?:[^'\\\n]|\\.[\w{}]{0,12})'(?!\w)")
    return [*strings, _quoted("`", "")] if style.tick else strings


def _quoted(mark: str, ends: str) -> str:
    """A string between two marks. So many escapes and no more: one that is never closed costs no more than that."""
    plain = rf"[^{mark}\\{ends}]*+"
    return rf"{mark}{plain}(?:\\(?s:.){plain}){{0,{MAX_ESCAPES}}}+{mark}"


_MAY_BE = re.compile(r"[^A-Za-z_]")
"""A string without it is a plain word."""
_SKIP = word_set(
    "new await return const let var final static public private mut export default typeof void yield in of else"
)
_CLOSES = {")": "(", "]": "[", "}": "{"}


class Lexer:
    """One pass over one text."""

    def __init__(self, text: str, style: Style, words: bool = True) -> None:
        """`words`: also strings that are one plain word, which only some contexts take for a model's name."""
        self.text = text
        self.words = words
        self.pattern = _pattern(style)
        self.frames = [_Frame()]
        self.chain = ""
        self.generic = ""
        self.last = ""
        """Kind of the last token that was not a comment."""
        self.string = ""
        self.comments: list[Comment] = []

    def texts(self) -> Iterator[Text]:
        """Every string, in order; `comments` is filled on the way."""
        kinds = set(self.pattern.groupindex) - {"comment", "string"}
        steps = {kind: getattr(self, f"_{kind}") for kind in kinds}
        for match in self.pattern.finditer(self.text):
            kind = match.lastgroup or ""
            if kind == "string":
                made = self._string(match)
                if made is not None:
                    yield made
            elif kind == "comment":
                self.comments.append(Comment(match.start(kind), match[kind]))
                continue
            else:
                steps[kind](match[kind], match.end())
            if kind != "newline":
                self.last = kind

    @property
    def top(self) -> _Frame:
        return self.frames[-1]

    def _string(self, match: re.Match[str]) -> Text | None:
        raw, start, top = match["string"], match.start("string"), self.top
        width = 3 if raw[:3] in ('"""', "'''") and len(raw) >= 6 else 1
        value = raw[width:-width] if len(raw) > width else ""
        made = None
        if self.words or _MAY_BE.search(value):
            call = top.call if top.open == "(" else self._outer_call()
            role = self._role(start, match.end(), value)
            made = Text(start + width, value, self._path(), call, top.index, top.first, role)
        top.only = value if top.index == 0 and self.last == "open" else None
        top.first = top.first or value
        self.string = value
        return made

    def _outer_call(self) -> str:
        return next((f.call for f in reversed(self.frames[-20:]) if f.call), "")

    def _path(self) -> tuple[str, ...]:
        names: list[str] = []
        for frame in self.frames[-8:]:
            names += [
                n for n in (frame.label, frame.call.rsplit(".", 1)[-1], frame.key, frame.hint) if n
            ]
        return tuple(dict.fromkeys(names))

    def _role(self, start: int, end: int, value: str) -> str:
        after = self.text[end : end + 40].lstrip()
        if self.last == "word" and self.chain in ("from", "import"):
            return "key"
        if self.last == "compare" or after.startswith(("==", "!=", "=~")):
            return "compared"
        if after[:1] == "=" or (
            after.startswith(":") and not after.startswith("::") and not self.top.ternary
        ):
            return "key"
        if "${" in value or "#{" in value or re.search(r"\{\w*\}|%[svd]", value):
            return "template"
        if after.startswith("+") or (
            self.last == "other" and self.text[max(0, start - 40) : start].rstrip()[-1:] == "+"
        ):
            return "part"
        return "value"

    def _word(self, word: str, end: int) -> None:
        if word == "or":
            self._alt(word, end)
        elif self.last == "scope" and self.chain:
            chain = f"{self.chain}.{word}"
            self.chain = (
                chain
                if len(chain) <= MAX_CHAIN
                else chain[: MAX_CHAIN // 2] + chain[-MAX_CHAIN // 2 :]
            )
        elif word not in _SKIP:
            self.chain = word

    def _number(self, token: str, end: int) -> None:
        self.chain = ""

    _pattern = _number

    def _newline(self, token: str, end: int) -> None:
        if self.top.open in ("", "{") and self.last in ("string", "word", "number", "close"):
            after = self.text[end : end + 200].lstrip()[:2]
            if not after.startswith((".", "?", ":", "|", "&", "+", ")", "=")):
                self._reset()

    def _reset(self) -> None:
        top = self.top
        top.key = top.hint = ""
        top.typed = False
        top.ternary = 0
        if self.last != "scope":
            self.chain = ""

    def _compare(self, token: str, end: int) -> None:
        pass

    def _arrow(self, token: str, end: int) -> None:
        if token == "=>" and self.last in ("word", "string"):
            self.top.key = self.string if self.last == "string" else self.chain
        elif token == "->" and self.chain:
            return
        self.chain = ""

    def _scope(self, token: str, end: int) -> None:
        if self.last not in ("word", "close"):
            self.chain = ""

    def _alt(self, token: str, end: int) -> None:
        if self.last in ("word", "close") and self.chain:
            self.top.hint = self.chain
        self.chain = ""

    def _assign(self, token: str, end: int) -> None:
        top = self.top
        if self.last in ("word", "close", "angle") and self.chain and not (top.key and top.typed):
            top.key = self.chain
        elif self.last == "string":
            top.key = self.string  # HCL: "models" = {
        top.typed = False
        self.chain = ""

    def _open(self, token: str, end: int) -> None:
        called = self.chain if self.last in ("word", "angle", "close") and token != "[" else ""
        top = self.top
        label = top.key or (self.chain if token == "[" and self.last == "word" else "")
        if token == "{" and self.last == "string":
            label = self.string  # HCL: variable "name" {
        if len(self.frames) < MAX_DEPTH:
            self.frames.append(_Frame(token, label, called))
        if token != "[":
            self.chain = ""

    def _close(self, token: str, end: int) -> None:
        wanted = _CLOSES[token]
        depth = next(
            (i for i in range(1, min(len(self.frames), 5)) if self.frames[-i].open == wanted), 0
        )
        if not depth:
            return
        closed = self.frames[-depth]
        del self.frames[-depth:]
        if wanted == "[" and closed.only is not None and closed.label:
            self.chain = f"{closed.label}.{closed.only}"
        else:
            self.chain = closed.call
        if wanted == "{":
            self._reset()

    def _comma(self, token: str, end: int) -> None:
        self.top.index += 1
        self._reset()

    def _semi(self, token: str, end: int) -> None:
        if self.top.open != "(":
            self._reset()

    def _colon(self, token: str, end: int) -> None:
        top = self.top
        if top.ternary:
            top.ternary -= 1
        elif self.last == "string":
            top.key, top.typed = self.string, True
        elif self.last in ("word", "quest") and self.chain:
            top.key, top.typed = self.chain, True
        self.chain = ""

    def _quest(self, token: str, end: int) -> None:
        after = self.text[end : end + 1]
        if after not in (":", ",", ")", ";", "}", "=") and self.last != "colon":
            self.top.ternary += 1
        if after not in (":",):
            self.chain = ""

    def _angle(self, token: str, end: int) -> None:
        if token == "<" and self.last == "word":
            self.generic = self.chain
        elif token == ">" and self.generic:
            self.chain, self.generic = self.generic, ""

    def _other(self, token: str, end: int) -> None:
        self.chain = ""
