"""What is granted: use, redistribution, derivatives, hosting; and for which purpose only.

A license grants in a few forms: "X grants you a license to ...", "permission is granted to ...",
"redistribution and use are permitted", "you may ...". What limits the grant (a purpose, a territory, terms
to pass on) makes the answer conditional; the limits are read elsewhere and handed in.
"""

from __future__ import annotations

import re

from msgspec import Struct

from weightlaw.domain.terms import Permission
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import BARRED, DERIVED, DISTRIBUTE, MODEL, MUST, NOT

_ACT = (
    r"(?:use|run|reproduce|copy|copies|distribute|redistribute|modify|modification"
    r"|sublicense|share|adapt|publish|display|perform|access|merge|deploy|install|convey"
    r"|do everything"
    r"|deal in|exercise|prepare|create|make|propagate|download|host|使用|复制|修改|分发|发布)"
)
GRANTS = (
    Pattern(
        "grant.license",
        "licen|right|permission",
        r"\b(?:grants?|granted|granting|is licensed|are licensed|gives you"
        r"|provides you with)\b.*?\b(?:licen[sc]es?|rights?|permission)\b.*?\b(?:to|for"
        rf"|under)\b.*?\b{_ACT}\b",
        introduced=True,
        confidence=0.95,
    ),
    Pattern(
        "grant.license_listed",
        "licen|right|permission",
        r"\b(?:grants?|granted|granting|is licensed|are licensed|gives you"
        r"|provides you with)\b.*?\b(?:licen[sc]es?|rights?|permission)\b.*?\b(?:to|for"
        rf"|under)\b.*\b{_ACT}\b",
        listed=True,
        confidence=0.94,
    ),
    Pattern(
        "grant.permission",
        "permission|permitted|permits|allows",
        r"\bpermission\b.*?\bgranted\b|\b(?:redistribution|use|copying"
        r"|distribution)\b.*?\b(?:are|is) (?:hereby )?(?:permitted|allowed)\b|\b(?:permits?"
        rf"|allows?) (?:you|users?|anyone)\b.*?\b{_ACT}\b",
        introduced=True,
        confidence=0.95,
    ),
    Pattern(
        "grant.may",
        "may |can |free to|everything",
        r"\b(?:you|licensees?|users?|anyone|recipients?|researchers"
        r"|each contributor)\b[^;]*?\b(?:may|can|are free to|is free to|are (?:permitted"
        r"|allowed|authorized|licensed) to)\b(?: also| freely| only"
        rf"| do)*,? (?:\w+ly )?{_ACT}\b|\bto do everything with\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "grant.waiver",
        "waive|dedicat|public domain",
        r"\b(?:waives?|dedicat\w+|abandons?|surrenders?)\b.*?\b(?:copyright|public domain)\b"
        r"|placed in the public domain|released into the public domain",
        confidence=0.9,
    ),
    Pattern(
        "grant.zh",
        "授予|许可您|许可你|可以|有权",
        r"授予[^。;]*(?:许可|权利)|(?:您|你|被许可方|用户)[^。;]*(?:可以|有权|可)[^。;]*(?:使用|复制|修改|分发)",
        confidence=0.85,
    ),
)
_NOT_GRANT = Expression(
    r"nothing other than|\bback to\b|\bsection [0-9a-z().]+ grants"
    r"|\bno (?:trademark )?licen[sc]es? (?:is|are) granted"
    r"|does not grant (?:you )?(?:any )?(?:permission|right|licen)"
    r"|\btrade ?marks?\b.*\bsolely|\bthe .?mark.?\)|\btrade names\b"
    r"|patent licen[sc]e (?:to|under)|confidential|you may obtain a copy"
    r"|personal information|feedback|grants? (?:us|licensor|meta|the licensor|back)"
    r"|authorize the licensor"
    r"|license to use \"|you grant|\buse (?:our|the) (?:services?|website|platform|tools)\b"
    r"|copy, distribute and use this license"
)
_SHARES = Expression(
    rf"{DISTRIBUTE}|\bcopies\b|\bconvey|\bpropagate|\bmake available|everything with"
    r"|otherwise infringe|\bexercise\b|any purpose whatsoever|without restriction|sell copies|分发|发布|传播"
    r"|\bredistribution\b"
)
_DERIVES = Expression(
    rf"{DERIVED}|\bbuild upon\b|\bremix|\bprepare\b|everything with|otherwise infringe"
    r"|\badapt|\balter\b|any purpose whatsoever|without restriction|based on|\btrain\b|修改|衍生|改编"
)
_MODIFY = Expression(r"\bmodif|derivative|\badapt|\balter|fine-? ?tun|修改|衍生")
NO_SHARING = (
    Pattern(
        "grant.no_redistribution",
        "distribut|share|publish|transfer|disclos|分发",
        rf"(?:{NOT}|{BARRED})"
        r"(?:[ ,:();]+[\w/-]+[.)]?){0,9}?[ ,:();]+(?:re-?distribut\w*|distribut\w*|publish\w*|shar(?:e|ing)\b"
        rf"|transfer|disclose|make available|sub-?licen[sc]e)\b[^;]*?{MODEL}",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "grant.redistribution_barred",
        "distribut|sharing|分发",
        rf"\b(?:re-?distribution|distribution|sharing)\b[^;]*?{BARRED}",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "grant.not_to_be_shared",
        "distribut|share|publish|transfer|disclos|passed on",
        rf"\b(?:models?|weights?|software|materials|checkpoints?)\b[^;]{{0,40}}?{NOT} be (?:\w+ )?(?:re-?distributed|distributed"
        r"|shared|passed on|published|disclosed|transferred)\b[^;]*",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "grant.no_part_passed_on",
        "no part",
        rf"\bno part of (?:the |this )?{MODEL}[^;]*?\b(?:re-?distributed|distributed|shared|passed on|published|transferred)\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "grant.no_redistribution_zh",
        "分发|传播",
        r"(?:不得|禁止)[^。;]*(?:分发|传播|再分发)",
        confidence=0.7,
    ),
)
_QUALIFIED = Expression(
    r"not apply|\boutside\b|\bfor example\b|as a consequence|\bif,|\bunless\b"
    r"|\bexcept (?:as|in|where|to|for|under|with|that|if)\b|\bwithout\b|\bother than\b"
    r"|\bif (?:you|it)\b|for (?:any|the purpose)|in any (?:way|manner)|\bto (?:generate"
    r"|anyone|any (?:person|individual|country))|\bin violation|only\b|\bin connection with"
    r"|additional or different|in whole or in part|intended to|purposes?\b|that (?:you"
    r"|violat)|misinformation|malware|false|information|patent|trademark|source code"
    r"|warrant|除非|目的|用途|军事|违法|非法|未经|以下|权利"
)
NO_CHANGES = Pattern(
    "grant.other_than_distributing",
    "other than distributing",
    r"other than (?:distributing|making changes)[^;]*?(?:making changes|new works|distributing)",
    introduced=True,
    confidence=0.9,
)
NO_DERIVATIVES = Pattern(
    "grant.no_derivatives",
    "derivative|modif|adapt|衍生|修改",
    rf"(?:{NOT}|{BARRED}|\bbut not\b)"
    r"(?:[ ,:();]+[\w/-]+[.)]?){0,12}?[ ,:();]+(?:modify|adapt|fine-?tune|creating derivative"
    r"|(?:create|prepare|make|distribute|share,?)(?: (?:a|any|and|or))? (?:derivative|adapted)\w*)\b",
    introduced=True,
    confidence=0.85,
)


class Limits(Struct, frozen=True):
    """What is read elsewhere and limits a grant; each a find or None."""

    purpose: bool = False
    """Only for non-commercial, research or like purposes."""
    territory: bool = False
    passed_on: bool = False
    """Restrictions must be imposed on recipients."""
    alike: bool = False
    """Derivatives must be licensed alike."""
    gated: bool = False
    """Commercial use is open to some only."""
    payment: bool = False
    """Commercial users need a subscription or an agreement for the very use."""


def grants(reader: Reader) -> list[Hit]:
    """The sentences that grant: the best forms first, and of one form those that name most acts."""
    found = [hit for hit in reader.hits(*GRANTS) if _is_grant(hit)]
    return sorted(found, key=_strength)


_ACTS = tuple(
    Expression(rf"\b{act}")
    for act in (
        "use",
        "reproduc|cop(?:y|ies)",
        "distribut|shar",
        "modif|deriv|adapt",
        "sub-?licens|sell",
    )
)


def _strength(hit: Hit) -> tuple[float, int]:
    acts = sum(act.test(_granted(hit)) for act in _ACTS) if hit.unit.index < 2000 else 0
    return (-hit.pattern.confidence, -acts)


def _is_grant(hit: Hit) -> bool:
    if _NOT_GRANT.test(hit.unit.text) or _DEFINES.test(hit.unit.text):
        return False
    before = hit.match.text[
        max(0, hit.match.start - 40) : min(hit.match.end, hit.match.start + 300)
    ]
    return not _REFUSES.test(before) or hit.pattern.name == "grant.permission"


_DEFINES = Expression(
    r'^(?:\W|[a-z0-9]{1,4}[.)])*"[^"]+"[^"]{0,40}(?:"[^"]+"[^"]{0,10})?(?:\bshall'
    r" )?(?:means?|refers?|includes?)\b|^(?:[a-z0-9]{1,3}[.)] )?(?:[\w-]+ ){1,5}means? "
)
_REFUSES = Expression(
    r"\b(?:may|shall|must|will|can|does|do)(?: \w+ly)? not\b|\bcannot\b"
    r"|\bno (?:other )?(?:rights?|licen[sc]es?|permission)\b|\bnot granted\b"
    rf"|\bto the extent\b.*\bnot\b|{MUST} not\b"
)


def redistribution(reader: Reader, found: list[Hit], limits: Limits) -> Permission | None:
    """Whether copies may be handed on."""
    barred = reader.first(NO_CHANGES) or next(
        (hit for hit in reader.hits(*NO_SHARING) if _bars_sharing(hit)), None
    )
    granted = next((hit for hit in found if _SHARES.test(_granted(hit))), None)
    if barred is not None:  # the stricter, where a text says both
        return Permission(**place_of(reader, barred), value="no")
    if granted is None and found:
        granted = next(
            (
                hit
                for hit in reader.hits(CONDITIONS, HANDING_ON)
                if not _NOT_CONDITION.test(hit.unit.text)
            ),
            None,
        )
    if granted is None:
        return _only_implied(reader, found, None, *NO_SHARING)
    limited = (
        limits.purpose or limits.territory or limits.passed_on or limits.alike or limits.payment
    )
    basis = next(
        (hit for hit in reader.hits(CONDITIONS) if not _NOT_CONDITION.test(hit.unit.text)), granted
    )
    return Permission(**place_of(reader, basis), value="conditional" if limited else "yes")


CONDITIONS = Pattern(
    "grant.conditions_of_distribution",
    "distribut|share",
    rf"{DISTRIBUTE}.*?(?:\bprovided that\b|following (?:conditions|terms|requirements)"
    r"|\bonly (?:do so|if)\b|\bif you meet\b|subject to the following)"
    rf"|\bif you (?:choose to |wish to |decide to )?{DISTRIBUTE}.*?{MUST}",
    confidence=0.9,
)
HANDING_ON = Pattern(
    "grant.copy_to_recipients",
    "copy of",
    rf"{MUST}.*?\bprovide\b.*?\bcopy of this\b.*?\b(?:third[- ]part|recipient|user)",
    introduced=True,
    confidence=0.75,
)
MODIFYING = Pattern(
    "grant.if_modified",
    "modif|derivative|adapt",
    rf"\bif you (?:choose to |wish to )?(?:modify|adapt|change|create)\b.*?{MUST}",
    confidence=0.75,
)
_NOT_CONDITION = Expression(
    r"your version of the license|warrant|additional liability|modifications, or"
    r"|own copyright statement|outputs? |trademark"
)


def _bars_sharing(hit: Hit) -> bool:
    """Bars handing on the model itself, to anybody and for any purpose."""
    said = BY_LAW.sub("", hit.unit.text if hit.unit.lead is not None else hit.match.text)
    return not _QUALIFIED.test(said) and not _OF_A_PART.test(hit.match.text[hit.match.start :])


BY_LAW = re.compile(r"unless (?:required by )?(?:the )?(?:applicable )?law[^,:;]*[,:;]?")
_OF_A_PART = Expression(
    r"librar|covered work|derivative|modif|adapted|source code|object code|extracted"
    r"|\bdata\b|outputs?\b|\bresults\b|this licen[sc]e|sub-?licen|trade|copyright notice|衍生"
)


def _granted(hit: Hit) -> str:
    """The words of the grant, without what is said before it."""
    return hit.match.text[hit.match.start :]


def derivatives(reader: Reader, found: list[Hit], limits: Limits) -> Permission | None:
    """Whether the model may be modified."""
    if nothing := reader.first(NO_CHANGES):
        return Permission(**place_of(reader, nothing), value="no")
    barred = next(
        (hit for hit in reader.hits(NO_DERIVATIVES) if not _QUALIFIED.test(hit.unit.text)), None
    )
    granted = next((hit for hit in found if _DERIVES.test(_granted(hit))), None)
    if granted is None and found and not barred:
        granted = reader.first(MODIFYING)  # "if you modify it, you must ..." permits to modify it
    if granted is None:
        return _only_implied(reader, found, barred, NO_DERIVATIVES)
    limited = (
        limits.purpose or limits.territory or limits.passed_on or limits.alike or limits.payment
    )
    return Permission(
        **place_of(reader, granted), value="conditional" if limited or barred else "yes"
    )


def _only_implied(
    reader: Reader, found: list[Hit], barred: Hit | None, *bars: Pattern
) -> Permission | None:
    """Barred; or barred for some purposes only, which implies that it is permitted for others."""
    if barred is not None:
        return Permission(**place_of(reader, barred), value="no")
    for hit in reader.hits(*bars) if found else ():
        if _FOR_PURPOSE.test(hit.unit.text) and not _OF_A_PART_ONLY.test(hit.match.text):
            return Permission(**place_of(reader, hit), value="conditional")
    return None


_FOR_PURPOSE = Expression(r"\bfor any\b[^;]*?\bpurposes?\b|\bpurposes?\b")
_OF_A_PART_ONLY = Expression(r"this licen[sc]e|\bdata\b|outputs?\b|trade")
