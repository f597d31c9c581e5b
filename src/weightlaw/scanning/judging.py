"""References -> verdicts, by `check`; what counts, what was accepted before, and what a policy's change does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from weightlaw import version
from weightlaw.catalog.store import Catalog
from weightlaw.checking import check
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import Knowledge, ModelResult
from weightlaw.domain.verdict import Verdict, strictest
from weightlaw.errors import NothingChecked
from weightlaw.policy.house import House
from weightlaw.policy.rules.wl109_unknown_model import not_found
from weightlaw.references.parsing import printable
from weightlaw.scanning.values import Found
from weightlaw.sources.base import Source


class Terms(Struct, frozen=True, kw_only=True):
    """What references are judged by: who deploys how, the rules of the house, and whether the Hub is asked."""

    deployment: Deployment = Deployment()
    house: House = House()
    hub: Source | None = None


class PolicyChange(Struct, frozen=True, kw_only=True):
    """A model whose verdict the change of the policy file alone alters."""

    model: str
    before: Verdict
    after: Verdict
    file: str
    """The policy file."""

    @property
    def milder(self) -> bool:
        """Whether the change lets through more than before."""
        return self.after.rank < self.before.rank


class Judged(Struct, frozen=True, kw_only=True):
    """The answers for a set of references."""

    models: tuple[ModelResult, ...] = ()
    assumptions: tuple[str, ...] = ()

    def of(self, found: Found) -> tuple[ModelResult, ...]:
        """The answers for one reference; none if it was not judged."""
        asked = found.ask or found.reference.reference
        return tuple(m for m in self.models if m.reference == asked)


class ScanReport(Struct, frozen=True, kw_only=True):
    """All of one `scan`."""

    version: str = version.VERSION
    knowledge: Knowledge
    deployment: Deployment
    root: str
    files: int
    found: tuple[Found, ...]
    """All references that are told, judged or not."""
    counted: tuple[Found, ...] = ()
    """Those that were judged."""
    judged: Judged = Judged()
    base: str = ""
    """The commit that was compared with, if one was."""
    policy_changes: tuple[PolicyChange, ...] = ()
    accepted: int = 0
    """How many references the baseline accepted."""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def models(self) -> tuple[ModelResult, ...]:
        """One answer a model, in the order of their first references."""
        first: dict[tuple[str, str | None], ModelResult] = {}
        for result in self.judged.models:
            first.setdefault((result.model.lower(), result.revision), result)
        return tuple(first.values())

    @property
    def verdict(self) -> Verdict | None:
        """The strictest verdict; a policy that was made milder is for a person to review. None: nothing was judged."""
        verdicts = [m.verdict for m in self.judged.models]
        if any(change.milder for change in self.policy_changes):
            verdicts.append(Verdict.REVIEW)
        return strictest(verdicts) if verdicts else None

    @property
    def uncounted(self) -> dict[str, int]:
        """How many references of each certainty were told only."""
        judged = {id(f) for f in self.counted}
        left = [f.reference.certainty for f in self.found if id(f) not in judged]
        return {c: left.count(c) for c in ("documentation", "comment", "dynamic") if c in left}


def counts(found: Found, include_docs: bool = False) -> bool:
    """Whether a reference is judged: what runs, and on demand what is only told. `dynamic` names no model."""
    certainty = found.reference.certainty
    return certainty == "runtime" or (include_docs and certainty in ("documentation", "comment"))


def judge(found: Iterable[Found], terms: Terms, catalog: Catalog) -> Judged:
    """Ask `check` once for all distinct references."""
    asks = list(dict.fromkeys(f.ask or f.reference.reference for f in found))
    askable = {f.ask for f in found if f.ask}
    models: dict[str, list[ModelResult]] = {}
    assumptions: tuple[str, ...] = ()
    known = [a for a in asks if a in askable]
    if known:
        results, assumptions = _checked(known, terms, catalog)
        for result in results:
            models.setdefault(result.reference, []).append(result)
    ordered = [m for ask in asks for m in models.get(ask) or [unknown(ask)]]
    return Judged(models=tuple(ordered), assumptions=assumptions)


def _checked(
    asks: Sequence[str], terms: Terms, catalog: Catalog
) -> tuple[Sequence[ModelResult], tuple[str, ...]]:
    try:
        report = check(asks, terms.deployment, house=terms.house, hub=terms.hub, catalog=catalog)
    except NothingChecked:
        return [unknown(ask, terms.hub is None) for ask in asks], ()
    return report.models, report.assumptions


def unknown(ask: str, offline: bool = True) -> ModelResult:
    """The answer for a reference that means no known model: a person must look at it."""
    trouble = "It is not in the catalogue, and the Hub was not asked." if offline else ""
    finding = not_found(printable(ask), (), trouble)
    return ModelResult(reference=ask, model=ask, verdict=Verdict.REVIEW, findings=(finding,))


def policy_changes(
    found: Sequence[Found], before: Terms, after: Terms, file: str, catalog: Catalog
) -> tuple[PolicyChange, ...]:
    """The models whose verdict differs between two policies, everything else being equal."""
    old, new = judge(found, before, catalog), judge(found, after, catalog)
    verdicts = {(m.reference, m.model): m.verdict for m in old.models}
    changed = {
        m.model: PolicyChange(model=m.model, before=was, after=m.verdict, file=file)
        for m in new.models
        if (was := verdicts.get((m.reference, m.model))) and was is not m.verdict
    }
    return tuple(changed.values())
