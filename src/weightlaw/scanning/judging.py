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


class LockChange(Struct, frozen=True, kw_only=True):
    """What the change does to the lock, or to one model's entry in it."""

    model: str
    """Empty: the lock as a whole."""
    told: str
    """What differs, in words."""
    before: Verdict | None = None
    """On the entry of the base under the policy of now; null: it had none."""
    after: Verdict | None = None
    """On the entry of now; null: there is none."""
    worse: bool
    """A pin of a model in use was dropped or lost its commit, the verdict became milder, or something else is said of
    the same commit: a person must look."""
    file: str
    """The lock."""

    @property
    def milder(self) -> bool:
        """Whether it needs a review, as a milder policy does."""
        return self.worse

    @property
    def verdict(self) -> Verdict:
        """What it adds to the verdict of the run."""
        after = self.after or Verdict.ALLOWED
        return strictest((after, Verdict.REVIEW)) if self.worse else after


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
    lock_changes: tuple[LockChange, ...] = ()
    accepted: int = 0
    """How many references the baseline accepted."""
    problems: tuple[str, ...] = ()
    bounded: tuple[str, ...] = ()
    """Files that were not read whole: what they hold beyond is not known, so the verdict is at least review."""
    notes: tuple[str, ...] = ()

    @property
    def gate_changes(self) -> tuple[PolicyChange | LockChange, ...]:
        """What the change does to the gate itself: its policy and its lock."""
        return (*self.policy_changes, *self.lock_changes)

    @property
    def models(self) -> tuple[ModelResult, ...]:
        """One answer a model (two where it is pinned here and not there, and that matters), in their first references' order."""
        first: dict[tuple[object, ...], ModelResult] = {}
        for result in self.judged.models:
            first.setdefault(sameness(result), result)
        return tuple(first.values())

    @property
    def verdict(self) -> Verdict | None:
        """The strictest verdict; a policy that was made milder is for a person to review. None: nothing was judged."""
        verdicts = [m.verdict for m in self.judged.models]
        if any(change.milder for change in self.policy_changes):
            verdicts.append(Verdict.REVIEW)
        if self.bounded:
            verdicts.append(Verdict.REVIEW)
        verdicts += [change.verdict for change in self.lock_changes if change.model or change.worse]
        return strictest(verdicts) if verdicts else None

    @property
    def uncounted(self) -> dict[str, int]:
        """How many references of each certainty were told only."""
        judged = {id(f) for f in self.counted}
        left = [f.reference.certainty for f in self.found if id(f) not in judged]
        return {c: left.count(c) for c in ("documentation", "comment", "dynamic") if c in left}


def sameness(result: ModelResult) -> tuple[object, ...]:
    """What makes two answers one: the model, its revision, and what is said of it."""
    rules = tuple(f.rule for f in result.findings)
    return result.model.lower(), result.revision, result.verdict, rules


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
