"""Bases that nobody names: which suspicions matter, given what binds already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import Evidence
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import ModelFacts
from weightlaw.lineage.binding import Binding, Gap
from weightlaw.lineage.suspecting import Suspicion, named_in, strict, suspect

TOLD = 20


class Unnamed:
    """Looks at the models of one graph whose bases are not named."""

    def __init__(self, catalog: Catalog, bindings: Sequence[Binding], ids: Sequence[str]) -> None:
        self.catalog = catalog
        self.notes: list[str] = []
        self._bound = {b.entry.id for b in bindings}
        self._stewards = {b.entry.steward for b in bindings if b.entry.id.startswith("LicenseRef-")}
        self._ids = {i.lower() for i in ids}
        self._gaps: dict[str, Gap] = {}
        self._lost: set[str] = set()

    def lost(self, base_id: str) -> str:
        """What a base that no source knows is by its name; the same need not be suspected of its children."""
        model = named_in(base_id, self.catalog)
        entry = self.catalog.license(model.license) if model and model.license else None
        if model is None or entry is None:
            return ""
        self._lost.add(model.developer or model.id)
        return f"By its name it is {model.id}, or made from it or its like ({entry.name})."

    def look(self, facts: ModelFacts, ancestor: bool) -> None:
        """Suspect a base of one model; nothing where what is suspected binds already."""
        if (found := suspect(facts, self.catalog)) is None or self._known(found):
            return
        new = [entry for entry in found.entries if not self._binds(entry)]
        whose = f"The base {facts.id}" if ancestor else facts.id
        text = f"{whose} may be made from {found.base.id} or a model of its kind: {found.why}."
        if asking := [entry for entry in new if strict([entry])]:
            self._gaps.setdefault(asking[0].id, _gap(facts, found, asking, text))
        elif new and len(self.notes) < TOLD:
            self.notes.append(f"{text} That one is under {new[0].name}.")

    def _known(self, found: Suspicion) -> bool:
        """Whether the suspected base is in the graph, or one of its maker's that no source knows."""
        maker = (found.base.developer or found.base.id) in self._lost
        return found.base.id.lower() in self._ids or maker

    def _binds(self, entry: LicenseEntry) -> bool:
        """Whether the licence binds already, or another one of the same vendor."""
        vendor = entry.id.startswith("LicenseRef-") and entry.steward in self._stewards
        return entry.id in self._bound or vendor

    def gaps(self) -> Iterator[Gap]:
        """One gap a licence that may bind, however many models of the graph look like it."""
        yield from self._gaps.values()


def _gap(facts: ModelFacts, found: Suspicion, asking: list[LicenseEntry], text: str) -> Gap:
    names = " and ".join(entry.name for entry in asking)
    return Gap(
        kind="suspected-base",
        text=f"{text} It names no such base. If it is so, {names} would bind too.",
        remedy=f"Ask the publisher what it was made from; to be safe, keep to {names}.",
        confidence=found.confidence,
        evidence=(
            Evidence(
                license=asking[0].id,
                summary=f"suspected only: {found.why}",
                source=f"{facts.id} as described by {facts.source}",
            ),
        ),
    )
