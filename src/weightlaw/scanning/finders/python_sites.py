"""One walk over a Python syntax tree: where every string stands, what every name is given, every call.

The walk keeps its own stack: a thousand nested parentheses are no recursion.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from weightlaw.scanning import shapes
from weightlaw.scanning.finders.python_calls import Call, chain_of, negative
from weightlaw.scanning.finders.python_names import FunctionNode, Names, Scope
from weightlaw.scanning.keys import words
from weightlaw.scanning.wordlists import word_set

Role = Literal["value", "key", "compared", "prose", "barred"]
MAX_PATH = 8
_LEAVES = (
    ast.Name,
    ast.Load,
    ast.Store,
    ast.Del,
    ast.Pass,
    ast.alias,
    ast.Global,
    ast.Nonlocal,
    ast.Break,
    ast.Continue,
)


Visit = Callable[[Any, Scope, tuple[str, ...], Role], None]


class Site(Struct, frozen=True):
    """A string literal with the names that lead to it, the outermost first."""

    node: ast.Constant
    path: tuple[str, ...]
    role: Role


class Dynamic(Struct, frozen=True):
    """An f-string or a sum, with the names that lead to it."""

    node: ast.expr
    path: tuple[str, ...]
    scope: Scope
    role: Role = "value"


class Sites:
    """What the walk gathered."""

    def __init__(self, tree: ast.Module) -> None:
        self.names = Names()
        self.strings: list[Site] = []
        self.dynamic: list[Dynamic] = []
        self.calls: list[tuple[Call, Scope]] = []
        self.negative: list[tuple[ast.expr, Scope]] = []
        self.imports: set[str] = set()
        self.functions: dict[str, tuple[str, ...]] = {}
        self._stack: list[tuple[ast.AST, Scope, tuple[str, ...], Role]] = []
        self._walk(tree)

    def _walk(self, tree: ast.Module) -> None:
        self._push(tree.body, self.names.module, ())
        visits: dict[type[ast.AST], Visit | None] = dict.fromkeys(_LEAVES)
        while self._stack:
            node, scope, path, role = self._stack.pop()
            kind = type(node)
            if kind not in visits:
                visits[kind] = getattr(self, f"_{kind.__name__.lower()}", self._other)
            if visit := visits[kind]:
                visit(node, scope, path, role)

    def _other(self, node: ast.AST, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        """A node that gives its children nothing but, for expressions, its own place."""
        if isinstance(node, ast.expr):
            self._push(ast.iter_child_nodes(node), scope, path, role)
        else:
            self._push(ast.iter_child_nodes(node), scope, ())

    def _push(
        self,
        nodes: Iterable[ast.AST | None],
        scope: Scope,
        path: tuple[str, ...],
        role: Role = "value",
    ) -> None:
        """Later nodes first, so that they come off the stack in their order."""
        path = path[-MAX_PATH:]
        self._stack += [
            (node, scope, path, role) for node in reversed([*nodes]) if node is not None
        ]

    def _import(self, node: ast.Import, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        self.imports |= {alias.name.split(".")[0] for alias in node.names}

    def _importfrom(
        self, node: ast.ImportFrom, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        if node.module:
            self.imports |= {node.module.split(".")[0], node.module}

    def _expr(self, node: ast.Expr, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        prose = isinstance(node.value, ast.Constant)
        self._push((node.value,), scope, (), "prose" if prose else "value")

    def _constant(
        self, node: ast.Constant, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        if isinstance(node.value, str) and node.value:
            self.strings.append(Site(node, path, role))

    def _functiondef(
        self, node: ast.FunctionDef, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        self._function(node, node.name, node.body, scope)
        self._push(node.decorator_list, scope, ())

    def _asyncfunctiondef(
        self, node: ast.AsyncFunctionDef, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        self._function(node, node.name, node.body, scope)
        self._push(node.decorator_list, scope, ())

    def _lambda(self, node: ast.Lambda, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        self._function(node, "", (node.body,), scope, path)

    def _function(
        self,
        node: FunctionNode,
        name: str,
        body: Iterable[ast.AST],
        scope: Scope,
        path: tuple[str, ...] = (),
    ) -> None:
        a = node.args
        positional = [*a.posonlyargs, *a.args]
        parameters = tuple(p.arg for p in (*positional, *a.kwonlyargs))
        inner = Scope(scope, function=name, parameters=parameters)
        if name:
            self.functions[name] = tuple(p for p in parameters if p not in ("self", "cls"))
        given = list(zip(positional[len(positional) - len(a.defaults) :], a.defaults, strict=False))
        given += [
            (p, d) for p, d in zip(a.kwonlyargs, a.kw_defaults, strict=False) if d is not None
        ]
        for parameter, default in given:
            inner.add(parameter.arg, default)
            self._push((default,), scope, (*((name,) if name else ()), parameter.arg))
            self._push((parameter.annotation,), scope, (parameter.arg,))
        self._push(body, inner, path)

    def _classdef(
        self, node: ast.ClassDef, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        inner = Scope(scope, is_class=True, function=node.name)
        self._push(node.body, inner, ())
        self._push((*node.decorator_list, *node.bases), scope, ())
        self._push(node.keywords, scope, ())

    def _return(self, node: ast.Return, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        if node.value is not None and scope.function:
            self.names.returns.setdefault(scope.function, []).append(node.value)
        self._push((node.value,), scope, (scope.function,) if scope.function else ())

    def _assign(self, node: ast.Assign, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        for target in node.targets:
            self.names.bind(target, node.value, scope)
            if isinstance(target, (ast.Tuple, ast.List)) and isinstance(
                node.value, (ast.Tuple, ast.List)
            ):
                for one, value in zip(target.elts, node.value.elts, strict=False):
                    self._push((value,), scope, self._named(one, scope))
                return
        self._push((node.value,), scope, self._named(node.targets[0], scope))

    def _annassign(
        self, node: ast.AnnAssign, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        if node.value is not None:
            self.names.bind(node.target, node.value, scope)
            self._push((node.value,), scope, self._named(node.target, scope))
        self._push((node.annotation,), scope, self._named(node.target, scope), "value")

    def _augassign(
        self, node: ast.AugAssign, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        self._push((node.value,), scope, self._named(node.target, scope))

    def _namedexpr(
        self, node: ast.NamedExpr, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        self.names.bind(node.target, node.value, scope)
        self._push((node.value,), scope, self._named(node.target, scope))

    def _named(self, target: ast.expr, scope: Scope) -> tuple[str, ...]:
        """The names that an assignment's target gives its value: class, variable, key."""
        outer = (scope.function,) if scope.is_class and scope.function else ()
        if isinstance(target, ast.Subscript):
            key = target.slice.value if isinstance(target.slice, ast.Constant) else None
            return (chain_of(target.value), *((key,) if isinstance(key, str) else ()))
        chain = chain_of(target)
        return (*outer, *chain.split(".")[-2:]) if chain else outer

    def _for(self, node: ast.For, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        self.names.bind_loop(node.target, node.iter, scope)
        self._push((node.iter,), scope, self._named(node.target, scope))
        self._push((*node.body, *node.orelse), scope, ())

    _asyncfor = _for

    def _comprehension(
        self, node: ast.comprehension, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        self.names.bind_loop(node.target, node.iter, scope)
        self._push((node.iter,), scope, self._named(node.target, scope))
        self._push(node.ifs, scope, ())

    def _dict(self, node: ast.Dict, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        texts = {
            k.value: v
            for k, v in zip(node.keys, node.values, strict=False)
            if isinstance(k, ast.Constant)
        }
        for key, value in zip(node.keys, node.values, strict=False):
            name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
            inner: Role = (
                "barred"
                if (name == "model_id" and "model_source" in texts)
                or (name == "model_name" and "litellm_params" in texts)
                or _alias_of(name, value)
                else role
            )
            self._push((value,), scope, (*path, name) if name else path, inner)
            self._push((key,), scope, path, "value" if _is_list(path, key, value) else "key")

    def _set(self, node: ast.Set, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        """A set is there to be asked whether it holds something."""
        self._push(node.elts, scope, path, "key")

    def _attribute(
        self, node: ast.Attribute, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        if not isinstance(node.value, ast.Name):
            self._push((node.value,), scope, ())

    def _subscript(
        self, node: ast.Subscript, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        self._push((node.value,), scope, path, role)
        literal = chain_of(node.value).endswith("Literal")
        self._push((node.slice,), scope, path, "value" if literal else "key")

    def _compare(self, node: ast.Compare, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        self._push((node.left, *node.comparators), scope, (), "compared")

    def _ifexp(self, node: ast.IfExp, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        self._push((node.body, node.orelse), scope, path, role)
        self._push((node.test,), scope, ())

    def _matchvalue(
        self, node: ast.MatchValue, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        self._push((node.value,), scope, (), "compared")

    def _assert(self, node: ast.Assert, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        self._push((node.test,), scope, ())

    def _raise(self, node: ast.Raise, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        self._push((node.exc,), scope, (), "prose")

    def _joinedstr(
        self, node: ast.JoinedStr, scope: Scope, path: tuple[str, ...], role: Role
    ) -> None:
        self.dynamic.append(Dynamic(node, path, scope, role))
        self._push((p.value for p in node.values if isinstance(p, ast.FormattedValue)), scope, ())

    def _binop(self, node: ast.BinOp, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        if isinstance(node.op, ast.Add) and path:
            self.dynamic.append(Dynamic(node, path, scope))
        self._push((node.left, node.right), scope, path, role)

    def _call(self, node: ast.Call, scope: Scope, path: tuple[str, ...], role: Role) -> None:
        call = Call(node, chain_of(node.func))
        self.calls.append((call, scope))
        inner: Role = role if role != "value" else "value"
        if negative(call):
            inner = "barred"
            self.negative += [(a, scope) for a in (*node.args, *(k.value for k in node.keywords))]
        path = self._through(call, path)
        options = _options(node)
        has = {k.arg for k in node.keywords}
        for argument in node.args:
            self._push(_elements(argument), scope, (*path, *options), inner)
        for keyword in node.keywords:
            names = (*path, *options, *((keyword.arg,) if keyword.arg else ()))
            alias = keyword.arg == "model_id" and "model_source" in has
            self._push(_elements(keyword.value), scope, names, "barred" if alias else inner)
        self._push((node.func,), scope, ())

    def _through(self, call: Call, path: tuple[str, ...]) -> tuple[str, ...]:
        """`name = dict(...)` and `name = Field(...)` pass their name on; other calls put theirs behind it."""
        name = call.name
        if name in (
            "str",
            "Field",
            "field",
            "Secret",
            "cast",
            "list",
            "tuple",
            "set",
            "dict",
            "get",
            "getenv",
            "Optional",
        ):
            return path
        return (*path, call.chain[-100:]) if call.chain else path


def _alias_of(key: str, value: ast.expr) -> bool:
    """Whether a table gives an id a short name: `{"org/Rye-7B": "rye-7b"}`."""
    plain = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return plain and "/" not in value.value and shapes.hub_id(key) is not None  # type: ignore[attr-defined]


def _elements(node: ast.expr) -> Iterable[ast.expr]:
    """A set that is handed on is a collection; only one that is kept is there to be asked whether it holds something."""
    return node.elts if isinstance(node, ast.Set) else (node,)


def _is_list(path: tuple[str, ...], key: ast.expr | None, value: ast.expr) -> bool:
    """Whether the keys of a table called `..._MODELS` or `MODEL_CATALOG` are themselves the models, each with what is said of it.

    Keys that stand for a model named by their value are aliases.
    """
    if not path or not _offers(words(path[-1])):
        return False
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return False
    if isinstance(value, ast.Dict):
        inner = [v.value for v in value.values if isinstance(v, ast.Constant)]
        return not any(isinstance(v, str) and "/" in v and " " not in v for v in inner)
    if "/" in key.value:  # an id; the value only names another model if it is one
        return not any(isinstance(n, ast.Constant) and "/" in str(n.value) for n in _shallow(value))
    plain = isinstance(value, ast.Constant)
    return plain and (not isinstance(value.value, str) or " " in value.value)  # type: ignore[attr-defined]


def _shallow(value: ast.expr) -> list[ast.expr]:
    """A value, and the arguments where it is a call."""
    return [value, *value.args] if isinstance(value, ast.Call) else [value]


def _offers(name: tuple[str, ...]) -> bool:
    """Whether a table of this name says which models there are, and not what they cost or hold."""
    last, said = name[-1] if name else "", {"model", "models", "llm"} & set(name)
    return last in ("models", "llms") or (last in _CATALOGS and bool(said))


_CATALOGS = word_set("catalog catalogue registry recommendations options choices list presets zoo")


def _options(node: ast.Call) -> Iterator[str] | tuple[str, ...]:
    """`add_argument("--model", default=...)`, `getenv("MODEL", ...)`: the first text names the rest."""
    named = [
        a.value for a in node.args[:3] if isinstance(a, ast.Constant) and isinstance(a.value, str)
    ]
    flags = [n for n in named if n.startswith("--")]
    if flags:
        return (flags[0].lstrip("-"),)
    chain = chain_of(node.func)
    looks_up = chain.endswith(
        (
            "environ.get",
            "getenv",
            ".get",
            "config",
            "getattr",
            ".setdefault",
            "env",
            "get_env",
            "env_str",
        )
    )
    return (
        (named[0],)
        if (looks_up and named and len(node.args) > 1) or (looks_up and named and node.keywords)
        else ()
    )
