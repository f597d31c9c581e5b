"""From what a source says of a model to the licences that bind it: declared, detected, concluded."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import Evidence
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import Declared, ModelFacts
from weightlaw.lineage.binding import Binding, Gap, Role

_NAMELESS = frozenset({"other", "unknown"})


class Conclusion(Struct, frozen=True, kw_only=True):
    """What binds one model by its own licence, and what could not be settled."""

    bindings: tuple[Binding, ...] = ()
    gaps: tuple[Gap, ...] = ()


def declared_name(declared: Declared) -> str | None:
    """The declaration as people would quote it: the name where the tag is only `other`."""
    tags = [t for t in declared.tags if t]
    if declared.name and (not tags or all(t.lower() in _NAMELESS for t in tags)):
        return declared.name
    return ", ".join(tags) or None


def conclude(facts: ModelFacts, catalog: Catalog) -> Conclusion:
    """The licences that one model's own declaration and texts lead to."""
    steps = _Conclusion(facts, catalog)
    return steps.result()


class _Conclusion:
    """Collects bindings and gaps for one model."""

    def __init__(self, facts: ModelFacts, catalog: Catalog) -> None:
        self.facts = facts
        self.catalog = catalog
        self.declared = declared_name(facts.declared)
        self.bindings: list[Binding] = []
        self.gaps: list[Gap] = []

    def result(self) -> Conclusion:
        self._conclude_declared()
        for policy in self.facts.policies:
            self._bind(policy, "policy", "the model ships it beside its licence")
        return Conclusion(bindings=tuple(self.bindings), gaps=tuple(self.gaps))

    def _conclude_declared(self) -> None:
        entries = list(self._declared_entries())
        known = self.facts.license
        if known is not None:
            self._bind(known, "license", self._known_reason())
            self._contradictions(entries, known)
            self._doubt(known)
        elif not entries and self.declared is None:
            self._gap(
                "no-license", "No licence is declared: without one, nobody grants you anything."
            )
        elif not entries:
            self._gap(
                "unknown-license",
                f"The declared licence {self.declared!r} is none that weightlaw knows.",
            )
        for entry in entries if known is None else ():
            self._bind(entry.id, "license", f"declared as {self.declared}")

    def _known_reason(self) -> str:
        source = self.facts.license_source
        declared = f"declared as {self.declared}; " if self.declared else ""
        return f"{declared}the catalogue holds this licence for the model ({source})"

    def _declared_entries(self) -> Iterator[LicenseEntry]:
        """The entries that the tags name; `other` and `unknown` name none by themselves."""
        declared = self.facts.declared
        names = [t for t in declared.tags if t.lower() not in _NAMELESS]
        if (declared.name and len(names) < len(declared.tags)) or not declared.tags:
            names.append(declared.name)
        for name in dict.fromkeys(n for n in names if n):
            if entry := self.catalog.find_license(name):
                yield entry

    def _contradictions(self, entries: list[LicenseEntry], known: str) -> None:
        """A card that now declares another licence than the catalogue holds."""
        for entry in entries:
            if entry.id == known or entry.kind in ("family", "placeholder"):
                continue
            held = self.catalog.license(known)
            if held is not None and known in entry.names.other:
                continue
            self._gap(
                "contradiction",
                f"The card declares {entry.name}, the catalogue holds {held.name if held else known}.",
            )
            self._bind(entry.id, "license", f"declared as {self.declared}")

    def _doubt(self, known: str) -> None:
        if self.facts.license_confidence == "low":
            self._gap(
                "low-confidence",
                f"That the licence is {known} rests on one weak source: {self.facts.license_source}.",
            )

    def _bind(self, license_id: str, role: Role, reason: str) -> None:
        entry = self.catalog.license(license_id)
        if entry is None:
            self._gap("unknown-license", f"{license_id} has no entry in the licence knowledge.")
            return
        if any(b.entry.id == entry.id for b in self.bindings):
            return
        binding = Binding(
            entry=entry,
            terms=entry.facts,
            role="policy" if entry.kind == "policy" else role,
            declared=self.declared,
            reason=reason,
        )
        self.bindings.append(binding)
        self._check_entry(binding)
        for policy in entry.incorporates:
            self._bind(policy, role, f"part of {entry.name}, which incorporates it")

    def _check_entry(self, binding: Binding) -> None:
        entry = binding.entry
        if entry.kind in ("family", "placeholder"):
            self._gap("loose-name", f"{entry.name!r} names no single licence. {entry.summary}")
        elif entry.text is None and binding.file is None:
            self._gap(
                "text-not-read",
                f"weightlaw has not read the text of {entry.name}, so it claims nothing about its terms.",
                evidence=(binding.evidence(),),
            )

    def _gap(self, kind: str, text: str, evidence: tuple[Evidence, ...] = ()) -> None:
        gap = Gap(kind=kind, text=text, evidence=evidence)  # type: ignore[arg-type]
        if gap not in self.gaps:
            self.gaps.append(gap)
