"""`check` as a judge of Hub ids, for those who choose among many models. Figures know no law: they bring the judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from weightlaw.checking import check
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import NothingChecked, UsageError
from weightlaw.policy.house import House
from weightlaw.references.parsing import parse_reference

if TYPE_CHECKING:
    from weightlaw.catalog.store import Catalog
    from weightlaw.domain.deployment import Deployment
    from weightlaw.domain.findings import CheckReport, ModelResult
    from weightlaw.scores.ranking import Judge
    from weightlaw.scores.replacing import Instead
    from weightlaw.sources.base import Source


def judge_for(
    deployment: Deployment,
    house: House = House(),
    *,
    hub: Source | None = None,
    catalog: Catalog | None = None,
) -> Judge:
    """A judge of Hub ids by `check`, offline unless a `hub` is given; ids that nobody knows are left out."""

    def judge(ids: Sequence[str]) -> dict[str, ModelResult]:
        wanted = [i for i in ids if _is_reference(i)]
        try:
            report = check(wanted, deployment, house=house, hub=hub, catalog=catalog)
        except NothingChecked:  # none of them is known
            return {}
        return {m.reference: m for m in report.models}

    return judge


def _is_reference(text: str) -> bool:
    """Imported figures may name anything: one name that is no reference must not stop the others."""
    try:
        return parse_reference(text).text == text
    except UsageError:
        return False


def instead_of_denied(report: CheckReport, house: House = House()) -> tuple[Instead, ...]:
    """What the embedded board and catalogue have in place of the denied models of a `check`; no server is asked."""
    denied = [m.model for m in report.models if m.verdict is Verdict.DENIED]
    if not denied:
        return ()
    from weightlaw.scores.levels import compiled
    from weightlaw.scores.replacing import instead

    return instead(denied, judge_for(report.deployment, house), compiled())
