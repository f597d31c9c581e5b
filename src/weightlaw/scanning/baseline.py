"""A baseline: what an old code base holds already, accepted for now, so that only what is new or worse fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from weightlaw.domain.verdict import Verdict, strictest
from weightlaw.errors import UsageError
from weightlaw.scanning.judging import Judged
from weightlaw.scanning.values import Found

SCHEMA: Literal["weightlaw.scan-baseline/1"] = "weightlaw.scan-baseline/1"


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reference that was there, with the verdict it had. No line: code moves."""

    file: str
    reference: str
    verdict: Verdict


class Baseline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it is written."""

    schema: Literal["weightlaw.scan-baseline/1"] = SCHEMA
    accepted: tuple[Entry, ...] = ()


def read(path: str) -> Baseline:
    """A baseline from its file. Raises UsageError with the file's name and what is wrong with it."""
    try:
        with open(path, "rb") as file:
            return msgspec.json.decode(file.read(), type=Baseline)
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror or error}; write one with --write-baseline {path}"
        ) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no baseline of weightlaw: {error}") from None


def made_of(found: Iterable[Found], judged: Judged) -> Baseline:
    """The baseline that accepts exactly these references at their present verdicts."""
    entries = {
        Entry(file=f.reference.file, reference=f.reference.reference, verdict=verdict)
        for f in found
        if (verdict := _verdict(f, judged)).rank >= Verdict.REVIEW.rank
    }
    return Baseline(accepted=tuple(sorted(entries, key=lambda e: (e.file, e.reference))))


def render(baseline: Baseline) -> str:
    """The same bytes for the same baseline."""
    return msgspec.json.format(msgspec.json.encode(baseline), indent=2).decode() + "\n"


def remaining(found: Sequence[Found], judged: Judged, baseline: Baseline) -> tuple[Found, ...]:
    """The references that the baseline does not accept: new ones, and those whose verdict became stricter."""
    known = {(e.file, e.reference): e.verdict for e in baseline.accepted}
    return tuple(f for f in found if not _accepted(f, judged, known))


def _accepted(found: Found, judged: Judged, known: dict[tuple[str, str], Verdict]) -> bool:
    was = known.get((found.reference.file, found.reference.reference))
    return was is not None and _verdict(found, judged).rank <= was.rank


def _verdict(found: Found, judged: Judged) -> Verdict:
    return strictest(m.verdict for m in judged.of(found))
