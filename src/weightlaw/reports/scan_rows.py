"""What the formats of `scan` share: findings at their places, and texts made safe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from msgspec import Struct

from weightlaw.domain.findings import Finding, ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.plaintext import safe as safe
from weightlaw.scanning.judging import LockChange, PolicyChange, ScanReport, sameness
from weightlaw.scanning.values import Found, Reference

LEVELS = {
    Verdict.DENIED: "error",
    Verdict.REVIEW: "warning",
    Verdict.CONDITIONAL: "note",
    Verdict.ALLOWED: "note",
}
POLICY_RULE = "policy-made-milder"
LOCK_RULE = "lock-made-weaker"
UNEXPLAINED = "review-needed"


class Row(Struct, frozen=True, kw_only=True):
    """One finding on one model at one place."""

    reference: Reference
    result: ModelResult
    finding: Finding
    fingerprint: str
    """The same after lines moved: of rule, model, file and how many like it stand above."""


def rows(report: ScanReport, least: Verdict = Verdict.REVIEW) -> Iterator[Row]:
    """All findings at least as strict as `least`, in the order of their places."""
    seen: dict[str, int] = {}
    for found in report.counted:
        for result, finding in _distinct(found, report, least):
            key = _key(finding.rule, found, result)
            seen[key] = seen.get(key, 0) + 1
            yield Row(
                reference=found.reference,
                result=result,
                finding=finding,
                fingerprint=f"{key}:{seen[key]}",
            )


def _key(rule: str, found: Found, result: ModelResult) -> str:
    return _hashed(rule, result.model.lower(), found.reference.file)


def _distinct(
    found: Found, report: ScanReport, least: Verdict
) -> Iterator[tuple[ModelResult, Finding]]:
    """Members of a family often share a finding: it is told once a reference."""
    told: set[tuple[str, str]] = set()
    for result in report.judged.of(found):
        wanted = [f for f in result.findings if f.verdict.rank >= least.rank]
        if not wanted and result.verdict.rank >= Verdict.REVIEW.rank:
            wanted = [unexplained(result)]
        for finding in wanted:
            if (finding.rule, finding.message) not in told:
                told.add((finding.rule, finding.message))
                yield result, finding


def unexplained(result: ModelResult) -> Finding:
    """The finding of a model whose verdict no rule explains: nothing was known to judge it by."""
    return Finding(
        rule="WL109",
        name=UNEXPLAINED,
        verdict=result.verdict,
        severity="medium",
        confidence="low",
        message=f"Nothing is known by which {result.model} could be judged.",
    )


def change_rule(change: PolicyChange | LockChange) -> str:
    """The rule under which the change of the gate is told."""
    return POLICY_RULE if isinstance(change, PolicyChange) else LOCK_RULE


def change_kind(change: PolicyChange | LockChange) -> str:
    """`policy` or `lock`."""
    return "policy" if isinstance(change, PolicyChange) else "lock"


def change_mark(change: PolicyChange | LockChange) -> str:
    """The fingerprint of a change of the gate on one model."""
    return _hashed(change_rule(change), change.model.lower(), change.file)


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def change_text(change: PolicyChange | LockChange) -> str:
    """What the change of the policy or the lock does to one model."""
    if isinstance(change, LockChange):
        return _lock_text(change)
    how = "milder" if change.milder else "stricter"
    return (
        f"This change of {change.file} makes the verdict on {change.model} {how}: "
        f"{change.before.value} before, {change.after.value} after."
    )


def _lock_text(change: LockChange) -> str:
    subject = f" on {change.model}" if change.model else ""
    said = f"This change of {change.file}{subject}: {change.told}"
    if change.before and change.after and change.before is not change.after:
        said += f"; {change.before.value} before, {change.after.value} after"
    elif change.after and not change.before:
        said += f", {change.after.value}"
    return f"{said}. A person must look at it." if change.worse else f"{said}."


def counted(number: int, one: str, many: str = "") -> str:
    """`1 model`, `3 models`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def headline(report: ScanReport) -> str:
    """The verdict with its numbers, in one line."""
    models = report.models
    where = f"{counted(len(models), 'model')} in {counted(report.files, 'file')}"
    if report.base:
        where += f" changed since {report.base[:12]}"
    if report.verdict is None:
        return f"{where}: nothing to judge" if report.found or report.accepted else where
    tally = {v: sum(m.verdict is v for m in models) for v in reversed(Verdict)}
    waived = sum(len(m.waived) for m in models)
    parts = ", ".join(f"{n} {v.value}" for v, n in tally.items() if n)
    parts += f", {waived} waived" if waived else ""
    return f"{report.verdict.value.upper()}: {where}" + (f"; {parts}" if parts else "")


def waivers(report: ScanReport) -> list[str]:
    """What waivers lift, each once, with who answers for it."""
    told = (
        f"{w.finding.rule} on {m.model} until {w.expires}: {w.reason} ({w.approver}, {w.reference})"
        for m in report.models
        for w in m.waived
    )
    return list(dict.fromkeys(told))


def not_judged(report: ScanReport) -> str:
    """What was told only, and why."""
    names = {
        "documentation": "in documentation",
        "comment": "in comments",
        "dynamic": "put together at run time",
    }
    parts = [f"{n} {names[c]}" for c, n in report.uncounted.items()]
    if report.accepted:
        parts.append(f"{report.accepted} accepted by the baseline")
    return ", ".join(parts)


def places(report: ScanReport, result: ModelResult) -> list[Reference]:
    """Where a model is referred to, in order."""
    same = sameness(result)
    asks = {m.reference for m in report.judged.models if sameness(m) == same}
    return [f.reference for f in report.counted if (f.ask or f.reference.reference) in asks]
