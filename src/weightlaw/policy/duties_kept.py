"""Duties recorded as fulfilled, with their place; where that is a file here, it is looked at.

What a person records is taken on their word and said to be; what a file shows otherwise is a finding. The duty stays in the
answer either way: an answer with duties is conditional, for they must stay fulfilled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from weightlaw.domain.findings import DutyItem, DutyKept, Evidence, Finding
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.case import Case
from weightlaw.policy.house import MAX_READ, Duty

SIGNS: dict[str, tuple[tuple[str, ...], str]] = {
    "display": (("WL401", "WL203"), ""),
    "license_copy": (("WL403",), "Give recipients a copy"),
    "notice_file": (("WL403",), "Put the notice"),
    "retained_notices": (("WL403",), "Keep the copyright"),
    "stated_changes": (("WL403",), "Say in modified files"),
    "derived_name": (("WL402",), ""),
    "passed_on": (("WL404",), ""),
    "share_alike": (("WL405",), ""),
    "registration": (("WL406",), ""),
    "update": (("WL407",), ""),
    "guardrails": (("WL408",), ""),
}
"""By which rules and first words a duty of each kind is known; a test holds them against the rules."""


NO_FILE = "not a file"
"""Why a folder or a pipe was not opened."""


class Seen(Struct, frozen=True, kw_only=True):
    """A file as it was found when the policy was loaded."""

    text: str = ""
    sha256: str = ""
    error: str = ""
    """Why it could not be read; empty where it was."""


class Kept(Struct, frozen=True, kw_only=True):
    """A duty recorded as fulfilled."""

    duty: Duty
    license: str
    """Empty where words are displayed, whichever licence demands them."""
    deployment: str | None = None
    """The deployment it is said of; None: of all."""
    model: str = ""
    """The Hub id it is recorded for; empty for every model under the licence."""
    place: str
    """Where it is fulfilled, in words: a file, an address, a string of the interface, a name."""
    text: str = ""
    """The words displayed there, where the place is no file."""
    seen: Seen | None = None
    source: str = ""


def look_at(path: str, read: Callable[[str], bytes]) -> Seen:
    """Read a file for later; an unreadable one is a value with its reason."""
    try:
        data = read(path)
    except OSError as error:
        return Seen(error=error.strerror or str(error))
    if len(data) >= MAX_READ:
        return Seen(error=f"larger than {MAX_READ - 1:,} bytes")
    import hashlib  # loads OpenSSL: only where a file is looked at

    text = data.decode("utf-8", "replace")
    return Seen(text=text, sha256=hashlib.sha256(data).hexdigest())


class Outcome(Struct, frozen=True, kw_only=True):
    """The duties still open, those kept, and what files showed to be otherwise."""

    open: tuple[DutyItem, ...]
    kept: tuple[DutyKept, ...] = ()
    findings: tuple[Finding, ...] = ()


def sort_out(duties: tuple[DutyItem, ...], case: Case) -> Outcome:
    """Hold the duties of one model against what is recorded."""
    from weightlaw.policy.rules.wl902_kept_duty import RULE

    still_open, kept, findings = [], [], []
    for duty in duties:
        record = next((k for k in case.house.kept if _is_of(k, duty, case)), None)
        wrong = _wrong(record, duty, case) if record else None
        if record is None or wrong:
            still_open.append(duty)
        else:
            kept.append(_kept(duty, record))
        if record and wrong:
            text = f"{record.source} records as kept: {duty.text} But {wrong}."
            findings.append(RULE.finding(Verdict.REVIEW, text, *_evidence(duty, case)))
    return Outcome(open=tuple(still_open), kept=tuple(kept), findings=tuple(findings))


def _is_of(record: Kept, duty: DutyItem, case: Case) -> bool:
    rules, words = SIGNS[record.duty]
    mine = not record.model or record.model.casefold() == case.subject.id.casefold()
    here = record.deployment is None or record.deployment == case.deployment.name
    same = duty.rule in rules and duty.text.startswith(words)
    if not record.license:  # words that are displayed count for whoever demands them
        return here and same and _wrong_words(record, duty, case) is None
    return mine and here and same and duty.license == record.license


def _kept(duty: DutyItem, record: Kept) -> DutyKept:
    checked = record.seen is not None
    return DutyKept(duty=duty, place=record.place, checked=checked, source=record.source)


def _wrong(record: Kept, duty: DutyItem, case: Case) -> str | None:
    """What shows that the duty is not kept, if anything does."""
    if record.seen is None:
        return _wrong_words(record, duty, case)
    if record.seen.error:
        return f"{record.place} cannot be read ({record.seen.error})"
    if record.duty == "license_copy":
        return None if _is_copy(record.seen, duty, case) else f"{record.place} is no copy of it"
    wanted = _wanted(duty, case)
    if wanted and not any(_squeezed(w) in _squeezed(record.seen.text) for w in wanted):
        return f"{record.place} does not hold {' or '.join(map(repr, wanted))}"
    return None if record.seen.text.strip() else f"{record.place} is empty"


def _wrong_words(record: Kept, duty: DutyItem, case: Case) -> str | None:
    """Words recorded as displayed elsewhere that are not the words demanded."""
    wanted = _wanted(duty, case)
    if not record.text or not wanted:
        return None
    if any(_squeezed(w) in _squeezed(record.text) for w in wanted):
        return None
    return f"{record.text!r} is not {' or '.join(map(repr, wanted))}"


def _wanted(duty: DutyItem, case: Case) -> tuple[str, ...]:
    """The strings of which one must be there: the duty's own and the licence's alternatives."""
    others = (
        text
        for binding, clause in case.clauses("attribution_display")
        if binding.entry.id == duty.license and clause.text == duty.display
        for text in clause.alternatives
    )
    return tuple(dict.fromkeys(t for t in (duty.display, *others) if t))


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


def _bindings(duty: DutyItem, case: Case) -> Iterator[Binding]:
    return (b for b in case.subject.bindings if b.entry.id == duty.license)


def _evidence(duty: DutyItem, case: Case) -> Iterator[Evidence]:
    return (b.evidence() for b in _bindings(duty, case))


def _is_copy(seen: Seen, duty: DutyItem, case: Case) -> bool:
    """By the SHA-256 of texts that were read, else by its words."""
    for binding in _bindings(duty, case):
        known = {*binding.entry.same_text_as, binding.entry.text and binding.entry.text.sha256}
        if seen.sha256 in known or (binding.file and binding.file.sha256 == seen.sha256):
            return True
    return duty.license in _identified(seen.text)


def _identified(text: str) -> set[str]:
    """The licences that a text is, by its words."""
    from weightlaw.reading.fingerprints import default_index  # heavy: only for an unknown copy
    from weightlaw.reading.identify import identify

    whole = (m for m in identify(text, default_index()) if m.id and not m.changed)
    return {i for match in whole for i in (match.id, *match.also) if i}
