"""An answer as a rater sees it: without names, in one plain form, by rules that do not know whose answer it is.

What a rater may still tell apart: length, wording, pictures within sentences, language and the quality itself. None of
these is hidden, and none can be without changing what is judged.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from weightlaw.trial import selfspeech
from weightlaw.trial.names import Names
from weightlaw.trial.plain import Block, blocks, canonical, safe
from weightlaw.trial.values import Attempt, Prompt

MARK = "[name removed]"
_SEPARATOR = r"[ \t._:/-]{0,2}"
_LETTER = "A-Za-z0-9\u00c0-\u1fff"
"""Letters that a name may not touch. East Asian scripts write names without spaces around them."""
_TAIL = (
    r"(?>(?:[ \t._:/@-]{0,2}(?:v?\d[\w.]*(?<![.])|[a-z]?\d{1,3}b?|instruct|chat|coder?|base|turbo|pro|plus|max|mini|nano|flash|lite|"
    r"ultra|large|medium|small|opus|sonnet|haiku|preview|latest|exp|thinking|reasoner|reasoning|distill|vision|vl|omni|it|moe|"
    rf"gguf|awq|gptq|mlx|fp8|fp16|bf16|q\d\w*|iq\d\w*|cloud|ai)(?![{_LETTER}]))*)"
)
_VERSIONED = (
    r"(?:gpt|claude|gemini|llama|grok|glm|gemma|granite|hermes|ernie|hunyuan|exaone|mistral|minimax|mimo|kimi|codegemma|codellama)"
    r"[ \t-]?(?:[vkm]\d|\d+(?:\.\d+)?)"
)
"""Words with other meanings, which with a version behind them have one."""
_FOLD = str.maketrans(
    {chr(0xFF01 + n): chr(0x21 + n) for n in range(94)}
    | dict(zip("аеорсхуіѕјкмтвнԛԝһ", "aeopcxyisjkmtbhqwh", strict=True))
    | dict(zip("АЕОРСХУІЅЈКМТВНԚԜҺ", "AEOPCXYISJKMTBHQWH", strict=True))
    | dict(zip("αειορτυχνκ", "aeioptuxvk", strict=True))
    | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
    | {
        "’": "'",
        "ɡ": "g",
        "ı": "i",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "−": "-",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
"""Letters that look like others: a name in disguise is the name."""
_MARKS = re.compile(rf"{re.escape(MARK)}(?:[ \t._:/@-]{{0,2}}{re.escape(MARK)})+")


def _fold(text: str) -> str:
    """The text letter by letter in one alphabet; offsets stay."""
    folded = text.translate(_FOLD)
    return folded if len(folded) == len(text) else text


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", _fold(text).lower())


class _Node(dict[str, "_Node"]):
    """A tree of names by letters; `ends` where one is whole."""

    ends = False


def _pattern(names: Iterable[str]) -> str:
    """One pattern for many names, as a tree: the time does not grow with their number."""
    root = _Node()
    for name in names:
        node = root
        for step in _steps(_fold(name).lower()):
            node = node.setdefault(step, _Node())
        node.ends = node is not root
    return _written(root)


def _steps(name: str) -> list[str]:
    words = re.findall(r"[^\W\d_]+|\d+", name)
    return [s for n, word in enumerate(words) for s in (*([_SEPARATOR] if n else []), *word)]


def _written(node: _Node) -> str:
    parts = [
        (step if step == _SEPARATOR else re.escape(step)) + _written(after)
        for step, after in sorted(node.items())
    ]
    if not parts:
        return ""
    joined = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
    return f"(?:{joined})?" if node.ends else joined


def _east(name: str) -> bool:
    return any(ord(c) >= 0x2E80 for c in name)


@lru_cache(maxsize=8)
def _matchers(names: Names) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds plain names and what finds common ones, in folded text."""
    return _matcher(names.plain, _VERSIONED), _matcher(names.common, "")


def _matcher(names: Iterable[str], more: str) -> re.Pattern[str]:
    given = list(names)
    west = _pattern(n for n in given if not _east(n))
    choices = [c for c in (more, west) if c]
    around = rf"(?<![{_LETTER}])(?P<name>{'|'.join(choices)})(?![a-z\u00c0-\u1fff]){_TAIL}(?![{_LETTER}])"
    east = _pattern(n for n in given if _east(n))
    return re.compile(f"{around}|(?P<east>{east}){_TAIL}" if east else around, re.I)


class Blinder:
    """Takes names out of texts. Whose text it is, it is never told."""

    def __init__(self, names: Names) -> None:
        """The candidates' own names go out of sentences about the author even where the prompt speaks of them."""
        self._plain, self._common = _matchers(names)
        self._own = frozenset(_squeezed(n) for n in names.own)
        self._words = frozenset(_squeezed(n) for n in names.words)

    def said(self, prompt: Prompt) -> frozenset[str]:
        """The names that a prompt speaks of itself: they tell nothing, and stay in its answers."""
        texts = [m.content for m in prompt.messages]
        texts.append(msgspec.json.encode((prompt.tools, prompt.schema)).decode())
        texts += [
            msgspec.json.encode(m.tool_calls).decode() for m in prompt.messages if m.tool_calls
        ]
        found: set[str] = set()
        for text in (_fold(safe(t)) for t in texts):
            for matcher in (self._plain, self._common):
                for match in matcher.finditer(text):
                    found |= {_squeezed(match[0]), _squeezed(_name(match))}
        return frozenset(found)

    def without_names(self, text: str, said: frozenset[str] = frozenset()) -> str:
        """The text with a mark in place of each name."""
        text = self._replaced(text, self._common, said, everywhere=False)
        text = self._replaced(text, self._plain, said, everywhere=True)
        return _MARKS.sub(MARK, text)

    def _replaced(
        self, text: str, matcher: re.Pattern[str], said: frozenset[str], *, everywhere: bool
    ) -> str:
        parts: list[str] = []
        at = 0
        view = _Sentences(text)
        for match in matcher.finditer(_fold(text)):
            if self._goes(match, text, view, said, everywhere=everywhere):
                parts += [text[at : match.start()], MARK]
                at = match.end()
        return "".join([*parts, text[at:]])

    def _goes(
        self,
        match: re.Match[str],
        text: str,
        view: "_Sentences",
        said: frozenset[str],
        *,
        everywhere: bool,
    ) -> bool:
        whole, name = _squeezed(match[0]), _squeezed(_name(match))
        kept = whole in said
        if kept and name not in self._own and whole not in self._own:
            return False
        written = text[match.start()]
        capital = written.isupper() or not written.isascii()
        versioned = any(c.isdigit() for c in whole[len(name) :])
        named = capital or versioned or name not in self._words
        if everywhere and not kept and named:
            return True
        start = view.start_of(match.start())
        if selfspeech.introduces(text[start : match.start()]):
            view.tells_of_author()
            return True
        return capital and view.about_author(match.start())

    def answer(self, attempt: Attempt, said: frozenset[str] = frozenset()) -> tuple[Block, ...]:
        """What is shown of an answer: its text, then its calls of tools, each in one form."""
        shown = [*blocks(attempt.text), *_calls(attempt.tool_calls)]
        return tuple(Block(b.kind, self.without_names(b.text, said)) for b in shown)


def _name(match: re.Match[str]) -> str:
    groups = match.groupdict()
    found: str = groups["name"] or groups.get("east") or match[0]
    return found


class _Sentences:
    """The sentences of a text, read on from the last one that was asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = 0
        self._about: bool | None = None

    def start_of(self, place: int) -> int:
        """Where the sentence around `place` begins. Places only grow."""
        while self._end <= place:
            self._start, self._about = self._end, None
            self._end = selfspeech.sentence_end(self._text, self._start)
        return self._start

    def tells_of_author(self) -> None:
        """The sentence that was looked at last has named its author: what else it names belongs to that."""
        self._about = True

    def about_author(self, place: int) -> bool:
        """Whether that sentence speaks of its author."""
        self.start_of(place)
        if self._about is None:
            self._about = selfspeech.about_author(self._text[self._start : self._end])
        return self._about


def _calls(calls: tuple[dict[str, Any], ...]) -> list[Block]:
    """Calls of tools by name and arguments. Their ids are left out: each server has its own way of making them up."""
    shown: list[Block] = []
    for number, call in enumerate(calls, 1):
        name, given = called(call)
        shown += [Block("text", f"Tool call {number}: {name}"), Block("code", given)]
    return shown


def called(call: dict[str, Any]) -> tuple[str, str]:
    """A call's name and its arguments, in one form."""
    function = call.get("function")
    function = function if isinstance(function, dict) else {}
    return safe(str(function.get("name") or "(no name)")), arguments(function.get("arguments"))


def arguments(given: Any) -> str:
    """A call's arguments with sorted keys; what is no JSON stays as it was written."""
    if isinstance(given, str):
        return canonical(given) or safe(given) or "(no arguments)"
    try:
        return safe(json.dumps(given, ensure_ascii=False, indent=2, sort_keys=True, default=str))
    except (TypeError, ValueError, RecursionError):
        return safe(str(given))
