"""Page one: the verdict of each model, the clause that decides it, the largest deployment, the next step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from weightlaw.domain.findings import Finding, Waived
from weightlaw.domain.quantities import short
from weightlaw.domain.terms import Threshold
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.forecast import Largest
from weightlaw.policy.rules.sizes import month_before, size
from weightlaw.reports.procurement.gathering import Item, Material, place
from weightlaw.reports.procurement.view import Decision, Point, Proof, Swap
from weightlaw.scores.replacing import Replacement

Numbers = dict[tuple[str, str, str], int]
"""Licence, section and rule -> number of the evidence."""
_WORDS = {
    Verdict.ALLOWED: "may be deployed as they are",
    Verdict.CONDITIONAL: "may be deployed with duties to fulfil",
    Verdict.REVIEW: "need a decision first",
    Verdict.DENIED: "may not be deployed",
}
_ONE = {
    Verdict.ALLOWED: "may be deployed as it is",
    Verdict.CONDITIONAL: "may be deployed with duties to fulfil",
    Verdict.REVIEW: "needs a decision first",
    Verdict.DENIED: "may not be deployed",
}


def headline(items: tuple[Item, ...]) -> str:
    """The answer in one sentence."""
    if len(items) == 1:
        return f"{items[0].id} {_ONE[items[0].result.verdict]}."
    parts = [f"{n} {_ONE[v] if n == 1 else _WORDS[v]}" for v, n in _counted(items) if n]
    return f"Of {len(items)} models {', '.join(parts)}."


_BESIDES = 2
"""How many further clauses are named on page one."""


def counts(items: tuple[Item, ...]) -> tuple[Point, ...]:
    """How many models have each verdict, mild to strict."""
    return tuple(Point(label=verdict.value, at=n) for verdict, n in _counted(items))


def _counted(items: tuple[Item, ...]) -> list[tuple[Verdict, int]]:
    return [(v, sum(i.result.verdict is v for i in items)) for v in Verdict]


def decisions(material: Material, proofs: Iterable[Proof] = ()) -> tuple[Decision, ...]:
    """One row for all models that share the answer, mild verdicts first, in the order of the references."""
    numbers = {(p.license, p.section, rule): p.number for p in proofs for rule in p.rules}
    found: dict[Decision, list[str]] = {}
    for item in sorted(material.items, key=lambda i: i.result.verdict.rank):
        found.setdefault(_decision(item, material, numbers), []).append(item.id)
    return tuple(structs.replace(d, models=tuple(models)) for d, models in found.items())


def _decision(item: Item, material: Material, numbers: Numbers) -> Decision:
    result = item.result
    finding = deciding(item)
    clause = clause_of(item, finding) if finding else _ground(item)
    return Decision(
        verdict=result.verdict.value,
        models=(),
        license=", ".join(v.name for v in result.licenses if v.role != "policy") or "",
        clause=clause,
        reason=_reason(item, finding, clause),
        largest=_largest(item, material),
        duties=len(result.duties) if result.verdict is not Verdict.DENIED else 0,
        next_step=_next(item, finding),
        instead=_instead(item, material),
        proof=_proof(item, finding, numbers),
    )


def _proof(item: Item, finding: Finding | None, numbers: Numbers) -> int:
    """The number of the first evidence of the finding that decides."""
    if finding is None or not finding.evidence:
        return 0
    first = finding.evidence[0]
    return numbers.get((license_name(item, first.license), first.section, finding.rule), 0)


def deciding(item: Item) -> Finding | None:
    """The first finding that carries the verdict; None where nothing stands against the model."""
    strict = item.result.verdict.rank >= Verdict.REVIEW.rank
    return next(
        (f for f in item.result.findings if strict and f.verdict is item.result.verdict), None
    )


def clause_of(item: Item, finding: Finding) -> str:
    """Licence and section of a finding, or the rule of the house that speaks."""
    if finding.house_rule:
        return f"the organization's own rule {finding.house_rule}"
    evidence = finding.evidence[0] if finding.evidence else None
    if evidence is None:
        told = finding.name.replace("-", " ")
        return f"{told[:1].upper()}{told[1:]} ({finding.rule})"
    title = license_name(item, evidence.license)
    return f"{title}, {place(evidence.section)}" if evidence.section else title


def license_name(item: Item, license_id: str) -> str:
    """The name of a licence that binds the model."""
    return next((v.name for v in item.result.licenses if v.id == license_id), license_id)


def _ground(item: Item) -> str:
    """What decides where nothing bars it: the first duty's clause, else what grants the use, licence by licence."""
    if item.result.waived:
        return clause_of(item, item.result.waived[0].finding)
    if item.result.duties:
        first = item.result.duties[0]
        title = license_name(item, first.license)
        return f"{title}, {place(first.section)}" if first.section else title
    granting = dict.fromkeys(_grant(b) for b in item.bindings if b.role != "policy")
    return "; ".join(granting) or ", ".join(v.name for v in item.result.licenses)


def _grant(binding: Binding) -> str:
    """A licence and the section that grants the use."""
    clause = binding.terms.commercial_use
    where = f", {place(clause.section)}" if clause and clause.section else ""
    return binding.entry.name + where


def _reason(item: Item, finding: Finding | None, clause: str) -> str:
    if finding is not None:
        told = finding.message.removeprefix(clause).removeprefix(": ").strip()
        own = told.startswith("weightlaw")  # our own name stays small
        said = (told if own else told[:1].upper() + told[1:]) + sure(finding)
        return f"{said}{_besides(item, finding, clause)}"
    if item.result.waived:
        return _waived(item.result.waived)
    if item.result.duties:
        return f"Permitted. {_first_duty(item)}"
    return "Permitted; nothing stands against this deployment and nothing is to be done for it."


def _besides(item: Item, finding: Finding, clause: str) -> str:
    """What stands against it besides, with the same weight: settling the first alone would not do."""
    same = [f for f in item.result.findings if f.verdict is finding.verdict and f is not finding]
    others = [c for c in dict.fromkeys(clause_of(item, f) for f in same) if c != clause]
    if not others:
        return ""
    more = f" and {len(others) - _BESIDES} more" if len(others) > _BESIDES else ""
    word = "Barred besides by" if finding.verdict is Verdict.DENIED else "Open besides:"
    return f" {word} {'; '.join(others[:_BESIDES])}{more}."


def _waived(waived: tuple[Waived, ...]) -> str:
    """What is waived first to end, by whom and until when."""
    first = min(waived, key=lambda w: w.expires)
    more = f" ({len(waived) - 1} more under Waivers)" if len(waived) > 1 else ""
    return f"Waived by {first.approver} until {first.expires}: {first.finding.message}{more}"


def sure(finding: Finding) -> str:
    """How sure a reading is, where it is less than sure."""
    return "" if finding.confidence == "high" else f" ({finding.confidence} confidence)"


def _first_duty(item: Item) -> str:
    duties = item.result.duties
    first = duties[0]
    condition = f"{first.condition[:1].upper()}{first.condition[1:]}: " if first.condition else ""
    more = f" ({len(duties) - 1} more under Duties)" if len(duties) > 1 else ""
    return f"{condition}{first.text}{more}"


def _next(item: Item, finding: Finding | None) -> str:
    if finding is not None:
        return finding.remedy
    n = len(item.result.duties)
    waiver = "Decide before the waiver ends." if item.result.waived else ""
    duties = f"Fulfil the {'duty' if n == 1 else f'{n} duties'} under Duties." if n else ""
    nothing = "Nothing. File this report with the model's record."
    return " ".join(part for part in (waiver, duties) if part) or nothing


def _instead(item: Item, material: Material) -> str:
    """What may be deployed in its place, or why nothing is named; empty where it is not denied."""
    said = material.instead.get(item.result.model)
    if said is None:
        return ""
    found = said.replacement
    if found is None:
        return f"none named, {said.why}"
    n = found.duties
    duties = f" with {n} {'duty' if n == 1 else 'duties'}" if n else ""
    return f"{found.model}, {found.verdict.value}{duties}, {found.level} by {found.benchmark} of {found.date}"


def swaps(material: Material) -> tuple[Swap, ...]:
    """The best allowed replacement of each denied model that has a figure."""
    return tuple(
        Swap(
            model=item.id,
            instead=found.model,
            verdict=found.verdict.value,
            duties=found.duties,
            level=found.level,
            difference=_difference(found),
            benchmark=found.benchmark,
            date=found.date,
        )
        for item in material.items
        if (said := material.instead.get(item.result.model)) is not None
        and (found := said.replacement) is not None
    )


def _difference(found: Replacement) -> str:
    """`1470.4 against 1322.4: +148.0 Elo (+141.2 to +154.8)`."""
    told = f"{found.figure.score:.1f} against {found.denied_figure.score:.1f}: {found.difference:+.1f} {found.unit}"
    if found.low is None or found.high is None:
        return f"{told}, no interval"
    return f"{told} ({found.low:+.1f} to {found.high:+.1f})"


def _largest(item: Item, material: Material) -> str:
    """`up to 100M monthly active users, then section 4 of ...`, with what else is capped."""
    most = material.largest(item)
    if most is None:
        return "Not known: no licence was read for this model."
    barred = most.users is None and most.then is not None and most.then.verdict is Verdict.DENIED
    limits = () if barred else _limits(item, material, most.users is None)
    parts = [_users(item, most), *limits]
    return " ".join(dict.fromkeys(part for part in parts if part))


def _users(item: Item, most: Largest) -> str:
    if most.unlimited:
        return "No limit on users."
    then = most.then
    if most.users is None:
        if then is not None and then.verdict is Verdict.DENIED:
            return f"None, at any number of users: {clause_of(item, then)}."
        return f"Open until decided: {clause_of(item, then) if then else 'no licence'}."
    if then is not None and then.rule == "WL201":
        return ""  # tested once: today's users only stood for those of that month
    where = f", then {_section_of(item, then)}" if then else ""
    return f"Up to {short(most.users)} monthly active users{where}."


def _section_of(item: Item, finding: Finding) -> str:
    evidence = finding.evidence[0] if finding.evidence else None
    if finding.house_rule or evidence is None or not evidence.section:
        return clause_of(item, finding)
    return f"{place(evidence.section)} of {license_name(item, evidence.license)}"


def _limits(item: Item, material: Material, standing: bool) -> Iterator[str]:
    """What the thresholds say; of standing caps on users only where the number itself does not say it."""
    for binding in item.bindings:
        for threshold in binding.terms.thresholds:
            if material.deployment.commercial or not threshold.commercial_only:
                month = month_before(binding.entry.dates.release)
                yield _limit(threshold, binding.entry.name, month, standing)


def _limit(threshold: Threshold, title: str, month: str | None, standing: bool) -> str:
    where = f"{place(threshold.section)} of {title}" if threshold.section else title
    if threshold.consequence == "attribution":
        return f"Above {size(threshold)} words must be displayed ({where})."
    if threshold.measured == "release_date":
        when = month or "the month that the licence names"
        return f"At most {size(threshold)} in {when}, tested once; later growth does not count ({where})."
    if threshold.metric == "monthly_active_users" and not standing:
        return ""
    return f"Up to {size(threshold)}, then {where}."
