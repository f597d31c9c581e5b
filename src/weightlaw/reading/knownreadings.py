"""What the reader found in each known text: what a modified text is compared with.

Made from the texts by `python -m weightlaw.reading.compile_readings`, which maintainers run together with
the fingerprints; the texts themselves are stored nowhere.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from weightlaw.domain.terms import Terms
from weightlaw.reading.fingerprints import default_path

FILE_NAME = "readings.json"


class KnownReadings(msgspec.Struct, frozen=True, kw_only=True):
    """The file: one reading a licence id, in the reader's own words and without places."""

    note: str
    readings: dict[str, msgspec.Raw]


@lru_cache(maxsize=1)
def _load() -> KnownReadings | None:
    file = default_readings_path()
    if not file.exists():
        return None
    return msgspec.json.decode(file.read_bytes(), type=KnownReadings)


def default_readings_path() -> Path:
    """Where the shipped readings are: beside the fingerprints."""
    return default_path().with_name(FILE_NAME)


@lru_cache(maxsize=256)
def known_reading(license_id: str) -> Terms | None:
    """What the reader found in the known text of a licence; None where it was never read."""
    known = _load()
    raw = known.readings.get(license_id) if known else None
    return msgspec.json.decode(raw, type=Terms) if raw is not None else None
