"""Updates: the latest version must be used."""

from __future__ import annotations

from weightlaw.domain.terms import Duty
from weightlaw.reading.clauses.duty import first_duty
from weightlaw.reading.engine import Pattern, Reader
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import MUST

PATTERNS = (
    Pattern(
        "update.latest_version",
        "latest version|most recent version|newest version|current version|updated version",
        (
            rf"(?:{MUST}|efforts to)[^;]*?\b(?:use|update|upgrade|migrate|install|adopt|switch"
            r"|run)\b[^;]*?\b(?:latest|most recent|newest|updated|then-current"
            r"|current) versions?\b"
        ),
        confidence=0.95,
    ),
    Pattern(
        "update.must_stop_old",
        "prior version|older version|previous version",
        (
            rf"{MUST}[^;]*?\b(?:stop|cease|discontinue|replace|delete)\b[^;]*?\b(?:prior|older"
            r"|previous|earlier) versions?\b"
        ),
        confidence=0.8,
    ),
    Pattern(
        "update.zh",
        "最新版本",
        r"(?:应|须|必须|尽(?:合理)?努力)[^。;]*使用[^。;]*最新版本",
        confidence=0.85,
    ),
)
_UNLESS = Expression(r"\bencourag|\brecommend|\badvis(?:e|able)")


def read(reader: Reader) -> Duty | None:
    """The duty to use the latest version; None where it is only advised."""
    return first_duty(reader, PATTERNS, _UNLESS)
