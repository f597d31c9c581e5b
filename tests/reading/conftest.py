"""What the reading tests share: the licence texts beside the checkout, and indexes."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.shared import TEXTS, texts
from weightlaw.reading.compile_fingerprints import Source, compile_texts
from weightlaw.reading.fingerprints import Index, default_index, load


@pytest.fixture(scope="session")
def index() -> Index:
    """The fingerprints that ship."""
    return default_index()


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Index]:
    """Makes an index of texts given as (id, text); ids without our prefix count as SPDX ones."""

    def make(*texts: tuple[str, str]) -> Index:
        sources = [
            Source(
                id=name,
                source=f"{name} {n}",
                text=text,
                title=name,
                spdx=not name.startswith("LicenseRef-"),
            )
            for n, (name, text) in enumerate(texts)
        ]
        file = tmp_path_factory.mktemp("fingerprints") / "fingerprints.json"
        file.write_bytes(compile_texts(sources))
        return load(file)

    return make


@pytest.fixture(scope="session")
def corpus() -> dict[str, str]:
    """The licence texts by file name, without `.txt`."""
    if not TEXTS.is_dir():
        pytest.skip(f"no licence texts in {TEXTS}; set WEIGHTLAW_SHARED")
    return {f.stem: f.read_text(encoding="utf-8") for f in texts()}


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that is the same for a test each time it runs."""
    return random.Random(request.node.name)
