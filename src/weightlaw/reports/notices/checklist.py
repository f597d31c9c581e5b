"""CHECKLIST.md: what to do before the deployment, box by box, with the licence and section that asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from weightlaw.domain.verdict import Verdict
from weightlaw.reports.notices import view as v
from weightlaw.reports.sbom.notes import deployment_text
from weightlaw.reports.sbom.plaintext import safe

COPIES = ("license_copy", "retained_notices", "notice_file")
"""Kinds of duties that are kept by handing texts on."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#!|~&@$])")
_MODELS_TOLD = 5
_HEADS = {
    Verdict.DENIED: "DENIED. This bundle does not make the deployment lawful: read what bars it first.",
    Verdict.REVIEW: "REVIEW. Somebody must decide before the deployment: read what is open first.",
    Verdict.CONDITIONAL: "CONDITIONAL. Allowed once every box below is ticked, and for as long as it stays so.",
    Verdict.ALLOWED: "ALLOWED. No licence asks for anything in this deployment.",
}


def checklist(notices: v.Notices) -> str:
    """The whole list."""
    parts = (
        _head(notices),
        _section("What bars it or is open", _objections(notices)),
        _section("Licence texts and notices to hand on", _copies(notices)),
        _section("Texts that are not at hand", _missing(notices)),
        _section("Notices prescribed word for word (they stand in NOTICE)", _prescribed(notices)),
        _section("Words to display", _displays(notices)),
        _section("Restrictions to pass on", _pass_on(notices)),
        _section("Names of derived models", _names(notices)),
        _section("Further duties", _tasks(notices)),
        _section("Models", _models(notices)),
        _closing(notices),
    )
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def md(text: str) -> str:
    """Text from outside as Markdown that shows it and does nothing else."""
    return _SPECIAL.sub(r"\\\1", safe(text))


def _code(text: str) -> str:
    return f"`{safe(text, 300).replace('`', '?')}`"


def _head(notices: v.Notices) -> Iterator[str]:
    yield "# What the licences ask of this deployment"
    yield ""
    yield f"**{_HEADS[notices.verdict]}**"
    yield ""
    yield md(deployment_text(notices.deployment))
    if notices.assumptions:
        yield ""
        yield f"Assumed: {md('; '.join(notices.assumptions))}."
    yield ""


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from (f"## {title}", "", *found, "")


def _box(text: str, item: v.Item, license_id: str = "", section: str = "", kept: str = "") -> str:
    """One box; ticked where a policy records the duty as kept."""
    name = license_id.removeprefix("LicenseRef-weightlaw-")
    place = f" ({md(', '.join(p for p in (name, section) if p))})" if name else ""
    record = f" Recorded as kept: {md(kept)}." if kept else ""
    return f"- [{'x' if kept else ' '}] {text}{place}{record} For {_models_of(item)}."


def _models_of(item: v.Item) -> str:
    more = len(item.models) - _MODELS_TOLD
    names = ", ".join(_code(m) for m in item.models[:_MODELS_TOLD])
    return f"{names} and {more} more" if more > 0 else names


def _objections(notices: v.Notices) -> Iterator[str]:
    for item in sorted(notices.objections, key=lambda o: -o.verdict.rank):
        remedy = f" Do: {md(item.remedy)}" if item.remedy else ""
        text = f"**{item.verdict.value}**, {item.rule}: {md(item.message)}{remedy}"
        yield _box(text, item)


def _copies(notices: v.Notices) -> Iterator[str]:
    """The duties to hand texts on, then the texts."""
    yield from (_task(item) for item in notices.tasks if item.kind in COPIES)
    for item in notices.copies:
        what = (
            ", ".join(i.removeprefix("LicenseRef-weightlaw-") for i in item.licenses) or "notices"
        )
        at = f" at {_code(item.revision)}" if item.revision else ""
        source = f"{_code(item.source)} of {_code(item.shipped_by)}{at}"
        changed = (
            ""
            if item.identical
            else " Its bytes were lost in decoding: compare it with the original."
        )
        yield f"- {_code(item.path)}: {md(what)}, from {source}.{changed}"


def _missing(notices: v.Notices) -> Iterator[str]:
    for item in notices.missing:
        if item.shipped_as:
            yield _box(
                f"{md(item.name)}: the lock names its text and holds no copy. Take it from "
                f"{_code(item.shipped_as)} and hold it against SHA-256 {_code(item.text_sha256)}.",
                item,
                item.license,
            )
            continue
        where = f" Its steward publishes it at {_code(item.url)}." if item.url else ""
        read = (
            f" weightlaw read {_code(item.text_source)}, SHA-256 {_code(item.text_sha256)}."
            if item.text_sha256
            else ""
        )
        text = (
            f"{md(item.name)}: no model here ships its text, and weightlaw stores none. "
            f"Get it and put it beside the others.{where}{read}"
        )
        yield _box(text, item, item.license)


def _prescribed(notices: v.Notices) -> Iterator[str]:
    for item in notices.prescribed:
        yield _box(f'"{md(item.text)}"', item, item.license, item.section, item.kept)


def _displays(notices: v.Notices) -> Iterator[str]:
    for item in notices.displays:
        texts = " or ".join(f'"{md(t)}"' for t in (item.text, *item.alternatives))
        condition = (
            f"{md(item.condition[0].upper() + item.condition[1:])}: " if item.condition else ""
        )
        where = f", {md(item.where)}" if item.where else ""
        yield _box(f"{condition}{texts}{where}", item, item.license, item.section, item.kept)


def _pass_on(notices: v.Notices) -> Iterator[str]:
    for item in notices.pass_on:
        barred = f" They bar: {md(', '.join(item.categories))}." if item.categories else ""
        policy = f" Policy: {_code(item.policy_url)}." if item.policy_url else ""
        texts = f" Texts: {', '.join(_code(c) for c in item.copies)}." if item.copies else ""
        text = f"{md(item.text)}{barred}{policy}{texts}"
        yield _box(text, item, item.license, item.section, item.kept)


def _names(notices: v.Notices) -> Iterator[str]:
    for item in notices.names:
        name = f"the name {_code(item.name)}" if item.name else "no name was given"
        text = f"{md(item.rule)}: {name}, {item.state}."
        kept = "checked by weightlaw" if item.state == "kept" else ""
        yield _box(text, item, item.license, item.section, kept)


def _tasks(notices: v.Notices) -> Iterator[str]:
    return (_task(item) for item in notices.tasks if item.kind not in COPIES)


def _task(item: v.Task) -> str:
    condition = f"{md(item.condition[0].upper() + item.condition[1:])}: " if item.condition else ""
    text = f"{condition}{md(item.text)}"
    return _box(text, item, item.license, item.section, item.kept)


def _models(notices: v.Notices) -> Iterator[str]:
    for line in notices.models:
        at = f" at {_code(line.revision)}" if line.revision else ""
        names = (
            ", ".join(dict.fromkeys(md(each.name) for each in line.licenses)) or "no licence known"
        )
        date = f", as of {md(line.as_of)}" if line.as_of else ""
        source = f" Facts: {md(line.source)}{date}." if line.source else ""
        yield f"- {_code(line.model)}{at}: **{line.verdict.value}**; {names}.{source}"
        yield from (f"  - not said: {md(text)}" for text in line.unknowns)
        yield from (f"  - waived: {md(text)}" for text in line.waived)


def _closing(notices: v.Notices) -> Iterator[str]:
    date = notices.knowledge.date
    yield f"weightlaw {notices.weightlaw}, knowledge of {date}. Not legal advice."
