"""Annotations of GitHub's workflow commands. Everything that a repository wrote is escaped: it can start no command."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.reports.scan_json import utf8
from weightlaw.reports.scan_rows import (
    LEVELS,
    change_kind,
    change_text,
    headline,
    not_judged,
    rows,
    safe,
    waivers,
)
from weightlaw.scanning.judging import ScanReport

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
MAX_ANNOTATIONS = 500
"""GitHub shows ten of a kind a step; the rest stays in the log."""


def render(report: ScanReport) -> str:
    """One command a finding, the strictest first, then the headline as plain text."""
    found = sorted(rows(report, Verdict.REVIEW), key=lambda r: -r.finding.verdict.rank)
    lines = [*_changes(report), *_bounded(report)]
    for row in found[:MAX_ANNOTATIONS]:
        r = row.reference
        text = f"{row.result.model}: {row.finding.verdict.value}. {row.finding.message} {row.finding.remedy}".strip()
        lines.append(
            f"::{_COMMANDS[LEVELS[row.finding.verdict]]} file={_path(r.file)},line={r.line},col={r.column},"
            f"endLine={r.line},endColumn={r.column + len(r.reference)},"
            f"title={_property(f'weightlaw {row.finding.rule} {row.finding.name}')}::{_message(text)}"
        )
    lines.append(_plain(headline(report)))
    lines += [_plain(f"waived: {waiver}") for waiver in waivers(report)]
    if rest := not_judged(report):
        lines.append(_plain(f"not judged: {rest}"))
    return "\n".join(lines) + "\n"


def _changes(report: ScanReport) -> Iterator[str]:
    for change in report.gate_changes:
        kind = "warning" if change.milder else "notice"
        yield f"::{kind} file={_path(change.file)},line=1,title=weightlaw {change_kind(change)}::{_message(change_text(change))}"


def _bounded(report: ScanReport) -> Iterator[str]:
    for told in report.bounded[:MAX_ANNOTATIONS]:
        file = told.split(": ", 1)[0]
        yield f"::warning file={_path(file)},title=weightlaw not read whole::{_message(told)}"


def _message(text: str) -> str:
    """The escapes of actions/toolkit for a message; before that, what cannot be seen is made visible."""
    return safe(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The escapes of actions/toolkit for a property."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _path(file: str) -> str:
    """A file's name as a property: line ends stay in it, escaped, so that it still names the file."""
    escaped = utf8(file).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return safe(escaped).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """A line of plain text that begins no command."""
    return safe(text).replace("::", ": :").replace("##[", "# #[")
