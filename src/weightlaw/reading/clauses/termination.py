"""What ends the license: breach, the licensor's will, litigation over intellectual property."""

from __future__ import annotations

from weightlaw.domain.terms import Termination
from weightlaw.reading.engine import Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression

_ENDS = (
    r"(?:terminat\w*|\bcease\w*|\bend(?:s|ed)?\b|\brevok\w+|\bvoid\b|\bexpire\w*|\blapse\w*"
    r"|\bsuspend\w*)"
)
LITIGATION = (
    r"(?:institut|initiat|commenc|fil(?:e|ed|es|ing)\b|bring|brings|brought|assert"
    r"|participat|pursu|alleg)\w*.*?"
    r"(?:litigation|lawsuit|proceedings?|legal action|patent (?:claim|action|suit)"
    r"|cross-claim|counterclaim|infring|\bclaim)"
)
PATTERNS = (
    (
        "intellectual property litigation by the licensee",
        Pattern(
            "termination.litigation",
            "litigation|lawsuit|proceeding|legal action|infring|patent",
            rf"{LITIGATION}.*?{_ENDS}|{_ENDS}.*?\bif\b.*?{LITIGATION}",
        ),
    ),
    (
        "breach of the terms",
        Pattern(
            "termination.breach",
            "breach|comply|violat|compliance|fail",
            (
                rf"{_ENDS}.*?(?:\bbreach\w*|fail\w* to comply|not comply|non-? ?complian\w+|violat\w+"
                r"|contraven\w+)|(?:\bbreach\w*|fail\w* to comply|not comply|non-? ?complian\w+"
                rf"|violat\w+|contraven\w+).*?{_ENDS}"
            ),
            introduced=True,
        ),
    ),
    (
        "at the licensor's will",
        Pattern(
            "termination.at_will",
            "any time|any reason|sole discretion|without cause|notice",
            (
                r"\b(?:may|can|reserves? the right to|right to)\b.*?\b(?:terminate|suspend|revoke"
                r"|cancel)\w*.*?(?:\bat any time\b|any reason|sole discretion|without cause)|\b(?:may"
                r"|reserves? the right to)\b.*?(?:at any time|sole discretion).*?\b(?:terminate|suspend"
                r"|revoke)"
            ),
            confidence=0.85,
        ),
    ),
    (
        "breach of the terms",
        Pattern(
            "termination.zh",
            "终止",
            r"(?:违反|不遵守|违约)[^。;]*终止|终止[^。;]*(?:违反|违约)",
            confidence=0.85,
        ),
    ),
)
_SURVIVES = Expression(r"surviv|sections? [0-9a-z(),. ]+ (?:will|shall) ")
_NOT_AT_WILL = Expression(r"\bbreach|fail to|violat")
_PATENTS_ONLY = Expression(r"patent licen[sc]es? granted|patent licen[sc]e\b")


def read(reader: Reader) -> tuple[Termination, ...]:
    """What ends the license, each cause once."""
    kept: dict[str, Termination] = {}
    for trigger, pattern in PATTERNS:
        for hit in reader.hits(pattern):
            text = hit.unit.text
            if _SURVIVES.test(text) or (
                pattern.name == "termination.at_will" and _NOT_AT_WILL.test(text)
            ):
                continue
            name = trigger
            if pattern.name == "termination.litigation" and _PATENTS_ONLY.test(text):
                name = "patent litigation, which ends the patent license only"
            kept.setdefault(name, Termination(**place_of(reader, hit), trigger=name))
            break
    return tuple(kept.values())
