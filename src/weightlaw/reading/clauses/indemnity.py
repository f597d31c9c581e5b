"""Indemnity: the licensee answers for claims against the licensor."""

from __future__ import annotations

from weightlaw.domain.terms import Duty
from weightlaw.reading.clauses.duty import first_duty
from weightlaw.reading.engine import Pattern, Reader
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import MUST, YOU

PATTERNS = (
    Pattern(
        "indemnity.you_will",
        "indemnif|hold harmless|held harmless",
        (
            rf"(?:{YOU}|licensee|recipient|user)[^;]*?(?:{MUST}|right to (?:demand"
            r"|require))[^;]*?(?:\bindemnif(?:y|ies)\b|\bhold[^;]*? harmless"
            r"|\bdefend\b[^;]*?harmless)"
        ),
        introduced=True,
        confidence=0.95,
    ),
    Pattern(
        "indemnity.zh",
        "赔偿|补偿|免受",
        (
            r"(?:您|你|被许可方|使用者|用户)[^。;]*(?:应|须|同意|将)[^。;]*(?:赔偿|补偿)[^。;]*(?:许可方|我们|授权方|损失)|(?:您|你"
            r"|被许可方)[^。;]*使[^。;]*免受"
        ),
        confidence=0.85,
    ),
)
_UNLESS = Expression(
    r"such terms you offer|only if you (?:agree|also)|by acceptance you|accepting such|您仅代表|您自己|选择(?:提供|收取)"
    r"|accepting any such|as a result of warranty|absolutely clear that any such warranty"
    r"|by reason of your accepting|charge a fee for"
)


def read(reader: Reader) -> Duty | None:
    """The duty to indemnify, except that which comes with a warranty of one's own choice."""
    return first_duty(reader, PATTERNS, _UNLESS, unless_before=True)
