"""The text of `scan`: the verdict first, then what stands in the way at its places, then the rest in short."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.reports.scan_rows import (
    change_kind,
    change_text,
    headline,
    not_judged,
    places,
    safe,
    waivers,
)
from weightlaw.reports.text_report import joined, plain, wrap
from weightlaw.scanning.judging import ScanReport

MAX_PLACES = 10
MAX_SHORT = 40
_COLORS = {
    Verdict.ALLOWED: "32",
    Verdict.CONDITIONAL: "33",
    Verdict.REVIEW: "35",
    Verdict.DENIED: "31",
}


def render(report: ScanReport, color: bool = False) -> str:
    """The whole report."""
    lines = [_painted(headline(report), report.verdict, color), ""]
    if not report.judged.models and report.found:
        lines += [*_listed(report), ""]
    for change in report.gate_changes:
        lines += wrap(safe(change_text(change)), f"{change_kind(change)}: ")
    if report.gate_changes:
        lines.append("")
    for result in report.models:
        if result.verdict.rank >= Verdict.REVIEW.rank:
            lines += [*_model(report, result, color), ""]
    lines += _short(report)
    return joined([*lines, *_closing(report)])


def _listed(report: ScanReport) -> Iterator[str]:
    """Every reference in a line, for `--list` and where none was judged."""
    for found in report.found:
        r = found.reference
        meant = (
            f" -> {safe(r.model)}"
            if r.model and r.model != r.reference
            else ""
            if r.model
            else " -> not known"
        )
        sure = "" if r.certainty == "runtime" else f" ({r.certainty})"
        yield f"{safe(r.file)}:{r.line}:{r.column}: {safe(r.reference)}{'' if r.certainty == 'dynamic' else meant}{sure}"


def _model(report: ScanReport, result: ModelResult, color: bool) -> Iterator[str]:
    revision = f"@{result.revision[:12]}" if result.revision else ""
    yield f"{safe(result.model)}{revision}: {_painted(result.verdict.value, result.verdict, color)}"
    found = places(report, result)
    for place in found[:MAX_PLACES]:
        written = "" if place.reference == result.model else f"  {safe(place.reference)}"
        yield f"  {safe(place.file)}:{place.line}:{place.column}{written}"
    if len(found) > MAX_PLACES:
        yield f"  and {len(found) - MAX_PLACES} more places"
    for finding in result.findings:
        if finding.verdict.rank >= Verdict.REVIEW.rank:
            yield from wrap(plain(finding.message), f"  {finding.rule}  ")
            if finding.remedy:
                yield from wrap(plain(finding.remedy), "  do     ")


def _short(report: ScanReport) -> Iterator[str]:
    """One line a model that may be used, with where it is first used."""
    rest = [m for m in report.models if m.verdict.rank < Verdict.REVIEW.rank]
    for result in rest[:MAX_SHORT]:
        first = next(iter(places(report, result)), None)
        duties = f", {len(result.duties)} duties" if result.duties else ""
        where = f"  {safe(first.file)}:{first.line}" if first else ""
        yield f"{result.verdict.value}{duties}: {safe(result.model)}{where}"
    if len(rest) > MAX_SHORT:
        yield f"and {len(rest) - MAX_SHORT} more (see --format json)"
    if rest:
        yield ""


def _closing(report: ScanReport) -> Iterator[str]:
    for file in report.bounded[:MAX_SHORT]:
        yield from wrap(safe(file), "review: ")
    for waiver in waivers(report):
        yield from wrap(safe(waiver), "waived: ")
    if text := not_judged(report):
        yield from wrap(f"{text}.", "not judged: ")
    if report.judged.assumptions:
        yield from wrap("; ".join(report.judged.assumptions) + ".", "assumed: ")
    k = report.knowledge
    yield from wrap(
        f"weightlaw {report.version}; knowledge of {k.date}: {k.models:,} models. Not legal advice."
    )


def _painted(text: str, verdict: Verdict | None, color: bool) -> str:
    return f"\x1b[1;{_COLORS[verdict]}m{text}\x1b[0m" if color and verdict else text
