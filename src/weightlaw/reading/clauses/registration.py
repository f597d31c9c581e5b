"""Registration: one must register, apply or be authorized before use, or before commercial use."""

from __future__ import annotations

from weightlaw.domain.terms import Duty
from weightlaw.reading.clauses.duty import first_duty
from weightlaw.reading.engine import Pattern, Reader
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import MUST

PATTERNS = (
    Pattern(
        "registration.must_register",
        "regist",
        (
            rf"{MUST}.*?\bregist(?:er|ration)\b(?: with|[ .;:,(\[]|$)|\bregistered users? (?:may"
            r"|are|can)\b|\bcomplet\w+ (?:the |a )?(?:\w+ )?registration"
        ),
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "registration.is_required",
        "registration",
        r"\b(?:prior |previous )?registration\b[^;]*?\b(?:is|are) (?:necessary|required|mandatory|needed|obligatory)\b",
        confidence=0.85,
    ),
    Pattern(
        "registration.form",
        "form|questionnaire|application",
        (
            rf"{MUST}.*?\b(?:fill(?:ing)? (?:out|in)|complete|submit)\b.*?\b(?:form|questionnaire"
            r"|application)\b"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "registration.written_authorization",
        "authoriz|authoris|permission|approval",
        (
            rf"{MUST} contact .*?\bobtain\b.*?\bwritten (?:authori[sz]ation|permission|approval"
            r"|consent)"
        ),
        confidence=0.8,
    ),
    Pattern(
        "registration.on_request",
        "discretion|on request|application|apply",
        (
            r"\bmade available\b.*?\bto\b.*?\bat its sole discretion\b|\b(?:access|weights"
            r"|parameters)\b.*?\b(?:only )?(?:upon|on) (?:request|application)\b"
        ),
        confidence=0.75,
    ),
    Pattern(
        "registration.zh",
        "登记|注册|申请",
        r"(?:须|需|应|必须)[^。;]*(?:登记|注册|填写[^。;]*表|提交[^。;]*申请)|(?:完成|进行)(?:登记|注册)",
        confidence=0.85,
    ),
)
_UNLESS = Expression(
    r"registered trade|registered office|trademark|domain|registration date|register a"
    r"|to obtain or register|registered mark|registration of"
)


def read(reader: Reader) -> Duty | None:
    """The duty to register or apply; `commercial_only` where it concerns commercial use."""
    return first_duty(reader, PATTERNS, _UNLESS, commerce="near")
