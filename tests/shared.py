"""The reference material beside the checkout, where it is; on a user's machine it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("WEIGHTLAW_SHARED", Path(__file__).parents[2] / "shared"))
TEXTS = SHARED / "corpus" / "texts"
GOLD = SHARED / "corpus" / "gold"

needs_shared = pytest.mark.skipif(
    not TEXTS.is_dir(), reason=f"the reference material is not at {SHARED}"
)


def texts() -> list[Path]:
    """All corpus texts; none where the material is missing."""
    return sorted(TEXTS.glob("*.txt"))


def golds() -> list[Path]:
    """All gold readings whose text is there too."""
    return sorted(g for g in GOLD.glob("*.yaml") if (TEXTS / f"{g.stem}.txt").exists())
