"""One licence (or use policy) as the licence knowledge describes it."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct

from weightlaw.domain.terms import Terms

Kind = Literal["license", "policy", "family", "placeholder"]
"""`family` and `placeholder` are names that a tag covers only loosely: never taken for a licence."""


class Names(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The names under which a licence is met."""

    hub_tags: tuple[str, ...] = ()
    """Values of `license:` on the Hub."""
    license_names: tuple[str, ...] = ()
    """Values of `license_name:` seen in the wild, where the tag is `other`."""
    scancode: str | None = None
    """ScanCode's key."""
    other: tuple[str, ...] = ()
    """Further spellings, deprecated SPDX ids among them."""


class TextRead(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The text on which the entry rests. The text itself is never stored."""

    sha256: str
    """Of the bytes that were read."""
    source: str
    """Where they come from, with the commit or version where there is one."""
    read: str
    """UTC date of the reading."""


class Dates(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """ISO dates (year, month or day)."""

    published: str | None = None
    release: str | None = None
    """The version release date, for licences whose test is tied to it."""
    release_source: str = ""
    """Where `release` is from: the text itself, or a source outside it."""


class Contested(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A reading that two lawyers could dispute; the stricter one is applied."""

    fact: str
    """Key of the fact, e.g. `thresholds`."""
    section: str
    readings: tuple[str, ...]
    applied: str


class LicenseEntry(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A licence, a use policy, or a loose name that must never be taken for a licence."""

    id: str
    """The SPDX id where there is one, else `LicenseRef-weightlaw-<name>-<version>`."""
    name: str
    kind: Kind = "license"
    version: str = ""
    steward: str = ""
    names: Names = Names()
    url: str = ""
    """Canonical address of the text."""
    dates: Dates = Dates()
    osi_approved: bool = False
    """Whether OSI approved the licence. Says nothing of a model under it."""
    osaid: str = ""
    """What the Open Source AI Definition would ask beyond the licence, or what bars it."""
    text: TextRead | None = None
    """None: no text was read, and the entry claims no terms."""
    incorporates: tuple[str, ...] = ()
    """Ids of the policies that are part of this licence."""
    summary: str = ""
    facts: Terms = Terms()
    contested: tuple[Contested, ...] = ()
    note: str = ""
    same_text_as: tuple[str, ...] = ()
    """Further SHA-256 of copies of the same text (a mirror's line ends, an added title)."""
