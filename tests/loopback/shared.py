"""The Hub's real answers (`../shared/hub`) on the loopback Hub. They are not part of the project: tests skip without."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.loopback.hub import LoopbackHub

SHARED = Path(os.environ.get("WEIGHTLAW_SHARED") or Path(__file__).resolve().parents[3] / "shared")
needs_shared = pytest.mark.skipif(
    not (SHARED / "hub" / "api").is_dir(),
    reason=f"{SHARED}/hub (the Hub's real answers) is missing",
)


def from_shared(hub: LoopbackHub, path: Path) -> str:
    """Add the model of one file to `hub`, and return its id.

    `path` is an API answer (`api/model_*.json`), which its card and licence texts join where they were kept too, or a
    card alone (`cards/*.md`).
    """
    if path.suffix == ".json":
        return _from_answer(hub, path)
    model_id = path.stem.replace("__", "/", 1)
    hub.add(model_id, card=path.read_bytes())
    return model_id


def add_shared(hub: LoopbackHub, model_id: str) -> str:
    """Add a model by its id: its API answer if there is one, else its card."""
    stem = model_id.replace("/", "__", 1)
    answer = SHARED / "hub" / "api" / f"model_{stem}.json"
    return from_shared(hub, answer if answer.exists() else SHARED / "hub" / "cards" / f"{stem}.md")


def _from_answer(hub: LoopbackHub, path: Path) -> str:
    info = json.loads(path.read_text(encoding="utf-8"))
    stem = path.stem.removeprefix("model_")
    files: dict[str, bytes] = {}
    card = SHARED / "hub" / "cards" / f"{stem}.md"
    if card.exists():
        files["README.md"] = card.read_bytes()
    for kept in (SHARED / "hub" / "api" / "license_files").glob(f"{stem}__*"):
        files[kept.name.removeprefix(f"{stem}__")] = kept.read_bytes()
    hub.add(
        info["id"],
        files=files,
        gated=info.get("gated", False),
        sha=info["sha"],
        card_data=info.get("cardData") or {},
        info=info,
    )
    return str(info["id"])
