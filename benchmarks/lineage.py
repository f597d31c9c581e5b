"""How long lineage takes over graphs in memory: `python benchmarks/lineage.py [nodes]`.

The promise: a graph of 100,000 nodes in under 2 seconds, whatever its shape, and nothing of it cut.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from weightlaw.catalog.store import load
from weightlaw.domain.models import Base, Declared, ModelFacts
from weightlaw.lineage.graph import Lineage

LICENSES = ("mit", "apache-2.0", "llama3.1", "gemma", "cc-by-nc-4.0", "", "other")
Graph = dict[str, ModelFacts]


def node(number: int, tag: str, *bases: int) -> ModelFacts:
    """One invented model."""
    return ModelFacts(
        id=f"org{number % 997}/model-{number}-7b",
        source="hub",
        declared=Declared(tags=(tag,) if tag else ()),
        bases=tuple(
            Base(id=f"org{b % 997}/model-{b}-7b", relation="finetune", source="card") for b in bases
        ),
    )


def chain(count: int) -> Graph:
    """Each made from the next."""
    return _graph(node(n, "mit", *([n + 1] if n + 1 < count else [])) for n in range(count))


def star(count: int) -> Graph:
    """One made from all the others."""
    return _graph(node(n, "mit", *(range(1, count) if n == 0 else ())) for n in range(count))


def web(count: int) -> Graph:
    """Each made from three later ones or so, under licences of all kinds; cycles among them."""
    rng = random.Random(7)
    return _graph(
        node(
            n, rng.choice(LICENSES), n + 1 if n + 1 < count else 0, *rng.choices(range(count), k=2)
        )
        for n in range(count)
    )


def _graph(nodes: object) -> Graph:
    return {m.id.lower(): m for m in nodes}  # type: ignore[attr-defined]


def measure(make: Callable[[int], Graph], count: int) -> float:
    """Seconds for the lineage of the first node, the catalogue loaded before."""
    graph = make(count)
    catalog = load()
    start = time.perf_counter()
    lineage = Lineage(catalog, lambda model_id: graph.get(model_id.lower()))
    subject = lineage.assemble(next(iter(graph.values())))
    took = time.perf_counter() - start
    cut = [gap for gap in subject.gaps if gap.kind == "unclear-lineage"]
    if cut:
        sys.exit(f"cut: {cut[0].text}")
    return took


def main() -> None:
    """Print the best of three for each shape."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for make in (chain, star, web):
        best = min(measure(make, count) for _ in range(3))
        print(f"{make.__name__:6} {count:,} nodes: {best:.2f} s")


if __name__ == "__main__":
    main()
