"""Text of unknown origin as plain text in one manner: what Markdown, typography and server leftovers would tell is gone.

Both sides of a pair go through the same rules, which depend on the text alone. Code keeps its layout. Every pattern
is bounded: time grows with the length of the text and with nothing else.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import json
import re
import unicodedata
from typing import Any, Literal

from msgspec import Struct


class Block(Struct, frozen=True):
    """A piece of a shown text: prose that wraps, or code that does not."""

    kind: Literal["text", "code"]
    text: str


# characters

_ENDINGS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
"""Characters without a shape: direction marks, zero-width spaces, variation selectors, tags. Some carry hidden text."""
_JOINERS = re.compile("(?<![^\x00-\u058f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u058f])")
"""Joiners outside scripts and pictures that need them."""
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def safe(text: str) -> str:
    """The same text without a character that is invisible, turns the direction or drives a terminal. Those of control
    show as U+FFFD; what is left out is left out on both sides alike."""
    text = _INVISIBLE.sub("", _ENDINGS.sub("\n", text))
    return _MARKS.sub(r"\1", _UNSAFE.sub("\ufffd", _JOINERS.sub("", text)))


_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys(_SPACES, " ")
    | dict.fromkeys("“”„‟″＂", '"')
    | dict.fromkeys("‘’‚‛′＇´", "'")
    | dict.fromkeys("‐‑‒–−﹣－", "-")
    | {"\u2026": "..."}
)
_LONG_DASH = re.compile(
    "[ \u00a0\u2009\u200a\u202f]{0,3}[\u2014\u2015]+[ \u00a0\u2009\u200a\u202f]{0,3}"
)
_STYLED = re.compile("[\U0001d400-\U0001d7ff]{3,}")
"""Letters of mathematics in a row: bold or italics by other means."""


def _typography(text: str) -> str:
    text = _LONG_DASH.sub(" - ", text).translate(_TYPOGRAPHY)
    return _STYLED.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)


# what a server leaves in

_THINK = r"think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad"
_OPENED = re.compile(
    rf"\s*(?:<({_THINK})(?: [^<>\n]{{0,200}})?>|\[({_THINK})\]|\u25c1({_THINK})\u25b7)", re.I
)
_TOKENS = re.compile(
    r"<[|\uff5c][A-Za-z0-9_\u2581 ]{1,60}[|\uff5c]>|</?(?:start|end)_of_turn>(?:model|user)?|\[/?INST\]|<</?SYS>>"
)
_HARMONY = re.compile(r"<\|channel\|>\s*final[^<\n]{0,40}<\|message\|>")
_SUMMARY = re.compile(
    rf"\s*<details[^<>]{{0,200}}>\s*<summary>[^<\n]{{0,80}}(?:{_THINK})[^<\n]{{0,80}}</summary>",
    re.I,
)
_SPOKEN = re.compile(r"\s*thinking\.\.\.[ \t]*\n", re.I)
_TOLD_TIME = re.compile(r"\A\s*\**(?:thought|reasoned) for [^\n]{1,40}\n", re.I)


def answer_only(text: str) -> str:
    """The answer without marked reasoning before it and without tokens of chat templates. Reasoning that nothing
    marks stays: where it ends is a guess. An answer that was cut off inside its reasoning is empty."""
    if places := list(_HARMONY.finditer(text)):
        text = text[places[-1].end() :]
    for _ in range(20):
        shorter = _without_reasoning(text)
        if shorter is None:
            break
        text = shorter
    text = _TOKENS.sub("", _TOLD_TIME.sub("", text)).strip()
    return text.removeprefix("<s>").removesuffix("</s>").strip("\n")


def _without_reasoning(text: str) -> str | None:
    if opened := _OPENED.match(text):
        word = next(g for g in opened.groups() if g)
        closing = {1: f"</{word}>", 2: f"[/{word}]", 3: f"\u25c1/{word}\u25b7"}[
            opened.lastindex or 1
        ]
        return _after(text, closing, opened.end())
    if opened := _SUMMARY.match(text):
        return _after(text, "</details>", opened.end())
    if opened := _SPOKEN.match(text):
        end = text.lower().find("...done thinking.", opened.end())
        return text[end + len("...done thinking.") :] if end >= 0 else None
    head, closed, tail = text.partition(
        "</think>"
    )  # some templates put the opening into the prompt
    return (
        tail
        if closed and "<think>" not in head and "```" not in head and "`<" not in head
        else None
    )


def _after(text: str, closing: str, start: int) -> str:
    found = re.compile(re.escape(closing), re.I).search(text, start)
    return text[found.end() :] if found else ""


# Markdown

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})([^`\n]*)\Z")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|\Z)")
_RULE = re.compile(r"[ \t]*(?:(?:[-*_\u2500\u2501\u2550=\u2014\u2015][ \t]*){3,})\Z")
_QUOTE = re.compile(r"[ \t]{0,3}((?:>[ \t]?){1,9})")
_PICTURE = (
    "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]"
    "[\U0001f3fb-\U0001f3ff\u200d\u20e3]*+"
)
_BULLET = re.compile(
    rf"([ \t]*)(?:[-*+](?![-*+])|[\u2022\u2023\u2043\u204c\u204d\u2219\u25aa-\u25ab\u25cf\u25cb\u25e6\u2013\u2014\u00b7]|(?:{_PICTURE}){{1,3}})[ \t]+(?=\S)"
)
_PICTURES = re.compile(rf"(?:{_PICTURE}[ \t]*+){{1,4}}")
_NUMBER = re.compile(r"([ \t]*)(?:(\d{1,9})[.)]|(\d)\u20e3|\((\d{1,3})\))[ \t]+(?=\S)")
_BOLD_LINE = re.compile(r"[ \t]*(?:\*\*|__)([^*_\n]{1,120})(?:\*\*|__)(:?)[ \t]*\Z")
_TABLE_LINE = re.compile(
    r"[ \t]*+\|?[ \t]*+:?-{2,}:?[ \t]*+(?:\|[ \t]*+:?-{2,}:?[ \t]*+)*+\|?[ \t]*\Z"
)
_TABLE_HINT = re.compile(r"-\||\|[ \t:]*-|:-|-:")
_RULERS = frozenset("-*_=\u2500\u2501\u2550\u2014\u2015")
_MARKED = re.compile(r"[*_~=<\[\\]")
"""Without one of these a line has nothing that Markdown would change."""
_TAGS = re.compile(
    r"</?(?:b|i|u|em|strong|small|big|sub|sup|span|font|center|mark|ins|p|div|details|summary)(?: [^<>\n]{0,200})?>",
    re.I,
)
_BREAK = re.compile(r"<br[ ]?/?>", re.I)
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"!\[([^\[\]\n]{0,300})\]\(([^()\s]{1,2000}+)[^()\n]{0,200}+\)"), r"\1 (\2)"),
    (re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,2000}+)[^()\n]{0,200}+\)"), r"\1 (\2)"),
    (re.compile(r"<(https?://[^<>\s]{1,2000}|mailto:[^<>\s]{1,300})>"), r"\1"),
    (re.compile(r"\*\*\*(?=\S)([^*\n]{1,2000})(?<=\S)\*\*\*"), r"\1"),
    (re.compile(r"\*\*(?=\S)([^*\n]{1,2000})(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,2000})(?<=[^\s\\])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)__(?=[^\s_])([^_\n]{1,2000})(?<=\S)__(?!\w)"), r"\1"),
    (re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]{1,2000})(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"~~(?=\S)([^~\n]{1,2000})(?<=\S)~~"), r"\1"),
    (re.compile(r"==(?=[^\s=])([^=\n]{1,2000})(?<=\S)=="), r"\1"),
    (re.compile(r"\\[()]"), "$"),
    (re.compile(r"\\[\[\]]"), "$$"),
    (re.compile(r"\\([*_#`~>|+\-.!])"), r"\1"),
)
_CODE = re.compile(r"(`{1,3})([^`\n]{1,2000})\1")
_RUNS = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")


def blocks(text: str) -> tuple[Block, ...]:
    """An answer as it is shown: prose without Markdown's signs, code in its own layout, one form for structured data."""
    text = answer_only(safe(text))
    if (data := _canonical_json(text)) is not None:
        return (Block("code", data),)
    parts = _fenced(text)
    if len(parts) == 1 and parts[0][0] in ("markdown", "md"):
        parts = _fenced(parts[0][1])  # the whole answer in a fence of its own
    made = [
        Block("text", _prose(body)) if language is None else Block("code", _code(body))
        for language, body in parts
    ]
    return tuple(b for b in made if b.text)


def _canonical_json(text: str) -> str | None:
    body = text.strip()
    fenced = re.match(r"```(?:json|JSON)?[ \t]*\n(.*)\n[ \t]*```\Z", body, re.DOTALL)
    body = fenced[1].strip() if fenced else body
    return canonical(body) if body[:1] in ("{", "[") and body[-1:] in ("}", "]") else None


def canonical(body: str) -> str | None:
    """JSON with sorted keys, two spaces a level; None where it is none, or says a key twice."""
    try:
        data = json.loads(body, object_pairs_hook=_once)
        return safe(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True))
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _fenced(text: str) -> list[tuple[str | None, str]]:
    """Prose (language None) and code in turn. A fence that is never closed goes to the end."""
    parts: list[tuple[str | None, str]] = []
    lines: list[str] = []
    opened: re.Match[str] | None = None
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if opened is None and mark:
            parts.append((None, "\n".join(lines)))
            lines, opened = [], mark
        elif opened and mark and _closes(opened, mark):
            parts.append((_language(opened), "\n".join(lines)))
            lines, opened = [], None
        else:
            lines.append(_dedented(line, len(opened[1])) if opened else line)
    parts.append((_language(opened) if opened else None, "\n".join(lines)))
    return [p for p in parts if p[1].strip()]


def _language(fence: re.Match[str]) -> str:
    return fence[3].strip().lower()


def _closes(opened: re.Match[str], mark: re.Match[str]) -> bool:
    return mark[2][0] == opened[2][0] and len(mark[2]) >= len(opened[2]) and not mark[3].strip()


def _dedented(line: str, width: int) -> str:
    return line[len(line[:width]) - len(line[:width].lstrip()) :]


def _code(body: str) -> str:
    lines = [line.rstrip() for line in body.expandtabs(4).split("\n")]
    return "\n".join(lines).strip("\n")


def _prose(body: str) -> str:
    body = _TAGS.sub("", _BREAK.sub("\n", body)).replace("&nbsp;", " ")
    made = _Lines()
    for line in body.split("\n"):
        made.add(line)
    return made.text()


class _Lines:
    """Lines of prose as they are made: one empty line at most, none after a heading or inside a list."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._gap = False
        self._last = ""
        self._indents: list[int] = []

    def add(self, line: str) -> None:
        """Take a line of Markdown."""
        if not line.strip() or (line.lstrip()[0] in _RULERS and _RULE.match(line)):
            self._gap = bool(self._out)
            return
        if _TABLE_HINT.search(line) and _TABLE_LINE.match(line):
            return
        if heading := _heading(line):
            self._put(heading, "heading", gap=bool(self._out))
        elif item := _BULLET.match(line):
            self._put(f"{self._level(item[1])}- {_line(line[item.end() :])}", "item")
        elif item := _NUMBER.match(line):
            self._put(
                f"{self._level(item[1])}{item[2] or item[3] or item[4]}. {_line(line[item.end() :])}",
                "item",
            )
        else:
            self._put(self._plain(line), "text")

    def _plain(self, line: str) -> str:
        quote = _QUOTE.match(line)
        body = _line(line[quote.end() :] if quote else line)
        if quote:
            return "> " * quote[1].count(">") + body
        inside = self._last == "item" and line[:1] in " \t"
        return ("  " * len(self._indents) if inside else "") + body

    def _level(self, indent: str) -> str:
        """Two spaces for each level above, whatever the text used."""
        width = len(indent.expandtabs(4))
        if self._last not in ("item", "text") or not self._indents:
            self._indents = []
        while self._indents and self._indents[-1] > width:
            self._indents.pop()
        if not self._indents or self._indents[-1] < width:
            self._indents.append(width)
        return "  " * (len(self._indents) - 1)

    def _put(self, line: str, kind: str, gap: bool = False) -> None:
        tight = self._last == "heading" or (self._last == "item" and kind == "item")
        if self._out and (gap or (self._gap and not tight)):
            self._out.append("")
        if line.strip():
            self._out.append(line.rstrip())
            self._last, self._gap = kind, False
        if kind != "item" and not line.startswith(" "):
            self._indents = []

    def text(self) -> str:
        """All of them."""
        return "\n".join(self._out)


def _heading(line: str) -> str:
    if found := _HEADING.match(line):
        body = _unhashed(line[found.end() :].rstrip())
    elif bold := _BOLD_LINE.match(line):
        body = bold[1] + bold[2]
    else:
        return ""
    pictures = _PICTURES.match(body)
    return _line(body[pictures.end() :] if pictures else body)


def _unhashed(body: str) -> str:
    """A heading without the hashes that close it; those of `C#` stay."""
    shorter = body.rstrip("#")
    return shorter.rstrip() if not shorter or shorter[-1] in " \t" else body


def _line(line: str) -> str:
    """One line without Markdown's signs. What stands in backticks keeps its own."""
    if "|" in line and (line.strip().startswith("|") or line.count("|") > 1):
        line = " | ".join(c.strip() for c in line.strip().strip("|").split("|"))
    parts, at = [], 0
    for code in _CODE.finditer(line):
        parts += [_signs(line[at : code.start()]), code[2].strip()]
        at = code.end()
    parts.append(_signs(line[at:]))
    return _RUNS.sub(" ", "".join(parts)).strip()


def _signs(text: str) -> str:
    if _MARKED.search(text):
        for pattern, put in _INLINE:
            text = pattern.sub(put, text)
    return text if text.isascii() else _typography(text)
