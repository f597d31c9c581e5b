"""A Hub on 127.0.0.1 for tests.

Import the fixtures where they are needed: `from tests.loopback import hub, hub_home  # noqa: F401`, or take them from
a `conftest.py` that does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loopback.environment import HOME
from tests.loopback.hub import Asked, LoopbackHub
from tests.loopback.shared import SHARED, add_shared, from_shared, needs_shared

__all__ = [
    "HOME",
    "SHARED",
    "Asked",
    "LoopbackHub",
    "add_shared",
    "from_shared",
    "hub",
    "hub_home",
    "needs_shared",
]


@pytest.fixture
def hub_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `HF_HOME` for this test alone, for this process and those it starts."""
    from huggingface_hub import constants

    home = tmp_path / "hf"
    monkeypatch.setenv("HF_HOME", str(home))
    monkeypatch.setattr(constants, "HF_HOME", str(home))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
    return home


@pytest.fixture
def hub(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    """A running, empty Hub, which this process and those it starts use."""
    with LoopbackHub() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server
