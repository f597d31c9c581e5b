"""What could not be settled about a model's ancestors, each doubt once however many share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import structs

from weightlaw.domain.models import Base
from weightlaw.lineage.binding import Gap

if TYPE_CHECKING:
    from weightlaw.lineage.graph import Visit

TOLD = 20
"""Bases that are named for one kind of doubt; of the others the number is told."""


class Doubts:
    """Collects doubts while the graph is walked."""

    def __init__(self) -> None:
        self._plain: list[Gap] = []
        self._of_bases: dict[tuple[str, str], tuple[Gap, list[str]]] = {}
        self._missing: list[Gap] = []
        self.lost: list[str] = []
        """Ids of bases that no source knows."""
        self._superseded: dict[str, None] = {}

    def add_gap(self, gap: Gap) -> None:
        """A doubt about the graph itself."""
        self._plain.append(gap)

    def of_base(self, base_id: str, gaps: Iterable[Gap]) -> None:
        """Doubts about one base's own licence."""
        for gap in gaps:
            key = (gap.kind, gap.text)
            held = self._of_bases.get(key)
            if held is None:
                self._of_bases[key] = (gap, [base_id])
            else:
                held[1].append(base_id)

    def missing(self, child: str, base: Base, why: str) -> None:
        """A base that no source knows."""
        self.lost.append(base.id)
        if len(self._missing) < TOLD:
            told = f" ({why.rstrip('.')})" if why else ""
            text = f"{child} is made from {base.id}, whose licence is not known here{told}."
            self._missing.append(Gap(kind="unknown-base", text=text))

    def resembles(self, base_id: str, what: str) -> None:
        """What a base that no source knows seems to be."""
        for n, gap in enumerate(self._missing):
            if f"is made from {base_id}, " in gap.text:
                self._missing[n] = structs.replace(gap, text=f"{gap.text} {what}")

    def superseded(self, child: str, base: Visit) -> None:
        """A base whose maker licensed the derivative anew."""
        names = " and ".join(b.entry.name for b in base.conclusion.bindings) or "no licence"
        if len(self._superseded) < TOLD:
            self._superseded[
                f"{child} is made from {base.facts.id} ({names}) by the same maker, whose licence for {child} "
                "is its own later word: the base's was not applied."
            ] = None

    def notes(self) -> tuple[str, ...]:
        """What was decided and changes no verdict."""
        return tuple(self._superseded)

    def gaps(self) -> Iterator[Gap]:
        """All doubts, in the order in which they were met."""
        yield from self._missing
        if (more := len(self.lost) - len(self._missing)) > 0:
            yield Gap(
                kind="unknown-base", text=f"The licences of {more:,} more bases are not known here."
            )
        for gap, bases in self._of_bases.values():
            yield structs.replace(gap, text=f"Of the base {_named(bases)}: {gap.text}")
        yield from self._plain


def _named(bases: list[str]) -> str:
    more = f" (and of {len(bases) - 1:,} more)" if len(bases) > 1 else ""
    return f"{bases[0]}{more}"
