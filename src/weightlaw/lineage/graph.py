"""The graph of base models up to its roots, and all the licences met on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import Confidence, DataSet
from weightlaw.domain.models import Base, ModelFacts
from weightlaw.domain.termdiff import differences
from weightlaw.lineage.artefacts import contradicting_parts, quantized
from weightlaw.lineage.binding import SEPARATE, Binding, Gap, Subject
from weightlaw.lineage.concluding import Conclusion, conclude
from weightlaw.lineage.doubts import TOLD, Doubts
from weightlaw.lineage.makers import (
    knows_maker,
    may_relicense,
    organization,
    own_word,
    same_publisher,
)

MAX_ANCESTORS = 500_000
"""Of one model. Where there are more, a gap says so."""
FetchBase = Callable[[str], ModelFacts | None]
"""Facts about a base by its Hub id, or None where no source knows it."""
_UNSETTLED = frozenset(
    {"no-license", "unknown-license", "loose-name", "contradiction", "low-confidence"}
)


class Visit(Struct, frozen=True, gc=False):
    """A model that was met, by which edge, and from which other (its place in the list of visits)."""

    facts: ModelFacts
    conclusion: Conclusion
    base: Base | None = None
    parent: int = -1


class Met(Struct, frozen=True):
    """A base's licence with the edge by which it was reached."""

    binding: Binding
    base: Base
    relicensed: bool = False
    """The publisher of both may change its own licence: its later one is no contradiction."""


class Lineage:
    """The lineages of many models: what was concluded of one is kept for all.

    `fetch_base` gives the facts about a base (None: no source knows it), `why` what hindered, in a sentence or empty.
    """

    def __init__(
        self,
        catalog: Catalog,
        fetch_base: FetchBase,
        *,
        limit: int = MAX_ANCESTORS,
        why: Callable[[str], str] = lambda _: "",
    ) -> None:
        self.catalog = catalog
        self.fetch_base = fetch_base
        self.limit = limit
        self.why = why
        self.barring: set[int] = set()
        """Conclusions (by identity) with a licence that permits no derivatives."""
        self._by_model: dict[int, Conclusion] = {}
        self._kept: list[ModelFacts] = []
        self._alike: dict[tuple[object, ...], Conclusion] = {}

    def assemble(self, facts: ModelFacts) -> Subject:
        """The model with its own licences and those of all its ancestors, each with the way to it."""
        own = self.conclusion(facts)
        walk = _Walk(self, facts, own)
        walk.run()
        quantization, losses = quantized(facts)
        datasets = _datasets(facts, self.catalog)
        gaps = (*own.gaps, *walk.gaps(), *contradicting_parts(facts, self.catalog))
        return Subject(
            id=facts.id,
            bindings=tuple(walk.bindings),
            gaps=tuple(dict.fromkeys(gaps)),
            bases=facts.bases,
            modalities=facts.modalities,
            gated=facts.gated,
            revision=facts.revision,
            source=facts.source,
            as_of=facts.as_of,
            notes=tuple(dict.fromkeys((*facts.notes, *own.notes, *walk.notes, *_told(datasets)))),
            quantization=quantization,
            losses=losses,
            datasets=datasets,
        )

    def conclusion(self, facts: ModelFacts) -> Conclusion:
        """What one model's own words lead to; models that say the same share it."""
        found = self._by_model.get(id(facts))
        if found is None:
            key = _said(facts)
            found = (self._alike.get(key) if key else None) or self._conclude(facts, key)
            self._by_model[id(facts)] = found
            self._kept.append(facts)  # so that its identity stays its own
        return found

    def _conclude(self, facts: ModelFacts, key: tuple[object, ...]) -> Conclusion:
        found = conclude(facts, self.catalog)
        if key:
            self._alike[key] = found
        if any(_barring(binding) for binding in found.bindings):
            self.barring.add(id(found))
        return found


def _barring(binding: Binding) -> bool:
    clause = binding.terms.derivatives
    return clause is not None and clause.value == "no"


def _said(facts: ModelFacts) -> tuple[object, ...]:
    """All that a conclusion rests on, where no texts have to be read; else empty."""
    if facts.texts or facts.card:
        return ()
    declared = facts.declared
    return (
        (declared.tags, declared.name, declared.link),
        (facts.license, facts.license_confidence, facts.license_source),
        facts.policies,
    )


def assemble(facts: ModelFacts, catalog: Catalog, fetch_base: FetchBase) -> Subject:
    """One model's `Lineage.assemble`."""
    return Lineage(catalog, fetch_base).assemble(facts)


def _datasets(facts: ModelFacts, catalog: Catalog) -> tuple[DataSet, ...]:
    if not facts.datasets and not any(t.startswith("dataset:") for t in facts.tags):
        return ()
    from weightlaw.lineage.datasets import training_data  # only where some are named

    return training_data(facts, catalog)


def _told(datasets: tuple[DataSet, ...]) -> tuple[str, ...]:
    if not datasets:
        return ()
    from weightlaw.lineage.datasets import told

    return told(datasets)


class _Walk:
    """Breadth first from the model to its roots; each ancestor once, cycles survived."""

    def __init__(self, lineage: Lineage, facts: ModelFacts, own: Conclusion) -> None:
        self.lineage = lineage
        self.catalog = lineage.catalog
        self.visits = [Visit(facts, own)]
        self.bindings: list[Binding] = list(own.bindings)
        self.met: list[Met] = []
        self.barring: dict[str, Binding] = {}
        self.notes: list[str] = []
        self.doubts = Doubts()
        self._own = len(self.bindings)
        self._held: dict[str, list[Binding]] = {}
        self._index = {facts.id.lower(): 0}
        self._bound = {0}
        self._told: set[int] = set()
        self._relicensed: dict[str, int] = {}
        for binding in self.bindings:
            self._held.setdefault(binding.entry.id, []).append(binding)

    def run(self) -> None:
        at = 0
        while at < len(self.visits) <= self.lineage.limit:
            for base in self.visits[at].facts.bases:
                self._edge(at, base)
            at += 1
        if at < len(self.visits):
            self.doubts.add_gap(_too_many(self.lineage.limit))

    def _edge(self, at: int, base: Base) -> None:
        key = base.id.lower()
        place = self._index.get(key)
        if place is None:
            found = self.lineage.fetch_base(base.id)
            place = -1 if found is None else self._visit(found, base, at)
            self._index[key] = place
            if place < 0:
                self._missing(at, base)
        if place <= 0:
            return
        if place not in self._bound:
            self._bind(at, place, base)
        if place in self._bound:
            if id(self.visits[place].conclusion) in self.lineage.barring:
                self._bar(at, place, base)
            if self._relicensed:
                self._contradict(at, place, base)

    def _visit(self, found: ModelFacts, base: Base, parent: int) -> int:
        """Its place in the list of visits: an old one where it is known under another name."""
        key = found.id.lower()
        if key not in self._index:
            self._index[key] = len(self.visits)
            conclusion = self.lineage.conclusion(found)
            self.visits.append(Visit(found, conclusion, base, parent))
        return self._index[key]

    def _bind(self, child: int, at: int, base: Base) -> None:
        """Take in the licences of one ancestor, unless its maker has since said otherwise."""
        below, above = self.visits[child], self.visits[at]
        if own_word(below.facts, above.facts, self.catalog) and _settled(below.conclusion):
            self.doubts.superseded(below.facts.id, above)
            return
        self._bound.add(at)
        conclusion = above.conclusion
        if id(conclusion) in self._told:  # another model with the same words
            if not conclusion.bindings:
                self.doubts.of_base(above.facts.id, conclusion.gaps)
            return
        self._told.add(id(conclusion))
        new = [b for b in conclusion.bindings if not self._holds(b)]
        for binding in new:
            self._take(binding, child, at, base)
        if not conclusion.bindings or new:  # the same licence again: its doubts are told once
            self.doubts.of_base(above.facts.id, conclusion.gaps)

    def _take(self, binding: Binding, child: int, at: int, base: Base) -> None:
        below, above = self.visits[child].facts, self.visits[at].facts
        bound = _through(binding, (*self._way(child), above.id), base)
        self.bindings.append(bound)
        self._held.setdefault(binding.entry.id, []).append(bound)
        own = may_relicense(below, above, binding.entry)
        if own:
            self._relicensed[binding.entry.id] = len(self.met)
        self.met.append(Met(bound, base, own))

    def _contradict(self, child: int, at: int, base: Base) -> None:
        """What one publisher may change on one way, nobody may on another: then it is a contradiction."""
        below, above = self.visits[child].facts, self.visits[at]
        for binding in above.conclusion.bindings:
            place = self._relicensed.get(binding.entry.id)
            if place is not None and not may_relicense(below, above.facts, binding.entry):
                way = _through(binding, (*self._way(child), above.facts.id), base)
                self.met[place] = Met(way, base)
                del self._relicensed[binding.entry.id]

    def _bar(self, child: int, at: int, base: Base) -> None:
        """Note a base that permits no derivatives, also where its licence is the model's own as well.

        Of several ways to it, the one that most surely makes a derivative counts.
        """
        below, above = self.visits[child], self.visits[at]
        if own_word(below.facts, above.facts, self.catalog) and _settled(below.conclusion):
            return
        for binding in filter(_barring, above.conclusion.bindings):
            held = self.barring.get(binding.entry.id)
            if held is None or (held.relation in SEPARATE and base.relation not in SEPARATE):
                through = (*self._way(child), above.facts.id)
                self.barring[binding.entry.id] = _through(binding, through, base)

    def _holds(self, binding: Binding) -> bool:
        """Whether the same licence in the same terms is bound already."""
        return any(
            held.terms == binding.terms
            or next(differences(held.terms, binding.terms), None) is None
            for held in self._held.get(binding.entry.id, ())
        )

    def _way(self, at: int) -> tuple[str, ...]:
        """The ids from the model's own base to this visit."""
        way: list[str] = []
        while at > 0:
            way.append(self.visits[at].facts.id)
            at = self.visits[at].parent
        return tuple(reversed(way))

    def _missing(self, at: int, base: Base) -> None:
        child = self.visits[at].facts.id
        if same_publisher(child, base.id) and knows_maker(self.catalog, organization(child)):
            return  # the maker's own earlier model: its later licence is its own word on both
        self.doubts.missing(child, base, self.lineage.why(base.id))

    def gaps(self) -> Iterator[Gap]:
        """What could not be settled, and what does not fit together."""
        suspicions = list(self._suspicions())
        yield from self.doubts.gaps()
        own = self.bindings[: self._own]
        if self.met or self.barring:
            yield from self._conflicts(own)
        yield from suspicions
        if self.visits[0].facts.bases and any(
            b.terms.naming or b.terms.attribution_display for b in self.bindings
        ):
            from weightlaw.lineage.publishing import breaches  # only where a licence has such rules

            yield from breaches(self.visits[0].facts, self.bindings)
        self.notes += self.doubts.notes()

    def _conflicts(self, own: list[Binding]) -> Iterator[Gap]:
        from weightlaw.lineage.incompatible import clashes, no_derivatives  # where a base binds
        from weightlaw.lineage.looser import looser

        for met in self.met:
            sure: Confidence = "high" if _certain(met.base) else "medium"
            if not met.relicensed and (
                gap := looser(self.visits[0].facts.id, own, met.binding, sure)
            ):
                yield gap
        yield from clashes(self.bindings)
        for binding in self.barring.values():
            yield no_derivatives(binding)

    def _suspicions(self) -> Iterator[Gap]:
        """Bases that nobody names, of the model and of each ancestor that names none."""
        rootless = [
            (n, v.facts)
            for n, v in enumerate(self.visits)
            if v.facts.source != "catalogue" and (n == 0 or not v.facts.bases)
        ]
        if not rootless and not self.doubts.lost:
            return
        from weightlaw.lineage.unnamed import Unnamed  # heavy: not for the catalogue's models

        unnamed = Unnamed(self.catalog, self.bindings, [v.facts.id for v in self.visits])
        for base_id in self.doubts.lost[:TOLD]:
            if what := unnamed.lost(base_id):
                self.doubts.resembles(base_id, what)
        for place, facts in rootless:
            unnamed.look(facts, ancestor=place > 0)
        yield from unnamed.gaps()
        self.notes += unnamed.notes


def _certain(base: Base) -> bool:
    """Whether somebody said that this is a base: a configuration's path is only where weights were loaded from."""
    return base.source != "config"


def _settled(conclusion: Conclusion) -> bool:
    """Whether a licence of its own is known of the model."""
    licensed = any(b.role == "license" and b.entry.text is not None for b in conclusion.bindings)
    return licensed and not any(g.kind in _UNSETTLED for g in conclusion.gaps)


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
        changed=binding.changed,
    )


def _too_many(limit: int) -> Gap:
    text = f"More than {limit:,} ancestors: the rest was not followed."
    return Gap(kind="unclear-lineage", text=text)
