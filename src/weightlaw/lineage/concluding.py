"""From what a source says of a model to the licences that bind it: declared, detected, concluded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import Evidence
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import Declared, ModelFacts, TextFile
from weightlaw.lineage.binding import Binding, Gap, Role

if TYPE_CHECKING:
    from weightlaw.lineage.beside import Beside
    from weightlaw.lineage.prose import Said
    from weightlaw.lineage.prose_limits import Limit

_STATEMENT = 2000
"""Characters of a file that only names the licence; a longer one says more than that."""
_DEPLOYING = (  # patterns are compiled when first used, not at start-up
    r"external(?:ly)?\s+deploy|\"Deploy\"\s+means|(?:used?|interact\w*|available|intended)\s[^.]{0,60}\b(?:over|via|through)\s+an?\s+(?:computer\s+)?network"
)
"""Duties of a deployment over a network, as licences word them."""
_CC_LINK = r"creativecommons\.org/licenses/(by[a-z-]*)/([0-9.]+)"
_LIST_LINK = r"(?:spdx\.org/licenses|opensource\.org/licenses?|choosealicense\.com/licenses|gnu\.org/licenses)/([\w.+-]+?)/?(?:[?#]|\Z)"
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
        self.silent: tuple[TextFile, ...] = ()
        self.unread = facts.unread

    def result(self) -> Conclusion:
        self._bind_detected()
        self._conclude_declared()
        self._conclude_unread()
        self._conclude_prose()
        self._conclude_beside()
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
        self.silent = detection.silent
        self.unread = (*self.unread, *detection.unread)
        bound: list[Binding] = []
        for found in detection.found:
            exactly = "is" if found.exact else "is a changed text of" if found.changed else "holds"
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
        if known is None and entries:
            self._conclude_rest()

    def _conclude_rest(self) -> None:
        """What is declared beside a known licence and names none: the other half may be the one that limits."""
        for name in self._declared_names():
            if self.catalog.find_license(name) is None:
                self._gap(
                    "unknown-license", f"Declared as well: {name!r}, none that weightlaw knows."
                )

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

    def _conclude_unread(self) -> None:
        """Files that are there to state the licence, and could not be read or do not state one."""
        read = {b.file.path.rsplit(".", 1)[0] for b in self.bindings if b.file}
        for why in self.unread if self.facts.license is None else ():
            if why.split(" ")[0].rstrip(":").rsplit(".", 1)[0] not in read:
                self._gap("text-not-read", f"{why}: what it says is not known.")
        self.notes.extend(why for why in self.unread if why not in self.facts.unread)
        for file in self.silent:
            self._conclude_silent(file)

    def _conclude_silent(self, file: TextFile) -> None:
        """A file by a licence's name without one in it: settled only where it names what binds already."""
        from weightlaw.lineage.spellings import license_in  # only where such a file is at hand

        named = license_in(file.text[:_STATEMENT], self.catalog)
        bound = {b.entry.id for b in self.bindings}
        if named is None or len(file.text) > _STATEMENT:
            words = " ".join(file.text.split())[:80]
            what = f"holds no licence that weightlaw reads ({words!r})" if words else "is empty"
            self._gap("text-not-read", f"{file.path} {what}: its terms are not known.")
        elif named.id not in bound:
            self._gap(
                "contradiction",
                f"{file.path} names {named.name}{_quoted(self.declared)}, which nothing else does.",
            )
            self._bind(named.id, "license", f"{file.path} names it")

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
        self._conclude_limits(bound)

    def _conclude_limits(self, bound: list[Binding]) -> None:
        """The card's own words against a use, where no licence that binds limits it."""
        from weightlaw.lineage.prose_limits import limits_said  # only where a card was read

        names = " and ".join(dict.fromkeys(b.entry.name for b in bound))
        for limit in limits_said(self.facts.card, [b.terms for b in self.bindings]):
            self._gap(
                "contradiction",
                f"The card's text limits the use of the model ({limit.quote!r}: {limit.matter}), which {names} does not.",
                (_of_limit(limit, self.facts, bound[0].entry.id), bound[0].evidence()),
            )

    def _conclude_beside(self) -> None:
        """Notices and the like that limit more than the licences that bind."""
        bound = [b for b in self.bindings if b.entry.kind == "license"]
        if not self.facts.texts or not bound:
            return
        from weightlaw.lineage.beside import limits_beside  # only where a text is at hand

        names = " and ".join(dict.fromkeys(b.entry.name for b in bound))
        terms = [b.terms for b in self.bindings]
        for limit in limits_beside(self.facts.texts, terms, self.catalog):
            self._gap(
                "contradiction",
                f"{limit.file.path} limits more than {names} does ({limit.quote!r}: {limit.matter}).",
                (_of_beside(limit, bound[0].entry.id), bound[0].evidence()),
            )

    def _known_reason(self) -> str:
        source = self.facts.license_source
        declared = f"declared as {self.declared}; " if self.declared else ""
        return f"{declared}the catalogue holds this licence for the model ({source})"

    def _declared_names(self) -> Iterator[str]:
        """All that is declared: `other` and `unknown` name nothing by themselves, a link that names one does."""
        declared = self.facts.declared
        names = [t for t in declared.tags if t.lower() not in _NAMELESS]
        linked = named_by_link(declared.link)
        known = linked if linked and self.catalog.find_license(linked) else ""
        yield from dict.fromkeys(n for n in (*names, declared.name, known) if n)

    def _declared_entries(self) -> Iterator[LicenseEntry]:
        """The entries that the declaration names."""
        for name in self._declared_names():
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
        uncurated = entry.text is None and entry.kind == "license" and binding.detected == entry.id
        if entry.kind in ("family", "placeholder"):
            self._gap("loose-name", f"{entry.name!r} names no single licence. {entry.summary}")
        elif uncurated and not binding.changed and not _trusted(binding):
            self._unchecked(binding)
        elif entry.text is None and binding.file is None:
            self._gap(
                "text-not-read",
                f"weightlaw has not read the text of {entry.name}, so it claims nothing about its terms.",
                evidence=(binding.evidence(),),
            )

    def _unchecked(self, binding: Binding) -> None:
        """A text that was recognised word for word, and that no person has read for its terms."""
        from weightlaw.lineage.matters import matters  # only where such a text is at hand

        found = ", ".join(dict.fromkeys(matter for matter, _ in matters(binding.terms)))
        self._gap(
            "text-not-read",
            f"No person has read {binding.entry.name} for weightlaw yet; the reader found "
            f"{f'limits on {found}' if found else 'no limits'} in {binding.file.path if binding.file else 'it'}.",
            evidence=(binding.evidence(),),
        )

    def _gap(self, kind: str, text: str, evidence: tuple[Evidence, ...] = ()) -> None:
        gap = Gap(kind=kind, text=text, evidence=evidence)  # type: ignore[arg-type]
        if gap not in self.gaps:
            self.gaps.append(gap)


def _trusted(binding: Binding) -> bool:
    """Whether a text that no person has read may be judged by its reading: OSI approved it, so it bars no field of use,
    and it has no duties that come with deployment itself."""
    words = binding.file.text if binding.file else ""
    return binding.entry.osi_approved and not re.search(_DEPLOYING, words, re.IGNORECASE)


def named_by_link(link: str) -> str:
    """The licence that the address of a well-known collection names; empty for any other."""
    if match := re.search(_CC_LINK, link, re.IGNORECASE):
        return f"cc-{match[1]}-{match[2]}".lower()
    match = re.search(_LIST_LINK, link, re.IGNORECASE)
    return match[1].removesuffix(".html").removesuffix(".txt") if match else ""


def _quoted(declared: str | None) -> str:
    return f" (declared: {declared!r})" if declared else ""


def _of_limit(limit: Limit, facts: ModelFacts, license_id: str) -> Evidence:
    """The limiting sentence of the card with its place in the prose."""
    return Evidence(
        license=license_id,
        summary=f"the card's text limits: {limit.matter}",
        source=f"{facts.id} README.md",
        quote=limit.quote,
        start=limit.offset,
        end=limit.end,
    )


def _of_beside(limit: Beside, license_id: str) -> Evidence:
    """The limiting words of a file beside the licence with their place in it."""
    return Evidence(
        license=license_id,
        summary=f"beside the licence: {limit.matter}",
        source=limit.file.path,
        sha256=limit.file.sha256,
        quote=limit.quote,
        start=limit.start,
        end=limit.end,
    )


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
