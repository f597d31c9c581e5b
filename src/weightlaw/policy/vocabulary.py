"""The words that conditions may use: names, types, allowed values, and which facts grow with the organization.

`terms` is made from the licence vocabulary itself (`domain/terms.py`), so it cannot fall behind it. The
page docs/policy-reference.md is made from here.
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from msgspec import Struct

from weightlaw.domain.deployment import FieldOfUse, OrganizationKind, Use
from weightlaw.domain.models import Relation
from weightlaw.domain.places import countries
from weightlaw.domain.terms import Clause, Family, Terms
from weightlaw.policy.houserules import Openness

TypeName = Literal["text", "number", "truth", "list", "object"]
_NOT_FACTS = frozenset({"start", "end", "pattern"})
"""Where a text was matched: places, not facts."""


class Kind(Struct, frozen=True, kw_only=True):
    """The type of a fact."""

    name: TypeName
    values: tuple[str, ...] = ()
    """The values that a text can have, where they are a closed list."""
    of: Kind | None = None
    """Of a list: the type of its elements."""
    fields: tuple[tuple[str, Kind], ...] = ()
    """Of an object."""
    grows: bool = False
    """Rises with the organization, its markets or the model's bases; so it may only make stricter."""
    about: str = ""
    what: str = ""
    """Of an object: what it is called in error messages."""

    def field(self, name: str) -> Kind | None:
        """The type of one field of an object."""
        return dict(self.fields).get(name)


TEXT, NUMBER, TRUTH = Kind(name="text"), Kind(name="number"), Kind(name="truth")


def one_of(kind: Any, about: str) -> Kind:
    """A text with the values of a Literal type."""
    return Kind(name="text", values=get_args(kind), about=about)


def text(about: str) -> Kind:
    """Any text."""
    return Kind(name="text", about=about)


def place(about: str) -> Kind:
    """A country."""
    return Kind(name="text", values=countries(), about=about)


def number(about: str, grows: bool = False) -> Kind:
    """A number, never negative."""
    return Kind(name="number", about=about, grows=grows)


def truth(about: str) -> Kind:
    """True or false."""
    return Kind(name="truth", about=about)


def many(of: Kind, about: str, grows: bool = False) -> Kind:
    """A list."""
    return Kind(name="list", of=of, about=about, grows=grows)


def _object(what: str, about: str, **fields: Kind) -> Kind:
    return Kind(name="object", fields=tuple(fields.items()), about=about, what=what)


def _money(about: str) -> Kind:
    amount = number("in whole units of the currency", grows=True)
    return _object("money", about, amount=amount, currency=text("ISO 4217"))


@cache
def names() -> dict[str, Kind]:
    """The five names that a condition begins with."""
    return {
        "license": _license(),
        "terms": Kind(
            name="object",
            fields=_fields(Terms),
            about="what the licence demands; `has(terms.x)` says whether its text speaks of x",
            what="terms",
        ),
        "model": _model(),
        "deployment": _deployment(),
        "organization": _organization(),
    }


def _license() -> Kind:
    return _object(
        "license",
        "the licence that the rule is held against: the model's own, or that of a base",
        id=text("the SPDX id, or LicenseRef-weightlaw-..."),
        name=text("its name"),
        family=one_of(Family, "its family"),
        steward=text("who wrote it"),
        osi_approved=truth("whether OSI approved it"),
        openness=one_of(Openness, "how open its terms are"),
        role=one_of(Literal["license", "base"], "the model's own, or that of a base"),
        confidence=one_of(Literal["low", "medium", "high"], "how sure the reading is"),
    )


def _model() -> Kind:
    base = _object("base", "", id=text("its Hub id"), relation=one_of(Relation, "how it was made"))
    return _object(
        "model",
        "the model",
        id=text("its Hub id"),
        developer=text("who made it"),
        country=place("the developer's country, ISO 3166-1 alpha-2"),
        gated=one_of(
            Literal["no", "auto", "manual", "yes"], "whether the Hub asks before it gives"
        ),
        pinned=truth("whether the reference names a commit"),
        quantization=text("`Q4_K_M`, `AWQ-4bit`, ...; `full` for full precision"),
        modalities=many(TEXT, "text, image, audio, video, 3d, other"),
        bases=many(base, "what it was made from directly", grows=True),
        age_days=number("days since the facts about it were taken"),
    )


def _deployment() -> Kind:
    return _object(
        "deployment",
        "the deployment",
        name=text("its name in the policy; empty where it has none"),
        uses=many(one_of(Use, ""), "what for", grows=True),
        commercial=truth("whether the use is commercial"),
        research=truth("whether the purpose is research"),
        fine_tuned=truth("whether the model is fine-tuned or merged"),
        trains_on_outputs=truth("whether outputs train other models"),
        fields=many(one_of(FieldOfUse, ""), "the fields of use", grows=True),
        markets=many(
            place(""), "the countries where it is offered, ISO 3166-1 alpha-2", grows=True
        ),
        monthly_active_users=number("users of this product a month", grows=True),
        annual_revenue=_money("revenue of this product a year"),
    )


def _organization() -> Kind:
    return _object(
        "organization",
        "the organization",
        kind=one_of(OrganizationKind, "the kind of organization"),
        headquarters=place("ISO 3166-1 alpha-2"),
        monthly_active_users=number("users a month", grows=True),
        daily_active_users=number("users a day", grows=True),
        employees=number("employees", grows=True),
        annual_revenue=_money("revenue a year"),
        monthly_revenue=_money("revenue a month"),
        funding=_money("funding raised"),
    )


def _fields(kind: type[Struct]) -> tuple[tuple[str, Kind], ...]:
    """The facts of a struct of the licence vocabulary."""
    known: dict[str, Any] = {}
    for parent in reversed(kind.__mro__):  # evaluated there, for those modules ask for it
        known.update(getattr(parent, "__annotations__", {}))
    return tuple((f, _of(known[f])) for f in kind.__struct_fields__ if f not in _NOT_FACTS)


def _of(annotation: Any) -> Kind:
    """The type that a Python annotation stands for."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        inner = [a for a in get_args(annotation) if a is not NoneType]
        return NUMBER if set(inner) == {int, float} else _of(inner[0])
    if origin is Literal:
        return Kind(name="text", values=get_args(annotation))
    if origin is tuple:
        return Kind(name="list", of=_of(get_args(annotation)[0]))
    if isinstance(annotation, type) and issubclass(annotation, Clause):
        return Kind(name="object", fields=_fields(annotation), what=annotation.__name__.lower())
    return {str: TEXT, bool: TRUTH, int: NUMBER, float: NUMBER}[annotation]
