"""A first policy, commented, from a few answers: what `weightlaw policy init` writes."""

from __future__ import annotations

from msgspec import Struct

from weightlaw.policy.packs import DEFAULT


class Answers(Struct, frozen=True, kw_only=True):
    """What is known at the beginning; empty: to be filled in later."""

    name: str = ""
    kind: str = ""
    headquarters: str = ""
    users: str = ""
    counted_on: str = ""
    revenue: str = ""
    deployment: str = "product"
    use: str = "feature"
    markets: tuple[str, ...] = ()
    field: str = ""
    pack: str = DEFAULT


QUESTIONS = (
    ("name", "Name of the organization"),
    ("kind", "Its kind: company, university, public-administration, nonprofit or individual"),
    ("headquarters", "Country of its seat, two letters, e.g. DE"),
    ("users", "Monthly active users with affiliates, e.g. 40M"),
    ("revenue", "Annual revenue with affiliates, e.g. 12M EUR"),
    ("deployment", "A short name for what you deploy, e.g. support-chat"),
    ("use", "What for: internal, feature, service, device or weights"),
    ("markets", "Countries where it is offered, e.g. DE AT NO"),
    ("field", "Field of use: general, medical, minors, ..."),
    ("pack", "Policy to build on"),
)
"""In the order in which they are asked."""


def first_policy(answers: Answers) -> str:
    """The YAML of a first policy. What was not answered stands there as a comment to fill in."""
    lines = [
        "# yaml-language-server: $schema=weightlaw.schema.json",
        "#   (weightlaw policy schema > weightlaw.schema.json)",
        "# What this organization accepts, for whom, how large, until when. Check it with:",
        "#   weightlaw policy validate && weightlaw policy test",
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
        _line("name", answers.name, "Example GmbH"),
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
    markets = f"[{', '.join(answers.markets)}]" if answers.markets else ""
    return [
        "deployments:",
        f"  {answers.deployment}:",
        "  " + _line("for", "", "answers to customers' questions"),
        "  " + _line("use", f"[{answers.use}]", "[feature]"),
        "  " + _line("commercial", "true", "true"),
        "  " + _line("markets", markets, "[DE, AT]", "where it is offered"),
        "  " + _line("fields", f"[{answers.field}]" if answers.field else "", "[general]"),
    ]


def _line(key: str, value: str, example: str, comment: str = "") -> str:
    """One key; without a value it is a comment that shows what to write."""
    note = f"  # {comment}" if comment else ""
    return f"  {key}: {_quoted(value)}{note}" if value else f"  # {key}: {example}{note}"


def _quoted(value: str) -> str:
    """Text that YAML could take for something else, in quotes."""
    plain = value.startswith("[") or all(c.isalnum() or c in " .-" for c in value)
    if plain and value[:1] not in "-. ":
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


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
