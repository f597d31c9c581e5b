"""The judgement: all rules over one model, and the verdict that follows from what they say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import DutyItem, DutyKept, Finding, Unknown, Waived
from weightlaw.domain.verdict import Verdict, strictest
from weightlaw.lineage.binding import Subject
from weightlaw.policy.case import Assumption, Case
from weightlaw.policy.house import House
from weightlaw.policy.rules import checks

if TYPE_CHECKING:
    from weightlaw.policy.about import About


class Judgement(Struct, frozen=True, kw_only=True):
    """What the rules say of one model in one deployment."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    duties: tuple[DutyItem, ...]
    unknowns: tuple[Unknown, ...]
    assumptions: tuple[str, ...]
    waived: tuple[Waived, ...] = ()
    kept: tuple[DutyKept, ...] = ()


def judge(
    subject: Subject,
    deployment: Deployment,
    house: House = House(),
    about: About | None = None,
) -> Judgement:
    """Hold one model against one deployment. With no licence at all, never milder than review."""
    case = Case(subject=subject, deployment=deployment, house=house, about=about)
    outcomes = [outcome for check in checks(case) for outcome in check(case)]
    findings = tuple(dict.fromkeys(o for o in outcomes if isinstance(o, Finding)))
    duties = tuple(_once(o for o in outcomes if isinstance(o, DutyItem)))
    unknowns = tuple(dict.fromkeys(o for o in outcomes if isinstance(o, Unknown)))
    assumed = dict.fromkeys(o.text for o in outcomes if isinstance(o, Assumption))
    duties, kept, findings = _kept(duties, findings, case)
    findings, waived = _waived(findings, case)
    return Judgement(
        verdict=_verdict(subject, findings, bool(duties or kept), waived),
        findings=tuple(sorted(findings, key=lambda f: (-f.verdict.rank, f.rule))),
        duties=duties,
        unknowns=unknowns,
        assumptions=tuple(assumed),
        waived=waived,
        kept=kept,
    )


def _kept(
    duties: tuple[DutyItem, ...], findings: tuple[Finding, ...], case: Case
) -> tuple[tuple[DutyItem, ...], tuple[DutyKept, ...], tuple[Finding, ...]]:
    """The duties still open, those recorded as kept, and the findings with what files contradict."""
    if not case.house.kept:
        return duties, (), findings
    from weightlaw.policy.duties_kept import sort_out

    done = sort_out(duties, case)
    return done.open, done.kept, (*findings, *done.findings)


def _waived(
    findings: tuple[Finding, ...], case: Case
) -> tuple[tuple[Finding, ...], tuple[Waived, ...]]:
    """The findings that no waiver lifts, and those that one does."""
    house = case.house
    if not house.waivers:
        return findings, ()
    from weightlaw.policy.waivers import apply

    done = apply(house.waivers, findings, case.subject, house.today)
    return done.findings, done.waived


def _verdict(
    subject: Subject, findings: tuple[Finding, ...], duties: bool, waived: tuple[Waived, ...]
) -> Verdict:
    """The strictest of the findings; conditional where duties are due or a waiver holds.

    With no licence at all it is review, unless somebody answers for just that (a waiver of a WL1xx finding).
    """
    told = any(f.verdict is not Verdict.ALLOWED for f in findings)
    if not subject.bindings and not told and not any(w.finding.rule[:3] == "WL1" for w in waived):
        return Verdict.REVIEW
    floor = Verdict.CONDITIONAL if duties or waived else Verdict.ALLOWED
    return strictest((floor, *(f.verdict for f in findings)))


def _once(duties: Iterable[DutyItem]) -> Iterable[DutyItem]:
    """Each duty once, where two licences of one steward ask the same in the same words."""
    return dict.fromkeys(duties)
