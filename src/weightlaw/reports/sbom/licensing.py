"""From what is declared and concluded of a model to SPDX ids: LicenseRefs where there is none, nothing where it is not known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import Declared
from weightlaw.lineage.binding import Binding, Gap
from weightlaw.reports.sbom.plaintext import safe, slug, web_address
from weightlaw.reports.sbom.view import Licence, expression

_NAMELESS = frozenset({"other", "unknown", ""})
_LOOSE = ("family", "placeholder")
_UNSETTLED = frozenset({"no-license", "unknown-base", "unclear-lineage", "loose-name"})
"""Doubts with which no expression would be the whole truth."""
_UNKNOWN = "LicenseRef-weightlaw-unknown-"


class Concluded(Struct, frozen=True):
    """The licences that apply together (none: nothing is asserted), and why."""

    ids: tuple[str, ...]
    comment: str
    files: tuple[tuple[str, str], ...] = ()
    """SHA-256 of a shipped text, and the id of a licence that it was found to be."""


class Register:
    """The licences that one document names."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._listed = frozenset(catalog.spdx_ids())
        self._found: dict[str, Licence] = {}

    def all(self) -> tuple[Licence, ...]:
        """Each once, sorted by id."""
        return tuple(self._found[key] for key in sorted(self._found))

    def entry(self, entry: LicenseEntry) -> str:
        """The id of a licence of the knowledge."""
        listed = entry.id in self._listed
        comment = "" if listed else _about(entry)
        return self._add(entry.id, entry.name, entry.url, comment, listed)

    def binding(self, binding: Binding) -> str:
        """The id of a licence that binds. A changed text is not the licence whose name it bears."""
        entry, file = binding.entry, binding.file
        if file is None:
            return self.entry(entry)
        comment = f"{_NO_COPY} It is the file {safe(file.path, 300)} of SHA-256 {file.sha256}."
        if entry.id.startswith(_UNKNOWN):
            name = f"The licence text in {file.path}"
            return self._add(entry.id, name, "", comment, False)
        if binding.changed:
            short = slug(entry.id.removeprefix("LicenseRef-weightlaw-"))
            new_id = f"LicenseRef-weightlaw-changed-{short}-{file.sha256[:12]}"
            return self._add(new_id, f"A changed text of {entry.name}", "", comment, False)
        return self.entry(entry)

    def declared(self, declared: Declared) -> tuple[str, ...]:
        """The ids of what a card declares; a word that names no licence is kept as that word."""
        names = [tag for tag in declared.tags if tag.lower() not in _NAMELESS]
        if len(names) < len(declared.tags) or not declared.tags:
            names.append(declared.name)
        return tuple(dict.fromkeys(self._word(n, declared.link) for n in names if n))

    def _word(self, name: str, link: str) -> str:
        entry = self.catalog.find_license(name)
        if entry is not None and entry.kind not in _LOOSE:
            return self.entry(entry)
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
        comment = f"{_NO_COPY} The card declares it by this word, which names no single licence that weightlaw knows."
        if link:
            comment += f" The card's link: {safe(link, 300)}"
        new_id = f"LicenseRef-weightlaw-declared-{slug(name, 40)}-{digest}"
        return self._add(new_id, safe(name, 300), link, comment, False)

    def _add(self, key: str, name: str, url: str, comment: str, listed: bool) -> str:
        found = Licence(id=key, name=name, listed=listed, url=web_address(url), comment=comment)
        self._found.setdefault(key, found)
        return key

    def concluded(self, bindings: Sequence[Binding], gaps: Sequence[Gap]) -> Concluded:
        """The licences that apply together. A policy that a licence incorporates is part of it."""
        inside = {i for b in bindings for i in b.entry.incorporates}
        own = [b for b in bindings if b.entry.id not in inside and b.entry.kind not in _LOOSE]
        ids = tuple(dict.fromkeys(self.binding(b) for b in own))
        files = tuple(dict.fromkeys((b.file.sha256, self.binding(b)) for b in bindings if b.file))
        if _unsettled(bindings, gaps):
            return Concluded((), " ".join(_no_assertion(ids, gaps)), files)
        return Concluded(ids, " ".join(_reasons(bindings, gaps)), files)


def _unsettled(bindings: Sequence[Binding], gaps: Sequence[Gap]) -> bool:
    """Whether some licence that may bind is not known at all."""
    unknown_texts = sum(b.entry.id.startswith(_UNKNOWN) for b in bindings)
    unknown = sum(gap.kind == "unknown-license" for gap in gaps)
    return (
        unknown > unknown_texts
        or any(gap.kind in _UNSETTLED for gap in gaps)
        or any(b.entry.kind in _LOOSE for b in bindings)
        or not any(b.entry.kind == "license" for b in bindings)
    )


def _no_assertion(ids: tuple[str, ...], gaps: Iterable[Gap]) -> Iterator[str]:
    yield "No licence is asserted for the whole."
    if ids:
        yield f"At least these apply: {expression(ids)}."
    yield from dict.fromkeys(gap.text for gap in gaps)


def _reasons(bindings: Iterable[Binding], gaps: Iterable[Gap]) -> Iterator[str]:
    for binding in bindings:
        way = f" (through {' -> '.join(binding.through)})" if binding.through else ""
        yield f"{binding.entry.name}{way}: {binding.reason.rstrip('.')}."
    if texts := list(dict.fromkeys(gap.text for gap in gaps)):
        yield "Not settled:"
        yield from texts


_NO_COPY = "Not on the SPDX licence list; its text is not copied here."


def _about(entry: LicenseEntry) -> str:
    """Where the text of a licence without SPDX id is from."""
    parts = [_NO_COPY, f"{entry.name}{f', of {entry.steward}' if entry.steward else ''}."]
    if entry.text is not None:
        text = entry.text
        parts.append(f"Text read: {text.source}, on {text.read}, SHA-256 {text.sha256}.")
    if entry.url:
        parts.append(f"Published at {entry.url}.")
    return " ".join(parts)
