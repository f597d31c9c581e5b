"""JUnit XML: a suite a model, a case a reference; the models that pass are evidence too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.reports.scan_rows import change_text, places, safe, unexplained
from weightlaw.scanning.judging import LockChange, PolicyChange, ScanReport
from weightlaw.scanning.values import Reference


def render(report: ScanReport) -> str:
    """The document. A review is a failure, as a denial is: `type` tells them apart."""
    suites = [_suite(report, m) for m in report.models]
    if report.policy_changes:
        suites.append(_gate("policy", report.policy_changes))
    if report.lock_changes:
        suites.append(_gate("lock", report.lock_changes))
    if report.problems:
        suites.append(_problems(report))
    if report.bounded:
        suites.append(_bounded(report))
    tests, failures = sum(s[0] for s in suites), sum(s[1] for s in suites)
    errors = len(report.problems)
    body = "".join(s[2] for s in suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="weightlaw" tests="{tests}" failures="{failures}" errors="{errors}">\n{body}</testsuites>\n'
    )


def _suite(report: ScanReport, result: ModelResult) -> tuple[int, int, str]:
    found = places(report, result)
    failing = result.verdict.rank >= Verdict.REVIEW.rank
    cases = "".join(_case(result, place, failing) for place in found)
    failures = len(found) if failing else 0
    return _element(result.model, len(found), failures, 0, cases)


def _element(name: str, tests: int, failures: int, errors: int, body: str) -> tuple[int, int, str]:
    head = f'name={_attribute(name)} tests="{tests}" failures="{failures}" errors="{errors}" skipped="0"'
    return tests, failures, f"  <testsuite {head}>\n{body}  </testsuite>\n"


def _case(result: ModelResult, place: Reference, failing: bool) -> str:
    name = f"{place.file}:{place.line}:{place.column}"
    head = f"<testcase name={_attribute(name)} classname={_attribute(result.model)}"
    if not failing:
        return f"    {head}/>\n"
    return f"    {head}>\n{''.join(_failures(result))}    </testcase>\n"


def _failures(result: ModelResult) -> Iterator[str]:
    """One failure a case, as readers expect; all findings in its text."""
    found = [f for f in result.findings if f.verdict.rank >= Verdict.REVIEW.rank] or [
        unexplained(result)
    ]
    text = "\n".join(
        f"{f.rule} {f.name}: {safe(f.message)} {safe(f.remedy)}".strip() for f in found
    )
    first = f"{found[0].rule}: {found[0].message}"
    yield f'      <failure type="{result.verdict.value}" message={_attribute(first)}>{escape(text)}</failure>\n'


def _gate(name: str, found: Sequence[PolicyChange] | Sequence[LockChange]) -> tuple[int, int, str]:
    """The suite of what the change does to the gate itself."""
    cases = []
    for change in found:
        subject = change.model or change.file
        head = f"<testcase name={_attribute(subject)} classname={_attribute(change.file)}"
        text = change_text(change)
        failure = (
            f'<failure type="review" message={_attribute(text)}>{escape(safe(text))}</failure>'
        )
        cases.append(f"    {head}>{failure}</testcase>\n" if change.milder else f"    {head}/>\n")
    milder = sum(c.milder for c in found)
    return _element(name, len(cases), milder, 0, "".join(cases))


def _problems(report: ScanReport) -> tuple[int, int, str]:
    cases = [
        f'    <testcase name={_attribute(p)} classname="weightlaw"><error type="unreadable" message={_attribute(p)}/></testcase>\n'
        for p in report.problems
    ]
    return _element("files", len(cases), 0, len(cases), "".join(cases))


def _bounded(report: ScanReport) -> tuple[int, int, str]:
    cases = [
        f'    <testcase name={_attribute(b)} classname="weightlaw"><failure type="review" message={_attribute(b)}/></testcase>\n'
        for b in report.bounded
    ]
    return _element("not read whole", len(cases), len(cases), 0, "".join(cases))


def _attribute(text: str) -> str:
    return quoteattr(safe(text))
