"""Safety guardrails: filters to put in place, safety measures not to circumvent."""

from __future__ import annotations

from weightlaw.domain.terms import Duty
from weightlaw.reading.clauses.duty import first_duty
from weightlaw.reading.engine import Pattern, Reader
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import BARRED, MUST, NOT

_SAFE = (
    r"(?:safety|safeguards?|guard-? ?rails?|usage restrictions?|content (?:filter"
    r"|moderation)\w*|filters?|filtering|moderation|security or protection|protective"
    r"|protections?|protection measures|restrictions|watermark\w*|alignment|technical limitations?)"
)
PATTERNS = (
    Pattern(
        "guardrails.ends_the_license",
        "circumvent|bypass|disable",
        rf"\bif you\b.*?\b(?:circumvent|bypass|disable|reduce the efficacy)\w*.*?\b{_SAFE}\b.*?terminat",
        confidence=0.9,
    ),
    Pattern(
        "guardrails.circumvent",
        "circumvent|work around|bypass|overrid|disabl|defeat|jailbreak|evad|disable|remov|tamper",
        (
            rf"(?:{NOT}|{BARRED}|attempt|prohibited).*?\b(?:circumvent\w*|bypass\w*|work around|overrid\w+"
            r"|disabl\w+|defeat\w*|jailbreak\w*|evad\w+|tamper\w*|remov(?:e|es"
            rf"|ing))\b.*?\b{_SAFE}\b"
        ),
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "guardrails.implement",
        "filter|safeguard|guardrail|moderation|safety|mitigat",
        (
            rf"(?:{MUST}|\bif you\b|\bresponsible for\b).*?\b(?:implement(?:ing)?|maintain(?:ing)?"
            r"|employ|deploy|apply|put in place|adopt|keep)\b.*?\b(?:content (?:filter|moderation"
            r"|safety)\w*|filter\w*|safeguards?|guard-?rails?|safety (?:measures|filters"
            r"|mechanisms)|moderation)\b"
        ),
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "guardrails.zh",
        "规避|绕过|破坏",
        r"(?:不得|禁止|不可)[^。;]*(?:规避|绕过|破坏|移除)[^。;]*(?:安全|限制|保护|过滤)",
        confidence=0.85,
    ),
)
_UNLESS = Expression(
    r"technological measures?\b[^.]*(?:copyright treaty|article 11|licensor waives)"
    r"|effective technolog|forbid circumvention|indemnif|forbid you from making technical"
    r"|technical modifications"
)


def read(reader: Reader) -> Duty | None:
    """The duty to keep safety measures, or the bar on circumventing them (`prohibited`)."""
    return first_duty(reader, PATTERNS, _UNLESS)
