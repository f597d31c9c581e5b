"""A base that nobody names: a suspicion with its confidence, never a fact."""

from __future__ import annotations

import pytest

from tests.lineage.world import CATALOG, LLAMA, ids, model, of_kind, subject_of
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import ModelFacts
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.signatures import SIGNATURES
from weightlaw.lineage.suspecting import suspect
from weightlaw.policy.judging import judge
from weightlaw.sources.catalogue import facts_of

SHAPE_8B = {
    "model_type": "llama",
    "architectures": "LlamaForCausalLM",
    "vocab_size": "128256",
    "hidden_size": "4096",
    "num_hidden_layers": "32",
}


def suspicion(facts: ModelFacts) -> tuple[str, str] | None:
    found = suspect(facts, CATALOG)
    return (found.base.id, found.confidence) if found else None


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("acme/support-llama-3.1-8b-v2", "meta-llama/Llama-3.1-8B-Instruct"),
        ("acme/Meta-Llama-3-8B-Instruct-tuned", "meta-llama/Meta-Llama-3-8B-Instruct"),
        ("acme/gemma-3-4b-medical", "google/gemma-3-4b-it"),
        ("acme/Qwen2.5-3B-judge", "Qwen/Qwen2.5-3B-Instruct"),
        ("acme/llama31-8b-lora", "meta-llama/Llama-3.1-8B-Instruct"),
    ],
)
def test_names(name: str, base: str) -> None:
    """A name with a version is a suspicion of medium confidence: names are given freely."""
    assert suspicion(model(name, "mit")) == (base, "medium")
    subject = subject_of(model(name, "mit"))
    (gap,) = of_kind(subject, "suspected-base")
    assert "may be made from" in gap.text
    assert ids(subject) == {"MIT"}
    assert judge(subject, Deployment()).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "name",
    [
        "openlm-research/open_llama_7b_v2",
        "openlm-research/open_llama_3b",
        "acme/OpenLLaMA-13b",
        "acme/llama.cpp-b3000",
        "acme/llama-factory-2",
        "lmsys/vicuna-7b-v1.5",
        "acme/tiny-random-Llama-3",
        "acme/llama-3.1-8b-tokenizer",
        "acme/gemma-scope-2b-pt-res",
        "acme/distilled-from-llama-3.1-8b",
        "acme/model-for-llama-3.1-8b",
        "acme/alpaca-7b",
        "acme/llamas-in-the-wild-2024",
        "acme/bert-base-uncased",
        "acme/resnet50",
    ],
)
def test_other_things(name: str) -> None:
    """What only sounds like it: other makers' models, tools, tests, parts."""
    assert suspicion(model(name, "apache-2.0")) is None


def test_a_size_is_no_version() -> None:
    """`gemma-31b` is not gemma-3-1b, and `qwen7b` is used for many: low, so the verdict stands."""
    for name in ("acme/stock-gemma-31b", "acme/acquisition-qwen7b"):
        found = suspicion(model(name, "mit"))
        assert found is None or found[1] == "low"
        assert judge(subject_of(model(name, "mit")), Deployment()).verdict is Verdict.ALLOWED


def test_permissive_is_a_note() -> None:
    """Nobody is troubled for Apache."""
    subject = subject_of(model("acme/tinyllama-1.1b-chat-v1.0-tuned", "mit"))
    assert not of_kind(subject, "suspected-base")
    assert any("TinyLlama" in note for note in subject.notes)
    assert judge(subject, Deployment()).verdict is Verdict.ALLOWED


def test_shapes() -> None:
    """The shape alone is medium, with a name that agrees high; DeepSeek's distillation gives itself away."""
    assert suspicion(model("acme/assistant", "mit", config=SHAPE_8B)) == (
        "meta-llama/Llama-3.1-8B-Instruct",
        "medium",
    )
    found = suspicion(model("acme/llama-3.1-8b-assistant", "mit", config=SHAPE_8B))
    assert found == ("meta-llama/Llama-3.1-8B-Instruct", "high")
    distilled = {"model_type": "llama", "parameters": "8030261248"}
    found = suspicion(model("someone/R1-Distill-8B", "mit", config=distilled))
    assert found == ("meta-llama/Llama-3.1-8B-Instruct", "medium")


def test_the_vocabulary_alone() -> None:
    """Llama's architecture with its vocabulary and no size is medium; with another size it is nothing."""
    bare = {"model_type": "llama", "architectures": "LlamaForCausalLM", "vocab_size": "128256"}
    assert suspicion(model("acme/assistant", "mit", config=bare)) is not None
    own = {**bare, "hidden_size": "1536", "num_hidden_layers": "22"}
    assert suspicion(model("acme/assistant", "mit", config=own)) is None
    assert (
        suspicion(model("acme/assistant", "mit", config={**SHAPE_8B, "vocab_size": "32000"}))
        is None
    )
    assert suspicion(model("facebook/MobileLLM", "mit", config=bare)) is None  # Meta's own


def test_gguf_shapes() -> None:
    """A header says the same in other words."""
    header = {
        "model_type": "llama",
        "vocab_size": "128256",
        "embedding_length": "2048",
        "block_count": "16",
    }
    assert suspicion(model("x/y", "mit", config=header)) == (
        "meta-llama/Llama-3.2-1B-Instruct",
        "medium",
    )


def test_a_path_on_somebodys_disk() -> None:
    """Weights that were loaded from a folder called Llama: high, for this is not what one calls things by chance."""
    for path in ("/data/models/Meta-Llama-3-8B-Instruct", "C:\\models\\Meta-Llama-3-8B-Instruct\\"):
        found = suspicion(model("acme/assistant", "mit", config={"_name_or_path": path}))
        assert found == ("meta-llama/Meta-Llama-3-8B-Instruct", "high")
    assert (
        suspicion(model("acme/thing", "mit", config={"_name_or_path": "./out/checkpoint-500"}))
        is None
    )


def test_tags_are_weak() -> None:
    """Low confidence is told and changes no verdict; the Hub's own `llama` for an architecture says nothing."""
    subject = subject_of(model("acme/assistant", "mit", tags=("llama-3.1", "text-generation")))
    (gap,) = of_kind(subject, "suspected-base")
    assert gap.confidence == "low"
    judgement = judge(subject, Deployment())
    assert judgement.verdict is Verdict.ALLOWED
    assert [f.severity for f in judgement.findings if f.rule == "WL505"] == ["info"]
    assert (
        suspicion(model("acme/assistant", "mit", tags=("llama", "base_model:x/llama-3.1"))) is None
    )


def test_marin_has_llamas_shape() -> None:
    """Trained from the start in the same shape under Apache-2.0: low."""
    shape = {"parameters": "8030261248"}
    found = suspicion(model("x/marin-8b-base-tuned", "apache-2.0", config=shape))
    assert found is not None
    assert found[1] == "low"


def test_the_maker_is_not_suspected() -> None:
    """Of its own models, under any of its names; checked for the whole catalogue with all that it says."""
    import msgspec

    for model_id in CATALOG.model_ids():
        known = CATALOG.model(model_id)
        assert known is not None
        facts = msgspec.structs.replace(facts_of(known), source="hub")
        found = suspect(facts, CATALOG)
        if found is not None:
            assert facts.bases, (model_id, found.why)


def test_explained_by_what_binds() -> None:
    """Nothing is suspected that is known: the base is named, or its licence is the model's own."""
    named = subject_of(
        model("a/llama-3.1-8b-x", "mit", "meta-llama/Llama-3.1-8B-Instruct", config=SHAPE_8B),
        model("meta-llama/Llama-3.1-8B-Instruct", "llama3.1"),
    )
    assert not of_kind(named, "suspected-base")
    assert LLAMA in ids(named)
    tagged = subject_of(model("a/llama-3.1-8b-x", "llama3.1", config=SHAPE_8B))
    assert not of_kind(tagged, "suspected-base")


def test_a_permissive_name_with_a_restricted_base() -> None:
    """DeepSeek's distillation of Llama is MIT, and stands under Llama's terms: so does what is called like it."""
    subject = subject_of(model("acme/DeepSeek-R1-Distill-Llama-8B-tuned", "mit"))
    (gap,) = of_kind(subject, "suspected-base")
    assert "Llama 3.1 Community License Agreement would bind too" in gap.text


def test_of_an_ancestor() -> None:
    """An ancestor that names no base is looked at as well."""
    subject = subject_of(
        model("a/x", "mit", "b/llama-3.1-8b-copy"), model("b/llama-3.1-8b-copy", "mit")
    )
    (gap,) = of_kind(subject, "suspected-base")
    assert gap.text.startswith("The base b/llama-3.1-8b-copy may be made from")


@pytest.mark.parametrize(
    "signature", SIGNATURES, ids=lambda s: f"{s.what} {s.parameters or s.layers}"
)
def test_signatures(signature: object) -> None:
    """Each says where it is from, and its base is in the catalogue with a licence that asks for something."""
    from weightlaw.lineage.signatures import Signature
    from weightlaw.lineage.suspecting import strict

    assert isinstance(signature, Signature)
    assert signature.source
    base = CATALOG.model(signature.base)
    assert base is not None
    assert base.license is not None
    entry = CATALOG.license(base.license)
    assert entry is not None
    assert strict([entry])
