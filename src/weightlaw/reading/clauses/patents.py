"""Patents: an express grant, an express denial, and the end of the license upon litigation."""

from __future__ import annotations

from typing import Literal

from weightlaw.domain.terms import Patent
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression

_GRANTS = r"(?:grants?|granted|granting|licens(?:e|es|ed)|includes?|permit\w*|contributor|can do)"
GRANT = (
    Pattern(
        "patent.license_granted",
        "patent",
        r"\b(?:grants|granted|granting)\b.*?\bpatent licen[sc]e\b"
        r"|\bpatent licen[sc]e to (?:make|use)|includes? (?:a )?licen[sc]es? to .*?patent",
        introduced=True,
        confidence=0.97,
    ),
    Pattern(
        "patent.rights_in_grant",
        "patent",
        r"\b(?:grants?|granted|permission|permits?|licen[sc]e)\b.*?\b(?:under|including|in|of"
        r"|to|with)\b.*?\bpatents?(?: rights| claims)?\b",
        introduced=True,
    ),
    Pattern(
        "patent.claims_licensed",
        "patent claims|patent right",
        r"\b(?:can do|may do|to do everything|not (?:sue|assert|enforce)|covenant"
        r"|waive).*?\bpatent(?:s| claims| rights)",
        introduced=True,
        confidence=0.85,
    ),
    Pattern("patent.zh", "专利", r"授予[^。;]*专利[^。;]*许可|专利许可", confidence=0.85),
)
DENIAL = (
    Pattern(
        "patent.not_licensed",
        "patent",
        r"\bpatent[^;]*?\b(?:not|nor) (?:\w+ )?(?:licensed|granted|waived|included|affected)"
        r"|\bno [^;]*?\bpatent[^;]*?(?:granted|licensed|waived|held|surrendered)|(?:except as"
        r"|no other).*?\b(?:rights|licenses)\b.*?\bpatent",
        confidence=0.95,
    ),
    Pattern(
        "patent.copyright_only",
        "copyright interests|copyright rights",
        r"\blicen[sc]e\b.*?\bunder .*?\bcopyright (?:interests|rights)\b",
        confidence=0.85,
    ),
    Pattern(
        "patent.no_other_license",
        "no other",
        r"\bno other licenses? (?:are|is) granted\b.*?(?:implication|estoppel)",
        confidence=0.75,
    ),
)
RETALIATION = Pattern(
    "patent.retaliation",
    "litigation|lawsuit|proceeding|legal action|patent claim|infring|patent action",
    r"(?:institut|initiat|commenc|\bfil(?:e|ed|es|ing)\b|\bbring|brought|assert|participat"
    r"|pursu|threaten)\w*.*?(?:litigation|lawsuit|proceeding|legal action|action|claim"
    r"|suit).*?"
    r"(?:terminat|\bcease|\bend\b|\bends\b|revok|void)|(?:terminat|\bcease"
    r"|\brevok)\w*.*?\b(?:if|upon)\b.*?(?:institut|initiat|commenc|\bfile|\bbring|assert"
    r"|participat)\w*.*?(?:litigation|lawsuit|proceeding|legal action|patent)"
    r"|(?:may|shall|must|will) not (?:initiate|institute|bring|commence).*?(?:litigation"
    r"|lawsuit|proceeding).*?patent",
    introduced=True,
    confidence=0.92,
)
_RIGHTS = Expression(
    r"infring|patent|intellectual property|against (?:the )?licensor|against [\w]+"
)
_NO_GRANT = Expression(
    r"patent[^;]*?(?:not|nor) (?:\w+ )?(?:licensed|granted|waived)|no (?:\w+ ){0,3}patent"
    r"|no other|institut|initiat|trademark or patent|if you|litigation"
    r"|(?:nothing|not).*? grant"
)
_LICENSEE = Expression(r"arbitrat|indemnif|dispute")
Reading = Literal["yes", "no"]


def read(reader: Reader) -> Patent | None:
    """What the text says of patents; None where it says nothing of them and nothing of litigation."""
    denied = reader.first(*DENIAL)
    granted = next((hit for hit in reader.hits(*GRANT) if not _denies(hit)), None)
    retaliation = next((hit for hit in reader.hits(RETALIATION) if _is_retaliation(hit)), None)
    basis = granted or retaliation or denied
    if basis is None:
        return None
    grant: Reading = "yes" if granted is not None else "no"
    return Patent(
        **place_of(reader, basis), grant=grant, retaliation="yes" if retaliation else "no"
    )


def _denies(hit: Hit) -> bool:
    return hit.pattern.name != "patent.license_granted" and _NO_GRANT.test(hit.unit.text)


def _is_retaliation(hit: Hit) -> bool:
    return _RIGHTS.test(hit.unit.text) and not _LICENSEE.test(hit.unit.text)
