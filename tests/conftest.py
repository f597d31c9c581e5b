"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _no_cache_of_policies() -> Iterator[None]:
    """No test reads the user's cache of policies or leaves anything there, unless it is about just that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEIGHTLAW_NO_CACHE", "1")
        yield
