"""The graph: hops, parents, cycles, missing parents, renames, and a hundred thousand nodes."""

from __future__ import annotations

import time

import pytest

from tests.lineage.world import LLAMA, World, ids, model, of_kind, subject_of, ways
from weightlaw.domain.models import ModelFacts


def test_several_hops() -> None:
    """Each ancestor's licence binds, with the way to it."""
    subject = subject_of(
        model("a/q", "mit", ("b/tune", "quantized")),
        model("b/tune", "apache-2.0", "c/base"),
        model("c/base", "llama3.1", "d/root"),
        model("d/root", "gemma"),
    )
    assert ways(subject) == {
        "MIT": (),
        "Apache-2.0": ("b/tune",),
        LLAMA: ("b/tune", "c/base"),
        "LicenseRef-weightlaw-gemma-tou-2025-03-24": ("b/tune", "c/base", "d/root"),
    }


def test_two_parents() -> None:
    """A merge stands under the licences of both."""
    subject = subject_of(
        model("a/merge", "mit", ("b/one", "merge"), ("c/two", "merge")),
        model("b/one", "llama3.1"),
        model("c/two", "cc-by-nc-4.0"),
    )
    assert ids(subject) == {"MIT", LLAMA, "CC-BY-NC-4.0"}
    assert {b.relation for b in subject.bindings if b.through} == {"merge"}


@pytest.mark.parametrize("relation", ["finetune", "merge", "quantized", "adapter", "distilled"])
def test_relations(relation: str) -> None:
    """Every way of making a model from another takes its licence along, and is named."""
    subject = subject_of(model("a/x", "mit", ("b/y", relation)), model("b/y", "llama3.1"))  # type: ignore[arg-type]
    (binding,) = [b for b in subject.bindings if b.entry.id == LLAMA]
    assert binding.relation == relation
    assert relation in binding.reason


def test_cycles() -> None:
    """Cycles end, and a model is no base of itself."""
    subject = subject_of(
        model("a/x", "mit", "a/x", "b/y"),
        model("b/y", "apache-2.0", "c/z"),
        model("c/z", "llama3.1", "b/y", "a/X"),
    )
    assert ids(subject) == {"MIT", "Apache-2.0", LLAMA}
    assert ways(subject)["MIT"] == ()


def test_missing_parent() -> None:
    """A parent that nobody knows is told, with what it seems to be, and each once."""
    subject = subject_of(
        model("a/x", "mit", "b/y"),
        model("b/y", "mit", "gone/secret", "unsloth/Meta-Llama-3.1-8B-bnb-4bit", "gone/secret"),
    )
    texts = [gap.text for gap in of_kind(subject, "unknown-base")]
    assert len(texts) == 2
    assert texts[0].startswith("b/y is made from gone/secret")
    assert "By its name it is meta-llama/Llama-3.1-8B" in texts[1]
    assert not of_kind(subject, "suspected-base")


def test_missing_parent_of_the_same_publisher() -> None:
    """A maker's own earlier model may be missing; that of somebody who is no known maker may not."""
    assert not of_kind(subject_of(model("Qwen/New", "apache-2.0", "Qwen/Gone")), "unknown-base")
    assert of_kind(subject_of(model("reposter/New", "mit", "reposter/Gone")), "unknown-base")


def test_renamed() -> None:
    """An ancestor under its old and its new name is one."""
    world = World(
        model("a/x", "mit", "old/name", "b/y"),
        model("b/y", "mit", "new/name"),
        model("new/name", "llama3.1"),
        renamed={"old/name": "new/name"},
    )
    subject = world.subject("a/x")
    assert [b.entry.id for b in subject.bindings].count(LLAMA) == 1
    assert ways(subject)[LLAMA] == ("new/name",)


def test_each_ancestor_once() -> None:
    """However many ways lead to it."""
    world = World(
        model("a/x", "mit", "b/1", "b/2", "B/1"),
        model("b/1", "mit", "c/root"),
        model("b/2", "mit", "c/root"),
        model("c/root", "llama3.1"),
    )
    world.subject("a/x")
    assert sorted(i.lower() for i in world.asked) == ["b/1", "b/2", "c/root"]


def test_makers_own_word() -> None:
    """A known maker's later licence is its own word; a re-uploader's is not."""
    own = subject_of(
        model("zai-org/glm-4-9b-new", "mit", "zai-org/glm-4-9b-chat"),
        *known("zai-org/glm-4-9b-chat"),
    )
    assert ids(own) == {"MIT"}
    assert any("own later word" in note for note in own.notes)
    other = subject_of(
        model("copier/glm-new", "mit", "zai-org/glm-4-9b-chat"), *known("zai-org/glm-4-9b-chat")
    )
    assert ids(other) == {"MIT", "LicenseRef-weightlaw-glm-4-9b"}
    copied = subject_of(
        model("copier/new", "mit", "copier/llama"), model("copier/llama", "llama3.1")
    )
    assert ids(copied) == {"MIT", LLAMA}


def test_own_word_needs_a_licence() -> None:
    """Without a settled licence of its own, the base's binds."""
    base = "zai-org/glm-4-9b-chat"
    assert ids(subject_of(model("zai-org/unsaid", "", base), *known(base))) == {
        "LicenseRef-weightlaw-glm-4-9b"
    }


def known(model_id: str) -> tuple[ModelFacts, ...]:
    from tests.lineage.world import CATALOG
    from weightlaw.sources.catalogue import facts_of

    found = CATALOG.model(model_id)
    assert found is not None
    return (facts_of(found),)


def test_doubts_are_told_once() -> None:
    """A thousand bases without a licence are one doubt that says how many."""
    bases = [model(f"b/{n}") for n in range(1000)]
    subject = subject_of(model("a/x", "mit", *(b.id for b in bases)), *bases)
    (gap,) = of_kind(subject, "no-license")
    assert gap.text.startswith("Of the base b/0 (and of 999 more): No licence is declared")


def test_changed_terms_of_one_licence_bind_beside_it() -> None:
    """A base's changed text of the same licence is not lost behind the unchanged one."""
    import msgspec

    from tests.lineage.world import CATALOG
    from weightlaw.domain.terms import CommercialUse
    from weightlaw.lineage.binding import Binding
    from weightlaw.lineage.graph import _Walk

    entry = CATALOG.license("MIT")
    assert entry is not None
    changed = msgspec.structs.replace(
        entry.facts, commercial_use=CommercialUse(section="1", value="no")
    )
    world = World(model("a/x", "mit"))
    from weightlaw.lineage.graph import Lineage

    lineage = Lineage(CATALOG, world.fetch)
    facts = world.models["a/x"]
    walk = _Walk(lineage, facts, lineage.conclusion(facts))
    assert walk._holds(Binding(entry=entry, terms=entry.facts))
    assert not walk._holds(Binding(entry=entry, terms=changed))


def chain(length: int) -> World:
    models = [model(f"org/m{n}", "mit", f"org/m{n + 1}") for n in range(length - 1)]
    return World(*models, model(f"org/m{length - 1}", "llama3.1"))


def star(width: int) -> World:
    leaves = [model(f"b{n}/model-{n}", "apache-2.0") for n in range(width - 1)]
    return World(model("a/x", "mit", *(m.id for m in leaves)), *leaves)


@pytest.mark.parametrize("world", [chain(100_000), star(100_000)], ids=["chain", "star"])
def test_a_hundred_thousand(world: World) -> None:
    """The promise is two seconds; the bound leaves room for a busy machine. Nothing is cut."""
    first = next(iter(world.models))
    start = time.perf_counter()
    subject = world.subject(first)
    assert time.perf_counter() - start < 8
    assert not of_kind(subject, "unclear-lineage")
    assert len(world.asked) == 99_999
    if first == "org/m0":
        assert len(ways(subject)[LLAMA]) == 99_999


def test_a_limit_is_told() -> None:
    """What was not followed is a doubt, never a silence."""
    (gap,) = of_kind(chain(50).subject("org/m0", limit=20), "unclear-lineage")
    assert "More than 20 ancestors" in gap.text
