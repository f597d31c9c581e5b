"""Commercial use: barred, gated, or free; and what gates it.

Barred when the grant is for other purposes only, or when commercial use is forbidden or needs a license of its
own for everybody. Gated (`conditional`) when only some commercial users need more: a size, a
registration that anybody can make, a subscription, some products. Else free, where the text grants use.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from weightlaw.domain.terms import CommercialUse, Duty, Purpose, Threshold
from weightlaw.reading.clauses.thresholds import ABOVE
from weightlaw.reading.document import Unit
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import BARRED, MUST, NONCOMMERCIAL, NOT, PURPOSE

Gate = Literal["threshold", "registration", "agreement", "payment", "scope"]
_LIMITED_TO = (
    rf"(?:{NONCOMMERCIAL}|\b(?:academic|scientific|research|educational?|evaluation"
    r"|personal|testing|non-production|not-for-profit|non-?profit|teaching|internal evaluation)\b)"
)
_ONLY = (
    r"(?:\bsolely\b|\bonly\b|\bexclusively\b|\bpurely\b|\bstrictly\b|\blimited to\b"
    r"|\brestricted to\b|\bsole purpose\b|\bmerely\b|\bin each case for\b)"
)
_COMMERCIAL = (
    r"\b(?:commercial(?:ly|ized?|ization)?|for-profit|profit-making|production|monetiz\w+"
    r"|revenue-generating)\b"
)
_TRADE = (
    r"\b(?:business use|commercial (?:users?|entit(?:y|ies)|organi[sz]ations?|compan(?:y|ies)|licensees?|parties)"
    r"|compan(?:y|ies)|corporations?|business(?:es)?|enterprises?|for-profit (?:\w+)|production (?:use|deployments?))\b"
)
ADVANTAGE = Pattern(
    "commercial.advantage",
    "commercial advantage|commercial gain|monetary compensation",
    r"\b(?:may|shall|must|will|can) not\b[^;]*?\b(?:intended for|directed towards?)\b[^;]*?\bcommercial (?:advantage|gain)",
    introduced=True,
    confidence=0.95,
)
NON_PRODUCTION = Pattern(
    "commercial.non_production",
    "non-production",
    r"\b(?:grants?|right|rights|licensed?)\b.*?\bnon-?production (?:use|purposes?)",
    introduced=True,
    confidence=0.88,
)
WEAK = Pattern(
    "commercial.noncommercial_grant",
    "commercial",
    r"\b(?:grants?|granted|may|free to|permitted|licensed|allowed)\b[^;]*?\b(?:for|to)\b (?:any "
    rf"|your |the )?(?:\w+ )?{NONCOMMERCIAL}(?: \w+){{0,4}}? {PURPOSE}",
    introduced=True,
    confidence=0.85,
)
LIMITED = (
    Pattern(
        "commercial.only_other_purpose",
        "solely|only|exclusively|purely|strictly|limited to|restricted to|sole purpose",
        rf"{_ONLY}[^;]*?\b(?:for|to|of|in|as|on)\b[^;]{{0,60}}?{_LIMITED_TO}[^;]*?\b{PURPOSE}\b",
        introduced=True,
        confidence=0.93,
    ),
    Pattern(
        "commercial.other_purpose_only",
        "only|solely|exclusively",
        rf"\bfor\b[^;]{{0,40}}?{_LIMITED_TO}(?: \w+){{0,4}}? {PURPOSE}(?: or \w+)?,? (?:only"
        r"|solely|exclusively)\b",
        introduced=True,
        confidence=0.95,
    ),
    Pattern(
        "commercial.purpose_alone",
        "only",
        rf"{_LIMITED_TO}(?:,? (?:and|or|&) \w+){{0,2}}(?: (?:use|purposes?|usage))? only\b|^(?:\W|[0-9a-z]{{1,3}}[.)])*"
        rf"{_LIMITED_TO} (?:use|purposes?) only",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "commercial.granted_for",
        "for",
        r"\b(?:licen[sc]ed?|granted|permission|intended|released)\b[^;]{0,24}?\bfor (?:\w+ ){0,2}?(?:non-? ?commercial|hobby|academic"
        r"|personal|private|evaluation)(?: \w+)? (?:use|purposes?)(?:[.;]|$)",
        introduced=True,
        confidence=0.8,
    ),
    Pattern(
        "commercial.provided_for",
        "provided|condition",
        rf"\b(?:provided|on (?:the )?condition)\b[^;]{{0,40}}?\b(?:use|do so|used)\b[^;]{{0,30}}?\bfor\b[^;]{{0,30}}?{_LIMITED_TO}"
        rf"[^;]*?\b{PURPOSE}\b",
        introduced=True,
        confidence=0.88,
    ),
    Pattern(
        "commercial.only_to_academia",
        "students|universit|academic|non-profit|nonprofit|hobby",
        r"\b(?:licensed|granted|available|permitted|offered)\b[^;]*?\bto (?:\w+ ){0,3}?(?:students|universities|academic \w+"
        r"|non-?profit \w+|hobbyists)\b[^;]*?\b(?:only|solely|exclusively)\b",
        confidence=0.88,
    ),
    Pattern(
        "commercial.permitted_purpose",
        "permitted purpose|allowed purpose",
        rf"(?:{_LIMITED_TO}|\bevaluate\b|\btrial\b).*?\bis (?:use for )?an? (?:permitted"
        r"|allowed) purpose\b",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "commercial.trial_only",
        "trial|days",
        r"\b(?:limit|try|only)\b.*?\bcommercial\b.*?\b(?:trial|days)\b",
        confidence=0.85,
    ),
    Pattern(
        "commercial.other_than_commercial",
        "other than|except|excluding",
        rf"\b(?:other than|except(?: for)?|excluding)(?: for)? (?:any )?{_COMMERCIAL}",
        introduced=True,
        confidence=0.85,
    ),
    NON_PRODUCTION,
    WEAK,
)
FORBIDDEN = (
    Pattern(
        "commercial.no_money",
        "money|charg|revenue|payment|profit",
        rf"(?:{NOT})[^;]*?\b(?:mak(?:e|ing) money|earn(?:ing)? money|profit from|revenue-generating)\b",
        introduced=True,
        confidence=0.88,
    ),
    Pattern(
        "commercial.not_in_production",
        "production",
        rf"(?:{NOT})[^;]*?\b(?:put|used?|deploy(?:ed)?|tak(?:e|en)|run|placed?) (?:\w+ ){{0,3}}?(?:in|into|to) production\b",
        introduced=True,
        confidence=0.88,
    ),
    Pattern(
        "commercial.excludes",
        "commercial|monetiz",
        rf"\bexclud(?:es|ing)\b[^;]*?\buse\b[^;]*?{_COMMERCIAL}|\bmoneti[sz](?:ation|ing)\b[^;]*?{BARRED}",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.not_for_companies",
        "companies|corporations|businesses|enterprises|for-profit|commercial",
        r"^(?:\W|[0-9a-z]{1,3}[.)])*(?:companies|corporations|businesses|enterprises|for-profit \w+|commercial (?:entities"
        r"|organi[sz]ations|users)) (?:may|must|shall|can)(?:not| not) (?:use|access|download|deploy)\b",
        confidence=0.85,
    ),
    Pattern(
        "commercial.may_not",
        "commercial|monetiz|profit|sell|production purposes",
        rf"(?:{NOT}|{BARRED})[^;]*?\b(?:for|in|on|with|to|behalf of|of|conduct|make"
        rf"|engage in)\b[^;]*?{_COMMERCIAL}[^;]*?(?:{PURPOSE}|organi[sz]ations?|products?"
        r"|services?|gain|advantage|manner|entit|setting|environment)",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "commercial.barred",
        "commercial|profit",
        rf"{_COMMERCIAL} (?:\w+ ){{0,3}}?(?:use|usage|uses|purposes?|exploitation|distribution"
        rf"|application)\b[^;]*?{BARRED}",
        introduced=True,
        confidence=0.92,
    ),
    Pattern(
        "commercial.not_commercially",
        "commercial",
        rf"(?:{NOT}|{BARRED})[^;]*?\b(?:use|used|uses|exploit\w*"
        r"|distribut\w+)\b[^;]*?\bcommercial(?:ly|ize|ization| exploitation| use)\b",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "commercial.not_included",
        "commercial",
        r"\b(?:not|nor) include\b[^;]*?\bcommercial(?:ly)? (?:exploitation|use|purposes?"
        r"|products?)",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.not_permitted_by",
        "commercial",
        r"\b(?:does|do|shall|will) not (?:\w+ )?(?:permit|allow|authori[sz]e|cover|extend to)\b[^;]{0,60}?"
        rf"{_COMMERCIAL} (?:use|usage|purposes?|exploitation|deployment|applications?)",
        introduced=True,
        confidence=0.88,
    ),
    Pattern(
        "commercial.in_paid_products",
        "paid|commercial",
        rf"\bus(?:e|ing)\b[^;]*?\b(?:paid|commercial|monetized) (?:products?|services?|apps?|applications?|offerings?)\b[^;]*?{BARRED}",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.reserved",
        "commercial",
        rf"{_COMMERCIAL} (?:use|usage|rights?|exploitation|licen[sc]es?)\b[^;]*?\b(?:is|are|remains?) reserved\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.no_commercial",
        "no commercial|non-commercial|noncommercial",
        r"\bno commercial (?:use|usage|purposes?|exploitation|licen[sc]es? (?:is|are)|rights? (?:is|are))\b",
        introduced=True,
        confidence=0.9,
    ),
)
BARRED_ZH = (
    Pattern(
        "commercial.zh_barred",
        "商业|商用|研究|学术",
        r"(?:不得|禁止|不可|不能|不允许|未经[^。;]*(?:许可|授权|同意)[^。;]*)[^。;]*(?:商业(?:用途|目的|使用|性|化|活动|行为)|商用)"
        r"|(?:仅|只|限)[^。;]*(?:非商业|研究|学术)[^。;]*(?:用途|目的|使用)",
        confidence=0.88,
    ),
)
ASK_FIRST = (
    Pattern(
        "commercial.ask_first",
        "commercial",
        r"(?:\bif\b|\bwhere\b|\bwhen\b|\bwho\b|\bthat\b|\bto\b|\bfor\b|\bany\b"
        rf"|\bwish)[^;]*?{_COMMERCIAL}[^;]*?(?:{MUST}|\bplease\b|\brequires?\b|\bis required\b"
        r"|\bneed)[^;]*?\b(?:request|contact|obtain|apply|seek|enter into|purchase|separate"
        r"|licen[sc]e from|authori[sz]|permission|consent)\w*",
        introduced=True,
        confidence=0.88,
    ),
    Pattern(
        "commercial.separate_license",
        "commercial",
        rf"{_COMMERCIAL}[^;]*?\b(?:requires?|subject to|only with|only under|without"
        r"|prior to)\b[^;]*?\b(?:separate|prior|written|express|commercial|paid|additional"
        r"|specific|different)\b[^;]*?\b(?:licen[sc]e|permission|agreement|authori[sz]ation"
        r"|consent|approval)",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.trade_asks_first",
        "business|compan|corporation|enterprise|profit|production|commercial",
        rf"(?:^|[.:(] ?|\b(?:all|any|all other|any other|for|use by) ){_TRADE} (?:\w+ ){{0,3}}?(?:{MUST}|\brequires?\b|\bneeds?\b"
        rf"|\bis subject to\b|\bare subject to\b)[^;]*?\b(?:licen[sc]ed?|permission|approval|consent|agreement"
        r"|authori[sz]ation|contact)\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.payment_needs_license",
        "payment|paid|charge",
        r"\buse\b[^;]*?\b(?:for|against|in exchange for|in return for) (?:a )?(?:payment|fee|charge|consideration)\b[^;]*?"
        r"\b(?:requires?|needs?|subject to)\b[^;]*?\b(?:licen[sc]e|permission|approval|consent|agreement)",
        confidence=0.85,
    ),
    Pattern(
        "commercial.write_for_commerce",
        "commercial",
        r"^(?:\W|[0-9a-z]{1,3}[.)])*for (?:any )?commercial (?:use|usage|purposes?|licen[sc]es?|licen[sc]ing)\b[^;]*?\b(?:contact|write|e-?mail"
        r"|send|reach|apply|ask)\b",
        confidence=0.85,
    ),
    Pattern(
        "commercial.zh_ask_first",
        "商业|商用",
        r"(?:商业|商用)[^。;]*(?:须|需|应|必须)[^。;]*(?:申请|获得|取得|联系|授权|许可)",
        confidence=0.85,
    ),
)
ALLOWED = (
    Pattern(
        "commercial.allowed",
        "commercial|any purpose|商业|商用",
        r"(?:\b(?:may|can|permits?|permitted|allows?|grants?|granted|free to"
        r"|including)\b[^;]*?\b(?:commercial use|commercial purposes?|commercially"
        r"|commercial activities|commercial and|for commercial|commercial, |any commercial)"
        r"|\bcommercial (?:use|purposes?) (?:is|are) (?:permitted|allowed)"
        r"|\bcommercially (?:usable|permissive))|(?:可|允许|免费)[^。;]*(?:商业|商用)",
        introduced=True,
        confidence=0.85,
    ),
)
PRODUCTION = (
    Pattern(
        "commercial.payment_beyond",
        "payment|pay ",
        r"\bif you exceed\b.*?\b(?:payment|pay)\b"
        r"|\buse\b[^;]*?\bis subject to (?:the )?payment\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.subscription",
        "subscription|subscri|fee|paid",
        rf"\b(?:production|{_COMMERCIAL})[^;]*?\b(?:with|under|requires?|subject to"
        r"|having)\b[^;]*?\b(?:subscription|paid|fees?)\b|\b(?:subscription"
        r"|paid licen[sc]e)\b[^;]*?\b(?:for|to)\b[^;]*?\b(?:production|commercial)",
        introduced=True,
        confidence=0.85,
    ),
)
SCOPE = (
    Pattern(
        "commercial.any_purpose_except",
        "permitted purpose|any purpose",
        r"\bany purpose (?:is a permitted purpose)?,? ?(?:except|other than)\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.may_not_sell",
        "sell|charge",
        rf"(?:{NOT}|\bdoes not include\b|{BARRED}|\bnothing\b[^;]*?\b(?:allows?|permits?))[^;]*?\b(?:the right to sell"
        r"|sell the software|sell (?:the |any )?(?:model|work|materials|copies|products? (?:that|which|with))"
        r"|(?:re-?)?sell (?:\w+ )?access|charge (?:others|users|anyone|third parties|customers)|charge (?:\w+ ){{0,3}}for access)\b",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "commercial.not_to_develop",
        "used to",
        r"^[^;]*?\b(?:software|program|code|model|weights|work|sources?)\b[^;]{0,60}?(?:\bmay not\b|\bmust not\b|\bshall not\b"
        r"|\bcannot\b|\bcan not\b) be used to (?:develop|re-?create|creat|build|make)\b",
        confidence=0.8,
    ),
    Pattern(
        "commercial.competing_product",
        "compet|excluded purpose",
        rf"(?:{NOT}|{BARRED})[^;]*?\b(?:compet(?:e|es|ing|itive)|excluded purpose)\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "commercial.no_managed_service",
        "service",
        rf"{NOT}[^;]*?\b(?:provid\w*|offer\w*|mak(?:e|ing) available|sell"
        r"|host)\b[^;]*?\b(?:hosted|managed|as-a-service|as a service|saas"
        r"|cloud)\b[^;]*?\b(?:services?|offering)?",
        introduced=True,
        confidence=0.85,
    ),
)
_ABOUT_OUTPUT_ONLY = Expression(
    r"\byou may use outputs?\b|\boutputs? for any purpose|\bsynthetic data\b"
)
_DISCLAIMER = Expression(
    r"as[ -]is\b|warrant|in no event|\bliab(?:le|ility)|commercial damages"
    r"|commercial losses|损失|责任|保证"
)
_BESIDE = Expression(
    r"internal business purposes? or|commercial item|commercial computer|commercially reasonable|non-?commercial (?:or"
    r"|and) commercial|whether commercial|commercial or non"
    r"|noncommercially, and only|alternative is allowed|commercial advantage or"
    r"|primarily intended for|trademark|advertising or otherwise|endorse"
    r"|governed by|patent|\bu\.s\. government end users?"
)
_DEFINES = Expression(
    r'^(?:[^"a-z0-9]|[a-z0-9]{1,4}[.)])*"[^"]+"[^"]{0,40} ?(?:shall )?(?:means?|refers?'
    r"|has the meaning|is defined|are defined)\b"
)
_SIZED = Expression(
    r"\bmillion\b|\bbillion\b|[0-9],[0-9]{3}|commercial entit\w+|more than [0-9]|\bexceed|[0-9][万亿]"
)
_FREE_AFTER = Expression(
    r"registered users? .*(?:free|may|can)|(?:after|upon|once"
    r"|following) (?:\w+ ){0,3}regist.*(?:free|may|can|commercial)|登记[^。]*(?:免费|即可|可以)"
    r"|注册[^。]*(?:免费|即可|可以)"
)
_PURPOSES: tuple[tuple[Purpose, Expression], ...] = (
    ("research", Expression(r"\bresearch|scientific|研究")),
    ("education", Expression(r"educat|academic|teaching|学术|教育")),
    ("personal", Expression(r"\bpersonal (?:use|uses|purposes|non)")),
    ("evaluation", Expression(r"evaluat|\btrial\b|\btesting\b|non-production")),
    (
        "non-commercial",
        Expression(
            r"\bnon-? ?commercial(?:ly)?\b(?: (?:and|or|for|by|purposes?|uses?|basis|ends|ways?"
            r"|manner|activities|license|only)\b|[.;:()\"-]|$)|非商业"
        ),
    ),
)
_DEFINITION = Pattern(
    "commercial.purpose_defined",
    "commercial|research purpose|research use",
    r'^(?:\W|[a-z0-9]{1,3}[.)])*"[^"]*(?:non-? ?commercial'
    r'|research)[^"]*"[^"]{0,30} (?:shall )?(?:means?|refers? to)\b(?P<what>.*)',
)


class Context(Struct, frozen=True):
    """What other clauses say that bears on commercial use."""

    granted: Hit | None
    thresholds: tuple[Threshold, ...] = ()
    registration: Duty | None = None


def read(reader: Reader, context: Context) -> CommercialUse | None:
    """Whether commercial use is permitted; None where the text grants nothing and bars nothing."""
    sized = [t for t in context.thresholds if t.consequence != "attribution"]
    gates = _Gates(
        sized=bool(sized),
        free=context.registration is not None and _free_after_registration(reader),
        allowed=_allowed(reader),
    )
    if barred := _barred(reader, gates):
        return CommercialUse(**place_of(reader, barred), value="no", only_for=_only_for(reader))
    if gated := _gated(reader, context, sized):
        return gated
    if context.granted is None:
        return None
    said = gates.allowed or context.granted
    return CommercialUse(**place_of(reader, said, confidence=0.85), value="yes")


class _Gates(Struct, frozen=True):
    """What opens commercial use to some: it decides how a sentence that bars is to be read."""

    sized: bool
    """There is a size beyond which something else applies."""
    free: bool
    """After a registration, commercial use is free."""
    allowed: Hit | None
    """A sentence that permits commercial use in so many words."""


_OTHER_MATTER = Expression(r"\boutputs?\b|\bwish(?:es)? to\b")


def _says_commercial(hit: Hit) -> bool:
    """Permits commercial use in so many words, and not of the outputs only."""
    if _beside(hit) or _OTHER_MATTER.test(hit.unit.text):
        return False
    positive = _NEGATED.sub("other", hit.match.text)  # "non-commercial purposes" names commerce too
    return hit.pattern.expression.test(positive)


_NEGATED = re.compile(r"non-? ?commercial(?:ly)?")


def _allowed(reader: Reader) -> Hit | None:
    """The first sentence that permits commercial use in so many words; all of them are understood."""
    found = [hit for hit in reader.hits(*ALLOWED) if _says_commercial(hit)]
    for hit in found:
        reader.understand(hit.unit, "commercial")
    return found[0] if found else None


def understood(reader: Reader, unit: Unit) -> bool:
    """Whether a sentence bars or gates commercial use in a form that is known here: where commerce is
    barred or gated already, it says no more."""
    return any(
        reader.hit(pattern, unit) is not None
        for pattern in (*FORBIDDEN, *LIMITED, *ASK_FIRST, *BARRED_ZH, *PRODUCTION)
    )


def _barred(reader: Reader, gates: _Gates) -> Hit | None:
    """What bars commercial use for everybody, its definitions last."""
    defining: Hit | None = None
    for hit in reader.hits(*FORBIDDEN, *LIMITED, *ASK_FIRST, *BARRED_ZH, ADVANTAGE):
        if _beside(hit) or _ABOUT_OUTPUT_ONLY.test(hit.unit.text) or _gives_way(reader, hit, gates):
            continue
        if not _DEFINES.test(hit.unit.text):
            return hit
        if hit.pattern in FORBIDDEN:
            defining = defining or hit
    return defining


def _gives_way(reader: Reader, hit: Hit, gates: _Gates) -> bool:
    """Whether a sentence that bars commerce does so for some only, given what the text opens.

    A size or a registration alone never softens a plain bar: adding a cap makes no text milder.
    """
    text, pattern = hit.unit.text, hit.pattern
    if pattern is WEAK and gates.allowed is not None:
        reader.understand(hit.unit, "commercial")
        return True  # one grant for research, and another one for commerce
    if pattern is NON_PRODUCTION:  # without a subscription not in production; with it, yes
        return _first(reader, PRODUCTION) is not None
    if pattern in ASK_FIRST:
        return gates.free or _SIZED.test(text) or (gates.sized and _of_a_size(reader, hit.unit))
    if gates.sized and _SIZED.test(text):
        return True
    return gates.free and _UNLESS.test(text)


def _of_a_size(reader: Reader, unit: Unit) -> bool:
    """Whether a sentence speaks of those beyond a size: it names it, or goes on about them."""
    if "threshold" in reader.understood.get(unit.index, set()) or ABOVE.test(unit.text):
        return True
    return unit.lead is not None and "threshold" in reader.understood.get(unit.lead.index, set())


_UNLESS = Expression(
    r"\bunless\b|\bwithout\b|\bexcept\b|\buntil\b|not in accordance|have not\b|has not\b"
    r"|\bonly if\b|未经|除非"
)


def _beside(hit: Hit) -> bool:
    """Whether the words are beside the matter: a disclaimer, a trade mark, a turn of phrase."""
    match = hit.match
    if hit.pattern is ADVANTAGE:
        return False
    return _DISCLAIMER.test(hit.unit.text) or _BESIDE.test(match.text[match.start : match.end + 30])


def _free_after_registration(reader: Reader) -> bool:
    return any(_FREE_AFTER.test(unit.text) for unit in reader.units("regist", "登记", "注册"))


def _first(reader: Reader, patterns: tuple[Pattern, ...]) -> Hit | None:
    for hit in reader.hits(*patterns):
        if not _beside(hit) and not _ABOUT_OUTPUT_ONLY.test(hit.unit.text):
            return hit
    return None


def _gated(reader: Reader, context: Context, sized: list[Threshold]) -> CommercialUse | None:
    gates: list[Gate] = []
    basis: Hit | None = None
    subscription = _first(reader, PRODUCTION)
    scope = next((hit for hit in reader.hits(*SCOPE) if not _beside(hit)), None)
    if sized:
        gates.append("threshold")
    if context.registration is not None and _concerns_commerce(reader, context.registration):
        gates.append("registration")
    if subscription is not None:
        gates.append("payment")
        basis = subscription
    if scope is not None:
        gates.append("scope")
        basis = basis or scope
    if not gates:
        return None
    return _conditional(reader, tuple(gates), sized, context, basis)


def _concerns_commerce(reader: Reader, duty: Duty) -> bool:
    return duty.commercial_only


def _conditional(
    reader: Reader,
    gates: tuple[Gate, ...],
    sized: list[Threshold],
    context: Context,
    basis: Hit | None,
) -> CommercialUse:
    clause = sized[0] if sized else context.registration if "registration" in gates else None
    if clause is not None:
        return CommercialUse(
            section=clause.section,
            start=clause.start,
            end=clause.end,
            confidence=clause.confidence,
            pattern=clause.pattern,
            value="conditional",
            gates=gates,
        )
    assert basis is not None
    return CommercialUse(**place_of(reader, basis), value="conditional", gates=gates)


def _only_for(reader: Reader) -> tuple[Purpose, ...]:
    """The purposes that remain: from the limited grant, else from the definition of its purpose."""
    named: set[Purpose] = set()
    for hit in reader.hits(*LIMITED):
        if not _beside(hit) and not _ABOUT_OUTPUT_ONLY.test(hit.unit.text):
            named |= _purposes(hit.match.text[hit.match.start : hit.match.end + 12])
    if not named or "non-commercial" in named:
        defined = reader.first(_DEFINITION)
        what = defined.group("what") if defined else ""
        meant = _purposes(what)
        if meant and "non-commercial" not in meant and not _PERSONAL.test(what):
            named = meant
    return tuple(name for name, _ in _PURPOSES if name in named) or ("non-commercial",)


_PERSONAL = Expression(r"personal|any purpose|hobby|charit|not primarily intended for or directed")


def _purposes(text: str) -> set[Purpose]:
    return {name for name, words in _PURPOSES if words.test(text)}
