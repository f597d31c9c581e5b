"""Conditions in CEL: compiled when the policy loads, evaluated with a bound, "not known" never silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from weightlaw.domain.deployment import Deployment, yearly
from weightlaw.domain.places import GROUPS
from weightlaw.policy import cel_syntax as cel
from weightlaw.policy.amounts import days_between
from weightlaw.policy.cel_syntax import Node
from weightlaw.policy.matching import countries_of, is_artefact
from weightlaw.policy.truth import Missing, Truth, all_of, any_of, missing, negated

if TYPE_CHECKING:
    from weightlaw.policy.houserules import Effect
    from weightlaw.policy.matching import Facts

MAX_STEPS = 20_000
"""Parts that one evaluation may look at; a condition over very long lists leads to review."""
_NOT_APPLICABLE = frozenset({"currency", "combine"})
"""Facts of a clause that are absent because they do not apply, not because they are unknown."""


class Condition(Struct, frozen=True):
    """A condition that was checked, with its text for people."""

    text: str
    node: Node

    def holds(self, facts: Facts, effect: Effect) -> Truth:
        """Whether it holds of one licence, model and deployment.

        Figures without affiliates are the least that can be: they show that a size is passed, never that it is not.
        """
        found = evaluate(self.node, facts.views)
        if facts.deployment.affiliates_counted or isinstance(found, Missing):
            return found
        whole = evaluate(self.node, views(facts, sized=False))
        surely = found is (
            effect != "allow"
        )  # more would make it no milder: `cel_checking` saw to it
        return found if surely else whole


def compile_condition(text: str, effect: Effect) -> Condition:
    """A condition from its text. Raises ConditionError with the place of what is wrong."""
    # only where a policy is read from its text, not from its cache
    from weightlaw.policy.cel_checking import check

    node = cel.parse(text)
    check(node, -1 if effect == "allow" else 1)
    return Condition(text, node)


def views(facts: Facts, sized: bool = True) -> dict[str, Any]:
    """The five names with what is known; a Missing stands for each fact that is not.

    Without `sized` the organization's sizes are not known, whatever was said.
    """
    return {
        "license": _license(facts),
        "terms": facts.terms or missing("the licence's terms"),
        "model": _model(facts),
        "deployment": _deployment(facts.deployment),
        "organization": _organization(facts.deployment, sized),
    }


def _known(value: Any, fact: str) -> Any:
    return missing(fact) if value is None else value


def _license(facts: Facts) -> Any:
    binding = facts.binding
    if binding is None or facts.loose:
        return missing("the licence")
    entry, terms = binding.entry, facts.terms
    return {
        "id": entry.id,
        "name": entry.name,
        "family": _known(terms.family if terms else None, "the licence's family"),
        "steward": entry.steward or missing("the licence's steward"),
        "osi_approved": entry.osi_approved,
        "openness": _known(facts.openness, "the licence's terms"),
        "role": "base" if binding.through else "license",
        "confidence": facts.confidence,
    }


def _model(facts: Facts) -> dict[str, Any]:
    subject, about, today = facts.subject, facts.about, facts.case.house.today
    maker = about.makers[0] if about.makers else None
    dated = subject.as_of and today
    return {
        "id": missing(f"which model {subject.id} is") if is_artefact(subject.id) else subject.id,
        "developer": _known(maker.developer if maker else None, "the developer"),
        "country": _known(maker.country if maker else None, "the developer's country"),
        "gated": missing("whether it is gated") if subject.gated == "unknown" else subject.gated,
        "pinned": about.pinned,
        "quantization": _known(about.quantization, "its quantization"),
        "modalities": subject.modalities or missing("its modalities"),
        "bases": subject.bases,
        "age_days": max(0, days_between(subject.as_of, today))
        if dated
        else missing("how old the facts are"),
    }


def _deployment(deployment: Deployment) -> dict[str, Any]:
    return {
        "name": deployment.name,
        "uses": deployment.uses,
        "commercial": deployment.commercial,
        "research": deployment.research,
        "fine_tuned": deployment.fine_tuned,
        "trains_on_outputs": deployment.trains_on_outputs,
        "fields": deployment.fields or missing("the field of use"),
        "markets": countries_of(deployment.markets) or missing("the markets"),
        "monthly_active_users": _known(
            deployment.product_mau, "monthly active users of the product"
        ),
        "annual_revenue": _known(deployment.product_revenue, "revenue of the product"),
    }


def _organization(deployment: Deployment, sized: bool) -> dict[str, Any]:
    def size(value: Any, name: str) -> Any:
        return _known(value, name) if sized else missing(f"{name} with affiliates")

    users = (deployment.mau, deployment.dau, deployment.product_mau)
    most = None if deployment.mau is None else max(u for u in users if u is not None)
    seat = deployment.headquarters
    return {
        "kind": _known(deployment.kind, "the kind of organization"),
        "headquarters": _known(None if seat in GROUPS else seat, "the headquarters"),
        "monthly_active_users": size(most, "monthly active users"),
        "daily_active_users": size(deployment.dau, "daily active users"),
        "employees": size(deployment.employees, "employees"),
        "annual_revenue": size(yearly(deployment), "annual revenue"),
        "monthly_revenue": size(deployment.monthly_revenue, "monthly revenue"),
        "funding": size(deployment.funding, "funding raised"),
    }


def evaluate(node: Node, scope: Mapping[str, Any]) -> Truth:
    """The value of a checked condition. Never raises: what cannot be computed is not known."""
    value = _Evaluation().value(node, scope)
    return value if isinstance(value, bool | Missing) else missing("the condition's value")


class _Evaluation:
    """One evaluation, counting its steps."""

    def __init__(self) -> None:
        self.steps = 0

    def value(self, node: Node, scope: Mapping[str, Any]) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            return missing("a condition that takes too many steps")
        match node:
            case cel.Literal():
                return node.value
            case cel.Name():
                return scope[node.name]
            case cel.Field():
                return _field(self.value(node.of, scope), node.name)
            case cel.Binary():
                return self._binary(node, scope)
            case cel.Unary():
                return _unary(node.sign, self.value(node.operand, scope))
            case cel.Each():
                return self._each(node, scope)
            case cel.Call():
                return self._call(node, scope)
            case cel.Choice():
                return self._choice(node, scope)
            case cel.Items():
                return self._items(node, scope)
        return missing("a part of the condition")

    def _binary(self, node: cel.Binary, scope: Mapping[str, Any]) -> Any:
        left = self.value(node.left, scope)
        if node.sign in ("&&", "||"):
            if left is (node.sign == "||"):
                return left
            both = (left, self.value(node.right, scope))
            return all_of(both) if node.sign == "&&" else any_of(both)
        right = self.value(node.right, scope)
        for side in (left, right):
            if isinstance(side, Missing):
                return side
        if node.sign == "in":
            return any_of(v if isinstance(v, Missing) else v == left for v in right)
        return _OPERATORS[node.sign](left, right)

    def _each(self, node: cel.Each, scope: Mapping[str, Any]) -> Any:
        items = self.value(node.of, scope)
        if isinstance(items, Missing):
            return items
        found = (self.value(node.body, {**scope, node.variable: item}) for item in items)
        if node.macro == "exists_one":
            return _exactly_one(list(found))
        return any_of(found) if node.macro == "exists" else all_of(found)

    def _call(self, node: cel.Call, scope: Mapping[str, Any]) -> Any:
        if node.name == "has":
            part = node.arguments[0]
            assert isinstance(part, cel.Field)
            terms = self.value(part.of, scope)
            return terms if isinstance(terms, Missing) else bool(getattr(terms, part.name))
        of = node.of if node.of is not None else node.arguments[0]
        parts = [
            self.value(n, scope) for n in ((of,) if node.name == "size" else (of, *node.arguments))
        ]
        unknown = next((p for p in parts if isinstance(p, Missing)), None)
        return unknown or _FUNCTIONS[node.name](*parts)

    def _choice(self, node: cel.Choice, scope: Mapping[str, Any]) -> Any:
        test = self.value(node.test, scope)
        if isinstance(test, Missing):
            yes, no = self.value(node.yes, scope), self.value(node.no, scope)
            return yes if yes == no else test
        return self.value(node.yes if test else node.no, scope)

    def _items(self, node: cel.Items, scope: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(self.value(item, scope) for item in node.items)


def _field(of: Any, name: str) -> Any:
    if isinstance(of, Missing):
        return of
    value = of[name] if isinstance(of, dict) else getattr(of, name)
    if value is None:
        return (
            ""
            if name in _NOT_APPLICABLE
            else missing(f"what the licence says of {name.replace('_', ' ')}")
        )
    return value


def _unary(sign: str, value: Any) -> Any:
    if sign == "!":
        return negated(value)
    return value if isinstance(value, Missing) else -value


def _exactly_one(found: list[Truth]) -> Truth:
    trues = sum(f is True for f in found)
    if trues > 1:
        return False
    unknown = next((f for f in found if isinstance(f, Missing)), None)
    return unknown or trues == 1


def _divide(a: float, b: float) -> Any:
    """Exact where numbers are; CEL's whole division of whole numbers is not used: a share is a share."""
    return missing("a division by zero") if b == 0 else a / b


def _rest(a: float, b: float) -> Any:
    return missing("a division by zero") if b == 0 else a % b


_OPERATORS: dict[str, Any] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": _rest,
}
_FUNCTIONS: dict[str, Any] = {
    "size": len,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": lambda text, part: part in text,
}
