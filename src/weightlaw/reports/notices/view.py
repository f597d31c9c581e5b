"""What a bundle holds, as values; `notices.json` is written from them (`weightlaw.notices/1`)."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from collections.abc import Iterable
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct, structs

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import Knowledge
from weightlaw.domain.verdict import Verdict

SCHEMA: Literal["weightlaw.notices/1"] = "weightlaw.notices/1"


class Item(Struct, frozen=True, kw_only=True):
    """Something that is due for some models."""

    models: tuple[str, ...] = ()
    """Ids of the models it is due for, with their revision where it is known."""


class Copy(Item, frozen=True, kw_only=True):
    """A text of the bundle, taken from what a model ships."""

    path: str
    """In the bundle."""
    licenses: tuple[str, ...] = ()
    """Ids of the licences or policies that it is; empty for a notice file."""
    shipped_by: str
    revision: str | None = None
    source: str
    """Path in the repository, or the address it was fetched from."""
    sha256: str
    """Of the bytes as shipped."""
    identical: bool = True
    """False: the bytes could not be had back, so the text was encoded anew as UTF-8."""


class Missing(Item, frozen=True, kw_only=True):
    """A text that must be handed on and is not at hand. weightlaw stores no texts."""

    license: str
    """Empty for a notice file."""
    name: str
    url: str = ""
    """Where its steward publishes it."""
    text_source: str = ""
    """The text that weightlaw read once."""
    text_sha256: str = ""
    shipped_as: str = ""
    """`org/model@commit, LICENSE`: the shipped text that a lock names; then `text_sha256` is that of its bytes."""


class Prescribed(Item, frozen=True, kw_only=True):
    """A notice that a licence prescribes word for word."""

    license: str
    section: str = ""
    text: str
    kept: str = ""
    """Where it is recorded as kept, if it is."""


class Shown(Item, frozen=True, kw_only=True):
    """Words to show people. One of `text` and `alternatives` is enough."""

    license: str
    section: str = ""
    text: str
    alternatives: tuple[str, ...] = ()
    where: str = ""
    condition: str = ""
    kept: str = ""


class PassOn(Item, frozen=True, kw_only=True):
    """Use restrictions that must be imposed on one's own recipients."""

    license: str
    name: str
    section: str = ""
    text: str
    categories: tuple[str, ...] = ()
    policy_url: str = ""
    copies: tuple[str, ...] = ()
    """Paths in the bundle of the texts that state them."""
    kept: str = ""


class NameCheck(Item, frozen=True, kw_only=True):
    """A rule on the name of a derived model, held against the name that was given."""

    license: str
    section: str = ""
    rule: str
    name: str | None = None
    state: Literal["kept", "broken", "to choose"]
    """`to choose`: no name was given, or the rule is one that only a person can apply."""


class Task(Item, frozen=True, kw_only=True):
    """Anything else to do or leave."""

    text: str
    license: str
    section: str = ""
    where: str = ""
    condition: str = ""
    kind: str = ""
    """As a policy's records name it (`license_copy`, `registration`, ...); empty where they have no name for it."""
    rule: str = ""
    kept: str = ""


class Objection(Item, frozen=True, kw_only=True):
    """A finding that denies the deployment or asks for a person's decision."""

    rule: str
    verdict: Verdict
    message: str
    remedy: str = ""


class LicenseLine(Struct, frozen=True, kw_only=True):
    """A licence that binds a model."""

    id: str
    name: str
    through: tuple[str, ...] = ()


class ModelLine(Struct, frozen=True, kw_only=True):
    """A model of the bundle."""

    reference: str
    model: str
    revision: str | None = None
    source: str = ""
    as_of: str = ""
    verdict: Verdict
    licenses: tuple[LicenseLine, ...] = ()
    unknowns: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()


class BundleFile(Struct, frozen=True, kw_only=True):
    """A file of the bundle, `notices.json` itself left out."""

    path: str
    sha256: str
    bytes: int


class Notices(Struct, frozen=True, kw_only=True):
    """The document as it is written."""

    schema: Literal["weightlaw.notices/1"] = SCHEMA
    weightlaw: str
    knowledge: Knowledge
    assumptions: tuple[str, ...]
    deployment: Deployment
    verdict: Verdict
    models: tuple[ModelLine, ...]
    objections: tuple[Objection, ...] = ()
    copies: tuple[Copy, ...] = ()
    missing: tuple[Missing, ...] = ()
    prescribed: tuple[Prescribed, ...] = ()
    displays: tuple[Shown, ...] = ()
    pass_on: tuple[PassOn, ...] = ()
    names: tuple[NameCheck, ...] = ()
    tasks: tuple[Task, ...] = ()
    files: tuple[BundleFile, ...] = ()


Due = TypeVar("Due", bound=Item)


def merged(items: Iterable[Due]) -> tuple[Due, ...]:
    """What is due for several models told once, with all of them, in the order in which it was met."""
    models: dict[Due, dict[str, None]] = {}
    for item in items:
        models.setdefault(structs.replace(item, models=()), {}).update(dict.fromkeys(item.models))
    return tuple(structs.replace(key, models=tuple(found)) for key, found in models.items())


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `notices.json`. Every key is always there."""
    schema = msgspec.json.schema(Notices)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
