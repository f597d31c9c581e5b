"""A derivative's own name and card against its bases' rules."""

from __future__ import annotations

import pytest

from tests.lineage.world import model, of_kind, subject_of
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import Relation
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.judging import judge

SHOWN = "# A model\n\nBuilt with Llama\n"


def breaches(
    name: str, relation: Relation = "finetune", card: str = SHOWN, base: str = "llama3.1"
) -> list[str]:
    """The same whether the model says MIT or carries its base's licence."""
    texts = []
    for own in ("mit", base):
        subject = subject_of(model(name, own, ("b/y", relation), card=card), model("b/y", base))
        texts.append([gap.text for gap in of_kind(subject, "derivative-name")])
    assert len(texts[0]) == len(texts[1])
    return texts[0]


@pytest.mark.parametrize("name", ["a/Llama-3.1-8B-tuned", "a/llama-x", "a/Llama3.1-mine"])
def test_kept(name: str) -> None:
    """A name that begins as it shall, and a card that shows what it shall."""
    assert breaches(name) == []


@pytest.mark.parametrize("name", ["a/Nova-8B", "a/Meta-Llama-3.1-8B-tuned", "a/my-llama-3.1"])
def test_broken_names(name: str) -> None:
    """Told with the rule, and severity medium; the verdict stays what the terms make it."""
    (text,) = breaches(name)
    assert "does not begin with 'Llama'" in text
    subject = subject_of(model(name, "mit", "b/y", card=SHOWN), model("b/y", "llama3.1"))
    judgement = judge(subject, Deployment(mau=1_000_000))
    found = {f.rule: f for f in judgement.findings}
    assert found["WL506"].verdict is Verdict.ALLOWED
    assert found["WL506"].severity == "medium"
    assert judgement.verdict is Verdict.CONDITIONAL


def test_a_quantization_keeps_its_name() -> None:
    """It is a copy of a model that has its name already."""
    assert breaches("a/Meta-Llama-3.1-8B-GGUF", "quantized") == []


def test_the_card() -> None:
    """Low: the string may be shown elsewhere. Without a card nothing is claimed."""
    (text,) = breaches("a/Llama-x", card="# A model\n\nNothing else.")
    assert "does not show 'Built with Llama'" in text
    assert breaches("a/Llama-x", card="") == []
    assert breaches("a/Llama-x", card="built with LLAMA!") == []


def test_other_prefixes() -> None:
    """Llama 3 wants its number in the name; hyphens are as good as blanks."""
    llama3 = "Built with Meta Llama 3"
    assert breaches("a/Llama-3-8B-x", card=llama3, base="llama3") == []
    assert len(breaches("a/Llama-8B-x", card=llama3, base="llama3")) == 1


def test_only_of_published_derivatives() -> None:
    """The licensor's own model and a file at hand have no publisher to blame."""
    own = subject_of(
        model("meta-llama/Odd-Name", "llama3.1", "meta-llama/Base", card="# x"),
        model("meta-llama/Base", "llama3.1"),
    )
    assert not of_kind(own, "derivative-name")
