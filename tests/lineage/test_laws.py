"""Laws over invented graphs: adding a base, or an edge, never makes an answer milder."""

from __future__ import annotations

from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.invented import DEPLOYMENTS
from tests.lineage.world import World, ids, model
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import Base, ModelFacts
from weightlaw.policy.judging import judge

TAGS = st.sampled_from(
    [
        "",
        "other",
        "mit",
        "apache-2.0",
        "cc-by-nc-4.0",
        "cc-by-nd-4.0",
        "gpl-3.0",
        "llama3.1",
        "gemma",
        "qwen-research",
    ]
)
RELATIONS = st.sampled_from(["finetune", "merge", "quantized", "adapter", "distilled", "unknown"])
NODES = 6
EDGES = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES), RELATIONS), max_size=12, unique=True
)


def world_of(tags: list[str], edges: list[tuple[int, int, str]]) -> World:
    """Node 6 is known to nobody. Publishers differ, except those of nodes 4 and 5."""
    names = [f"org{min(n, 4)}/m{n}" for n in range(NODES + 1)]
    models: list[ModelFacts] = []
    for n in range(NODES):
        bases = tuple((names[b], r) for a, b, r in edges if a == n)
        models.append(model(names[n], tags[n], *bases))  # type: ignore[arg-type]
    return World(*models)


@settings(max_examples=200)
@given(st.lists(TAGS, min_size=NODES, max_size=NODES), EDGES, EDGES, DEPLOYMENTS)
def test_more_edges_are_never_milder(
    tags: list[str],
    edges: list[tuple[int, int, str]],
    more: list[tuple[int, int, str]],
    deployment: Deployment,
) -> None:
    """Every licence that bound still binds, and the verdict is at least as strict."""
    before = world_of(tags, edges).subject("org0/m0")
    after = world_of(tags, [*edges, *more]).subject("org0/m0")
    assert ids(before) <= ids(after)
    assert judge(after, deployment).verdict.rank >= judge(before, deployment).verdict.rank


@settings(max_examples=100)
@given(st.lists(TAGS, min_size=NODES, max_size=NODES), EDGES)
def test_same_in_same_out(tags: list[str], edges: list[tuple[int, int, str]]) -> None:
    """The same world gives the same bytes."""
    one, two = (world_of(tags, edges).subject("org0/m0") for _ in range(2))
    assert msgspec.json.encode(one) == msgspec.json.encode(two)


@given(st.lists(TAGS, min_size=NODES, max_size=NODES), EDGES)
def test_all_reachable_licences_bind(tags: list[str], edges: list[tuple[int, int, str]]) -> None:
    """What can be reached binds, and the way that is told leads there."""
    world = world_of(tags, edges)
    subject = world.subject("org0/m0")
    for binding in subject.bindings:
        way = ["org0/m0", *binding.through]
        for child, parent in pairwise(way):
            assert parent in {b.id for b in world.models[child].bases}


def test_bases_of_any_source() -> None:
    """Who says that something is a base makes no difference to what binds."""
    for source in (
        "card",
        "tags",
        "api",
        "config",
        "adapter_config",
        "mergekit_config",
        "GGUF x",
        "catalogue",
    ):
        facts = msgspec.structs.replace(
            model("a/x", "mit"), bases=(Base(id="b/y", relation="finetune", source=source),)
        )
        world = World(facts, model("b/y", "cc-by-nc-4.0"))
        assert ids(world.subject("a/x")) == {"MIT", "CC-BY-NC-4.0"}
