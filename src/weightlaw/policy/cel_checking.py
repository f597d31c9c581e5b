"""Types of conditions, and the promise that growth never makes an answer milder.

A fact that grows (users, revenue, markets, bases) may stand only where more of it can make the rule speak, in
`deny` and `review`, or stop it from allowing, in `allow`. What cannot be shown to keep the promise is refused when
the policy loads, with the way to write it instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from weightlaw.policy import cel_syntax as cel
from weightlaw.policy.cel_syntax import ConditionError, Node
from weightlaw.policy.vocabulary import NUMBER, TEXT, TRUTH, Kind, names

Scope = Mapping[str, Kind]
_COMPARE = ("<", "<=", ">", ">=")
_METHODS = ("startsWith", "endsWith", "contains")
MAX_NESTED = 3
"""Lists within lists that a condition may walk through."""


class Checked(Struct, frozen=True):
    """The type of a part, and how it moves when facts grow: 1 up, -1 down, 0 not at all, None: who knows."""

    kind: Kind
    way: int | None = 0


def check(node: Node, stricter: int) -> None:
    """Check a whole condition. `stricter` is 1 where true makes stricter (deny, review), -1 for allow.

    Raises ConditionError.
    """
    found = _Checker().check(node, names(), 0)
    if found.kind.name != "truth":
        raise ConditionError(node.at, f"a condition is true or false, and this is {_a(found.kind)}")
    if found.way not in (0, stricter):
        raise ConditionError(node.at, _PROMISE[stricter])


_PROMISE = {
    1: "growth would stop this rule from speaking: users, revenue, uses, fields, markets and bases may only be "
    "tested with > or >= or `in` or exists here",
    -1: "growth would make this rule allow: users, revenue, uses, fields and markets may only be tested with < or "
    "<= or all here",
}


def _a(kind: Kind) -> str:
    return {
        "text": "a text", "number": "a number", "truth": "true or false", "list": "a list",
        "object": f"the object {kind.what}",
    }[kind.name]  # fmt: skip


class _Checker:
    """One walk over the tree."""

    def check(self, node: Node, scope: Scope, nested: int) -> Checked:
        match node:
            case cel.Literal():
                return self._literal(node)
            case cel.Name():
                return Checked(self._name(node, scope))
            case cel.Field():
                return self._field(node, scope, nested)
            case cel.Items():
                return self._items(node, scope, nested)
            case cel.Unary():
                return self._unary(node, scope, nested)
            case cel.Binary():
                return self._binary(node, scope, nested)
            case cel.Choice():
                return self._choice(node, scope, nested)
            case cel.Each():
                return self._each(node, scope, nested)
            case cel.Call():
                return self._call(node, scope, nested)
        raise ConditionError(node.at, "not part of the language")

    def _literal(self, node: cel.Literal) -> Checked:
        if isinstance(node.value, bool):
            return Checked(TRUTH)
        return Checked(TEXT if isinstance(node.value, str) else NUMBER)

    def _name(self, node: cel.Name, scope: Scope) -> Kind:
        if node.name not in scope:
            raise ConditionError(
                node.at, f"{node.name!r} is not a name here{_near(node.name, scope)}"
            )
        return scope[node.name]

    def _field(self, node: cel.Field, scope: Scope, nested: int) -> Checked:
        of = self.check(node.of, scope, nested)
        kind = of.kind.field(node.name) if of.kind.name == "object" else None
        if kind is None:
            known = dict(of.kind.fields)
            owner = of.kind.what or _a(of.kind)
            raise ConditionError(node.at, f"{owner} has no {node.name!r}{_near(node.name, known)}")
        return Checked(kind, 1 if kind.grows else 0)

    def _items(self, node: cel.Items, scope: Scope, nested: int) -> Checked:
        found = [self.check(item, scope, nested) for item in node.items]
        if any(f.way != 0 for f in found):
            raise ConditionError(node.at, "a fact that grows cannot stand in a list")
        kinds = {f.kind.name for f in found}
        if len(kinds) > 1 or kinds & {"list", "object"}:
            raise ConditionError(
                node.at, "the values of a list must be of one kind, texts or numbers"
            )
        values = tuple(str(i.value) for i in node.items if isinstance(i, cel.Literal))
        of = found[0].kind if found else TEXT
        return Checked(Kind(name="list", of=Kind(name=of.name), values=values))

    def _unary(self, node: cel.Unary, scope: Scope, nested: int) -> Checked:
        found = self.check(node.operand, scope, nested)
        wanted = "truth" if node.sign == "!" else "number"
        if found.kind.name != wanted:
            raise ConditionError(node.at, f"{node.sign!r} before {_a(found.kind)}")
        return Checked(found.kind, None if found.way is None else -found.way)

    def _binary(self, node: cel.Binary, scope: Scope, nested: int) -> Checked:
        left, right = (self.check(side, scope, nested) for side in (node.left, node.right))
        if node.sign in ("&&", "||"):
            return self._logic(node, left, right)
        if node.sign == "in":
            return self._within(node, left, right)
        if node.sign in _COMPARE:
            return self._order(node, left, right)
        if node.sign in ("==", "!="):
            return self._equal(node, left, right)
        return self._arithmetic(node, left, right)

    def _logic(self, node: cel.Binary, left: Checked, right: Checked) -> Checked:
        for side in (left, right):
            if side.kind.name != "truth":
                raise ConditionError(node.at, f"{node.sign!r} beside {_a(side.kind)}")
        return Checked(TRUTH, _same(left.way, right.way))

    def _order(self, node: cel.Binary, left: Checked, right: Checked) -> Checked:
        self._both(node, left, right, ("number",))
        opposite = None if right.way is None else -right.way
        way = _same(left.way, opposite)
        return Checked(TRUTH, way if node.sign in (">", ">=") else None if way is None else -way)

    def _equal(self, node: cel.Binary, left: Checked, right: Checked) -> Checked:
        self._both(node, left, right, ("text", "number", "truth"))
        for side, other in ((left, node.right), (right, node.left)):
            if side.kind.values and isinstance(other, cel.Literal):
                self._value(other.at, str(other.value), side.kind)
        return Checked(TRUTH, 0 if left.way == right.way == 0 else None)

    def _within(self, node: cel.Binary, left: Checked, right: Checked) -> Checked:
        of = right.kind.of
        if (
            right.kind.name != "list"
            or of is None
            or of.name != left.kind.name
            or of.name == "object"
        ):
            raise ConditionError(node.at, f"{_a(left.kind)} in {_a(right.kind)}: write x in [...]")
        if left.way != 0:
            raise ConditionError(node.at, "a fact that grows can only be compared with < <= > >=")
        if isinstance(node.left, cel.Literal):
            self._value(node.left.at, str(node.left.value), of)
        if isinstance(node.right, cel.Items):
            for value in right.kind.values:
                self._value(node.right.at, value, left.kind)
        return Checked(TRUTH, right.way)

    def _value(self, at: int, value: str, kind: Kind) -> None:
        if kind.values and value not in kind.values:
            raise ConditionError(
                at, f"{value!r} is not one of its values{_near(value, kind.values)}"
            )

    def _both(
        self, node: cel.Binary, left: Checked, right: Checked, wanted: tuple[str, ...]
    ) -> None:
        if left.kind.name != right.kind.name or left.kind.name not in wanted:
            what = f"{_a(left.kind)} {node.sign} {_a(right.kind)}"
            raise ConditionError(node.at, f"{what} cannot be compared")

    def _arithmetic(self, node: cel.Binary, left: Checked, right: Checked) -> Checked:
        if left.kind.name != "number" or right.kind.name != "number":
            raise ConditionError(node.at, f"{_a(left.kind)} {node.sign} {_a(right.kind)}")
        if node.sign == "+":
            return Checked(NUMBER, _same(left.way, right.way))
        opposite = None if right.way is None else -right.way
        if node.sign == "-":
            return Checked(NUMBER, _same(left.way, opposite))
        if left.way == right.way == 0:
            return Checked(NUMBER)
        return Checked(NUMBER, self._scaled(node, left, right))

    def _scaled(self, node: cel.Binary, left: Checked, right: Checked) -> int | None:
        """A growing number times or divided by a plain one written out or stated by a licence (never negative)."""
        if node.sign == "*" and left.way == 0 and isinstance(node.left, cel.Literal | cel.Field):
            return right.way
        plain = right.way == 0 and isinstance(node.right, cel.Literal | cel.Field)
        return left.way if plain and node.sign in ("*", "/") else None

    def _choice(self, node: cel.Choice, scope: Scope, nested: int) -> Checked:
        test, yes, no = (self.check(n, scope, nested) for n in (node.test, node.yes, node.no))
        if test.kind.name != "truth":
            raise ConditionError(node.at, f"before '?' stands {_a(test.kind)}")
        if yes.kind.name != no.kind.name or yes.kind.name in ("list", "object"):
            raise ConditionError(node.at, "both sides of ':' must be of one kind")
        return Checked(Kind(name=yes.kind.name), _same(yes.way, no.way) if test.way == 0 else None)

    def _each(self, node: cel.Each, scope: Scope, nested: int) -> Checked:
        of = self.check(node.of, scope, nested)
        if of.kind.name != "list" or of.kind.of is None:
            raise ConditionError(node.at, f"{node.macro} of {_a(of.kind)}: it needs a list")
        if nested >= MAX_NESTED:
            raise ConditionError(node.at, f"more than {MAX_NESTED} lists within each other")
        if node.variable in names():
            raise ConditionError(node.at, f"{node.variable!r} is taken: use another letter")
        body = self.check(node.body, {**scope, node.variable: of.kind.of}, nested + 1)
        if body.kind.name != "truth":
            raise ConditionError(node.at, f"{node.macro} of {_a(body.kind)}: it needs a condition")
        if node.macro == "exists_one":
            return Checked(TRUTH, 0 if of.way == body.way == 0 else None)
        grows = of.way if node.macro == "exists" or of.way is None else -of.way
        return Checked(TRUTH, _same(grows, body.way))

    def _call(self, node: cel.Call, scope: Scope, nested: int) -> Checked:
        if node.of is None and node.name == "has":
            return self._has(node, scope, nested)
        if node.name == "size":
            return self._size(node, scope, nested)
        if node.of is None or node.name not in _METHODS:
            known = ("has", "size", *cel.MACROS, *_METHODS)
            raise ConditionError(node.at, f"no function {node.name!r}{_near(node.name, known)}")
        parts = [self.check(n, scope, nested) for n in (node.of, *node.arguments)]
        if len(parts) != 2 or any(p.kind.name != "text" for p in parts):
            raise ConditionError(node.at, f"write text.{node.name}(text)")
        return Checked(TRUTH)

    def _has(self, node: cel.Call, scope: Scope, nested: int) -> Checked:
        part = node.arguments[0] if len(node.arguments) == 1 else None
        if not isinstance(part, cel.Field):
            raise ConditionError(node.at, "write has(terms.x)")
        self.check(part, scope, nested)
        if not isinstance(part.of, cel.Name) or part.of.name != "terms":
            raise ConditionError(
                node.at, "has() is for terms: whatever else is not known leads to review"
            )
        return Checked(TRUTH)

    def _size(self, node: cel.Call, scope: Scope, nested: int) -> Checked:
        parts = [n for n in (node.of, *node.arguments) if n is not None]
        found = self.check(parts[0], scope, nested) if len(parts) == 1 else None
        if found is None or found.kind.name not in ("list", "text"):
            raise ConditionError(node.at, "write list.size()")
        return Checked(NUMBER, found.way)


def _same(a: int | None, b: int | None) -> int | None:
    """The way of two parts together: that of the one that moves, none where they differ."""
    if a == 0 or a == b:
        return b
    return a if b == 0 else None


def _near(word: str, known: object) -> str:
    import difflib  # only on an error

    options = list(known)  # type: ignore[call-overload]
    near = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    more = ", ..." if len(options) > 20 else ""
    return f"; known: {', '.join(map(str, options[:20]))}{more}"
