"""SARIF 2.1.0 as GitHub's code scanning ingests it: every rule with its texts, places with regions, stable fingerprints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from weightlaw.domain.verdict import Verdict
from weightlaw.policy.case import Rule
from weightlaw.policy.rules import all_rules
from weightlaw.reports.scan_json import as_json, utf8
from weightlaw.reports.scan_rows import (
    LEVELS,
    LOCK_RULE,
    POLICY_RULE,
    Row,
    change_mark,
    change_rule,
    change_text,
    rows,
    safe,
)
from weightlaw.scanning.judging import ScanReport

SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_TEXT = 1024
MAX_RESULTS = 25_000
"""GitHub takes no more in one run."""
_PROBLEM = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "recommendation",
    "info": "recommendation",
}
_PRECISION = {"high": "high", "medium": "medium", "low": "low"}


def render(report: ScanReport) -> str:
    """One log with one run, the same bytes for the same report."""
    log = {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [_run(report)]}
    return as_json(log)


def _run(report: ScanReport) -> dict[str, Any]:
    rules = [_rule(r) for r in all_rules().values()] + [_policy_rule(), _lock_rule()]
    index = {rule["id"]: i for i, rule in enumerate(rules)}
    return {
        "tool": {
            "driver": {
                "name": "weightlaw",
                "semanticVersion": report.version,
                "version": report.version,
                "rules": rules,
            }
        },
        "automationDetails": {"id": "weightlaw/scan/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [*_results(report, index), *_gate_results(report, index)][:MAX_RESULTS],
    }


def _invocation(report: ScanReport) -> dict[str, Any]:
    told = [{"level": "error", "message": {"text": safe(p)}} for p in report.problems]
    cut = [{"level": "warning", "message": {"text": safe(b)}} for b in report.bounded]
    return {"executionSuccessful": not told, "toolExecutionNotifications": [*told, *cut]}


def _rule(rule: Rule) -> dict[str, Any]:
    return _described(
        f"weightlaw/{rule.id}",
        rule.name,
        rule.title,
        f"{rule.title} {rule.why}",
        f"{rule.why}\n\nWhat to do: {rule.remedy}",
        f"**Why.** {rule.why}\n\n**What to do.** {rule.remedy}\n\n`weightlaw explain {rule.id}` tells more.",
        _PROBLEM[rule.severity],
    )


def _policy_rule() -> dict[str, Any]:
    why = "A change of the policy that lets more through needs the eyes of whoever answers for it."
    return _gate_rule(POLICY_RULE, "The change does not make the policy milder.", why)


def _lock_rule() -> dict[str, Any]:
    why = (
        "The lock says which commit and which terms were looked at. A change that drops a pin of a model in use, "
        "loses its commit, or says something else of the same commit needs the eyes of whoever answers for it."
    )
    return _gate_rule(LOCK_RULE, "The change does not weaken the lock.", why)


def _gate_rule(name: str, short: str, why: str) -> dict[str, Any]:
    return _described(f"weightlaw/{name}", name, short, why, why, f"**Why.** {why}", "warning")


def _described(
    rule_id: str, name: str, short: str, full: str, text: str, markdown: str, severity: str
) -> dict[str, Any]:
    level = "error" if severity == "error" else "warning" if severity == "warning" else "note"
    return {
        "id": rule_id,
        "name": "".join(w.capitalize() for w in name.split("-"))[:255],
        "shortDescription": {"text": short[:MAX_TEXT]},
        "fullDescription": {"text": full[:MAX_TEXT]},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["license", "compliance", "model"],
            "precision": "high",
            "problem.severity": severity,
        },
    }


def _results(report: ScanReport, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    for row in rows(report, Verdict.REVIEW):
        yield _result(row, index)


def _result(row: Row, index: dict[str, int]) -> dict[str, Any]:
    rule_id = f"weightlaw/{row.finding.rule}"
    subject = safe(row.result.model)
    reference = row.reference
    message = f"{subject}: {row.finding.verdict.value}. {safe(row.finding.message)}"
    if row.finding.remedy:
        message += f"\n{safe(row.finding.remedy)}"
    made: dict[str, Any] = {
        "ruleId": rule_id,
        "level": LEVELS[row.finding.verdict],
        "message": {"text": message},
        "locations": [
            _location(
                reference.file,
                {
                    "startLine": reference.line,
                    "startColumn": reference.column,
                    "endLine": reference.line,
                    "endColumn": reference.column + max(len(reference.reference), 1),
                },
            )
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": row.fingerprint,
            "weightlaw/v1": row.fingerprint,
        },
        "properties": {
            "model": subject,
            "verdict": row.finding.verdict.value,
            "confidence": _PRECISION[row.finding.confidence],
        },
    }
    if rule_id in index:
        made["ruleIndex"] = index[rule_id]
    return made


def _location(file: str, region: dict[str, int]) -> dict[str, Any]:
    uri = quote(utf8(file), safe="/")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "region": region,
        }
    }


def _gate_results(report: ScanReport, index: dict[str, int]) -> Iterable[dict[str, Any]]:
    start = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}
    for change in report.gate_changes:
        if change.milder:
            rule_id = f"weightlaw/{change_rule(change)}"
            mark = change_mark(change)
            yield {
                "ruleId": rule_id,
                "ruleIndex": index[rule_id],
                "level": "warning",
                "message": {"text": safe(change_text(change))},
                "locations": [_location(change.file, start)],
                "partialFingerprints": {"primaryLocationLineHash": mark, "weightlaw/v1": mark},
            }
