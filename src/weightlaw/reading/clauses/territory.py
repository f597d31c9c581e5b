"""Territory: places where the license grants nothing.

Sanctions and export control are not territory, and neither is the choice of a contracting party or of a
law by the place where the licensee is: those sentences withhold no right.
"""

from __future__ import annotations

from typing import Literal

from weightlaw.domain.terms import Territory
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.places import NAMES, places
from weightlaw.reading.words import BARRED, NOT

_HERE = (
    r"(?:located|domiciled|resident|residing|based|headquartered|established|incorporated"
    r"|organized|situated|reside|live"
    r"|operat(?:e|es|ing)|(?:principal|main|primary) place of business|headquarters?"
    r"|registered (?:office|seat)|seat|domicile)"
)
_AREA = rf"(?P<places>(?:.*?)(?:{NAMES})(?:.*))"
_ANCHORS = (
    "territor|european|eu |eu,|eu.|eu)|united|u.k.|uk |uk,|uk.|korea|china|japan|india"
    "|russia|switzerland|canada|brazil|australia"
    "|eea|europe|taiwan|france|germany|italy|israel|prc|usa|欧盟|英国|韩国|中国|美国|日本|俄罗斯"
)
PATTERNS = (
    Pattern(
        "territory.defined_without",
        "territor",
        r'"?territory"? (?:shall )?(?:means?|is|refers? to|includes?)\b.*?\b(?:exclud(?:es'
        r"|ing)|except(?:ing)?(?: for)?|other than"
        rf"|with the exception of|but not|outside(?: of)?|save for) {_AREA}",
        confidence=0.97,
    ),
    Pattern(
        "territory.rights_withheld",
        _ANCHORS,
        r"(?:\bno (?:rights?|licen[sc]e|permission)\b.*?\b(?:granted|given|licensed)"
        r"|(?:rights?|licen[sc]es?|permissions?)\b.*?(?:\bnot\b(?: being| been"
        r"| be)? (?:granted|extended|available|conferred|given|valid)"
        rf"|{BARRED}|(?:do|does|shall|will) not (?:extend|apply|exist))).*?\b(?:if|to|for|in"
        rf"|within|where|when)\b.*?{_AREA}",
        confidence=0.95,
    ),
    Pattern(
        "territory.may_not_use_in",
        _ANCHORS,
        rf"{NOT}[^;]*?\b(?:us(?:e|es|ed|ing)|distribut\w+|deploy\w*|offer\w*|access\w*"
        r"|download\w*|provid\w+|reproduc\w+|exercis\w+|host\w*"
        r"|ma(?:ke|de) available)\b[^;]*?(?:\b(?:in|within|into|from|inside)"
        rf"|{_HERE}.*?\bin) (?:the (?:territory of |territories of )?|any (?:country|part"
        r"|member states?) (?:in|of) "
        rf"(?:the )?)?(?P<places>(?:{NAMES})\b.*)",
        confidence=0.9,
    ),
    Pattern(
        "territory.may_not_if_located",
        _ANCHORS,
        r"(?:if|where|when|persons?|individuals?|entit(?:y|ies)|compan(?:y|ies)|users?"
        rf"|licensees?|you|who|that|anyone)\b.*?{_HERE}\b.*? in,? "
        rf"(?P<places>.*?(?:{NAMES}).*?)(?:{NOT}|{BARRED}).*",
        confidence=0.9,
    ),
    Pattern(
        "territory.does_not_apply_in",
        _ANCHORS,
        r"(?:(?:this )?(?:licen[sc]e|agreement)|models?|materials|software"
        r"|weights)\b.*?(?:(?:do|does|shall|will|is|are|may|must) not (?:\w+ )?(?:apply|extend"
        r"|intended"
        rf"|available|valid|offered|licensed|permitted|authorized|be)|{BARRED}).*?\b(?:in"
        rf"|within|to|for|outside) {_AREA}",
        confidence=0.9,
    ),
    Pattern(
        "territory.worldwide_except",
        _ANCHORS,
        r"(?:worldwide|throughout the world|in all countries|all (?:territories|jurisdictions)"
        r"|globally|anywhere)[ ,(]+(?:but )?(?:except(?:ing)?|exclud(?:es|ing)|other than"
        rf"|with the exception of|outside(?: of)?)(?: for| in)? {_AREA}",
        confidence=0.95,
    ),
    Pattern(
        "territory.excluded_places",
        _ANCHORS,
        rf"(?P<places>(?:{NAMES}).*?) (?:is|are|shall be) (?:expressly |specifically )?excluded\b",
        confidence=0.9,
    ),
    Pattern(
        "territory.excluded_list",
        "excluded",
        rf"\bexcluded (?:territor(?:y|ies)|countries|regions|jurisdictions|places|areas)\b(?: (?:are|is"
        rf"|means?|include))?[ :,-]+{_AREA}",
        confidence=0.9,
    ),
    Pattern(
        "territory.people_of",
        _ANCHORS,
        rf"\b(?:residents?|citizens|nationals|inhabitants) of (?P<places>.*?(?:{NAMES}).*?)"
        rf"(?:{NOT}|{BARRED}|\bno rights?\b|\bnot licensed\b)",
        confidence=0.9,
    ),
    Pattern(
        "territory.use_in_barred",
        _ANCHORS,
        r"\b(?:us(?:e|ing)|deploy(?:ment|ing)|distribut(?:ion|ing)|access|mak(?:e|ing) (?:\w+ ){1,4}?(?:available"
        r"|reachable|accessible)|offer(?:ing)?|download(?:ing)?|hosting)\b[^;]*?\b(?:in|within|inside|into|from|to) "
        rf"(?P<places>(?:the )?(?:{NAMES})\b[^;]*?)(?:{BARRED}|\bis (?:a|an) (?:\w+ )?(?:breach|violation"
        r"|infringement)|\bconstitutes\b)",
        confidence=0.88,
    ),
    Pattern(
        "territory.anyone_except",
        _ANCHORS,
        rf"\b(?:except(?:ing)?(?: for)?|excluding|other than|save(?: for)?) (?:those|persons?|people|individuals?"
        rf"|entit(?:y|ies)|compan(?:y|ies)|users?|anyone|organi[sz]ations?)\b[^;]*?{_HERE}\b[^;]*? in "
        rf"(?P<places>.*?(?:{NAMES}).*)",
        confidence=0.88,
    ),
    Pattern(
        "territory.grants_none_for",
        _ANCHORS,
        rf"\bgrants? no (?:rights?|licen[sc]es?|permission)\b[^;]*?\b(?:for|in|to|within)\b {_AREA}"
        rf"|\b(?:licen[sc]e|permission|grant|agreement) (?:\w+ )?excludes\b (?P<places2>(?:.*?)(?:{NAMES})(?:.*))",
        confidence=0.9,
    ),
    Pattern(
        "territory.none_exercised_in",
        _ANCHORS,
        rf"\b(?:none of|no part of)\b[^;]*?\b(?:may|can|shall|must)\b[^;]*?\b(?:in|within|from) (?P<places>(?:the )?(?:{NAMES})\b.*)",
        confidence=0.9,
    ),
    Pattern(
        "territory.all_but",
        _ANCHORS,
        r"\b(?:all|every|any) (?:countr(?:y|ies)|territor(?:y|ies)|jurisdictions?|regions?)[ ,]+(?:but|save|bar|apart from|aside from)"
        rf"(?: for)? {_AREA}",
        confidence=0.9,
    ),
    Pattern(
        "territory.zh_of_a_place",
        "欧盟|英国|韩国|中国|美国|日本|俄罗斯",
        rf"(?P<places>(?:{NAMES})[^。;]{{0,12}}?)(?:境内|地区|国内|的)[^。;]{{0,12}}?(?:不得|禁止|无权|不能|不可)",
        confidence=0.85,
    ),
    Pattern(
        "territory.nobody_in",
        _ANCHORS,
        rf"\b(?:nobody|no one|no person|no entity|no company|no user)\b[^;]*?\b(?:in|from|within) "
        rf"(?P<places>(?:the )?(?:{NAMES})\b.*)",
        confidence=0.85,
    ),
    Pattern(
        "territory.zh",
        "欧盟|英国|韩国|中国|美国|日本|俄罗斯",
        rf"(?:不适用于|不包括|除|不得在|禁止在|不授予|不授权)[^。;]*?(?P<places>(?:{NAMES})[^。;]*)",
        confidence=0.85,
    ),
)
_NOT_TERRITORY = Expression(
    r"sanction|embargo|export|restricted part|denied part|trade control|ofac|governing law"
    r"|governed by|\blaws? of\b|jurisdiction of"
    r"|courts? |arbitrat|dispute|national security|\bnational unity|regulation \(eu\)"
    r"|patent|\bact\b|trademark|national, |made in "
    r"|means? (?:\w+ ){1,4}(?:ltd|limited|inc|llc)|currency|dollars|国家安全|法律|管辖"
)
_MULTIMODAL = Expression(r"multi-?modal")


def read(reader: Reader) -> tuple[Territory, ...]:
    """The territorial exclusions of a text, each set of places once a basis."""
    kept: dict[tuple[object, ...], Territory] = {}
    for hit in reader.hits(*PATTERNS):
        excluded = places(hit.group("places") or hit.group("places2"))
        if not excluded or _NOT_TERRITORY.test(hit.unit.text):
            continue
        one = _territory(reader, hit, excluded)
        kept.setdefault((one.excluded, one.models), one)
    found = list(kept.values())
    found += _outside(reader, found)
    return tuple(found)


def _territory(reader: Reader, hit: Hit, excluded: tuple[str, ...]) -> Territory:
    text = hit.unit.text
    models: Literal["all", "multimodal"] = "multimodal" if _MULTIMODAL.test(text) else "all"
    return Territory(
        **place_of(reader, hit),
        excluded=excluded,
        basis=_basis(text),
        models=models,
        applies_to="multimodal models" if models == "multimodal" else "",
    )


_SEATED = Expression(_HERE)
_OFFERED = Expression(
    r"\b(?:to|for) (?:users|customers|persons|anyone|third parties|end users)|offer\w*"
    r"|distribut\w*|deploy\w*|market|display"
)


def _basis(text: str) -> tuple[Literal["headquarters", "market", "outputs"], ...]:
    """What ties to the place: both where the words leave it open, which is the stricter reading."""
    if _SEATED.test(text) and not _OFFERED.test(text):
        return ("headquarters",)
    return ("headquarters", "market")


_OUTSIDE = Pattern(
    "territory.outputs_outside",
    "outside",
    rf"{NOT}.*\b(?:output|outputs|results)\b.*\boutside (?:of )?(?:the )?territory\b",
    confidence=0.9,
)


def _outside(reader: Reader, found: list[Territory]) -> list[Territory]:
    """ "Not outside the Territory, outputs neither": the defined territory reaches to the outputs."""
    hit = reader.first(_OUTSIDE)
    if hit is None or not found:
        return []
    return [
        Territory(
            **place_of(reader, hit),
            excluded=found[0].excluded,
            basis=("outputs",),
            applies_to="outputs",
        )
    ]
