"""The answer of `check` as sentences: findings, duties, unknowns, sources."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import DutyItem, Evidence, Finding, ModelResult
from weightlaw.reports.sbom.view import Note
from weightlaw.reports.text_report import part


def notes_of(result: ModelResult) -> Iterator[Note]:
    """Everything that the answer says of the model in this deployment."""
    yield Note(
        kind="verdict", text=f"Verdict for the deployment that was judged: {result.verdict.value}."
    )
    for finding in result.findings:
        yield Note(kind="finding", text=finding_text(finding), remedy=finding.remedy)
    for lifted in result.waived:
        told = f"{finding_text(lifted.finding)} Waived until {lifted.expires} by {lifted.approver}: {lifted.reason}"
        yield Note(kind="waived", text=f"{told} ({lifted.reference})")
    for duty in result.duties:
        yield Note(kind="duty", text=duty_text(duty))
    for kept in result.kept:
        yield Note(kind="kept", text=f"{duty_text(kept.duty)} Recorded as kept: {kept.place}")
    for unknown in result.unknowns:
        yield Note(kind="unknown", text=f"{unknown.fact}: {unknown.why}.")


def finding_text(finding: Finding) -> str:
    """The finding with its severity, confidence and evidence."""
    head = (
        f"{finding.rule} {finding.name} ({finding.verdict.value}; severity {finding.severity}; "
        f"confidence {finding.confidence}): {finding.message}"
    )
    told = "; ".join(_evidence(e) for e in finding.evidence)
    return f"{head} Evidence: {told}." if told else head


def _evidence(evidence: Evidence) -> str:
    place = f", {part(evidence.section)}" if evidence.section else ""
    source = f", {evidence.source}" if evidence.source else ""
    date = f", read {evidence.date}" if evidence.date else ""
    digest = f", SHA-256 {evidence.sha256}" if evidence.sha256 else ""
    quote = f', "{evidence.quote}"' if evidence.quote else ""
    return f"{evidence.license}{place}{source}{date}{digest}{quote}"


def duty_text(duty: DutyItem) -> str:
    """The duty with its condition, place and section."""
    condition = f"{duty.condition[0].upper()}{duty.condition[1:]}: " if duty.condition else ""
    where = f" Where: {duty.where}." if duty.where and duty.where not in duty.text else ""
    section = f", {duty.section}" if duty.section else ""
    return f"{condition}{duty.text}{where} [{duty.license}{section}]"


def deployment_text(deployment: Deployment) -> str:
    """The deployment in one sentence: what was said of it, and what it does."""
    default = Deployment()
    said = [f"uses: {', '.join(deployment.uses)}"]
    said.append("commercial" if deployment.commercial else "not commercial")
    for key in deployment.__struct_fields__:
        value = getattr(deployment, key)
        if key not in ("uses", "commercial") and value != getattr(default, key):
            said.append(f"{_KEYS.get(key, key.replace('_', ' '))}: {_shown(value)}")
    return f"Deployment that was judged: {'; '.join(said)}."


_KEYS = {
    "mau": "monthly active users",
    "mau_at": "in past months",
    "product_mau": "of the product",
    "product_growth": "growth of the product's users",
    "dau": "daily active users",
    "revenue": "annual revenue",
}


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(
            ": ".join(map(_shown, v)) if isinstance(v, tuple) else _shown(v) for v in value
        )
    if isinstance(value, float):
        return f"{value:.2%} a month"  # growth is the only share
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
