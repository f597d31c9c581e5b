"""What papers about models are made from: the answer of `check`, and everything that it rests on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from weightlaw.catalog.store import Catalog
from weightlaw.checking import check, facts_meant
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport, ModelResult
from weightlaw.domain.models import Base, ModelFacts
from weightlaw.lineage.binding import Binding, Gap, Subject
from weightlaw.lineage.graph import MAX_ANCESTORS, Lineage
from weightlaw.policy.house import House
from weightlaw.references.parsing import parse_reference
from weightlaw.references.resolving import resolve
from weightlaw.sources.base import Source
from weightlaw.sources.gathering import Gatherer

if TYPE_CHECKING:
    from weightlaw.lineage.fetching import Progress


class Ancestor(Struct, frozen=True, kw_only=True):
    """A model that another was made from, with what is concluded of its own licence."""

    id: str
    """As it is called where it was named."""
    facts: ModelFacts | None = None
    """None: no source knows it."""
    bindings: tuple[Binding, ...] = ()
    gaps: tuple[Gap, ...] = ()


class Entry(Struct, frozen=True, kw_only=True):
    """One answer of `check`, with the facts and the licences behind it; None where nobody knows the model."""

    result: ModelResult
    facts: ModelFacts | None = None
    subject: Subject | None = None
    ancestors: tuple[Ancestor, ...] = ()
    """All of them, the nearest first, each once."""


class Dossier(Struct, frozen=True, kw_only=True):
    """Everything about the models of one call."""

    report: CheckReport
    entries: tuple[Entry, ...]


def gather(
    references: Iterable[str],
    deployment: Deployment,
    house: House,
    *,
    catalog: Catalog,
    hub: Source | None = None,
    date: str | None = None,
    progress: Progress | None = None,
) -> Dossier:
    """Check the models and keep what the answers rest on. A live source is asked nothing twice.

    `date` is the UTC day that facts fetched now are said to be of (default: today). Raises as `check` does: UsageError, NothingChecked.
    """
    wanted = list(dict.fromkeys(references))
    report = check(wanted, deployment, house=house, hub=hub, catalog=catalog, progress=progress)
    seen = _Seen(catalog, hub, date)
    known = {(text, facts.id): facts for text, facts in seen.models(wanted)}
    return Dossier(
        report=report,
        entries=tuple(seen.entry(r, known.get((r.reference, r.model))) for r in report.models),
    )


class _Seen:
    """The sources once more: what they told `check` they tell again without being asked anew."""

    def __init__(self, catalog: Catalog, hub: Source | None, date: str | None) -> None:
        from weightlaw.lineage.fetching import MAX_FETCHED

        self.catalog = catalog
        self.date = date
        self.limit = MAX_ANCESTORS if hub is None else MAX_FETCHED
        self.sources = Gatherer(catalog, hub)
        self.lineage = Lineage(catalog, self.sources.facts, limit=self.limit, why=self.sources.why)

    def models(self, references: Iterable[str]) -> Iterator[tuple[str, ModelFacts]]:
        for text in references:
            resolved = resolve(parse_reference(text), self.catalog)
            for facts in facts_meant(resolved, self.sources):
                yield resolved.reference.text, facts

    def entry(self, result: ModelResult, facts: ModelFacts | None) -> Entry:
        if facts is None:
            return Entry(result=result)
        return Entry(
            result=structs.replace(result, as_of=self._dated(facts).as_of),
            facts=self._dated(facts),
            subject=self.lineage.assemble(facts),
            ancestors=tuple(self._ancestors(facts)),
        )

    def _ancestors(self, facts: ModelFacts) -> Iterator[Ancestor]:
        """Breadth first; a base under two names is one, and nothing is its own ancestor."""
        queue: deque[Base] = deque(facts.bases)
        told = {facts.id.lower()}
        while queue and len(told) <= self.limit:
            base = queue.popleft()
            found = self.sources.facts(base.id)
            if (found.id if found else base.id).lower() in told:
                continue
            told |= {base.id.lower(), (found.id if found else base.id).lower()}
            yield self._ancestor(base.id, found)
            queue.extend(found.bases if found else ())

    def _ancestor(self, name: str, facts: ModelFacts | None) -> Ancestor:
        if facts is None:
            return Ancestor(id=name)
        own = self.lineage.conclusion(facts)
        dated = self._dated(facts)
        return Ancestor(id=name, facts=dated, bindings=own.bindings, gaps=own.gaps)

    def _dated(self, facts: ModelFacts) -> ModelFacts:
        """Facts that were fetched now, as of the day that was asked for."""
        live = self.date is not None and facts.source in ("hub", "ollama")
        return structs.replace(facts, as_of=self.date) if live else facts
