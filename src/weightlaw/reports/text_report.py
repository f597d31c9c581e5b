"""The text of `check`: verdict first, in one line that stands alone; 80 columns; no tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from weightlaw.domain.findings import (
    CheckReport,
    DutyItem,
    DutyKept,
    Finding,
    LicenseView,
    ModelResult,
    Waived,
)
from weightlaw.domain.verdict import Verdict
from weightlaw.plaintext import safe

if TYPE_CHECKING:
    from weightlaw.scores.replacing import Instead

WIDTH = 80
_COLORS = {
    Verdict.ALLOWED: "32",
    Verdict.CONDITIONAL: "33",
    Verdict.REVIEW: "35",
    Verdict.DENIED: "31",
}
plain = safe
"""How text from outside is shown on a terminal."""


def render(report: CheckReport, color: bool = False, instead: Collection[Instead] = ()) -> str:
    """The whole report. Models that share their answer are told together; denied ones with what to take instead."""
    lines = [_headline(report, color), ""]
    for group in _alike(report.models):
        lines += [*_model(group, color, instead), ""]
    lines += _closing(report)
    return "\n".join(lines) + "\n"


def wrap(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most 80 columns; `first` before the first line, `rest` before the others."""
    rest = " " * len(first) if rest is None else rest
    lines, line = [], first
    for word in plain(text).split():
        gap = "" if line in (first, rest) else " "
        if len(line) + len(gap) + len(word) > WIDTH and line.strip() and line not in (first, rest):
            lines.append(line)
            line, gap = rest, ""
        line += gap + word
    return [*lines, line]


def _headline(report: CheckReport, color: bool) -> str:
    verdict = report.verdict
    names = list(dict.fromkeys(m.reference for m in report.models if m.verdict is verdict))
    subject = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    word = _paint(verdict.value.upper(), verdict, color)
    counts = _counts(report.models) if len(report.models) > 1 else ""
    return f"{word}: {plain(subject)}{_because(report)}{counts}{_waived_count(report)}"


def _waived_count(report: CheckReport) -> str:
    """How many findings waivers lift, counted apart from those that stand."""
    count = sum(len(model.waived) for model in report.models)
    return f"; {count} {'finding' if count == 1 else 'findings'} waived" if count else ""


def _because(report: CheckReport) -> str:
    """The clause that decides, short enough for one line."""
    worst = [m for m in report.models if m.verdict is report.verdict]
    finding = next((f for m in worst for f in m.findings if f.verdict is report.verdict), None)
    if finding is not None:
        evidence = finding.evidence[0] if finding.evidence else None
        where = ""
        if evidence and evidence.section:
            name = next(
                (v.name for m in worst for v in m.licenses if v.id == evidence.license),
                evidence.license,
            )
            where = f"; {name}, {part(evidence.section)}"
        return f" ({finding.name}{f' {finding.house_rule}' if finding.house_rule else ''}{where})"
    duties = sum(len(m.duties) for m in worst[:1])
    return f" ({duties} {'duty' if duties == 1 else 'duties'} to fulfil)" if duties else ""


def part(section: str) -> str:
    """A section as it stands in a sentence: `section 3.1`, but `final paragraph`."""
    return f"section {section}" if section[:1].isdigit() else section


def _counts(models: tuple[ModelResult, ...]) -> str:
    found = {v: sum(m.verdict is v for m in models) for v in reversed(Verdict)}
    return "; " + ", ".join(f"{n} {v.value}" for v, n in found.items() if n)


def _alike(models: tuple[ModelResult, ...]) -> list[list[ModelResult]]:
    """Models in their order, those with the same answer and licences together."""
    groups: dict[tuple[object, ...], list[ModelResult]] = {}
    for model in models:
        shown = tuple((v.id, v.role, v.through, v.declared) for v in model.licenses)
        told = (model.findings, model.duties, model.unknowns, model.waived, model.kept)
        key = (model.verdict, told, shown, model.source)
        groups.setdefault(key, []).append(model)
    return list(groups.values())


def _model(group: list[ModelResult], color: bool, instead: Collection[Instead]) -> Iterator[str]:
    first = group[0]
    for model in group:
        revision = f"@{model.revision[:12]}" if model.revision else ""
        yield f"{plain(model.model)}{revision}: {_paint(first.verdict.value, first.verdict, color)}"
    for view in first.licenses:
        yield from wrap(_license(view), "  licence   ")
    for finding in first.findings:
        yield from _finding(finding)
    yield from _waived(first.waived)
    yield from _duties(first)
    yield from _instead(group, instead)
    yield from _kept(first.kept)
    for unknown in first.unknowns:
        flag = f" ({unknown.flag})" if unknown.flag else ""
        yield from wrap(f"{unknown.fact}{flag}: {unknown.why}.", "  not said  ")
    for note in _notes(group):
        yield from wrap(note, "  note      ")
    for source in dict.fromkeys(_source(model) for model in group):
        yield from wrap(source, "  source    ")


def _instead(group: list[ModelResult], instead: Collection[Instead]) -> Iterator[str]:
    """What may be deployed in place of the group's models."""
    ids = {model.model for model in group}
    if found := [item for item in instead if item.instead_of in ids]:
        from weightlaw.reports.instead_text import instead_lines  # only where something is denied

        for n, line in enumerate(instead_lines(found)):
            yield from wrap(line, "            " if n else "  instead   ")


def _duties(model: ModelResult) -> Iterator[str]:
    """The duties; where the model is denied anyway, only how many there would be."""
    count = len(model.duties)
    if model.verdict is Verdict.DENIED and count:
        yield f"  besides   {count} {'duty' if count == 1 else 'duties'} in case it may be used (see --format json)"
    elif count:
        yield "  what to do for it:"
        for duty in model.duties:
            yield from wrap(_duty(duty), "  - ", "    ")


def _notes(group: list[ModelResult]) -> list[str]:
    """The group's notes without those on waivers and kept duties, which have parts of their own."""
    notes = dict.fromkeys(note for model in group for note in model.notes)
    if any(model.waived or model.kept for model in group):
        from weightlaw.checking import settled  # loaded already where there is a result

        for model in group:
            for told in settled(model.waived, model.kept):
                notes.pop(told, None)
    return list(notes)


def _waived(waived: tuple[Waived, ...]) -> Iterator[str]:
    """What waivers lift: how strict it would be, who answers for it on which paper, until when."""
    if not waived:
        return
    yield f"  waived, so not counted ({len(waived)}):"
    for item in waived:
        rule = item.finding.house_rule or item.finding.name
        yield from wrap(
            f"{item.finding.rule} {rule} (else {item.finding.verdict.value}), until {item.expires}: {item.reason} "
            f"({item.approver}, {item.reference}) [{item.source}]",
            "  - ",
            "    ",
        )


def _kept(kept: tuple[DutyKept, ...]) -> Iterator[str]:
    """Duties recorded as fulfilled, with their place and whether a file was looked at."""
    if not kept:
        return
    yield f"  kept ({len(kept)}):"
    for item in kept:
        how = "file checked" if item.checked else "on record, not checked"
        text = f"{_duty(item.duty)} At {item.place}: {how} [{item.source}]"
        yield from wrap(text, "  - ", "    ")


def _license(view: LicenseView) -> str:
    osi = "OSI-approved" if view.osi_approved else "not OSI-approved"
    family = f", {view.family}" if view.family else ""
    way = f", through {' -> '.join(view.through)}" if view.through else ""
    if view.role == "policy":
        return f"{view.name} (use policy{way})"
    declared = f"; declared {view.declared!r}" if view.declared and not way else ""
    return f"{view.name} ({view.id}{family}, {osi}{way}{declared})"


def _finding(finding: Finding) -> Iterator[str]:
    sure = "" if finding.confidence == "high" else f" ({finding.confidence} confidence)"
    yield from wrap(f"{finding.message}{sure}", f"  {finding.rule}     ")
    for evidence in finding.evidence:
        if evidence.quote:
            yield from wrap(f'"{evidence.quote}"', "            ")
        source = f"{evidence.source}" + (f", {evidence.date}" if evidence.date else "")
        if source:
            digest = f", SHA-256 {evidence.sha256[:12]}" if evidence.sha256 else ""
            yield from wrap(f"evidence: {source}{digest}", "            ")
    if finding.remedy:
        yield from wrap(finding.remedy, "  do        ")


def _duty(duty: DutyItem) -> str:
    condition = f"{duty.condition[0].upper()}{duty.condition[1:]}: " if duty.condition else ""
    name = duty.license.removeprefix("LicenseRef-weightlaw-")
    place = f" [{name}, {duty.section}]" if duty.section else f" [{name}]"
    return f"{condition}{duty.text}{place}"


def _source(model: ModelResult) -> str:
    if model.source == "catalogue":
        return f"embedded catalogue, as of {model.as_of or 'an unknown date'}"
    return f"{model.source or 'none'}{f', as of {model.as_of}' if model.as_of else ''}"


def _closing(report: CheckReport) -> Iterator[str]:
    if report.policy:
        name = f", deployment {report.deployment.name}" if report.deployment.name else ""
        yield from wrap(f"{report.policy}{name}", "policy:  ")
    if report.assumptions:
        yield from wrap("; ".join(report.assumptions) + ".", "assumed: ")
    k = report.knowledge
    yield from wrap(
        f"weightlaw {report.version}; knowledge of {k.date}: {k.models:,} models, {k.licenses_read:,} "
        f"licence texts read, {k.spdx_ids:,} SPDX ids. Not legal advice.",
        "",
    )


def _paint(text: str, verdict: Verdict, color: bool) -> str:
    return f"\x1b[1;{_COLORS[verdict]}m{text}\x1b[0m" if color else text


def joined(lines: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines) + "\n"
