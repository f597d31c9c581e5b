"""The lineages: what each model was made from, with the licence of each ancestor."""

from __future__ import annotations

from weightlaw.domain.models import Base, ModelFacts
from weightlaw.reports.procurement.cleaning import name
from weightlaw.reports.procurement.gathering import Item, Material
from weightlaw.reports.procurement.view import Node

MAX_DEPTH = 12
MAX_NODES = 60
"""Of one model; what is left out is said."""


def lineages(material: Material) -> tuple[Node, ...]:
    """A tree for each model of which a base is known."""
    return tuple(_Tree(item, material).root() for item in material.items if _bases(item))


def rootless(material: Material) -> tuple[str, ...]:
    """Models that name no base; that nobody names one does not show that there is none."""
    return tuple(item.id for item in material.items if not _bases(item))


def _bases(item: Item) -> tuple[Base, ...]:
    return item.known.facts.bases if item.known else item.result.bases


class _Tree:
    """One model's tree: each ancestor's bases once, cycles and floods survived."""

    def __init__(self, item: Item, material: Material) -> None:
        self.item = item
        self.material = material
        self.seen: set[str] = set()
        self.left = MAX_NODES

    def root(self) -> Node:
        """The model with all that it was made from."""
        facts = self.item.known.facts if self.item.known else None
        own = ", ".join(v.name for v in self.item.result.licenses if v.role == "license")
        bases = self._children(facts, 0) if facts else ()
        return Node(id=self.item.id, license=own, bases=bases)

    def _children(self, facts: ModelFacts, depth: int) -> tuple[Node, ...]:
        self.seen.add(facts.id.lower())
        found: list[Node] = []
        for place, base in enumerate(facts.bases):
            if self.left <= 0 or depth >= MAX_DEPTH:
                found.append(Node(id=f"{len(facts.bases) - place} more are not drawn"))
                break
            self.left -= 1
            found.append(self._node(base, depth))
        return tuple(found)

    def _node(self, base: Base, depth: int) -> Node:
        facts = self.material.fetch_base(base.id)
        again = base.id.lower() in self.seen
        return Node(
            id=name(base.id),
            relation=base.relation,
            said_by=base.source,
            license="drawn above" if again else self._license(base, facts),
            bases=self._children(facts, depth + 1) if facts and not again else (),
        )

    def _license(self, base: Base, facts: ModelFacts | None) -> str:
        bound = [b.entry.name for b in self.item.bindings if b.through and b.through[-1] == base.id]
        if bound:
            return f"{', '.join(bound)}; it binds"
        if facts is None:
            return "not known: no source knows this model"
        entry = self.material.catalog.license(facts.license) if facts.license else None
        declared = entry.name if entry else ", ".join(t for t in facts.declared.tags if t)
        return declared or "no licence known"
