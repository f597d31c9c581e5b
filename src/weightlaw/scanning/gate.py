"""The gate: scan or compare, judge, subtract the baseline, hold the policy of the base against that of the head."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from weightlaw.catalog.store import Catalog, load
from weightlaw.domain.verdict import Verdict
from weightlaw.scanning import baseline as baselines
from weightlaw.scanning import changes, judging, locks, scan, walking
from weightlaw.scanning.judging import Judged, ScanReport, Terms
from weightlaw.scanning.scan import Scanned
from weightlaw.scanning.values import Found
from weightlaw.scanning.walking import Globs


class Wanted(Struct, frozen=True, kw_only=True):
    """What one run of the gate shall do."""

    paths: tuple[str, ...] = (".",)
    globs: Globs = Globs()
    base: str = ""
    """A revision to compare with, or `auto`; empty: the whole tree is judged."""
    changed_only: bool = False
    """Judge all references of the files that differ from the base (of HEAD, where no base is named)."""
    wide: bool = False
    listed: bool = False
    """Stop after the references."""
    include_docs: bool = False
    baseline: baselines.Baseline | None = None
    jobs: int | None = None


class Policies(Struct, frozen=True, kw_only=True):
    """The policy in force, and the base's if the change touches it."""

    now: Terms = Terms()
    before: Terms | None = None
    file: str = ""
    locks: locks.Locks | None = None
    """The lock of the base and that of now; None where the change does not touch it."""


def without_own_waivers(now: Terms, before: Terms) -> Terms:
    """The terms of the head with the waivers of the base: a change cannot excuse itself."""
    house = msgspec.structs.replace(now.house, waivers=before.house.waivers)
    return msgspec.structs.replace(now, house=house)


def look(wanted: Wanted, catalog: Catalog | None = None) -> tuple[Scanned, str, tuple[Found, ...]]:
    """What is there: the scan, the base's commit if one was compared with, and the references to tell of."""
    if wanted.base or wanted.changed_only:
        revision = wanted.base or "HEAD"
        changed = changes.compare(
            list(wanted.paths), revision, wanted.globs, wide=wanted.wide, catalog=catalog
        )
        told = changed.scanned.found if wanted.changed_only else changed.new
        return changed.scanned, changed.base, told
    files = walking.files(list(wanted.paths), wanted.globs)
    scanned = scan.scan_listed(files, wide=wanted.wide, jobs=wanted.jobs, catalog=catalog)
    return scanned, "", scanned.found


def run(
    wanted: Wanted, policies: Policies = Policies(), catalog: Catalog | None = None
) -> ScanReport:
    """Scan and judge. Raises UsageError where the base is missing or a path does not exist."""
    catalog = catalog or load()
    scanned, base, told = look(wanted, catalog)
    report = ScanReport(
        knowledge=catalog.knowledge,
        deployment=policies.now.deployment,
        root=scanned.root,
        files=scanned.files,
        found=told,
        base=base,
        problems=scanned.problems,
        bounded=scanned.bounded,
        notes=scanned.notes,
    )
    if wanted.listed:
        return report
    if policies.before is not None or policies.locks is not None:
        report = _with_gate_changes(report, wanted, policies, catalog)
    return _judged(report, wanted, policies.now, catalog)


def _judged(report: ScanReport, wanted: Wanted, terms: Terms, catalog: Catalog) -> ScanReport:
    counted = tuple(f for f in report.found if judging.counts(f, wanted.include_docs))
    judged = judging.judge(counted, terms, catalog)
    accepted = 0
    if wanted.baseline is not None:
        kept = baselines.remaining(counted, judged, wanted.baseline)
        accepted = len(counted) - len(kept)
        gone = {id(f) for f in counted} - {id(f) for f in kept}
        counted, judged = kept, _only(judged, kept)
        report = msgspec.structs.replace(
            report, found=tuple(f for f in report.found if id(f) not in gone)
        )
    return msgspec.structs.replace(report, counted=counted, judged=judged, accepted=accepted)


def _only(judged: Judged, found: tuple[Found, ...]) -> Judged:
    asked = {f.ask or f.reference.reference for f in found}
    return msgspec.structs.replace(
        judged, models=tuple(m for m in judged.models if m.reference in asked)
    )


def _with_gate_changes(
    report: ScanReport, wanted: Wanted, policies: Policies, catalog: Catalog
) -> ScanReport:
    """A changed policy or lock speaks of all the models there are: scan everything, and tell whose verdict it alters.

    A model that it makes stricter, or whose pin it moves, is worsened by the change: its references join those that
    are judged.
    """
    files = walking.files(list(wanted.paths), wanted.globs)
    whole = scan.scan_listed(files, jobs=wanted.jobs, catalog=catalog)
    counted = [f for f in whole.found if judging.counts(f, wanted.include_docs)]
    report = msgspec.structs.replace(report, files=whole.files)
    worse: set[str] = set()
    if policies.before is not None:
        found = judging.policy_changes(
            counted, policies.before, policies.now, policies.file, catalog
        )
        worse |= {
            c.model.lower() for c in found if not c.milder and c.after.rank >= Verdict.REVIEW.rank
        }
        report = msgspec.structs.replace(report, policy_changes=found)
    if policies.locks is not None:
        used = (f.reference.model or f.ask for f in counted)
        moved = locks.lock_changes(policies.locks, used, policies.now, catalog)
        worse |= locks.touched(moved)
        report = msgspec.structs.replace(report, lock_changes=moved)
    return _with_worsened(report, counted, worse)


def _with_worsened(report: ScanReport, counted: list[Found], worse: set[str]) -> ScanReport:
    told = {f.reference for f in report.found}
    worsened = [
        f
        for f in counted
        if f.reference not in told and (f.reference.model or f.ask).lower() in worse
    ]
    found = sorted(
        (*report.found, *worsened),
        key=lambda f: (f.reference.file, f.reference.line, f.reference.column),
    )
    return msgspec.structs.replace(report, found=tuple(found))
