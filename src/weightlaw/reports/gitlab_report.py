"""GitLab's Code Quality report: what a merge request shows beside its lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from weightlaw.domain.verdict import Verdict
from weightlaw.reports.scan_json import as_json, utf8
from weightlaw.reports.scan_rows import change_mark, change_rule, change_text, rows, safe
from weightlaw.scanning.judging import ScanReport

_SEVERITY = {
    "info": "info",
    "low": "minor",
    "medium": "major",
    "high": "critical",
    "critical": "blocker",
}


def render(report: ScanReport) -> str:
    """A list of issues, the same bytes for the same report."""
    issues = [*_changes(report), *_bounded(report), *_issues(report)]
    return as_json(issues)


def _issues(report: ScanReport) -> Iterator[dict[str, Any]]:
    for row in rows(report, Verdict.REVIEW):
        denied = row.finding.verdict is Verdict.DENIED
        severity = _SEVERITY[row.finding.severity]
        text = f"{row.result.model}: {row.finding.verdict.value}. {row.finding.message} {row.finding.remedy}".strip()
        yield {
            "description": safe(text),
            "check_name": f"weightlaw/{row.finding.rule}",
            "fingerprint": hashlib.sha256(row.fingerprint.encode()).hexdigest(),
            "severity": "blocker" if denied and severity == "critical" else severity,
            "location": {"path": utf8(row.reference.file), "lines": {"begin": row.reference.line}},
        }


def _changes(report: ScanReport) -> Iterator[dict[str, Any]]:
    for change in report.gate_changes:
        if change.milder:
            mark = change_mark(change)
            yield {
                "description": safe(change_text(change)),
                "check_name": f"weightlaw/{change_rule(change)}",
                "fingerprint": hashlib.sha256(mark.encode()).hexdigest(),
                "severity": "major",
                "location": {"path": utf8(change.file), "lines": {"begin": 1}},
            }


def _bounded(report: ScanReport) -> Iterator[dict[str, Any]]:
    """Files that were not read whole: somebody must look at them."""
    for told in report.bounded:
        file = told.split(": ", 1)[0]
        yield {
            "description": safe(told),
            "check_name": "weightlaw/not-read-whole",
            "fingerprint": hashlib.sha256(f"bounded {utf8(file)}".encode()).hexdigest(),
            "severity": "major",
            "location": {"path": utf8(file), "lines": {"begin": 1}},
        }
