"""What the cache keeps of a compiled policy: values that can be decoded with their types, and nothing that is executed."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, structs

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.duties_kept import Kept
from weightlaw.policy.house import House, Preferences
from weightlaw.policy.houserules import Effect, HouseRule, Match
from weightlaw.policy.policy import Policy
from weightlaw.policy.waivers import Waiver


class Read(Struct, frozen=True, array_like=True):
    """A file that took part: its path as named, the file meant, and what it held, or why it held nothing."""

    path: str
    real: str
    data: bytes = b""
    error: str = ""


class StoredRule(Struct, frozen=True, kw_only=True):
    """A HouseRule; its condition is decoded apart."""

    name: str
    reason: str
    effect: Effect
    match: Match
    unless: Match | None
    when: msgspec.Raw
    remedy: str
    source: str


class StoredHouse(Struct, frozen=True, kw_only=True):
    """The fields of House, with types that can be decoded here."""

    licenses: Preferences
    families: Preferences
    osi_required: bool
    rules: tuple[StoredRule, ...]
    otherwise: Verdict
    waivers: tuple[Waiver, ...]
    kept: tuple[Kept, ...]
    empty: bool
    today: str
    source: str
    said: tuple[str, ...]
    notes: tuple[str, ...]


class StoredPolicy(Struct, frozen=True, kw_only=True):
    """The fields of Policy."""

    deployment: Deployment
    deployments: tuple[Deployment, ...]
    settled: bool
    house: StoredHouse
    path: str
    said: tuple[tuple[str, tuple[str, ...]], ...]
    organization: str
    about: str


class Entry(Struct, frozen=True, array_like=True):
    """One policy as compiled, with everything that it depends on."""

    made_by: str
    folder: str
    path: str
    reads: tuple[Read, ...]
    policy: StoredPolicy


def restored(kept: StoredPolicy) -> Policy:
    """The policy as it was compiled. Raises msgspec.MsgspecError."""
    rules = tuple(HouseRule(**{**_fields(r), "when": _when(r.when)}) for r in kept.house.rules)
    house = House(**{**_fields(kept.house), "rules": rules})
    return Policy(**{**_fields(kept), "house": house})


def _when(raw: msgspec.Raw) -> object:
    """The condition of a rule, if it has one."""
    if bytes(raw) == b"\xc0":  # nothing, in MessagePack
        return None
    from weightlaw.policy.conditions import Condition

    return msgspec.msgpack.decode(raw, type=Condition)


def _fields(value: Struct) -> dict[str, Any]:
    return structs.asdict(value)


def stored(policy: Policy) -> StoredPolicy:
    """The policy without its day, as it is kept."""
    house = policy.house
    encode = msgspec.msgpack.encode
    rules = tuple(
        StoredRule(**{**_fields(r), "when": msgspec.Raw(encode(r.when))}) for r in house.rules
    )
    return StoredPolicy(
        **{
            **_fields(policy),
            "house": StoredHouse(**{**_fields(house), "rules": rules, "today": ""}),
        }
    )
