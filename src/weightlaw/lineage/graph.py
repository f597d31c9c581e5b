"""The graph of base models up to its roots, and all the licences met on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from weightlaw.catalog.store import Catalog
from weightlaw.domain.models import Base, ModelFacts
from weightlaw.lineage.binding import Binding, Gap, Subject
from weightlaw.lineage.artefacts import contradicting_parts, quantized
from weightlaw.lineage.concluding import Conclusion, conclude

MAX_ANCESTORS = 2_000
FetchBase = Callable[[str], ModelFacts | None]
"""Facts about a base by its Hub id, or None where no source knows it."""


def assemble(facts: ModelFacts, catalog: Catalog, fetch_base: FetchBase) -> Subject:
    """The model with its own licences and those of all its ancestors, each with the way to it."""
    own = conclude(facts, catalog)
    walk = _Walk(facts, catalog, fetch_base, own)
    walk.run()
    quantization, losses = quantized(facts)
    return Subject(
        id=facts.id,
        bindings=tuple(walk.bindings),
        gaps=tuple(dict.fromkeys((*own.gaps, *walk.gaps, *contradicting_parts(facts, catalog)))),
        bases=facts.bases,
        modalities=facts.modalities,
        gated=facts.gated,
        revision=facts.revision,
        source=facts.source,
        as_of=facts.as_of,
        notes=(*facts.notes, *own.notes),
        quantization=quantization,
        losses=losses,
    )


class _Walk:
    """Breadth first from the model to its roots; each ancestor once, cycles survived."""

    def __init__(
        self, facts: ModelFacts, catalog: Catalog, fetch_base: FetchBase, own: Conclusion
    ) -> None:
        self.facts = facts
        self.catalog = catalog
        self.fetch_base = fetch_base
        self.bindings: list[Binding] = list(own.bindings)
        self.gaps: list[Gap] = []
        self._seen = {facts.id.lower()}

    def run(self) -> None:
        start: tuple[str, ...] = (self.facts.id,)
        queue = deque((base, start) for base in self.facts.bases)
        while queue and len(self._seen) < MAX_ANCESTORS:
            base, way = queue.popleft()
            if base.id.lower() in self._seen:
                continue
            self._seen.add(base.id.lower())
            found = self.fetch_base(base.id)
            if found is None:
                self._missing(base, way)
                continue
            self._seen.add(found.id.lower())
            self._bind(found, base, way)
            queue.extend((b, (*way, found.id)) for b in found.bases)
        if queue:
            self.gaps.append(_too_many())

    def _bind(self, found: ModelFacts, base: Base, way: tuple[str, ...]) -> None:
        conclusion = conclude(found, self.catalog)
        through = (*way[1:], found.id)
        held = {b.entry.id for b in self.bindings}
        for binding in conclusion.bindings:
            if binding.entry.id not in held:
                self.bindings.append(_through(binding, through, base))
        if {b.entry.id for b in conclusion.bindings} <= held and conclusion.bindings:
            return  # the same licence again: its doubts are told once
        for gap in conclusion.gaps:
            text = f"Of the base {found.id}: {gap.text}"
            self.gaps.append(Gap(kind=gap.kind, text=text, evidence=gap.evidence))

    def _missing(self, base: Base, way: tuple[str, ...]) -> None:
        if base.id.split("/")[0].lower() == way[-1].split("/")[0].lower():
            return  # the publisher's own earlier model: its later licence is its own word on both
        self.gaps.append(
            Gap(
                kind="unknown-base",
                text=f"{way[-1]} is made from {base.id}, whose licence is not known here.",
            )
        )


def _through(binding: Binding, through: tuple[str, ...], base: Base) -> Binding:
    return Binding(
        entry=binding.entry,
        terms=binding.terms,
        role="policy" if binding.role == "policy" else "base",
        declared=binding.declared,
        detected=binding.detected,
        reason=f"a base's licence binds what is made from it ({base.relation}); {binding.reason}",
        through=through,
        relation=base.relation,
        file=binding.file,
    )


def _too_many() -> Gap:
    text = f"More than {MAX_ANCESTORS:,} ancestors: the rest was not followed."
    return Gap(kind="unclear-lineage", text=text)
