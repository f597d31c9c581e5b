"""From the texts that a model ships to the licences they are: detected, with their terms and places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, structs

from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import Evidence
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import TextFile
from weightlaw.domain.terms import Clause, Terms
from weightlaw.errors import WeightlawError
from weightlaw.lineage import foreign
from weightlaw.lineage.beside import about
from weightlaw.lineage.binding import Binding, Gap

_TERM_CHANGES_TOLD = 6


class Detected(Struct, frozen=True, kw_only=True):
    """What one shipped text turned out to be."""

    entry: LicenseEntry
    terms: Terms
    file: TextFile
    exact: bool
    known: bool = True
    """False: none of the licences that weightlaw knows; the terms are what was read."""

    @property
    def changed(self) -> bool:
        """Whether it is a known licence with other words in it."""
        return self.known and not self.exact


class Detection(Struct, frozen=True, kw_only=True):
    """All that the shipped texts say, and what could not be read of them."""

    found: tuple[Detected, ...] = ()
    gaps: tuple[Gap, ...] = ()
    silent: tuple[TextFile, ...] = ()
    """Files by the name of a licence in which none was found, nor any term."""
    unread: tuple[str, ...] = ()
    """Files that could not be read as text, each as a sentence that says why."""


def detect(files: Iterable[TextFile], catalog: Catalog) -> Detection:
    """Identify and read every text that speaks of the weights."""
    found: list[Detected] = []
    gaps: list[Gap] = []
    silent: list[TextFile] = []
    unread: list[str] = []
    for file in files:
        if about(file.path) != "model":
            continue  # told by what it limits, if it does: see `beside`
        before = len(found)
        try:
            _read(file, catalog, found, gaps)
        except WeightlawError as error:
            unread.append(str(error))
            continue
        if len(found) == before and file.origin != "gated_prompt":
            silent.append(file)
    return Detection(
        found=tuple(found), gaps=tuple(gaps), silent=tuple(silent), unread=tuple(unread)
    )


def _read(file: TextFile, catalog: Catalog, found: list[Detected], gaps: list[Gap]) -> None:
    from weightlaw.reading.examining import examine  # heavy: only where a text is at hand

    reading = examine(file.text.encode("utf-8", "replace"), file.path)
    shipped = structs.replace(file, text=reading.raw)
    for part in reading.parts:
        entry = catalog.license(part.match.id) if part.match.id else None
        if part.match.match == "exact" and entry is not None:
            terms = _with_places(entry.facts, part.terms) if entry.text else part.terms
            found.append(Detected(entry=entry, terms=terms, file=shipped, exact=True))
            continue
        if part.match.id is not None and entry is not None:
            gaps.append(_modified(entry, part, shipped))
        elif _says_nothing(part.terms) and not part.unread:
            gaps.extend(_in_another_language(part, shipped))
            continue
        else:
            entry = _unknown_entry(shipped)
            gaps.append(_unknown(part, shipped))
        found.append(
            Detected(
                entry=entry,
                terms=part.terms,
                file=shipped,
                exact=False,
                known=part.match.id is not None,
            )
        )
        gaps.extend(_unread(part, entry, shipped))


def _says_nothing(terms: Terms) -> bool:
    """Whether a stretch of unknown text states nothing that a licence would: a README's prose."""
    return structs.replace(terms, family=None, governing_law=None) == Terms()


def _in_another_language(part: Any, file: TextFile) -> Iterator[Gap]:
    """The gap for words that no reader here understands: they may limit."""
    words = file.text[part.match.start : part.match.end]
    if foreign.limits(words) or foreign.unreadable(words):
        quote = " ".join(words.split())[:300]
        yield Gap(
            kind="unread-clause",
            text=f"unread: {file.path} holds words in a language that weightlaw does not read.",
            evidence=(
                Evidence(
                    license=_unknown_entry(file).id,
                    source=file.path,
                    sha256=file.sha256,
                    quote=quote,
                ),
            ),
        )


def _unknown_entry(file: TextFile) -> LicenseEntry:
    return LicenseEntry(
        id=f"LicenseRef-weightlaw-unknown-{file.sha256[:12]}",
        name=f"the text in {file.path}",
        summary="None of the licences that weightlaw knows; its terms are what was read in it.",
    )


def _modified(entry: LicenseEntry, part: Any, file: TextFile) -> Gap:
    """The gap for a text that is nearly a known licence: what changed in terms, else in words."""
    changes = part.term_changes
    if changes:
        told = "; ".join(c.told() for c in changes[:_TERM_CHANGES_TOLD])
        more = len(changes) - _TERM_CHANGES_TOLD
        what = f"Changed in terms: {told}{f'; and {more} more' if more > 0 else ''}."
    elif changes is None:
        what = "What changed in terms cannot be told; the terms applied are those read in it."
    else:
        what = "No change in terms was found; the words differ."
    percent = f"{100 * part.match.similarity:.1f} %"
    return Gap(
        kind="modified-text",
        text=f"{file.path} is not {entry.name} as known, but a changed text ({percent} alike). {what}",
        evidence=tuple(_change_evidence(entry, part, file)),
    )


def _change_evidence(entry: LicenseEntry, part: Any, file: TextFile) -> Iterator[Evidence]:
    for change in part.match.changes[:3]:
        words = " ".join(change.words.split())[:300]
        yield Evidence(
            license=entry.id,
            summary=f"{change.kind}: {change.count} words, in place of {change.missing}",
            source=file.path,
            sha256=file.sha256,
            quote=words,
            start=change.start,
            end=change.end,
        )


def _unknown(part: Any, file: TextFile) -> Gap:
    nearest = f" (nearest: {part.match.nearest}, {100 * part.match.similarity:.0f} % alike)"
    near = nearest if part.match.nearest and part.match.similarity >= 0.2 else ""
    return Gap(
        kind="unknown-license",
        text=f"{file.path} is none of the licences that weightlaw knows{near}; what was read in it is applied.",
        remedy="Have counsel read the text; weightlaw read shows what was found in it, with places.",
    )


def _unread(part: Any, entry: LicenseEntry, file: TextFile) -> Iterator[Gap]:
    for place in part.unread[:10]:
        quote = " ".join(file.text[place.start : place.end].split())[:300]
        yield Gap(
            kind="unread-clause",
            text=f"unread: {file.path}, section {place.section or '?'}, mentions {place.mentions}.",
            evidence=(
                Evidence(
                    license=entry.id,
                    section=place.section,
                    source=file.path,
                    sha256=file.sha256,
                    quote=quote,
                    start=place.start,
                    end=place.end,
                ),
            ),
        )


def _with_places(known: Terms, read: Terms) -> Terms:
    """The catalogued terms, each with the place where the shipped text says it, so it can be quoted."""
    changed: dict[str, Any] = {}
    for key in known.__struct_fields__:
        value, other = getattr(known, key), getattr(read, key)
        if isinstance(value, Clause) and isinstance(other, Clause):
            changed[key] = _placed(value, other)
        elif isinstance(value, tuple):
            changed[key] = tuple(_placed(c, _twin(c, other)) for c in value)
    return structs.replace(known, **changed)


def _placed(clause: Clause, read: Clause | None) -> Clause:
    if read is None or read.start is None:
        return clause
    return structs.replace(clause, start=read.start, end=read.end, pattern=read.pattern)


def _twin(clause: Clause, others: tuple[Clause, ...]) -> Clause | None:
    """The read clause that is the catalogued one: the same metric and value, kind or string."""
    for key in ("metric", "kind", "text", "excluded"):
        if hasattr(clause, key):
            wanted = (getattr(clause, key), getattr(clause, "value", None))
            return next(
                (o for o in others if (getattr(o, key), getattr(o, "value", None)) == wanted), None
            )
    return others[0] if len(others) == 1 else None


def bind(detected: Detected, declared: str | None, reason: str) -> Binding:
    """A detected text as a licence that binds."""
    return Binding(
        entry=detected.entry,
        terms=detected.terms,
        role="policy" if detected.entry.kind == "policy" else "license",
        declared=declared,
        detected=detected.entry.id if detected.known else None,
        reason=reason,
        file=detected.file,
        changed=detected.changed,
    )
