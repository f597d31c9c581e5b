"""Places that speak of users, revenue, money, territory or commercial use, and gave no fact.

Silence is never assumed: a sentence that names such a matter and from which nothing was read is reported, and
the verdict becomes review. Sentences of kinds that settle nothing about it (disclaimers, choice of law,
export control) are not reported; which those are is stated here, once.
"""

from __future__ import annotations

from msgspec import Struct

from weightlaw.reading.clauses.commercial import understood
from weightlaw.reading.document import Unit
from weightlaw.reading.engine import Reader
from weightlaw.reading.expressions import Expression
from weightlaw.reading.places import places
from weightlaw.reading.words import BARRED, NOT

MAX_UNREAD = 50
"""At most so many places are reported: more says nothing more."""


class UnreadPlace(Struct, frozen=True):
    """A place that speaks of a matter that decides, from which nothing was read."""

    section: str
    start: int
    end: int
    mentions: str


_TOPICS = (
    (
        "monthly active users",
        ("active user", "monthly user", " mau", "月活"),
        Expression(r"\bactive users?|monthly users?|\bmaus?\b|\bdaus?\b|月活"),
    ),
    (
        "number of users",
        ("users", "用户"),
        Expression(
            r"(?:more|less|fewer|greater) than [^.;]{1,40}users|[0-9][0-9,]+(?: million| thousand|k"
            r"|m)? (?:\w+ )?users|\bnumber of users|用户[^。]{0,10}(?:超过|不超过)"
        ),
    ),
    (
        "annual revenue",
        ("revenue", "turnover", "收入", "营业额"),
        Expression(r"\brevenues?\b|\bturnover\b|收入|营业额"),
    ),
    (
        "money",
        ("$", "€", "usd", "dollars", "euro", "rmb", "fee", "royalt", "元"),
        Expression(
            r"(?:[$€£¥]|\busd|\beur\b|\brmb) ?[0-9]|[0-9] ?(?:dollars|euros?|usd|yuan|万元|美元)"
            r"|\b(?:must|shall|required to|agrees? to) pay\b|\broyalt(?:y|ies) (?:of|to|payment)"
        ),
    ),
    (
        "territory",
        ("territor", "european union", "outside", "country", "countries", "jurisdiction", "region"),
        Expression(
            r"\bterritor(?:y|ies)\b|\b(?:only|not|exclud\w+|outside"
            r"|within)\b[^.;]{0,80}\b(?:european union|united kingdom|china|korea|united states"
            r"|country|countries|region)\b"
        ),
    ),
    (
        "commercial use",
        ("commercial", "monetiz", "for profit", "production use", "商业", "商用"),
        Expression(
            r"\bcommercial(?:ly|ize|ization)?\b(?: \w+)?|\bmonetiz|\bfor[- ]profit\b"
            r"|\bproduction use|商业|商用"
        ),
    ),
)
_SETTLES_NOTHING = Expression(
    r"non-revenue|商业秘密|commercial, industrial|trade secrets?|损失|责任|as[ -]is|warrant"
    r"|in no event|\bliab(?:le|ility)\b|commercial damages|commercial loss|damages|indemnif"
    r"|commercially reasonable|commercial item|export|sanction|embargo"
    r"|governed by|laws of|jurisdiction of|arbitrat|courts? |trade ?mark"
    r"|commercial computer software|consequential|principal place of business is in"
    r"|located in or"
    r"|\bpatent|under the laws|applicable law|third[- ]party beneficiar|royalty-free"
    r"|no-charge|free of charge|personal data|data protection"
)
_SEATED_PARTY = Expression(r"(?:limited|inc|ltd|llc)\.? \(if you are (?:located|in)")


def unread(
    reader: Reader, *, territory_known: bool, commercial: str | None
) -> tuple[UnreadPlace, ...]:
    """The places that speak of a deciding matter on which nothing was read from them."""
    found: list[UnreadPlace] = []
    for unit in _speaking(reader):
        mentions = _mentions(unit)
        if not mentions or _is_read(reader, unit, mentions, territory_known, commercial):
            continue
        start, end = reader.document.span(unit.start, unit.end)
        found.append(UnreadPlace(unit.section, start, end, mentions))
        if len(found) >= MAX_UNREAD:
            break
    return tuple(found)


_MATTERS = {
    "monthly active users": ("threshold",),
    "number of users": ("threshold",),
    "annual revenue": ("threshold",),
    "money": ("threshold", "commercial"),
    "territory": ("territory",),
}


def _adds_nothing(text: str, commercial: str | None) -> bool:
    """Where commerce is barred already nothing can be stricter, and where it is gated a sentence that
    neither bars nor counts is talk; only a number, or a bar, could be a condition of its own."""
    if _NUMBER.test(text):
        return False
    return commercial == "no" or (commercial == "conditional" and not _BARS.test(text))


_BARS = Expression(rf"{NOT}|{BARRED}|不得|禁止")


def _is_read(
    reader: Reader, unit: Unit, mentions: str, territory_known: bool, commercial: str | None
) -> bool:
    """Whether a fact on this very matter was read from the sentence; for commerce any fact does."""
    read = reader.understood.get(unit.index, set())
    if mentions in ("commercial use", "annual revenue") and _adds_nothing(unit.text, commercial):
        return True
    matters = _MATTERS.get(mentions)
    if matters is None:
        gated = commercial in ("no", "conditional")
        return bool(read) or (gated and understood(reader, unit))
    if mentions == "territory" and territory_known and not places(unit.text):
        return True  # "within the Territory", which is known
    return any(matter in read for matter in matters)


def _speaking(reader: Reader) -> list[Unit]:
    anchors = [anchor for _, some, _ in _TOPICS for anchor in some]
    return [unit for unit in reader.units(*anchors) if not _nothing(unit.text)]


_SAYS = Expression(r"\b(?:is|are|may|must|shall|will|can|not|if|only|for|you|no)\b|[^\x00-\x7f]")
_DEFINES = Expression(
    r'^(?:[^"a-z0-9]|[a-z0-9]{1,4}[.)])*"[^"]+"[^"]{0,40}(?:\bmeans?\b|\brefers?\b|:)'
)
_NUMBER = Expression(
    r"[$€£¥][0-9]|[0-9][0-9,.]{3,}|[0-9] ?(?:m|k|bn|%|million|billion|users|employees)"
    r"|\bmillion|\bbillion|thousand|hundred|万|亿"
)


def _nothing(text: str) -> bool:
    if len(text) < 60 and not _SAYS.test(text) and not _NUMBER.test(text):
        return True  # a heading
    if _DEFINES.test(text) and not _NUMBER.test(text):
        return True
    return _SETTLES_NOTHING.test(text) or _SEATED_PARTY.test(text) or len(text) < 25


def _mentions(unit: Unit) -> str:
    for name, anchors, words in _TOPICS:
        if any(anchor in unit.text for anchor in anchors) and words.test(unit.text):
            if name == "territory" and "territor" not in unit.text and not places(unit.text):
                continue
            return name
    return ""
