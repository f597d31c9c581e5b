"""The judgement: all rules over one model, and the verdict that follows from what they say."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import DutyItem, Finding, Unknown
from weightlaw.domain.verdict import Verdict, strictest
from weightlaw.lineage.binding import Subject
from weightlaw.policy.case import Assumption, Case
from weightlaw.policy.house import House
from weightlaw.policy.rules import checks


class Judgement(Struct, frozen=True, kw_only=True):
    """What the rules say of one model in one deployment."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    duties: tuple[DutyItem, ...]
    unknowns: tuple[Unknown, ...]
    assumptions: tuple[str, ...]


def judge(subject: Subject, deployment: Deployment, house: House = House()) -> Judgement:
    """Hold one model against one deployment. With no licence at all, never milder than review."""
    case = Case(subject=subject, deployment=deployment, house=house)
    outcomes = [outcome for check in checks(case) for outcome in check(case)]
    findings = tuple(dict.fromkeys(o for o in outcomes if isinstance(o, Finding)))
    duties = tuple(_once(o for o in outcomes if isinstance(o, DutyItem)))
    unknowns = tuple(dict.fromkeys(o for o in outcomes if isinstance(o, Unknown)))
    assumed = dict.fromkeys(o.text for o in outcomes if isinstance(o, Assumption))
    return Judgement(
        verdict=_verdict(subject, findings, bool(duties)),
        findings=tuple(sorted(findings, key=lambda f: (-f.verdict.rank, f.rule))),
        duties=duties,
        unknowns=unknowns,
        assumptions=tuple(assumed),
    )


def _verdict(subject: Subject, findings: tuple[Finding, ...], duties: bool) -> Verdict:
    if not subject.bindings and not findings:
        return Verdict.REVIEW
    floor = Verdict.CONDITIONAL if duties else Verdict.ALLOWED
    return strictest((floor, *(f.verdict for f in findings)))


def _once(duties: Iterable[DutyItem]) -> Iterable[DutyItem]:
    """Each duty once, where two licences of one steward ask the same in the same words."""
    return dict.fromkeys(duties)
