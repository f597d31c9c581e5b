"""Licences as text and JSON, and the difference of two licences in terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from weightlaw.catalog.store import Catalog
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.quantities import short
from weightlaw.domain.termdiff import differences
from weightlaw.domain.terms import Terms
from weightlaw.reports.text_report import joined, part, wrap

SCHEMA = "weightlaw.license/1"
_PLACES = frozenset({"section", "summary", "start", "end", "confidence", "pattern"})


def document(entry: LicenseEntry) -> dict[str, Any]:
    """An entry as plain data: `id`, `names`, `osi_approved`, `facts` in the shared vocabulary, and the rest."""
    data: dict[str, Any] = msgspec.to_builtins(entry)
    names = {"spdx": None if entry.id.startswith("LicenseRef-") else entry.id, "name": entry.name}
    data["names"] = names | data.get("names", {})
    data["osi_approved"] = entry.osi_approved
    data["facts"] = facts(entry.facts)
    order = ("id", "names", "osi_approved", "facts")
    return {"schema": SCHEMA} | {k: data[k] for k in order} | data


def facts(terms: Terms) -> dict[str, Any]:
    """Terms in the keys of the shared vocabulary; what the text does not state is absent."""
    data: dict[str, Any] = msgspec.to_builtins(terms)
    if terms.use_restrictions is not None:
        data["use_restrictions"]["must_pass_on"] = terms.use_restrictions.must_pass_on
    return data


def render_json(entries: list[LicenseEntry]) -> str:
    """One object for one licence, a list for several."""
    documents = [document(e) for e in entries]
    return as_json(documents[0] if len(documents) == 1 else documents)


def as_json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def render_list(entries: list[LicenseEntry], form: str) -> str:
    """One line a licence."""
    if form == "json":
        keys = ("id", "name", "kind", "steward", "osi_approved")
        return as_json(
            [{k: getattr(e, k) for k in keys} | {"family": e.facts.family} for e in entries]
        )
    rows = (
        f"{e.id:<52} {e.facts.family or (e.kind if e.kind != 'license' else 'not read'):<16} {e.name}"
        for e in entries
    )
    return joined(rows)


def near_licenses(name: str, catalog: Catalog) -> str:
    """`; did you mean ...?` with the ids of licences that have near names."""
    import difflib

    from weightlaw.catalog.names import squeeze

    near = difflib.get_close_matches(squeeze(name)[:80], catalog.license_names(), n=3, cutoff=0.6)
    found = [e.id for n in near if (e := catalog.find_license(n))]
    return f"; did you mean {', '.join(dict.fromkeys(found))}?" if found else ""


def render_text(entry: LicenseEntry) -> str:
    """What one licence demands, by kind of term, with sections."""
    osi = "OSI-approved" if entry.osi_approved else "not OSI-approved"
    lines = [entry.name, f"{entry.id}; {entry.facts.family or entry.kind}; {osi}", ""]
    if entry.summary:
        lines += [*wrap(entry.summary), ""]
    for label, text in _facts(entry.facts):
        lines += wrap(text, f"{label:<22}")
    lines += [line for item in entry.contested for line in wrap(_contested(item), "contested  ")]
    lines += ["", *_about(entry)]
    return joined(lines)


def _contested(item: Any) -> str:
    readings = " / ".join(f"({chr(97 + i)}) {r}" for i, r in enumerate(item.readings))
    return f"{item.fact}, {part(item.section)}: {readings}. Applied: {item.applied}"


def _facts(terms: Terms) -> Iterator[tuple[str, str]]:
    for key in terms.__struct_fields__:
        value = getattr(terms, key)
        if key == "family" or value is None or value == ():
            continue
        for clause in value if isinstance(value, tuple) else (value,):
            yield key.replace("_", " "), clause_text(clause)


def clause_text(clause: Any) -> str:
    values = ", ".join(f"{v}" for v in _values(clause))
    section = f" [{clause.section}]" if clause.section else ""
    summary = f". {clause.summary}" if clause.summary else ""
    return f"{values}{section}{summary}"


def _values(clause: Any) -> Iterator[str]:
    """The clause's own values, those that a person wants to see, in words."""
    for key, value in msgspec.to_builtins(clause).items():
        if key in _PLACES or key in _INNER or value in ("", [], ()):
            continue
        if key == "value" and isinstance(value, (int, float)):
            yield short(value)
        elif isinstance(value, bool):
            yield f"{key.replace('_', ' ')}: {'yes' if value else 'no'}"
        elif isinstance(value, list | tuple):
            yield f"{key.replace('_', ' ')}: {', '.join(value)}"
        elif key in ("value", "metric", "currency", "comparator", "kind"):
            yield str(value).replace("_", " ")
        else:
            yield f"{key.replace('_', ' ')}: {value}"


_INNER = frozenset({"when", "whose", "basis", "gates", "commercial_only", "pass_on_when"})


def _about(entry: LicenseEntry) -> Iterator[str]:
    if entry.incorporates:
        yield from wrap(", ".join(entry.incorporates), "incorporates  ")
    names = (*entry.names.hub_tags, *entry.names.license_names, *entry.names.other)
    if names:
        yield from wrap(", ".join(dict.fromkeys(names)), "also named    ")
    if entry.url:
        yield f"address       {entry.url}"
    if entry.text:
        yield from wrap(f"{entry.text.source}, read {entry.text.read}", "text          ")
        yield f"SHA-256       {entry.text.sha256}"
    if entry.osaid:
        yield from wrap(entry.osaid, "OSAID         ")
    if entry.note:
        yield from wrap(entry.note, "note          ")


def with_policies(entry: LicenseEntry, catalog: Catalog) -> Terms:
    """The licence's terms together with those of the policies it incorporates, its own first."""
    terms = entry.facts
    for policy_id in entry.incorporates:
        policy = catalog.license(policy_id)
        terms = _merged(terms, policy.facts) if policy else terms
    return terms


def _merged(own: Terms, other: Terms) -> Terms:
    changed = {}
    for key in own.__struct_fields__:
        mine, theirs = getattr(own, key), getattr(other, key)
        if isinstance(mine, tuple):
            changed[key] = (*mine, *theirs)
        elif mine is None:
            changed[key] = theirs
    return msgspec.structs.replace(own, **changed)


def render_diff(old: LicenseEntry, new: LicenseEntry, form: str, catalog: Catalog) -> str:
    """The difference of two licences in terms, their incorporated policies included."""
    found = list(differences(with_policies(old, catalog), with_policies(new, catalog)))
    if form == "json":
        changes = [msgspec.to_builtins(c) | {"told": c.told()} for c in found]
        return as_json({"schema": SCHEMA, "old": old.id, "new": new.id, "changes": changes})
    lines = [f"{old.name} -> {new.name}", ""]
    lines += [line for change in found for line in wrap(change.told(), "- ", "  ")]
    return joined(lines if found else [*lines, "no difference in terms"])
