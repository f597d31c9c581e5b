"""The law that governs, and the court or arbitration where it is said."""

from __future__ import annotations

from weightlaw.domain.terms import GoverningLaw
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression

_END = (
    r"(?: (?:will |shall )?(?:govern|appl(?:y|ies))\b|,? without\b|,? excluding"
    r"|,? (?:regardless|notwithstanding|irrespective|except|exclusive of)|,? and the (?:un"
    r"|united nations)|,? as (?:if|such)|[;.(]|, (?:and|but|as|in|any|which)\b|$)"
)
PATTERNS = (
    Pattern(
        "law.governed_by",
        "govern|constru|interpret",
        (
            r"\b(?:govern(?:ed|ing)|construed|interpreted|subject)\b[^;]*?\b(?:laws?"
            rf"|legislation) (?:of|in force in|applicable in) (?:the )?(?P<law>[^.;(]+?){_END}"
        ),
        confidence=0.95,
    ),
    Pattern(
        "law.adjective",
        "law",
        (
            r"\b(?:governed|construed|interpreted)\b[^;]*?\b(?:by|under|with"
            r"|to) (?:the )?(?P<law>(?:[\w']+ ){1,4}?)laws?\b"
        ),
        confidence=0.9,
    ),
    Pattern(
        "law.will_govern",
        "law",
        (
            r"(?:^|[ (])(?P<law>(?:the )?(?:laws of (?:the )?)?[\w']+(?: [\w']+){0,4}?) (?:laws?"
            r" )?(?:will|shall|must|does) (?:exclusively )?(?:govern|apply to) (?:all|any|this|the"
            r"|these)"
        ),
        confidence=0.85,
    ),
    Pattern(
        "law.disputes_in",
        "jurisdiction|venue",
        (
            r"(?:exclusive|sole) jurisdiction[^;]*?\b(?:of|in) (?:the )?(?:state |federal "
            r"|competent )*(?:courts? )?(?:of|in|located in)? ?(?P<law>[^.;,]+)"
        ),
        confidence=0.7,
    ),
    Pattern(
        "law.zh",
        "法律|管辖",
        r"(?:受|适用|依据|依照|遵守|按照)(?P<law>[^。;,]{0,20}?)(?:的)?法律[^。;]*(?:管辖|解释|约束|适用)?",
        confidence=0.85,
    ),
)
_NOT_LAW = Expression(
    r"\bapplicable\b|\bpatent|\byou\b|^(?:applicable|the applicable|any|all|such|your|local|this|that|relevant|these"
    r"|those)\b|^ ?$|copyright|disclaim"
)
_SUPPOSES = Expression(
    r"须以中文|为准|provided that the laws of|to the extent that the laws? of|if the laws? of"
)
_PLACE = Expression(
    r"(?:courts? (?:of|in|located in)|seat of arbitration (?:shall be|is)"
    r"|courts? sitting in) (?:the )?(?P<court>[^.;,]+)"
)
_ZH_PLACE = Expression(r"国|州|省|香港|澳门|台湾|新加坡|日本|地区")
_ZH_LAW = Expression(r"管辖|解释|争议|适用")


def read(reader: Reader) -> GoverningLaw | None:
    """The law that governs; None where the text names none."""
    for hit in reader.hits(*PATTERNS):
        law = reader.document.words(*hit.span("law")).strip(" ,\"'")
        if not law or len(law) > 120 or _NOT_LAW.test(law.lower()):
            continue
        if hit.pattern.name == "law.zh" and not (
            _ZH_PLACE.test(law) and _ZH_LAW.test(hit.unit.text)
        ):
            continue
        if _SUPPOSES.test(hit.unit.text):
            continue
        return GoverningLaw(**place_of(reader, hit), value=_value(reader, hit, law))
    return None


def _value(reader: Reader, hit: Hit, law: str) -> str:
    """The law, with the forum where the same or the next sentence names one."""
    for unit in (hit.unit, *reader.around(hit.unit, 0, 1)):
        found = _PLACE.search(unit.text)
        if found and unit.section == hit.unit.section:
            court = reader.document.words(
                unit.start + found.groups["court"][0], unit.start + found.groups["court"][1]
            )
            return f"{law}; courts or arbitration: {court[:200].strip()}"
    return law
