"""From what a source says of a model to the licences that bind it: declared, detected, concluded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import Evidence
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import Declared, ModelFacts
from weightlaw.lineage.binding import Binding, Gap, Role

if TYPE_CHECKING:
    from weightlaw.lineage.prose import Said

_NAMELESS = frozenset({"other", "unknown"})


class Conclusion(Struct, frozen=True, kw_only=True):
    """What binds one model by its own licence, and what could not be settled."""

    bindings: tuple[Binding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()


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
        self.notes: list[str] = []
        self.detected: set[str] = set()
        self.unknown_text = False

    def result(self) -> Conclusion:
        self._bind_detected()
        self._conclude_declared()
        self._conclude_prose()
        for policy in self.facts.policies:
            self._bind(policy, "policy", "the model ships it beside its licence")
        return Conclusion(
            bindings=tuple(self.bindings), gaps=tuple(self.gaps), notes=tuple(self.notes)
        )

    def _bind_detected(self) -> None:
        """What the shipped texts are found to be comes first: they are what is granted."""
        if not self.facts.texts:
            return
        from weightlaw.lineage.detecting import bind, detect  # heavy: only where a text is at hand

        detection = detect(self.facts.texts, self.catalog)
        self.gaps.extend(g for g in detection.gaps if g not in self.gaps)
        self.notes.extend(detection.notes)
        bound: list[Binding] = []
        for found in detection.found:
            exactly = "is" if found.exact else "is a changed text of" if found.known else "holds"
            reason = f"{found.file.path} {exactly} {found.entry.name}"
            bound.append(bind(found, self.declared, reason))
            self._add(bound[-1])
        for binding in bound:  # after all texts: a policy that is shipped speaks for itself
            self._incorporate(binding)
        self.detected = {f.entry.id for f in detection.found if f.known}
        self.unknown_text = any(not f.known for f in detection.found)

    def _conclude_declared(self) -> None:
        entries = [e for e in self._declared_entries() if not self._told_by_text(e)]
        known = self.facts.license
        if known is not None:
            self._bind(known, "license", self._known_reason())
            self._contradictions(entries, known)
            self._doubt(known)
        elif self._licenses_detected():
            self._against_texts(entries)
        elif not entries and self.unknown_text:
            return  # the text itself is told as one that is not known
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

    def _told_by_text(self, entry: LicenseEntry) -> bool:
        """A loose tag is settled by a text that was identified."""
        return entry.kind in ("family", "placeholder") and bool(self._licenses_detected())

    def _licenses_detected(self) -> set[str]:
        kinds = {b.entry.id: b.entry.kind for b in self.bindings}
        return {i for i in self.detected if kinds.get(i) == "license"}

    def _against_texts(self, entries: list[LicenseEntry]) -> None:
        """Declared beside detected: where they differ, both are kept and a person decides."""
        detected = self._licenses_detected()
        for entry in entries:
            if entry.id not in detected:
                names = ", ".join(sorted(detected))
                self._gap(
                    "contradiction",
                    f"The card declares {self.declared!r} ({entry.name}), but the shipped text is {names}.",
                )
                self._bind(entry.id, "license", f"declared as {self.declared}")

    def _conclude_prose(self) -> None:
        """The card's own words on the model, where they name another licence than what is bound."""
        bound = [b for b in self.bindings if b.entry.kind == "license"]
        if not self.facts.card or not bound:
            return
        from weightlaw.lineage.prose import said_of_model  # only where a card was read

        ids = {b.entry.id for b in bound}
        for said in said_of_model(self.facts.card, self.catalog):
            if said.entry.id not in ids:
                names = " and ".join(dict.fromkeys(b.entry.name for b in bound))
                self._gap(
                    "contradiction",
                    f"The card's text gives {said.entry.name} for the model ({said.quote!r}), tag, file or "
                    f"catalogue give {names}{_quoted(self.declared)}.",
                    (_of_prose(said, self.facts), bound[0].evidence()),
                )
                self._bind(said.entry.id, "license", "the card's text says so")

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
        """A card or a text that now names another licence than the catalogue holds."""
        self._texts_against(known)
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

    def _texts_against(self, known: str) -> None:
        held = self.catalog.license(known)
        others = self._licenses_detected() - {known} - set(held.incorporates if held else ())
        if others and known not in self.detected:
            name = held.name if held else known
            self._gap(
                "contradiction",
                f"The shipped text is {', '.join(sorted(others))}, the catalogue holds {name}.",
            )

    def _doubt(self, known: str) -> None:
        if self.facts.license_confidence == "low" and known not in self.detected:
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
        self._add_entry(entry, role, reason)

    def _add_entry(self, entry: LicenseEntry, role: Role, reason: str) -> None:
        binding = Binding(
            entry=entry,
            terms=entry.facts,
            role="policy" if entry.kind == "policy" else role,
            declared=self.declared,
            reason=reason,
        )
        self._add(binding)
        self._incorporate(binding)

    def _add(self, binding: Binding) -> None:
        """Bind a licence, and say what is doubtful about it."""
        if any(b.entry.id == binding.entry.id and b.terms == binding.terms for b in self.bindings):
            return
        self.bindings.append(binding)
        self._check_entry(binding)

    def _incorporate(self, binding: Binding) -> None:
        for policy in binding.entry.incorporates:
            self._bind(policy, binding.role, f"part of {binding.entry.name}, which incorporates it")

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


def _quoted(declared: str | None) -> str:
    return f" (declared: {declared!r})" if declared else ""


def _of_prose(said: Said, facts: ModelFacts) -> Evidence:
    """The sentence of the card with its place in the prose."""
    return Evidence(
        license=said.entry.id,
        summary="the card's text on the model's licence",
        source=f"{facts.id} README.md",
        quote=said.quote,
        start=said.offset,
        end=said.offset + len(said.quote),
    )
