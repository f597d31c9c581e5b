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
from weightlaw.reading.places import NAMES, places
from weightlaw.reading.words import BARRED, NOT

MAX_UNREAD = 50
"""At most so many places are reported: more says nothing more."""


LIMIT = "a limit"
"""Of what a place speaks that narrows what an open text grants."""


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
        ("$", "€", "usd", "dollars", "euro", "rmb", "fee", "royalt", "pay ", "元"),
        Expression(
            r"(?:[$€£¥]|\busd|\beur\b|\brmb) ?[0-9]|(?:[0-9] ?|million |thousand |billion )(?:dollars|euros?|usd|yuan|万元|美元)"
            r"|\b(?:must|shall|has to|have to|required to|agrees? to)\b[^.;]{0,60}\bpay\b|\broyalt(?:y|ies) (?:of|to|payment)"
        ),
    ),
    (
        "territory",
        (
            "territor",
            "european union",
            "outside",
            "country",
            "countries",
            "jurisdiction",
            "region",
            "limited to",
            "restricted to",
            "only",
            "solely",
            "not ",
        ),
        Expression(
            r"\bterritor(?:y|ies)\b|\b(?:only|not|exclud\w+|outside"
            r"|within)\b[^.;]{0,80}\b(?:european union|united kingdom|china|korea|united states"
            r"|country|countries|region)\b|\b(?:licen[sc]\w*|permission|grant(?:ed)?|rights?|use)\b[^.;]{0,40}"
            rf"\b(?:limited to|restricted to|only|solely)\b[^.;]{{0,30}}\b(?:{NAMES})\b|\b(?:only|solely)\b[^.;]{{0,20}}"
            rf"\b(?:users?|persons?|compan(?:y|ies)|entities|licensees?|in|within)\b[^.;]{{0,20}}\b(?:{NAMES})\b"
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
    r"non-revenue|national security|国家安全|商业秘密|commercial, industrial|trade secrets?|损失|责任|as[ -]is|warrant"
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
    reader: Reader, *, territory_known: bool, commercial: str | None, open_: bool = False
) -> tuple[UnreadPlace, ...]:
    """The places that speak of a deciding matter on which nothing was read from them.

    `open_`: the text was read to permit all. There, a sentence that limits and was not understood is told whatever
    it speaks of, since the reading rests on there being none.
    """
    found: dict[int, UnreadPlace] = {}
    for unit in _speaking(reader):
        mentions = _mentions(unit)
        if mentions and not _is_read(reader, unit, mentions, territory_known, commercial):
            found[unit.index] = _place(reader, unit, mentions)
    if open_:
        for unit in reader.document.units:
            if unit.index not in found and _limits(reader, unit):
                found[unit.index] = _place(reader, unit, LIMIT)
    return tuple(found[index] for index in sorted(found)[:MAX_UNREAD])


def _place(reader: Reader, unit: Unit, mentions: str) -> UnreadPlace:
    start, end = reader.document.span(unit.start, unit.end)
    return UnreadPlace(unit.section, start, end, mentions)


def _limits(reader: Reader, unit: Unit) -> bool:
    """Whether a sentence forbids, narrows or charges for what a licence grants, and nothing was read from it."""
    if len(unit.text) < 20 or reader.understood.get(unit.index) or _DEFINES.test(unit.text):
        return False
    return _LIMITS.test(unit.text) and _GRANTED.test(unit.text) and not _COMMON.test(unit.text)


_LIMITS = Expression(
    rf"{NOT}|{BARRED}|\b(?:only|solely|exclusively)\b|\b(?:limited|restricted|confined) to\b|\b(?:expires?|lapses?"
    r"|ceases?|void)\b|\bexclud(?:es|ed|ing)\b|\b(?:requires?|needs?|obtain|buy|must|shall|have to)\b[^;]*\b(?:licen[sc]e"
    r"|consent|approval|permission|agreement|subscription|fee|public|open|keys?)\b|\bcontact (?:us|the licensor)\b"
    r"|\b(?:fee|royalty)\b|\blicen[sc]e\b[^;]{0,30}\bbe (?:bought|purchased|obtained)\b|\b(?:before|prior to) any use\b|\b(?:breach|forbidden|prohibited)\b|\bno use\b|不得|禁止|不可|仅限"
)
_GRANTED = Expression(
    r"\b(?:us(?:e|es|ed|ing|age)|run|host\w*|operate|offer(?:ed|ing)?|deploy\w*|licen[sc]ed?|rights?|permissions?|grant(?:ed)?|modif(?:y|ied)|derivatives?"
    r"|redistribut\w*|distil\w*|train\w*|shared?|(?:re-?)?sell(?:ing)?|sold|charged?|versions?)\b|使用|用于|商用|训练|修改|分发"
)
_COMMON = Expression(
    r"as[ -]is|warrant(?:y|ies|ed|s)\b|in no event|\bliab|damages|indemnif|endorse|promot|advertis|publicity|trade ?marks?\b|trade ?names?\b"
    r"|\bnotices?\b|copyright holders?|copyright owner|copyright law|governed|jurisdiction|\bcourts?\b|severab|enforceab|invalid"
    r"|waive|patent|source code|fair use|confidential|export|notwithstanding|nothing in this|\bnothing else\b"
    r"|\bdoes not (?:grant|affect|apply|cover|include|create|prevent|require)|not (?:\w+ )?(?:deemed|construed|considered"
    r"|obligat\w+|required|responsible|restrict\w*|limit\w*|necessary|have their)|\bmay choose|reverse engineer|attorney"
    r"|surviv|modif\w+ (?:of )?(?:this|the) licen[sc]e|(?:this|the) licen[sc]e (?:may|can|shall|must|does|will|is|has)|reserved"
    r"|expressly granted|copy of (?:this|the) licen[sc]e|copies of this licen[sc]e|accept (?:this|the) licen[sc]e|terminat"
    r"|technological measures|impose any|offer or impose|other than as (?:expressly )?(?:authori|provided|permit)|except (?:as|under|in compliance|subject)"
    r"|in compliance with|under (?:the|this|its) (?:terms|licen[sc]e)|contribut|original author|credit|attribution|acknowledg"
    r"|steward|new versions?|revised versions?|later versions?|solely responsible|without (?:restriction|fee|limitation)|free of charge"
    r"|at no c(?:ost|harge)|\bno (?:written agreement|fee|charge)|government|department of defense|corresponding source"
    r"|for (?:the )?purposes? of (?:this|the)|subject to the (?:terms|conditions)|hereby grants?\b|grants? (?:you|licensee)\b"
    r"|remain separable|not (?:wish to )?(?:so )?agree|not intended (?:for|to)|aggregat|may charge|may choose|charge any fee"
    r"|may not be called|appear in their name|labell?ed|separate licen[sc]e|do not include any datasets|shall mean"
    r"|sublicensees|assign or transfer|headings|interpreted|supplements|unmodified form|prevail|provisions? (?:as )?stated"
    r"|adapted material|our licen[sc]es|conditions set forth|法律|本许可证规定|商标|专利|声明"
    r"|third[- ]party|misrepresent|claim that you wrote|altered|plainly marked"
)
"""What licences that permit all say too: disclaimers, conditions on notices and names, the licence on itself."""

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
    r"[$€£¥][0-9]|[0-9][0-9,.]{3,}|[0-9] ?(?:m|k|bn|%|million|billion|users|employees|euros?|dollars|usd|eur)"
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
