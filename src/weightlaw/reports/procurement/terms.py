"""The terms of all licences side by side, each cell with its section."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from weightlaw.domain.terms import Clause, Terms, Threshold
from weightlaw.lineage.binding import Binding
from weightlaw.policy.rules.sizes import month_before, size
from weightlaw.reports.procurement.cleaning import name
from weightlaw.reports.procurement.gathering import Material, place
from weightlaw.reports.procurement.view import Cell, Dispute, TermColumn

SILENT = "not stated in the text"


class _Said(Struct, frozen=True):
    """What one text says on one point, and where."""

    text: str
    clause: Clause | None = None


Reader = Callable[[Terms, Binding], Iterator[_Said]]


def term_names() -> tuple[str, ...]:
    """The rows of the comparison, in order."""
    return tuple(title for title, _ in _ROWS)


def terms(material: Material) -> tuple[TermColumn, ...]:
    """One column a licence or policy, with the models that stand under it."""
    found: dict[str, tuple[Binding, dict[str, None]]] = {}
    for item in material.items:
        for binding in item.bindings:
            key = binding.entry.id + (binding.file.sha256 if binding.file else "")
            found.setdefault(key, (binding, {}))[1][item.id] = None
    return tuple(_column(binding, tuple(models)) for binding, models in found.values())


def _column(binding: Binding, models: tuple[str, ...]) -> TermColumn:
    return TermColumn(
        id=binding.entry.id,
        name=name(binding.entry.name),
        models=models,
        cells=tuple(_cell(binding, read) for _, read in _ROWS),
    )


def _cell(binding: Binding, read: Reader) -> Cell:
    said = list(read(binding.terms, binding))
    was_read = binding.file is not None or binding.entry.text is not None
    if not said:
        return Cell(text=SILENT, kind="fact") if was_read else Cell(source="text not read")
    sections = [place(s.clause.section) for s in said if s.clause and s.clause.section]
    text = binding.entry.text
    return Cell(
        text=" ".join(dict.fromkeys(s.text for s in said if s.text)),
        kind="fact" if was_read else "claim",
        source=", ".join(dict.fromkeys(sections)),
        date=text.read if text and not binding.file else "",
    )


def _value(field: str) -> Reader:
    """A clause with an answer: the answer, then what it says."""

    def read(terms: Terms, _: Binding) -> Iterator[_Said]:
        clause = getattr(terms, field)
        if clause is not None:
            answer = str(getattr(clause, "value", "") or "")
            yield _Said(f"{answer[:1].upper()}{answer[1:]}. {clause.summary}".strip(), clause)

    return read


def _summary(field: str) -> Reader:
    """A clause, or several, in our own words."""

    def read(terms: Terms, _: Binding) -> Iterator[_Said]:
        value = getattr(terms, field)
        clauses = value if isinstance(value, tuple) else (value,) if value else ()
        for clause in clauses:
            yield _Said(clause.summary or str(getattr(clause, "what", "")), clause)

    return read


def _family(terms: Terms, binding: Binding) -> Iterator[_Said]:
    if terms.family:
        osi = "OSI-approved" if binding.entry.osi_approved else "not OSI-approved"
        yield _Said(f"{terms.family.replace('-', ' ')}; {osi}")


def _thresholds(terms: Terms, binding: Binding) -> Iterator[_Said]:
    for threshold in terms.thresholds:
        yield _Said(_threshold(threshold, binding), threshold)


def _threshold(threshold: Threshold, binding: Binding) -> str:
    month = month_before(binding.entry.dates.release)
    once = f", tested once for {month}" if threshold.measured == "release_date" and month else ""
    return f"{size(threshold)}{once}. {threshold.summary}".strip()


def _display(terms: Terms, _: Binding) -> Iterator[_Said]:
    for display in terms.attribution_display:
        where = f" ({display.where})" if display.where else ""
        yield _Said(f'"{display.text}"{where}.', display)


def _naming(terms: Terms, _: Binding) -> Iterator[_Said]:
    for naming in terms.naming:
        yield _Said(f"{naming.rule[:1].upper()}{naming.rule[1:]}.", naming)


def _territory(terms: Terms, _: Binding) -> Iterator[_Said]:
    for territory in terms.territory:
        places = ", ".join(territory.excluded)
        yield _Said(
            f"Without {places} ({', '.join(territory.basis)}). {territory.summary}", territory
        )


def _law(terms: Terms, _: Binding) -> Iterator[_Said]:
    if terms.governing_law:
        yield _Said(f"{terms.governing_law.value}.", terms.governing_law)


def _ai_act(terms: Terms, binding: Binding) -> Iterator[_Said]:
    """Whether Art. 53(2) may apply: a proposal that counsel must confirm."""
    if binding.role == "policy" or binding.entry.kind != "license":
        return
    capped = any(t.consequence != "attribution" for t in terms.thresholds)
    barred = capped or terms.use_restrictions or terms.territory
    free = terms.commercial_use is not None and terms.commercial_use.value == "yes"
    if binding.entry.osi_approved:
        yield _Said("Plausibly free and open; ask counsel.")
    elif barred or not free:
        yield _Said("Probably not: uses, users or places are restricted; ask counsel.")
    else:
        yield _Said("Open: ask counsel.")


def _text(_: Terms, binding: Binding) -> Iterator[_Said]:
    if binding.file is not None:
        yield _Said(f"{binding.file.path}, SHA-256 {binding.file.sha256[:16]}…")
    elif binding.entry.text is not None:
        text = binding.entry.text
        yield _Said(f"{text.source}, read {text.read}, SHA-256 {text.sha256[:16]}…")


_ROWS: tuple[tuple[str, Reader], ...] = (
    ("Kind", _family),
    ("Commercial use", _value("commercial_use")),
    ("Size thresholds", _thresholds),
    ("Places left out", _territory),
    ("Handing on copies", _value("redistribution")),
    ("Changing the model", _value("derivatives")),
    ("Hosting for others", _value("hosting")),
    ("Training on outputs", _summary("outputs")),
    ("Words to display", _display),
    ("Names of derived models", _naming),
    ("Notices", _summary("notice")),
    ("Use restrictions", _summary("use_restrictions")),
    ("Share alike", _summary("share_alike")),
    ("Registration", _summary("registration")),
    ("Following updates", _summary("update_duty")),
    ("Competing", _summary("non_compete")),
    ("Safeguards", _summary("safety_guardrails")),
    ("Indemnity by the licensee", _summary("indemnity_by_licensee")),
    ("Other duties", _summary("other_duties")),
    ("Patents", _summary("patent")),
    ("What ends it", _summary("termination")),
    ("Governing law", _law),
    ("Free and open (EU AI Act, Art. 53(2))", _ai_act),
    ("Text that was read", _text),
)


def disputes(material: Material) -> tuple[Dispute, ...]:
    """The disputed readings of all licences here, with the one that was applied."""
    found: dict[Dispute, None] = {}
    for item in material.items:
        for binding in item.bindings:
            for contested in binding.entry.contested:
                dispute = Dispute(
                    license=binding.entry.name,
                    section=contested.section,
                    readings=contested.readings,
                    applied=contested.applied,
                )
                found[dispute] = None
    return tuple(found)
