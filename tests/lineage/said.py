"""The sentences that restrict, which the tests of the reader keep, for tests of where else they may stand."""

from __future__ import annotations

from pathlib import Path

from weightlaw.plainyaml import parse

_FILE = Path(__file__).parents[1] / "reading" / "restrictions_said.yaml"


def sentences() -> list[str]:
    """Every sentence, in the order of the file."""
    rows = parse(_FILE.read_text(encoding="utf-8"), _FILE.name).data
    return [sentence for row in rows for sentence in row["said"]]
