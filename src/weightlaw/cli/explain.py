"""`weightlaw explain RULE|LICENCE`."""

from __future__ import annotations

import argparse

from weightlaw.catalog.store import load
from weightlaw.cli import options
from weightlaw.errors import UsageError
from weightlaw.policy.case import Rule
from weightlaw.policy.rules import all_rules, find_rule
from weightlaw.reports.text_report import joined, wrap


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("explain", "What a rule checks, or what a licence demands, and why.")
    p.add_argument(
        "what", metavar="RULE|LICENCE", nargs="?", help="WL201, non-commercial, llama-4, MIT, ..."
    )
    return p


def run(args: argparse.Namespace) -> int:
    """Explain a rule, else a licence; without an argument list the rules."""
    if args.what is None:
        options.write(joined(f"{r.id}  {r.name:<26}{r.title}" for r in all_rules().values()), None)
        return 0
    if rule := find_rule(args.what):
        options.write(explain_rule(rule), None)
        return 0
    from weightlaw.reports.license_report import near_licenses, render_text

    if entry := load().find_license(args.what):
        options.write(render_text(entry), None)
        return 0
    hint = near_licenses(args.what, load())
    raise UsageError(f"{ascii(args.what)[:60]} is no rule and no licence{hint}")


def explain_rule(rule: Rule) -> str:
    """One rule's texts, for a terminal."""
    parts = [f"{rule.id} {rule.name} (severity {rule.severity})", ""]
    parts += [*wrap(rule.title, "checks    "), *wrap(rule.why, "why       ")]
    return joined([*parts, *wrap(rule.remedy, "do        ")])
