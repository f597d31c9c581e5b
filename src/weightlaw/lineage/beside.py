"""What stands in the files beside a licence: notices, lists of other people's licences, terms of code or data.

Such a file is no licence of the weights, and most only say whose work is inside. One that limits is told, with its
sentence: a permissive licence with a restriction in its NOTICE is not permissive. Of a file that by its name is about
code, data, documentation or fonts only what names the model counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Literal

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import TextFile
from weightlaw.domain.terms import Terms
from weightlaw.lineage import foreign
from weightlaw.lineage.matters import DECIDING, limited_by, matters
from weightlaw.lineage.prose_limits import speaks
from weightlaw.lineage.spellings import license_at, plain

About = Literal["model", "others", "parts"]
"""`model`: a licence or policy; `others`: a notice; `parts`: the licence of code, data, documentation or fonts."""
MAX_TOLD = 5

_NOTICE = re.compile(
    r"third.?part(?:y|ies)|notices?(?![a-z])|\Acopyrights?(?:\.|\Z)|\Adisclaimer(?:\.|\Z)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"(?:codes?|data|datasets?|docs?|documentation|fonts?|requirements)\Z")
_FILLER = re.compile(
    r"(?:licen[sc]es?|copying|copyright|agreement|legal|terms|of|for|use|the|and|txt|md|rst|html?|text|markdown|mit|apache|bsd"
    r"|[al]?gpl|mpl|cc|by|sa|nc|nd|v|source|inference|training|sample|example)\Z"
)
_MODEL = re.compile(
    r"\b(?:models?|weights|checkpoints?|outputs?|derivatives?|fine-?tun\w+)\b", re.I
)
_PARAGRAPH = re.compile(r"\S(?:.*\n?(?![ \t]*\n))*.*")
_NAMED = re.compile(
    r"\b(?:licen[sc]ed|provided|distributed|released|available|published|subject|governed|covered)\s+(?:\w+\s+){0,4}?"
    r"(?:under|by|to)\s+(?:and\s+subject\s+to\s+)?(?P<name>[^\n]+)",
    re.IGNORECASE,
)


class Beside(Struct, frozen=True, kw_only=True):
    """A place in a file beside the licence that limits more than what binds."""

    file: TextFile
    matter: str
    quote: str
    start: int
    end: int


def about(path: str) -> About:
    """What a text speaks of, by its file's name. In doubt of the model: "Databricks" is no word on data."""
    name = path.rstrip("/").rsplit("/", 1)[-1]
    if _NOTICE.search(name) or name.endswith("#extra_gated_fields"):
        return "others"
    words = {w.lower() for w in _WORDS.findall(_CAMEL.sub(" ", name))}
    parts = {w for w in words if _PART.match(w)}
    return "parts" if parts and all(_FILLER.match(w) for w in words - parts) else "model"


def limits_beside(
    files: Iterable[TextFile], bound: Iterable[Terms], catalog: Catalog
) -> tuple[Beside, ...]:
    """The limits in files beside the licence, on matters that none of the licences that bind limits."""
    limited: set[str] = set(limited_by(bound))
    beside = ((file, kind) for file in files if (kind := about(file.path)) != "model")
    found = (told for file, kind in beside for told in _of_file(file, kind, limited, catalog))
    return tuple(islice(found, MAX_TOLD))


def _of_file(file: TextFile, kind: About, limited: set[str], catalog: Catalog) -> Iterator[Beside]:
    from weightlaw.reading.examining import examine  # heavy: only where such a file is at hand

    reading = examine(file.text.encode("utf-8", "replace"), file.path)
    starts = [part.match.start for part in reading.parts[1:]]
    for part, end in zip(reading.parts, (*starts, len(reading.raw)), strict=True):
        entry = catalog.license(part.match.id) if part.match.id else None
        if entry is not None and part.match.match == "exact":
            if kind == "others":
                yield from _known(file, part, entry, limited)
            continue
        if entry is not None:
            yield from _changed(file, part, entry, limited)
            continue
        text = reading.raw[part.match.start : end]
        yield from _paragraphs(file, kind, text, part.match.start, limited, catalog)


def _known(file: TextFile, part: Any, entry: LicenseEntry, limited: set[str]) -> Iterator[Beside]:
    """A licence that stands in a notice whole, and bars or gates more than the model's own."""
    for matter, _ in matters(entry.facts):
        if matter in DECIDING and matter not in limited:
            start, end = part.match.start, part.match.end
            yield Beside(file=file, matter=matter, quote=entry.name, start=start, end=end)
            return


def _changed(file: TextFile, part: Any, entry: LicenseEntry, limited: set[str]) -> Iterator[Beside]:
    """A known licence with other words in it: only what they add, or what bars and gates."""
    known = limited_by([entry.facts]) - DECIDING
    told = [(m, c) for m, c in matters(part.terms) if m in DECIDING or part.term_changes]
    found = [(m, c.start, c.end) for m, c in told if m not in limited | known]
    found += [(place.mentions, place.start, place.end) for place in part.unread]
    for matter, start, end in found[:1]:
        quote = " ".join(file.text[start or 0 : end or 0].split())[:400] or entry.name
        yield Beside(file=file, matter=matter, quote=quote, start=start or 0, end=end or 0)


def _paragraphs(
    file: TextFile, kind: About, text: str, shift: int, limited: set[str], catalog: Catalog
) -> Iterator[Beside]:
    seen: set[str] = set()
    for match in _PARAGRAPH.finditer(text):
        known = match[0] in seen or not _may_limit(match[0])
        if known or (kind == "parts" and not _MODEL.search(match[0])):
            continue
        seen.add(match[0])
        matter = _named(match[0], limited, catalog) or _limits(match[0], limited)
        if matter:
            quote = " ".join(match[0].split())[:400]
            start, end = shift + match.start(), shift + match.end()
            yield Beside(file=file, matter=matter, quote=quote, start=start, end=end)


def _may_limit(text: str) -> bool:
    return speaks(text) or foreign.unreadable(text) or bool(_NAMED.search(text))


def _limits(text: str, limited: set[str]) -> str:
    """What a paragraph limits that nothing binding does, understood or not; empty where there is none."""
    from weightlaw.reading.facts import read_facts  # heavy: only where such a file is at hand

    reading = read_facts(text)
    found = [matter for matter, _ in matters(reading.terms)]
    if free := [matter for matter in found if matter not in limited]:
        return free[0]
    if not found and (foreign.limits(text) or foreign.unreadable(text)):
        return "in a language that is not read"
    return reading.unread[0].mentions if reading.unread and not found else ""


def _named(text: str, limited: set[str], catalog: Catalog) -> str:
    """What a licence that a paragraph names bars or gates, where nothing that binds does."""
    for match in _NAMED.finditer(plain(text)):
        named = license_at(match["name"], catalog)
        for matter, _ in matters(named.entry.facts) if named else ():
            if matter in DECIDING and matter not in limited:
                return matter
    return ""
