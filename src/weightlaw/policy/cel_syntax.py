"""The Common Expression Language as far as conditions use it: text -> tree. Bounded, never a traceback.

Why not cel-python: importing it and building its grammar takes about 180 ms, nine times what loading a whole policy
may take, and conditions need two things CEL lacks: facts that are not known, and a check that growth never makes an
answer milder. The tests hold this parser and the evaluator against cel-python. See docs/decisions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

MAX_LENGTH = 2_000
MAX_NODES = 250
MAX_DEPTH = 24
_TOKEN = (
    r"\s*(?:(?P<number>\d+\.\d+(?:[eE][-+]?\d{1,2})?|\d+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]]))"
)
_ESCAPE = r"\\(.)"
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
MACROS = ("exists", "all", "exists_one")


class ConditionError(Exception):
    """A condition that cannot be used: what is wrong, and at which character (from 0)."""

    def __init__(self, at: int, text: str) -> None:
        self.at = at
        self.text = text
        super().__init__(text)


class Part(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Any part of an expression, with the character where it stands (from 0)."""

    at: int = 0


class Literal(Part, frozen=True):
    value: str | int | float | bool


class Name(Part, frozen=True):
    name: str


class Field(Part, frozen=True):
    of: Node
    name: str


class Items(Part, frozen=True):
    """A list written out."""

    items: tuple[Node, ...]


class Unary(Part, frozen=True):
    sign: str
    operand: Node


class Binary(Part, frozen=True):
    sign: str
    left: Node
    right: Node


class Choice(Part, frozen=True):
    """`test ? yes : no`."""

    test: Node
    yes: Node
    no: Node


class Call(Part, frozen=True):
    """A function, or with `of` a method."""

    name: str
    of: Node | None
    arguments: tuple[Node, ...]


class Each(Part, frozen=True):
    """`list.exists(v, body)` and its sisters."""

    macro: str
    of: Node
    variable: str
    body: Node


Node: TypeAlias = Literal | Name | Field | Items | Unary | Binary | Choice | Call | Each
"""One of the parts."""


def parse(text: str) -> Node:
    """The tree of an expression. Raises ConditionError."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(0, f"longer than {MAX_LENGTH:,} characters")
    return _Parser(text).whole()


class _Token(Struct, frozen=True):
    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    pattern = re.compile(_TOKEN)  # when first used, not at start-up
    place = 0
    while text[place:].strip():
        match = pattern.match(text, place)
        if not match:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise ConditionError(at, f"{text[at : at + 12]!r} is not part of the language")
        kind = match.lastgroup or ""
        yield _Token(kind, match[kind], match.start(kind))
        place = match.end()
    yield _Token("end", "the end", len(text))


_LEVELS = (("||",), ("&&",), ("<", "<=", ">", ">=", "==", "!=", "in"), ("+", "-"), ("*", "/", "%"))


class _Parser:
    """By levels of precedence, counting nodes and depth as it goes."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.place = 0
        self.nodes = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self._choice()
        if self._now.kind != "end":
            raise self._unexpected("the end")
        return node

    @property
    def _now(self) -> _Token:
        return self.tokens[self.place]

    def _take(self) -> _Token:
        token = self._now
        self.place += 1
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ConditionError(token.at, f"more than {MAX_NODES} parts: write two rules")
        return token

    def _at(self, *signs: str) -> bool:
        return self._now.kind in ("sign", "name") and self._now.text in signs

    def _expect(self, sign: str) -> _Token:
        if not self._at(sign):
            raise self._unexpected(repr(sign))
        return self._take()

    def _unexpected(self, wanted: str) -> ConditionError:
        now = self._now
        shown = now.text if now.kind == "end" else repr(now.text[:30])
        return ConditionError(now.at, f"{shown} where {wanted} should stand")

    def _too_deep(self) -> ConditionError:
        return ConditionError(self._now.at, f"nested deeper than {MAX_DEPTH}: write two rules")

    def _choice(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._too_deep()
        node = self._binary(0)
        if self._at("?"):
            at = self._take().at
            yes = self._choice()
            self._expect(":")
            node = Choice(at=at, test=node, yes=yes, no=self._choice())
        self.depth -= 1
        return node

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._binary(level + 1)
        while self._at(*_LEVELS[level]):
            token = self._take()
            right = self._binary(level + 1)
            node = Binary(at=token.at, sign=token.text, left=node, right=right)
        return node

    def _unary(self) -> Node:
        if not self._at("!", "-"):
            return self._member()
        signs = [self._take()]
        while self._at(signs[0].text):
            signs.append(self._take())
            if len(signs) > MAX_DEPTH:
                raise self._too_deep()
        node = self._member()
        for token in reversed(signs):
            node = Unary(at=token.at, sign=token.text, operand=node)
        return node

    def _member(self) -> Node:
        node = self._primary()
        while self._at("."):
            self._take()
            if self._now.kind != "name":
                raise self._unexpected("a name")
            name = self._take()
            node = self._method(node, name) if self._at("(") else Field(
                at=name.at, of=node, name=name.text
            )  # fmt: skip
        if self._at("["):
            raise ConditionError(self._now.at, "places in lists have no meaning here: use exists")
        return node

    def _method(self, of: Node, name: _Token) -> Node:
        arguments = self._arguments()
        if name.text not in MACROS:
            return Call(at=name.at, name=name.text, of=of, arguments=arguments)
        if len(arguments) != 2 or not isinstance(arguments[0], Name):
            raise ConditionError(name.at, f"write {name.text}(x, condition on x)")
        return Each(
            at=name.at, macro=name.text, of=of, variable=arguments[0].name, body=arguments[1]
        )

    def _arguments(self) -> tuple[Node, ...]:
        self._expect("(")
        found = []
        while not self._at(")"):
            found.append(self._choice())
            if not self._at(")"):
                self._expect(",")
        self._take()
        return tuple(found)

    def _primary(self) -> Node:
        token = self._now
        if token.kind == "name" and token.text != "in":
            self._take()
            if self._at("("):
                return Call(at=token.at, name=token.text, of=None, arguments=self._arguments())
            if token.text in ("true", "false"):
                return Literal(at=token.at, value=token.text == "true")
            return Name(at=token.at, name=token.text)
        if token.kind in ("number", "string"):
            return Literal(at=token.at, value=_value(self._take()))
        if self._at("("):
            self._take()
            node = self._choice()
            self._expect(")")
            return node
        if self._at("["):
            return self._items()
        raise self._unexpected("a value")

    def _items(self) -> Node:
        at = self._expect("[").at
        found = []
        while not self._at("]"):
            found.append(self._choice())
            if not self._at("]"):
                self._expect(",")
        self._take()
        return Items(at=at, items=tuple(found))


def _value(token: _Token) -> str | int | float:
    if token.kind == "string" and "\\" not in token.text:
        return token.text[1:-1]
    if token.kind == "string":
        return re.sub(_ESCAPE, lambda m: _escaped(m[1], token), token.text[1:-1])
    if "." in token.text:
        return float(token.text)
    if len(token.text) > 18:
        raise ConditionError(token.at, "a number of more than 18 digits")
    return int(token.text)


def _escaped(letter: str, token: _Token) -> str:
    if letter not in _ESCAPES:
        raise ConditionError(token.at, f"the escape \\{letter} is not known")
    return _ESCAPES[letter]
