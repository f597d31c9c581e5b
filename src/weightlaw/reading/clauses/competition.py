"""Non-compete: nothing may be made with it that competes with the licensor or its models."""

from __future__ import annotations

from weightlaw.domain.terms import Duty
from weightlaw.reading.clauses.duty import first_duty
from weightlaw.reading.engine import Pattern, Reader
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import BARRED, NOT

PATTERNS = (
    Pattern(
        "non_compete.competing",
        "compet",
        rf"(?:{NOT}|{BARRED}).*?\bcompet(?:e|es|ed|ing|itive|itor|itors)\b",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "non_compete.competing_bar",
        "compet",
        rf"\bcompet(?:e|es|ing|itive)\b.*?{BARRED}",
        introduced=True,
        confidence=0.8,
    ),
    Pattern(
        "non_compete.other_models",
        "other models|other model|any other ai model",
        rf"{NOT}.*?\b(?:develop|improve)\b(?: or (?:develop|improve))? (?:any )?other models?\b",
        introduced=True,
        confidence=0.7,
    ),
    Pattern(
        "non_compete.competitors",
        "competitors|substitut",
        rf"\bcompetitors?\b[^;]*?(?:\bno rights?\b|{NOT}|{BARRED})|(?:{NOT}|\bforbidden\b|\bprohibited\b)[^;]*?\b(?:service"
        r"|product|model)s? (?:that|which) substitutes? (?:for )?(?:our|the licensor|licensor|those of)",
        introduced=True,
        confidence=0.8,
    ),
    Pattern("non_compete.zh", "竞争", r"(?:不得|禁止|不可)[^。;]*竞争", confidence=0.8),
)
_UNLESS = Expression(
    r"anti-?compet|unfair compet|competent|competition law|competing (?:interests|rights)"
    r"|competitions\b"
)


def read(reader: Reader) -> Duty | None:
    """The bar on competing; None where the text has none."""
    return first_duty(reader, PATTERNS, _UNLESS, commerce="here")
