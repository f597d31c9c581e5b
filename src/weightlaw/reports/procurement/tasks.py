"""Who must act by when: what to decide, to say and to do, what is not known, and what waivers lift.

Roles are a proposal by the kind of question. Names and days are blank where nobody said them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from weightlaw.domain.findings import Finding
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.forecast import Crossing, crossings
from weightlaw.reports.procurement.decisions import clause_of, license_name, sure
from weightlaw.reports.procurement.gathering import Item, Material, place
from weightlaw.reports.procurement.view import Cell, Exemption, Field, Gap, Task

FULFIL = "Fulfil the duties listed under Duties."
_ROLES = {
    "WL1": "Counsel",
    "WL2": "Finance, then counsel",
    "WL3": "Counsel",
    "WL4": "Product",
    "WL5": "Engineering, then counsel",
    "WL6": "Engineering",
    "WL7": "Engineering",
    "WL8": "Owner of the policy",
    "WL9": "Owner of the policy",
}
_FACTS = {
    "monthly active users": "Product",
    "daily active users": "Product",
    "annual revenue": "Finance",
    "monthly revenue": "Finance",
    "funding raised": "Finance",
    "employees": "Human resources",
    "headquarters": "Counsel",
    "markets": "Product",
}


def role_of(rule: str) -> str:
    """Who usually answers what a rule asks; empty for a rule that nobody assigned."""
    return _ROLES.get(rule[:3], "")


def tasks(material: Material) -> tuple[Task, ...]:
    """Decisions first, then duties, then what the calendar brings; each once, with all its grounds and models."""
    found: dict[Task, tuple[dict[str, None], dict[str, None]]] = {}
    for item in material.items:
        for task in _of(item, material):
            grounds, models = found.setdefault(structs.replace(task, why=""), ({}, {}))
            grounds[task.why], models[item.id] = None, None
    joined = [
        structs.replace(task, why="; ".join(grounds), models=tuple(models))
        for task, (grounds, models) in found.items()
    ]
    return tuple(sorted(joined, key=lambda t: (bool(t.by) or t.what == FULFIL, t.by)))


def _of(item: Item, material: Material) -> Iterator[Task]:
    for finding in item.result.findings:
        if finding.verdict.rank >= Verdict.REVIEW.rank and finding.remedy:
            yield _decide(item, finding)
    if item.result.verdict is not Verdict.DENIED:
        yield from _duties(item)
    yield from _calendar(item, material)


def _decide(item: Item, finding: Finding) -> Task:
    why = f"{finding.rule}: {clause_of(item, finding)}{sure(finding)}"
    asked = finding.remedy.startswith("Say it")  # what to say stands in the message
    what = f"{finding.message} {finding.remedy}" if asked else finding.remedy
    return Task(what=what, why=why, models=(), role=role_of(finding.rule))


def _duties(item: Item) -> Iterator[Task]:
    """One task for all: the duties themselves stand in their own part."""
    numbers: dict[str, int] = {}
    for duty in item.result.duties:
        numbers[duty.license] = numbers.get(duty.license, 0) + 1
    for license_id, n in numbers.items():
        why = f"{license_name(item, license_id)} ({n})"
        yield Task(what=FULFIL, why=why, models=(), role="Product, with counsel")


def _calendar(item: Item, material: Material) -> Iterator[Task]:
    for waived in item.result.waived:
        yield Task(
            what=f"Renew or end the waiver of {waived.finding.house_rule or waived.finding.rule}.",
            why=f"{waived.reason} ({waived.reference})",
            models=(),
            role=role_of(waived.finding.rule),
            name=waived.approver,
            by=waived.expires,
        )
    for crossing in forecast(item, material):
        if crossing.month and crossing.month > material.date[:7]:
            yield _crossing(crossing)


def _crossing(crossing: Crossing) -> Task:
    return Task(
        what=f"Settle what follows above {crossing.limit}: the forecast reaches it.",
        why=f"{crossing.license}, {place(crossing.section)}",
        models=(),
        role="Finance, then counsel",
        by=crossing.month or "",
    )


def forecast(item: Item, material: Material) -> tuple[Crossing, ...]:
    """When the standing thresholds of a model are passed."""
    if item.known is None:
        return ()
    return crossings(item.known.subject, material.deployment, material.date)


def gaps(material: Material) -> tuple[Gap, ...]:
    """What a verdict turns on and nobody said, then what could not be determined; each with its role."""
    found: dict[Gap, dict[str, None]] = {}
    for item in material.items:
        for gap in (*_unsaid(item), *_unsettled(item)):
            found.setdefault(gap, {})[item.id] = None
    return tuple(structs.replace(gap, models=tuple(models)) for gap, models in found.items())


def _unsaid(item: Item) -> Iterator[Gap]:
    for unknown in item.result.unknowns:
        how = f"check and report take it as {unknown.flag}" if unknown.flag else ""
        role = _FACTS.get(unknown.fact.split(" in ")[0], "")  # `annual revenue in USD`
        yield Gap(what=unknown.fact, why=unknown.why, models=(), role=role, how=how)


def _unsettled(item: Item) -> Iterator[Gap]:
    for gap in item.known.subject.gaps if item.known else ():
        what = gap.kind.replace("-", " ")
        role = (
            "Engineering, then counsel"
            if "base" in gap.kind or "lineage" in gap.kind
            else "Counsel"
        )
        yield Gap(what=what, why=gap.text, models=(), role=role, how=gap.remedy)
    if item.known is None and item.result.findings:
        finding = item.result.findings[0]
        yield Gap(
            what="the model", why=finding.message, models=(), role="Engineering", how=finding.remedy
        )


def exemptions(material: Material) -> tuple[Exemption, ...]:
    """The waivers that hold."""
    return tuple(
        Exemption(
            model=item.id,
            rule=waived.finding.house_rule or waived.finding.rule,
            message=waived.finding.message,
            reason=waived.reason,
            approver=waived.approver,
            reference=waived.reference,
            expires=waived.expires,
            source=waived.source,
        )
        for item in material.items
        for waived in item.result.waived
    )


_QUESTIONS = (
    ("Legal name of the provider", "Procurement", "EU Model Documentation Form, MCC-AI"),
    ("Indemnity and warranty (open weights come as is)", "Counsel", "MCC-AI, US OMB M-25-22"),
    ("Total cost and cost of leaving", "Procurement", "US OMB M-25-22, UK guidelines"),
    ("Support, service levels, end of life", "Procurement", "UK guidelines, US GSA"),
    (
        "Where prompts go: hosting, residency, retention, training on inputs",
        "Security",
        "MCC-AI, FS-ISAC",
    ),
    ("Subprocessors", "Security", "FS-ISAC, CSA"),
    ("Logging, records, human oversight", "Engineering", "MCC-AI, NIST AI RMF"),
    ("Test on the organization's own task", "Engineering", "US OMB M-25-22, NIST AI RMF"),
    ("Bias and subgroup tests, red teaming", "Engineering", "NIST AI RMF, MDF"),
    ("Split of responsibilities between supplier and customer", "Counsel", "ISO/IEC 42001 A.10.2"),
    ("Copyright policy and training-data summary", "Counsel", "EU AI Act, Art. 53(1)(c) and (d)"),
)
"""What buyers' guidelines ask and no public data answers. Source: the fields marked `no` in the survey of
procurement guidelines of 2026-11-23."""


def questions() -> tuple[Field, ...]:
    """Blank fields for people; the source names who would know and who asks."""
    return tuple(
        Field(name=what, cell=Cell(source=f"{role}; asked by {asks}"))
        for what, role, asks in _QUESTIONS
    )


def merged(models: Iterable[str]) -> str:
    """Names in a row, the first few of many."""
    named = list(models)
    return ", ".join(named[:4]) + (f" and {len(named) - 4} more" if len(named) > 4 else "")
