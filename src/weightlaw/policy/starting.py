"""A first policy, commented, from a few answers: what `weightlaw policy init` writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from weightlaw.domain.deployment import FIELDS, KINDS, USES
from weightlaw.domain.places import parse_place
from weightlaw.domain.quantities import parse_count, parse_money
from weightlaw.errors import UsageError
from weightlaw.policy.amounts import parse_date
from weightlaw.policy.packs import DEFAULT, pack_names
from weightlaw.policy.policyreading import near_word


class Answers(Struct, frozen=True, kw_only=True):
    """What is known at the beginning; empty: to be filled in later."""

    name: str = ""
    kind: str = ""
    headquarters: str = ""
    users: str = ""
    counted_on: str = ""
    revenue: str = ""
    deployment: str = "product"
    use: tuple[str, ...] = ("feature",)
    markets: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    pack: str = DEFAULT


class Question(Struct, frozen=True):
    """One question, and what an answer must be."""

    key: str
    text: str
    check: Callable[[str], str]
    """The answer as it is written into the policy. Raises UsageError, with the near word where there is one."""
    many: bool = False
    """Whether there may be several answers, with commas or spaces between them."""

    def read(self, answer: str) -> str | tuple[str, ...]:
        """An answer that was checked. Raises UsageError."""
        if not self.many:
            return self.check(answer.strip())
        words = (w.strip() for w in answer.replace(",", " ").split())
        return tuple(dict.fromkeys(self.check(word) for word in words))


def _kept(parse: Callable[[str], object]) -> Callable[[str], str]:
    """The answer in its own words, if it can be read."""

    def check(text: str) -> str:
        parse(text)
        return text

    return check


def _plain(text: str) -> str:
    if not text.isprintable():
        raise UsageError(f"{ascii(text)[:60]}: write it without control characters")
    return text


def _name(text: str) -> str:
    plain = text.replace("-", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and text[0].isalpha() and len(text) <= 60):
        raise UsageError(f"{ascii(text)[:60]}: write letters, digits and hyphens, as support-chat")
    return text


def _word(known: Iterable[str], what: str) -> Callable[[str], str]:
    words = tuple(known)

    def check(text: str) -> str:
        if text.lower() in words:
            return text.lower()
        near = near_word(text.lower(), words) or f"; one of {', '.join(words)}"
        raise UsageError(f"{text!r} is no {what}{near}")

    return check


QUESTIONS = (
    Question("name", "Name of the organization", _plain),
    Question("kind", f"Its kind: {', '.join(KINDS)}", _word(KINDS, "kind of organization")),
    Question("headquarters", "Country of its seat, e.g. DE", parse_place),
    Question("users", "Monthly active users with affiliates, e.g. 40M", _kept(parse_count)),
    Question("counted_on", "The day on which they were counted, e.g. 2026-10-31", parse_date),
    Question("revenue", "Annual revenue with affiliates, e.g. 12M EUR", _kept(parse_money)),
    Question("deployment", "A short name for what you deploy, e.g. support-chat", _name),
    Question("use", f"What for: {', '.join(USES)}", _word(USES, "use"), many=True),
    Question("markets", "Where it is offered, e.g. DE AT NO, or EU", parse_place, many=True),
    Question(
        "field", f"Field of use: {', '.join(FIELDS)}", _word(FIELDS, "field of use"), many=True
    ),
    Question("pack", f"Policy to build on: {', '.join(pack_names())}", _word(pack_names(), "pack")),
)
"""In the order in which they are asked."""


def first_policy(answers: Answers) -> str:
    """The YAML of a first policy. What was not answered stands there as a comment to fill in."""
    lines = [
        "# yaml-language-server: $schema=weightlaw.schema.json",
        "#   (weightlaw policy schema > weightlaw.schema.json)",
        "# What this organization accepts, for whom, how large, until when. Check it with:",
        "#   weightlaw policy validate   (and `weightlaw policy test`, with cases beside it in weightlaw.tests.yaml)",
        "version: 1",
        "",
        "# The rules of this pack hold; `weightlaw policy show --effective` prints them.",
        "extends:",
        f"  - pack: {answers.pack}",
        "",
        *_organization(answers),
        "",
        *_deployment(answers),
        "",
        *_RULES,
    ]
    return "\n".join(lines) + "\n"


def _organization(answers: Answers) -> list[str]:
    return [
        "organization:",
        _line("name", _quoted(answers.name), "Example GmbH"),
        _line("kind", answers.kind, "company", "or university, public-administration, nonprofit"),
        _line("headquarters", answers.headquarters, "DE", "licences leave out some places"),
        _line("affiliates_counted", "true", "true", "the figures below count affiliates"),
        _line("monthly_active_users", answers.users, "40M", "licences set limits on users"),
        _line("counted_on", answers.counted_on, "2026-10-31", "the day of that figure"),
        _line("growth", "", "2%/month", "for forecasts; changes no verdict"),
        _line("users_at", "", "{2025-03: 31M}", "past months, for tests at a release date"),
        _line("annual_revenue", answers.revenue, "12M EUR", "licences set limits on revenue"),
    ]


def _deployment(answers: Answers) -> list[str]:
    return [
        "deployments:",
        f"  {answers.deployment}:",
        "  " + _line("for", "", "answers to customers' questions"),
        "  " + _line("use", _list(answers.use), "[feature]"),
        "  " + _line("commercial", "true", "true"),
        "  " + _line("markets", _list(answers.markets), "[DE, AT]", "where it is offered"),
        "  " + _line("fields", _list(answers.field), "[general]"),
    ]


def _list(words: tuple[str, ...]) -> str:
    return f"[{', '.join(words)}]" if words else ""


def _line(key: str, value: str, example: str, comment: str = "") -> str:
    """One key; without a value it is a comment that shows what to write."""
    note = f"  # {comment}" if comment else ""
    return f"  {key}: {value}{note}" if value else f"  # {key}: {example}{note}"


def _quoted(value: str) -> str:
    """Text in quotes, that YAML cannot take for anything else; empty: none."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if value else ""


_RULES = (
    "# Rules of your own. The first line of each is its reason, and every finding prints it.",
    "# rules:",
    "#   no-agpl:",
    "#     reason: Our product is not published as source, and AGPL would oblige us to (LEGAL-12).",
    "#     deny: {licenses: [AGPL-3.0-only]}",
    "#   warn-early:",
    "#     reason: We want a year of warning before a cap on users.",
    "#     review: {cap_used_above: 70%}",
    "",
    "# Findings that somebody answers for, until a day. Every field is needed.",
    "# waivers:",
    "#   - model: meta-llama/Llama-4-Scout-17B-16E-Instruct",
    "#     revision: any",
    "#     rule: WL201",
    "#     reason: separate licence obtained from Meta",
    "#     approver: General Counsel",
    "#     reference: CONTRACT-2026-114",
    "#     expires: 2027-03-31",
)
