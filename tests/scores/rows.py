"""The reference figures, read anew from `../shared/scores/` with the standard library alone."""

from __future__ import annotations

import csv

import pytest

from tests.shared import SHARED

SCORES = SHARED / "scores" / "scores.csv"
PRICES = SHARED / "scores" / "prices.csv"
Row = dict[str, str]

needs_scores = pytest.mark.skipif(not SCORES.is_file(), reason=f"the figures are not at {SHARED}")


def rows() -> list[Row]:
    """All lines of scores.csv."""
    with SCORES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def prices() -> list[Row]:
    """All lines of prices.csv."""
    with PRICES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def best(found: list[Row], weights: str) -> Row:
    """The line with the best score of open (`true`) or closed (`false`) models."""
    return max((r for r in found if r["open_weights"] == weights), key=lambda r: float(r["score"]))


def text_board(found: list[Row], date: str, style: str = "ON") -> list[Row]:
    """Arena Text of one day, best first."""
    board = [
        r
        for r in found
        if r["benchmark"] == "Arena Text"
        and r["measured_on"] == date
        and f"style control {style}" in r["version_or_methodology"]
    ]
    return sorted(board, key=lambda r: -float(r["score"]))
