"""Waivers: a finding that somebody answers for, until a day. Each lifts exactly the finding it names.

A waived finding is shown and counted apart, and the answer is never better than conditional. A waiver that has expired lifts
nothing; one that would fit two findings lifts neither, and says which licences to choose from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from weightlaw.domain.findings import Finding, Waived
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Subject
from weightlaw.policy.amounts import days_between

SOON_DAYS = 30
ANY_REVISION = "any"


class Waiver(Struct, frozen=True, kw_only=True):
    """A waiver as read; every field but `license` is required in the file."""

    model: str
    """The Hub id, in any case of letters."""
    revision: str
    """The commit (or its first 7 letters or more), or `any`."""
    rule: str
    """A rule's id, or the name of a rule of the house."""
    license: str = ""
    """Which licence's finding, where the rule speaks of several."""
    reason: str
    approver: str
    reference: str
    expires: str
    """The last UTC day on which it holds."""
    source: str = ""
    """`file:line`."""

    @property
    def title(self) -> str:
        """What it waives and where it stands."""
        return f"the waiver of {self.rule} for {self.model} ({self.source})"


class Outcome(Struct, frozen=True, kw_only=True):
    """What waivers did to the findings of one model."""

    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()


def apply(
    waivers: Iterable[Waiver], findings: tuple[Finding, ...], subject: Subject, today: str
) -> Outcome:
    """Lift what is waived; add a word on every waiver of this model that has expired, will soon, or fits nothing."""
    mine = [w for w in waivers if w.model.casefold() == subject.id.casefold()]
    left, waived, told = list(findings), [], []
    for waiver in mine:
        fitting = [f for f in findings if _names(waiver, f)]
        why = _barred(waiver, fitting, subject, today)
        if why is not None:
            told.append(why)
            continue
        if fitting[0] in left:
            left.remove(fitting[0])
            waived.append(_waived(fitting[0], waiver))
        told.extend(_expiring(waiver, today))
    return Outcome(findings=(*left, *told), waived=tuple(waived))


def unmatched(waivers: Iterable[Waiver], models: Iterable[str]) -> Iterator[str]:
    """Waivers of models that are not among those checked: for runs that see everything there is."""
    seen = {model.casefold() for model in models}
    for waiver in waivers:
        if waiver.model.casefold() not in seen:
            yield f"{waiver.title} matches no model here: remove it"


def _names(waiver: Waiver, finding: Finding) -> bool:
    if finding.verdict.rank < Verdict.REVIEW.rank:
        return False
    if waiver.rule not in (finding.rule, finding.house_rule) or (
        finding.house_rule and waiver.rule != finding.house_rule
    ):
        return False
    return not waiver.license or any(e.license == waiver.license for e in finding.evidence)


def _barred(waiver: Waiver, fitting: list[Finding], subject: Subject, today: str) -> Finding | None:
    """Why the waiver lifts nothing, if it lifts nothing."""
    from weightlaw.policy.rules import wl905_waiver_expired, wl907_waiver_unmatched

    revision = subject.revision or "not known"
    if not today or waiver.expires < today:
        text = f"{waiver.title} expired on {waiver.expires}."
        return wl905_waiver_expired.RULE.finding(Verdict.ALLOWED, _sentence(text))
    if not _same_revision(waiver.revision, subject.revision):
        text = f"{waiver.title} is for revision {waiver.revision}, and this one is {revision}."
    elif not fitting:
        text = f"{waiver.title} matches no finding: {waiver.rule} has nothing to say here."
    elif len(fitting) > 1:
        ids = ", ".join(dict.fromkeys(e.license for f in fitting for e in f.evidence[:1]))
        text = f"{waiver.title} would fit {len(fitting)} findings, so it lifts none: add `license`, one of {ids}."
    else:
        return None
    return wl907_waiver_unmatched.RULE.finding(Verdict.ALLOWED, _sentence(text))


def _same_revision(wanted: str, have: str | None) -> bool:
    return wanted == ANY_REVISION or bool(have and have.lower().startswith(wanted.lower()))


def _expiring(waiver: Waiver, today: str) -> Iterator[Finding]:
    from weightlaw.policy.rules.wl906_waiver_expiring import RULE

    left = days_between(today, waiver.expires)
    if left <= SOON_DAYS:
        days = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
        text = f"{waiver.title} expires {days}, on {waiver.expires}."
        yield RULE.finding(Verdict.ALLOWED, _sentence(text))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _waived(finding: Finding, waiver: Waiver) -> Waived:
    return Waived(
        finding=finding,
        reason=waiver.reason,
        approver=waiver.approver,
        reference=waiver.reference,
        expires=waiver.expires,
        source=waiver.source,
    )
