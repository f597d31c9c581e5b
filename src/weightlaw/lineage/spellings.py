"""Licences named in running text, in their usual spellings."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.licenses import LicenseEntry

_LINK = re.compile(r"\[([^\]]{0,200})\]\([^)]{0,500}\)")
_MARKS = re.compile(r"[*_`\"'<>]+")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_EMPTY = frozenset({"the", "a", "an", "license", "licence", "agreement", "terms", "version", "v"})
_LONGEST = 9
_USUAL = (
    (r"apache(?: software)?(?: licen[sc]e)?,? ?(?:version |v)?2(?:\.0)?\b", "Apache-2.0"),
    (r"creative commons attribution[- ]non-?commercial[- ]share-?alike 4\.0", "CC-BY-NC-SA-4.0"),
    (r"creative commons attribution[- ]non-?commercial[- ]no-?deriv\w+ 4\.0", "CC-BY-NC-ND-4.0"),
    (r"creative commons attribution[- ]non-?commercial 4\.0", "CC-BY-NC-4.0"),
    (r"creative commons attribution[- ]share-?alike 4\.0", "CC-BY-SA-4.0"),
    (r"creative commons attribution 4\.0", "CC-BY-4.0"),
    (r"(?:gnu )?(?:gpl|general public licen[sc]e),?(?: version)? ?v?3(?:\.0)?\b", "GPL-3.0-only"),
    (r"(?:gnu )?agpl,? ?(?:version )?v?3(?:\.0)?\b", "AGPL-3.0-only"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _USUAL)


def plain(text: str) -> str:
    """Markdown without its marks: links as their words, no emphasis."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


class Named(Struct, frozen=True):
    """A licence that is named at some place, and where its name ends."""

    entry: LicenseEntry
    end: int


def license_at(text: str, catalog: Catalog) -> Named | None:
    """The licence whose name `text` begins with, the longest name first."""
    words = list(_WORD.finditer(text[:200]))
    while words and words[0].group().lower() in _EMPTY:
        words.pop(0)
    if not words:
        return None
    start = words[0].start()
    for length in range(min(_LONGEST, len(words)), 0, -1):
        end = words[length - 1].end()
        if entry := _known(text[start:end].rstrip(".-"), catalog):
            return Named(entry, end)
    return _usual(text, start, catalog)


def _usual(text: str, start: int, catalog: Catalog) -> Named | None:
    for pattern, license_id in _PATTERNS:
        if (match := pattern.match(text, start)) and (entry := catalog.license(license_id)):
            return Named(entry, match.end())
    return None


def license_in(text: str, catalog: Catalog) -> LicenseEntry | None:
    """The first licence that is named anywhere in a sentence."""
    words = plain(text)
    starts = (m.start() for m in _WORD.finditer(words))
    return next((n.entry for at in starts if (n := license_at(words[at:], catalog))), None)


@lru_cache(maxsize=20_000)
def _known(name: str, catalog: Catalog) -> LicenseEntry | None:
    """A licence by a name that nobody uses for something else in running text."""
    lower = name.lower()
    if len(name) < 3 or lower in _ORDINARY or not any(c.isalpha() for c in name):
        return None
    entry = catalog.find_license(name)
    return entry if entry is not None and entry.kind == "license" else None


_ORDINARY = frozenset(
    {
        "unknown",
        "other",
        "open",
        "free",
        "none",
        "public",
        "public domain",
        "research",
        "custom",
        "llama",
        "gemma",
    }
)
