"""The texts that models ship, as copies of a bundle; and what must be handed on and is not at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import ModelFacts, TextFile
from weightlaw.lineage.binding import Binding
from weightlaw.reports.notices.filenames import Names, file_name, folder_name
from weightlaw.reports.notices.view import Copy, Missing
from weightlaw.reports.sbom.dossier import Entry
from weightlaw.reports.sbom.shipped import kept, shipped_bytes

_NOTICE = re.compile(r"notice|third.?party|copyright|attribution", re.IGNORECASE)
Found = Copy | Missing


class Texts:
    """The copies of one bundle with their bytes, by path."""

    def __init__(self) -> None:
        self.bytes: dict[str, bytes] = {}
        self._names = Names()

    def of_license(self, license_id: str, entry: Entry, label: str) -> Iterator[Found]:
        """The text of a licence that binds a model, with the policies that are part of it and the notices beside it."""
        bound = [b for b in _bindings(entry) if b.entry.id == license_id]
        if not bound:
            return
        wanted = (license_id, *bound[0].entry.incorporates)
        shippers: dict[str, ModelFacts] = {}
        for wanted_id in wanted:
            copies = list(self._copies(wanted_id, entry, label, shippers))
            yield from copies or self._missing(wanted_id, entry, label)
        for facts in shippers.values() or _holders(bound, entry):
            yield from self.notices(facts, label)

    def notices(self, facts: ModelFacts, label: str) -> Iterator[Found]:
        """The notice files that a model ships."""
        for file in facts.texts:
            if _NOTICE.search(file.path.rsplit("/", 1)[-1]) and file.origin == "file":
                if kept(file):
                    yield self._copy(file, facts, (), label)
                else:
                    yield not_kept(file, facts, "", file.path, label)

    def _copies(
        self, wanted: str, entry: Entry, label: str, shippers: dict[str, ModelFacts]
    ) -> Iterator[Found]:
        for binding, facts in _with_file(wanted, entry):
            if binding.file is None:
                continue
            shippers[facts.id] = facts
            file = _original(binding.file, facts)
            if kept(file):
                yield self._copy(file, facts, (wanted,), label)
            else:
                yield not_kept(file, facts, wanted, binding.entry.name, label)

    def _copy(
        self, file: TextFile, facts: ModelFacts, licenses: tuple[str, ...], label: str
    ) -> Copy:
        folder = f"licenses/{folder_name(facts.id)}"
        path = self._names.place(folder, file_name(file.path), file.sha256)
        data = shipped_bytes(file)
        self.bytes[path] = file.text.encode("utf-8", "replace") if data is None else data
        return Copy(
            path=path,
            licenses=licenses,
            shipped_by=facts.id,
            revision=facts.revision,
            source=file.path,
            sha256=file.sha256,
            identical=data is not None,
            models=(label,),
        )

    def _missing(self, wanted: str, entry: Entry, label: str) -> Iterator[Missing]:
        bound = (b.entry for b in _bindings(entry) if b.entry.id == wanted)
        if (license_entry := next(bound, None)) is not None:
            yield missing(license_entry, label)


def missing(entry: LicenseEntry, label: str) -> Missing:
    """A text that is not at hand, with where it is published and which text was read once."""
    return Missing(
        license=entry.id,
        name=entry.name,
        url=entry.url,
        text_source=entry.text.source if entry.text else "",
        text_sha256=entry.text.sha256 if entry.text else "",
        models=(label,),
    )


def not_kept(file: TextFile, facts: ModelFacts, license_id: str, name: str, label: str) -> Missing:
    """A shipped text that is known by its hash alone, as in a lock."""
    at = f"@{facts.revision}" if facts.revision else ""
    return Missing(
        license=license_id,
        name=name,
        text_sha256=file.sha256,
        shipped_as=f"{facts.id}{at}, {file.path}",
        models=(label,),
    )


def _bindings(entry: Entry) -> tuple[Binding, ...]:
    return entry.subject.bindings if entry.subject else ()


def _with_file(wanted: str, entry: Entry) -> Iterator[tuple[Binding, ModelFacts]]:
    """Where the text of a licence is at hand: shipped by the model itself or, failing that, by what it was made from."""
    known = _known(entry)
    own = [(b, known.get(b.through[-1] if b.through else "")) for b in _bindings(entry)]
    above = [(b, a.facts) for a in entry.ancestors for b in a.bindings]
    for place in (own, above):
        found = [(b, f) for b, f in place if b.entry.id == wanted and b.file and f]
        if found:
            yield from found
            return


def _known(entry: Entry) -> dict[str, ModelFacts]:
    """The models by id, the one itself by the empty text."""
    known = {a.facts.id: a.facts for a in entry.ancestors if a.facts}
    return known | ({"": entry.facts} if entry.facts else {})


def _holders(bound: list[Binding], entry: Entry) -> list[ModelFacts]:
    """The models whose licence it is, where none of them ships its text."""
    known = _known(entry)
    found = (known.get(b.through[-1] if b.through else "") for b in bound)
    return [facts for facts in found if facts is not None]


def _original(file: TextFile, facts: ModelFacts) -> TextFile:
    """The text as the source gave it; a reading may have taken markup away."""
    return next((t for t in facts.texts if (t.path, t.sha256) == (file.path, file.sha256)), file)
