"""What was read in licence texts: as text, JSON and JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from weightlaw.domain.terms import Clause, Terms
from weightlaw.reading.examining import Part, TextReading
from weightlaw.reports.license_report import as_json, clause_text, facts
from weightlaw.reports.text_report import joined, wrap

SCHEMA = "weightlaw.read/1"


def document(reading: TextReading) -> dict[str, Any]:
    """One file as plain data; `file`, `sha256`, `license` and `facts` in the shared vocabulary."""
    main = reading.main
    return {
        "file": reading.name,
        "sha256": reading.sha256,
        "license": {
            "id": main.match.id,
            "match": main.match.match,
            "similarity": round(main.match.similarity, 4),
            "nearest": main.match.nearest,
        },
        "facts": facts(reading.terms),
        "licenses": [_part(part) for part in reading.parts],
        "unread": msgspec.to_builtins(reading.unread),
        "warnings": list(reading.warnings),
    }


def _part(part: Part) -> dict[str, Any]:
    changes = None
    if part.term_changes is not None:
        changes = [msgspec.to_builtins(c) | {"told": c.told()} for c in part.term_changes]
    data: dict[str, Any] = msgspec.to_builtins(part.match)
    return data | {"term_changes": changes, "facts": facts(part.terms)}


def render_jsonl(readings: Sequence[TextReading]) -> str:
    """One object a line and file."""
    return "".join(msgspec.json.encode(document(r)).decode() + "\n" for r in readings)


def render_json(readings: Sequence[TextReading]) -> str:
    """One document, versioned."""
    return as_json({"schema": SCHEMA, "files": [document(r) for r in readings]})


def render_text(readings: Sequence[TextReading]) -> str:
    """For a terminal: which licence, what changed, what it demands, what was not understood."""
    return "\n".join(joined(_file(reading)) for reading in readings)


def _file(reading: TextReading) -> Iterator[str]:
    for part in reading.parts:
        yield from wrap(f"{reading.name}: {_identity(part)}")
        yield from _changes(part)
    yield ""
    for label, clause in _clauses(reading.terms):
        yield from wrap(clause_text(clause), f"{label:<22}")
        yield from wrap(f'"{_quote(reading.raw, clause)}"', " " * 22)
    for place in reading.unread:
        yield from wrap(f"section {place.section or '?'}, mentions {place.mentions}", "unread: ")
    for warning in reading.warnings:
        yield from wrap(warning, "note: ")


def _identity(part: Part) -> str:
    match = part.match
    where = f" (characters {match.start:,} to {match.end:,})"
    if match.match == "exact":
        return f"{match.id}, exactly{where}"
    percent = f"{100 * match.similarity:.1f} % alike"
    if match.match == "modified":
        return f"a changed text of {match.nearest}, {percent}{where}"
    near = f"; nearest {match.nearest}, {percent}" if match.nearest else ""
    return f"no licence that weightlaw knows{near}{where}"


def _changes(part: Part) -> Iterator[str]:
    """What changed in terms first, then in words."""
    if part.match.match != "modified":
        return
    if part.term_changes is None:
        yield from wrap("what changed in terms cannot be told", "  ")
    elif not part.term_changes:
        yield from wrap("no change in terms was found; the words differ", "  ")
    for change in part.term_changes or ():
        yield from wrap(change.told(), "  terms   ")
    for words in part.match.changes[:20]:
        said = f' "{" ".join(words.words.split())}"' if words.words else ""
        gone = f", {words.missing} known words missing" if words.missing else ""
        yield from wrap(f"{words.kind} at {words.start:,}{gone}:{said}", "  words   ")


def _clauses(terms: Terms) -> Iterator[tuple[str, Clause]]:
    for key in terms.__struct_fields__:
        value = getattr(terms, key)
        for clause in value if isinstance(value, tuple) else (value,):
            if isinstance(clause, Clause):
                yield key.replace("_", " "), clause


def _quote(raw: str, clause: Clause) -> str:
    words = " ".join(raw[clause.start or 0 : clause.end or 0].split())
    return words if len(words) <= 300 else words[:297] + "..."
