"""From what was judged and is known to the view that every format shows."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.domain.deployment import METRIC_NAMES, Deployment
from weightlaw.domain.quantities import short
from weightlaw.reports.procurement import sheets
from weightlaw.reports.procurement.capability import (
    attributions,
    offers,
    scoreboards,
    unpriced,
    unscored,
)
from weightlaw.reports.procurement.cleaning import cleaned
from weightlaw.reports.procurement.decisions import counts, decisions, headline, swaps
from weightlaw.reports.procurement.duties import obligations
from weightlaw.reports.procurement.evidence import proofs
from weightlaw.reports.procurement.gathering import Material
from weightlaw.reports.procurement.lineages import lineages, rootless
from weightlaw.reports.procurement.sizes import axes
from weightlaw.reports.procurement.tasks import (
    exemptions,
    gaps,
    merged,
    questions,
    tasks,
)
from weightlaw.reports.procurement.terms import disputes, term_names, terms
from weightlaw.reports.procurement.view import Cell, Field, Report

_USES = {
    "internal": "internal: own staff only",
    "feature": "feature: part of a product that others reach over the network",
    "service": "service: the model itself offered to third parties",
    "device": "device: shipped inside a product",
    "weights": "weights: handed out",
}


def build(material: Material) -> Report:
    """The whole view, cleaned: no string in it holds control or direction characters."""
    boards = scoreboards(material)
    prices = offers(material)
    evidence = proofs(material)
    return cleaned(
        Report(
            title=material.title or _title(material),
            date=material.date,
            weightlaw=material.report.version,
            knowledge=material.report.knowledge,
            organization=material.organization,
            policy=material.house.source,
            headline=headline(material.items),
            counts=counts(material.items),
            deployment=tuple(_deployment(material)),
            assumptions=material.report.assumptions,
            decisions=decisions(material, evidence),
            tasks=tasks(material),
            obligations=obligations(material),
            axes=axes(material),
            lineages=lineages(material),
            rootless=rootless(material),
            term_names=term_names(),
            terms=terms(material),
            disputes=disputes(material),
            scoreboards=boards,
            unscored=unscored(material, boards),
            swaps=swaps(material),
            trial=material.trial,
            offers=prices,
            unpriced=unpriced(material, prices),
            gaps=gaps(material),
            questions=questions(),
            exemptions=exemptions(material),
            sheet_names=sheets.NAMES,
            sheets=sheets.sheets(material),
            proofs=evidence,
            attributions=attributions(material),
        )
    )


def _title(material: Material) -> str:
    references = dict.fromkeys(m.reference for m in material.report.models)
    return f"May we deploy {merged(references)}?"


def _growth(d: Deployment) -> str:
    """How users grow, the product's apart where that was said apart."""
    own = "" if d.growth is None else f"{d.growth:.2%} a month, compounding"
    if d.product_growth is None:
        return own
    return f"{f'{own}; ' if own else ''}the product's {d.product_growth:.2%} a month, compounding"


def _deployment(material: Material) -> Iterator[Field]:
    """What was said of the deployment; what was not said is blank, never zero."""
    d = material.deployment
    sizes = {
        "monthly_active_users": None if d.mau is None else short(d.mau),
        "annual_revenue": None if d.revenue is None else str(d.revenue),
    }
    said = {
        "Use": "; ".join(_USES[use] for use in d.uses),
        "Purpose": d.purpose
        or ("research" if d.research else "commercial" if d.commercial else "not commercial"),
        **{METRIC_NAMES[k][:1].upper() + METRIC_NAMES[k][1:]: v or "" for k, v in sizes.items()},
        "Growth": _growth(d),
        "Headquarters": d.headquarters or "",
        "Markets": ", ".join(d.markets),
        **dict(_further(material)),
    }
    for label, text in said.items():
        yield Field(
            name=label,
            cell=Cell(text=text, kind="claim" if text else "blank", source="the organization"),
        )


def _further(material: Material) -> Iterator[tuple[str, str]]:
    """Fields that are only shown where they were said."""
    d = material.deployment
    further = {
        "Users in past months": "; ".join(f"{month}: {short(n)}" for month, n in d.mau_at),
        "Users of the product": "" if d.product_mau is None else short(d.product_mau),
        "Daily active users": "" if d.dau is None else short(d.dau),
        "Monthly revenue": "" if d.monthly_revenue is None else str(d.monthly_revenue),
        "Funding raised": "" if d.funding is None else str(d.funding),
        "Employees": "" if d.employees is None else f"{d.employees:,}",
        "Fine-tuning": "yes" if d.fine_tuned else "",
        "Training on outputs": "yes" if d.trains_on_outputs else "",
        "Name of the derived model": d.derived_name or "",
        "Deployment": d.name,
    }
    yield from ((label, text) for label, text in further.items() if text)
