"""Markdown for a pull request's comment or a step's summary: the verdict, a table, what to do; short for any number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.reports.scan_rows import (
    change_text,
    counted,
    headline,
    not_judged,
    places,
    safe,
    waivers,
)
from weightlaw.scanning.judging import ScanReport

MAX_ROWS = 20
MAX_REMEDIES = 8
MARKER = "<!-- weightlaw-scan -->"
"""By this a job finds its own comment to replace it."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@:])")
_SIGNS = {
    Verdict.DENIED: "❌",
    Verdict.REVIEW: "⚠️",
    Verdict.CONDITIONAL: "☑️",
    Verdict.ALLOWED: "✅",
}


def render(report: ScanReport) -> str:
    """The comment."""
    sign = f"{_SIGNS[report.verdict]} " if report.verdict else ""
    lines = [MARKER, f"### {sign}weightlaw: {_text(headline(report))}", ""]
    lines += _changes(report)
    ordered = sorted(report.models, key=lambda m: -m.verdict.rank)
    if ordered:
        lines += [*_table(report, ordered), ""]
        lines += _remedies(ordered)
    return "\n".join([*lines, *_waived(report), *_closing(report)]) + "\n"


def _changes(report: ScanReport) -> Iterator[str]:
    """What the change does to the gate itself, what needs a review first."""
    found = sorted(report.gate_changes, key=lambda c: not c.milder)
    yield from (f"- {_text(change_text(change))}" for change in found[:MAX_ROWS])
    if len(found) > MAX_ROWS:
        yield f"- and {len(found) - MAX_ROWS} more changes of policy and lock"
    told = report.bounded[:MAX_ROWS]
    yield from (f"- Not read whole: {_text(file)}" for file in told)
    if len(report.bounded) > MAX_ROWS:
        yield f"- and {len(report.bounded) - MAX_ROWS} more files that were not read whole"
    if found or told:
        yield ""


def _table(report: ScanReport, models: list[ModelResult]) -> Iterator[str]:
    yield "| | model | verdict | why | where |"
    yield "|---|---|---|---|---|"
    for model in models[:MAX_ROWS]:
        found = places(report, model)
        where = f"{_code(f'{found[0].file}:{found[0].line}')}" if found else ""
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield f"| {_SIGNS[model.verdict]} | {_code(model.model)} | {model.verdict.value} | {_why(model)} | {where}{more} |"
    rest = models[MAX_ROWS:]
    if rest:
        tally = {v: sum(m.verdict is v for m in rest) for v in reversed(Verdict)}
        yield f"| | and {counted(len(rest), 'more model')} | {', '.join(f'{n} {v.value}' for v, n in tally.items() if n)} | | |"


def _why(model: ModelResult) -> str:
    strict = [
        f
        for f in model.findings
        if f.verdict is model.verdict and f.verdict.rank >= Verdict.REVIEW.rank
    ]
    if strict:
        return ", ".join(dict.fromkeys(f"{f.rule} {f.name}" for f in strict[:3]))
    return counted(len(model.duties), "duty", "duties") if model.duties else ""


def _remedies(models: list[ModelResult]) -> Iterator[str]:
    """What to do, each once, for what bars or needs a decision."""
    told: dict[tuple[str, str], list[str]] = {}
    for model in models:
        for f in model.findings:
            if f.verdict.rank >= Verdict.REVIEW.rank and f.remedy:
                told.setdefault((f.rule, f.remedy), []).append(f.message)
    if told:
        yield "**What to do**"
        yield ""
        yield from (_remedy(*key, said) for key, said in list(told.items())[:MAX_REMEDIES])
        if len(told) > MAX_REMEDIES:
            yield f"- and {len(told) - MAX_REMEDIES} more: run `weightlaw scan`"
        yield ""


def _remedy(rule: str, remedy: str, said: list[str]) -> str:
    """One remedy with the first finding that it helps against, and how many more there are."""
    others = len(dict.fromkeys(said)) - 1
    more = f" (and the like {counted(others, 'more time')})" if others else ""
    return f"- **{rule}** {_text(said[0])}{more} *{_text(remedy)}*"


def _waived(report: ScanReport) -> Iterator[str]:
    """Waivers are never silent."""
    told = waivers(report)
    if told:
        yield "**Waived**"
        yield ""
        yield from (f"- {_text(waiver)}" for waiver in told[:MAX_REMEDIES])
        if len(told) > MAX_REMEDIES:
            yield f"- and {len(told) - MAX_REMEDIES} more"
        yield ""


def _closing(report: ScanReport) -> Iterator[str]:
    parts = [f"weightlaw {report.version}, knowledge of {report.knowledge.date}"]
    if rest := not_judged(report):
        parts.append(f"not judged: {rest}")
    if report.judged.assumptions:
        parts.append("assumed: " + "; ".join(report.judged.assumptions))
    yield f"<sub>{_text('. '.join(parts))}. Not legal advice.</sub>"


def _text(text: str) -> str:
    """Words of a repository as plain text: no markup, no mention, no command."""
    return (
        _SPECIAL.sub(r"\\\1", safe(text))
        .replace("\\:", ":")
        .replace("\\(", "(")
        .replace("\\)", ")")
        .replace("@", "@\u200b")
    )


def _code(text: str) -> str:
    """A code span that its content cannot leave, nor break the table."""
    inner = safe(text).replace("|", "\\|").replace("`", "'")
    return f"`{inner}`"
