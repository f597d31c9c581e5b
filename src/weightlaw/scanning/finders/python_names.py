"""What names stand for in a Python file: simple assignments, defaults, attributes, followed as far as they are plain.

No type inference: a name's values are all that the file assigns to it in the nearest scope that assigns any.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec import Struct

from weightlaw.scanning.finders.python_calls import chain_of

MAX_VALUES = 24
MAX_STEPS = 14

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Value(Struct, frozen=True):
    """A text that an expression may have: a literal, or what is known of one put together when it runs."""

    node: ast.expr
    text: str
    dynamic: bool = False


class Elements(Struct, frozen=True):
    """The elements of a collection, as a loop's variable sees them."""

    node: ast.expr


Meaning = ast.expr | Elements


@dataclass(slots=True)
class Scope:
    """A module, class or function with the names it assigns."""

    parent: Scope | None = None
    names: dict[str, list[Meaning]] = field(default_factory=dict)
    function: str = ""
    parameters: tuple[str, ...] = ()
    is_class: bool = False

    def add(self, name: str, value: Meaning) -> None:
        found = self.names.setdefault(name, [])
        if len(found) < MAX_VALUES:
            found.append(value)


class Names:
    """All scopes of one file, and what attributes and keys were given anywhere in it."""

    def __init__(self) -> None:
        self.module = Scope()
        self.attributes: dict[str, list[ast.expr]] = {}
        self.returns: dict[str, list[ast.expr]] = {}

    def add_attribute(self, name: str, value: ast.expr) -> None:
        found = self.attributes.setdefault(name, [])
        if len(found) < MAX_VALUES:
            found.append(value)

    def bind(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        """Record `target = value`."""
        if isinstance(target, ast.Name):
            scope.add(target.id, value)
            if scope.is_class:
                self.add_attribute(target.id, value)
        elif isinstance(target, ast.Attribute):
            self.add_attribute(target.attr, value)
        elif isinstance(target, ast.Subscript):
            if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
                self.add_attribute(target.slice.value, value)
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            for one, given in zip(target.elts, value.elts, strict=False):
                self.bind(one, given, scope)

    def bind_loop(self, target: ast.expr, iterable: ast.expr, scope: Scope) -> None:
        """Record `for target in iterable`."""
        if isinstance(target, ast.Name):
            scope.add(target.id, Elements(iterable))
        elif isinstance(target, (ast.Tuple, ast.List)):
            for one in target.elts:
                if isinstance(one, ast.Name):
                    scope.add(one.id, Elements(iterable))


class Resolver:
    """Follows one expression to the texts it may have."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.parameters: list[tuple[str, str]] = []
        """(function, parameter) that the last expression led to."""

    def values(self, node: Meaning, scope: Scope) -> list[Value]:
        """All texts that `node` may have; an unknown part makes a text dynamic."""
        self.parameters = []
        self._seen: set[int] = set()
        return list(self._follow(node, scope, 0))[:MAX_VALUES]

    def _follow(self, node: Meaning, scope: Scope, steps: int) -> Iterator[Value]:
        key = id(node)
        if steps > MAX_STEPS or key in self._seen:
            return
        self._seen.add(key)
        if isinstance(node, Elements):
            yield from self._elements(node.node, scope, steps + 1)
            return
        follow = getattr(self, f"_{type(node).__name__.lower()}", None)
        if follow is not None:
            yield from follow(node, scope, steps + 1)

    def _constant(self, node: ast.Constant, scope: Scope, steps: int) -> Iterator[Value]:
        if isinstance(node.value, str):
            yield Value(node, node.value)

    def _name(self, node: ast.Name, scope: Scope, steps: int) -> Iterator[Value]:
        at: Scope | None = scope
        while at is not None:
            if node.id in at.names and not (at.is_class and at is not scope):
                if node.id in at.parameters:
                    self.parameters.append((at.function, node.id))
                for value in at.names[node.id]:
                    yield from self._follow(value, at, steps)
                return
            if node.id in at.parameters:
                self.parameters.append((at.function, node.id))
                return
            at = at.parent

    def _attribute(self, node: ast.Attribute, scope: Scope, steps: int) -> Iterator[Value]:
        if chain_of(node) == "":
            return
        for value in self.names.attributes.get(node.attr, ()):
            yield from self._follow(value, self._home(scope), steps)

    def _home(self, scope: Scope) -> Scope:
        """Attributes are set in other functions: only their own class and module names help there, so any scope will do."""
        return scope

    def _subscript(self, node: ast.Subscript, scope: Scope, steps: int) -> Iterator[Value]:
        chain = chain_of(node.value)
        if chain.endswith("environ"):
            yield Value(node, _source(node), dynamic=True)
            return
        wanted = node.slice.value if isinstance(node.slice, ast.Constant) else None
        found = False
        for value in self._collections(node.value, scope, steps):
            for one in _picked(value, wanted):
                found = True
                yield from self._follow(one, scope, steps)
        if not found and isinstance(wanted, str):
            for value in self.names.attributes.get(wanted, ()):
                yield from self._follow(value, scope, steps)

    def _collections(self, node: ast.expr, scope: Scope, steps: int) -> Iterator[ast.expr]:
        """The displays (`{...}`, `[...]`) that an expression may mean."""
        if steps > MAX_STEPS:
            return
        if isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Set)):
            yield node
        elif isinstance(node, ast.Name):
            at: Scope | None = scope
            while at is not None:
                for value in at.names.get(node.id, ()):
                    if not isinstance(value, Elements):
                        yield from self._collections(value, at, steps + 1)
                if node.id in at.names:
                    return
                at = at.parent
        elif isinstance(node, ast.Attribute):
            for given in self.names.attributes.get(node.attr, ()):
                yield from self._collections(given, scope, steps + 1)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("items", "values", "keys")
        ):
            yield from self._collections(node.func.value, scope, steps + 1)

    def _elements(self, node: ast.expr, scope: Scope, steps: int) -> Iterator[Value]:
        for collection in self._collections(node, scope, steps):
            for one in _picked(collection, None, deep=True):
                yield from self._follow(one, scope, steps)

    def _call(self, node: ast.Call, scope: Scope, steps: int) -> Iterator[Value]:
        chain = chain_of(node.func)
        name = chain.rsplit(".", 1)[-1]
        default = next((k.value for k in node.keywords if k.arg in ("default", "value")), None)
        if (
            name in ("getenv", "config", "str", "env", "get", "getattr", "pop", "setdefault")
            and len(node.args) > 1
        ):
            default = node.args[-1] if name != "str" else default
        if chain.endswith(("environ.get", "getenv")) and (default is None or _empty(default)):
            yield Value(node, _source(node), dynamic=True)
        elif default is not None:
            yield from self._follow(default, scope, steps)
        elif name in ("strip", "lower", "upper", "rstrip") and isinstance(node.func, ast.Attribute):
            yield from self._follow(node.func.value, scope, steps)
        elif (
            name in ("str", "cast", "Field", "field", "Optional", "Secret", "Literal") and node.args
        ):
            yield from self._follow(node.args[-1 if name == "cast" else 0], scope, steps)
        elif name == "format" and isinstance(node.func, ast.Attribute):
            yield from self._formatted(node.func.value, scope, steps)
        if name == "get" and node.args and isinstance(node.func, ast.Attribute):
            yield from self._got(node.func.value, node.args[0], scope, steps)
        for value in (
            self.names.returns.get(name, ())
            if "." not in chain or chain.startswith("self.")
            else ()
        ):
            yield from self._follow(value, self.names.module, steps)

    def _got(self, base: ast.expr, key: ast.expr, scope: Scope, steps: int) -> Iterator[Value]:
        wanted = key.value if isinstance(key, ast.Constant) else None
        for value in self._collections(base, scope, steps):
            for one in _picked(value, wanted):
                yield from self._follow(one, scope, steps)

    def _formatted(self, node: ast.expr, scope: Scope, steps: int) -> Iterator[Value]:
        for value in self._follow(node, scope, steps):
            yield Value(value.node, value.text, dynamic="{" in value.text)

    def _ifexp(self, node: ast.IfExp, scope: Scope, steps: int) -> Iterator[Value]:
        yield from self._follow(node.body, scope, steps)
        yield from self._follow(node.orelse, scope, steps)

    def _boolop(self, node: ast.BoolOp, scope: Scope, steps: int) -> Iterator[Value]:
        for value in node.values:
            yield from self._follow(value, scope, steps)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope, steps: int) -> Iterator[Value]:
        yield from self._follow(node.value, scope, steps)

    def _await(self, node: ast.Await, scope: Scope, steps: int) -> Iterator[Value]:
        yield from self._follow(node.value, scope, steps)

    def _starred(self, node: ast.Starred, scope: Scope, steps: int) -> Iterator[Value]:
        yield from self._elements(node.value, scope, steps)

    def _list(self, node: ast.List, scope: Scope, steps: int) -> Iterator[Value]:
        for one in node.elts[:MAX_VALUES]:
            yield from self._follow(one, scope, steps)

    _tuple = _list

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, steps: int) -> Iterator[Value]:
        text, dynamic = "", False
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            elif isinstance(part, ast.FormattedValue):
                before = len(self.parameters)
                known = list(self._follow(part.value, scope, steps))
                free = len(self.parameters) > before  # whoever calls may give something else
                plain = len(known) == 1 and not known[0].dynamic and not free
                text += known[0].text if plain else "{" + _source(part.value) + "}"
                dynamic = dynamic or not plain
        yield Value(node, text, dynamic)

    def _binop(self, node: ast.BinOp, scope: Scope, steps: int) -> Iterator[Value]:
        if isinstance(node.op, ast.Add):
            left = list(self._follow(node.left, scope, steps))
            right = list(self._follow(node.right, scope, steps))
            sides = [
                s[0].text if len(s) == 1 else "{" + _source(n) + "}"
                for s, n in ((left, node.left), (right, node.right))
            ]
            known = len(left) == len(right) == 1 and not left[0].dynamic and not right[0].dynamic
            yield Value(_first(node), "".join(sides), dynamic=not known)
        elif isinstance(node.op, ast.Mod):
            for value in self._follow(node.left, scope, steps):
                yield Value(value.node, value.text, dynamic=True)


def _first(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.BinOp):
        node = node.left
    return node


def _empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _picked(node: ast.expr, wanted: object, deep: bool = False) -> Iterator[ast.expr]:
    """The values of a display: those under one key, or all."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=False):
            if wanted is None or (isinstance(key, ast.Constant) and key.value == wanted):
                yield value
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        if (
            isinstance(wanted, int)
            and -len(node.elts) <= wanted < len(node.elts)
            and not isinstance(node, ast.Set)
        ):
            yield node.elts[wanted]
        elif not isinstance(wanted, str):
            for one in node.elts[:MAX_VALUES]:
                yield from one.elts if deep and isinstance(one, (ast.Tuple, ast.List)) else (one,)


def _source(node: ast.expr) -> str:
    """The expression's text, short."""
    try:
        return ast.unparse(node)[:100]
    except (RecursionError, ValueError):
        return "..."
