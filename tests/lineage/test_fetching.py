"""Ancestors are fetched level by level, each once, within a limit, with progress."""

from __future__ import annotations

from collections.abc import Sequence

from tests.lineage.world import World, model
from weightlaw.lineage.fetching import CHUNK, fetch_ancestors


def test_level_by_level_each_once() -> None:
    """All bases of a level together, shared ones once."""
    world = World(
        *(model(f"a/{n}", "mit", f"b/{n % 10}", "B/0") for n in range(100)),
        *(model(f"b/{n}", "mit", "c/root", "gone/away") for n in range(10)),
        model("c/root", "llama3.1"),
    )
    levels: list[list[str]] = []

    def prefetch(wanted: Sequence[tuple[str, str | None]]) -> None:
        levels.append([i for i, _ in wanted])

    roots = [world.models[f"a/{n}"] for n in range(100)]
    assert fetch_ancestors(roots, world.fetch, prefetch) == 12
    assert [sorted(level) for level in levels] == [
        [f"b/{n}" for n in range(10)],
        ["c/root", "gone/away"],
    ]
    assert len(world.asked) == 12


def test_progress_and_chunks() -> None:
    """Told after each chunk: how many of how many that are known so far."""
    bases = [model(f"b/{n}", "mit") for n in range(CHUNK + 6)]
    world = World(model("a/x", "mit", *(b.id for b in bases)), *bases)
    told: list[tuple[int, int]] = []
    fetch_ancestors(
        [world.models["a/x"]], world.fetch, lambda _: None, lambda *counts: told.append(counts)
    )
    assert told == [(CHUNK, CHUNK + 6), (CHUNK + 6, CHUNK + 6)]


def test_an_endless_chain_ends() -> None:
    """Somebody's server may invent a base for every base."""
    asked: list[str] = []

    def fetch(model_id: str) -> object:
        asked.append(model_id)
        return model(model_id, "mit", f"evil/{len(asked)}")

    done = fetch_ancestors([model("a/x", "mit", "evil/0")], fetch, lambda _: None, limit=500)  # type: ignore[arg-type]
    assert done == len(asked) == 500
