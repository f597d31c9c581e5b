"""Fixtures for the tests of the lock: the loopback Hub, and the guard that nothing else is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loopback import hub, hub_home
from tests.sources.conftest import only_loopback
from weightlaw.cli import main

__all__ = ["hub", "hub_home", "only_loopback"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and both commands known to the command line."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for command in ("lock", "verify"):
        monkeypatch.setitem(main.COMMANDS, command, "")
    return folder
