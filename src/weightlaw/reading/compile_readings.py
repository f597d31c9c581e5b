"""Writes license_db/fingerprints/readings.json from licence texts. Maintainers run it; users never need the texts.

    python -m weightlaw.reading.compile_readings --texts DIR [--texts DIR ...] [--spdx DIR] [--ids FILE]

Run it with the same arguments as `compile_fingerprints`, whenever the reader or the texts change. For each licence
the terms that the reader finds are kept, without places: enough to tell what a modified text changes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from weightlaw.reading import compile_fingerprints
from weightlaw.reading.facts import read_facts
from weightlaw.reading.knownreadings import default_readings_path

_PLACE = frozenset({"start", "end", "confidence", "pattern", "summary"})
NOTE = "Terms that the reader finds in each known text. Made by compile_readings; do not edit."


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile and report what was written."""
    options = compile_fingerprints.options(arguments)
    data = compile_readings(compile_fingerprints.sources(options))
    target: Path = default_readings_path()
    target.write_bytes(data)
    print(f"{target}: {len(data):,} bytes", file=sys.stderr)
    return 0


def compile_readings(sources: Iterable[compile_fingerprints.Source]) -> bytes:
    """One line a licence, sorted; of several texts of one licence the first counts."""
    readings: dict[str, Any] = {}
    for source in sources:
        if source.id not in readings:
            readings[source.id] = _without_places(
                msgspec.to_builtins(read_facts(source.text).terms)
            )
    rows = (f"{_json(name)}:{_json(readings[name])}" for name in sorted(readings))
    return ('{"note":' + _json(NOTE) + ',"readings":{\n' + ",\n".join(rows) + "\n}}\n").encode()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_places(v) for k, v in value.items() if k not in _PLACE}
    if isinstance(value, list | tuple):
        return [_without_places(v) for v in value]
    return value


if __name__ == "__main__":
    sys.exit(main())
