"""The evidence: what each finding and each licence's terms rest on, numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, structs

from weightlaw.domain.findings import Evidence
from weightlaw.reports.procurement.decisions import license_name
from weightlaw.reports.procurement.gathering import Item, Material
from weightlaw.reports.procurement.view import Proof

_COMMIT = re.compile(r"(?:\bat |@ ?)([0-9a-f]{7,40})\b")


class _Grounds(Struct):
    """The models and rules that rest on one piece of evidence."""

    models: dict[str, None]
    rules: dict[str, None]


def proofs(material: Material) -> tuple[Proof, ...]:
    """Evidence of findings, then the texts of all licences; each once, numbered from 1."""
    found: dict[Proof, _Grounds] = {}
    for item in material.items:
        for proof, rule in (*_of_findings(item), *_of_texts(item)):
            grounds = found.setdefault(proof, _Grounds({}, {}))
            grounds.models[item.id] = None
            grounds.rules.update({rule: None} if rule else {})
    ordered = sorted(found.items(), key=lambda pair: not pair[1].rules)
    return tuple(
        structs.replace(proof, number=n, models=tuple(g.models), rules=tuple(g.rules))
        for n, (proof, g) in enumerate(ordered, 1)
    )


def _of_findings(item: Item) -> Iterator[tuple[Proof, str]]:
    for finding in item.result.findings:
        for evidence in finding.evidence:
            yield _proof(evidence, item), finding.rule
    for waived in item.result.waived:
        for evidence in waived.finding.evidence:
            yield _proof(evidence, item), waived.finding.rule


def _of_texts(item: Item) -> Iterator[tuple[Proof, str]]:
    """The text behind each licence, whether a finding quotes it or not."""
    for binding in item.bindings:
        yield _proof(binding.evidence(), item), ""


def _proof(evidence: Evidence, item: Item) -> Proof:
    commit = _COMMIT.search(evidence.source)
    located = evidence.start is not None and evidence.end is not None
    shipped = bool(item.result.revision) and not evidence.date
    return Proof(
        number=0,
        license=license_name(item, evidence.license),
        section=evidence.section,
        says=evidence.summary,
        quote=evidence.quote,
        place=f"characters {evidence.start:,} to {evidence.end:,}" if located else "",
        source=evidence.source,
        commit=commit[1] if commit else (item.result.revision or "" if shipped else ""),
        date=evidence.date or item.result.as_of,
        sha256=evidence.sha256,
        models=(),
    )
