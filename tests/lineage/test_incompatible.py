"""Terms that cannot both be kept."""

from __future__ import annotations

import pytest

from tests.lineage.world import model, of_kind, subject_of
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import Relation
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.incompatible import compatible
from weightlaw.policy.judging import judge


def clash(own: str, base: str, relation: Relation = "finetune") -> bool:
    subject = subject_of(model("a/x", own, ("b/y", relation)), model("b/y", base))
    return bool(of_kind(subject, "incompatible-terms"))


@pytest.mark.parametrize(
    ("own", "base"),
    [
        ("gpl-3.0", "cc-by-nc-4.0"),
        ("cc-by-sa-4.0", "cc-by-nc-4.0"),
        ("cc-by-nc-4.0", "agpl-3.0"),
        ("gpl-3.0", "cc-by-sa-4.0"),
        ("gpl-2.0", "gpl-3.0"),
        ("cc-by-sa-4.0", "cc-by-nc-sa-4.0"),
        ("agpl-3.0", "llama3.1"),
        ("gpl-3.0", "gemma"),
        ("osl-3.0", "gpl-3.0"),
        ("llama3.1", "exaone"),
    ],
)
def test_clashes(own: str, base: str) -> None:
    """Whichever of the two is the base's."""
    own = "LicenseRef-weightlaw-exaone-1.2-nc" if own == "exaone" else own
    base = "LicenseRef-weightlaw-exaone-1.2-nc" if base == "exaone" else base
    assert clash(own, base)
    assert clash(base, own)


@pytest.mark.parametrize(
    ("own", "base"),
    [
        ("gpl-3.0", "apache-2.0"),
        ("gpl-3.0", "mit"),
        ("agpl-3.0", "gpl-3.0"),
        ("gpl-3.0", "mpl-2.0"),
        ("gpl-3.0", "lgpl-3.0"),
        ("cc-by-sa-4.0", "cc-by-sa-3.0"),
        ("cc-by-nc-sa-4.0", "cc-by-nc-4.0"),
        ("cc-by-nc-sa-4.0", "cc-by-4.0"),
        ("mit", "gpl-3.0"),
        ("mit", "llama3.1"),
        ("llama3.1", "llama3"),
        ("cc-by-nc-4.0", "llama3.1"),
        ("gpl-3.0", "eupl-1.2"),
        ("openrail++", "gemma"),
    ],
)
def test_no_clash(own: str, base: str) -> None:
    """Terms that can be kept together, or where the looser one is told as such."""
    assert not clash(own, base)
    assert not clash(base, own)


def test_one_way_only() -> None:
    """What a text says of its own derivatives is not said of the other's."""
    assert compatible("EUPL-1.2", "GPL-3.0-only")
    assert not compatible("GPL-3.0-only", "EUPL-1.2")
    assert compatible("LGPL-3.0-only", "GPL-3.0-only")
    assert not compatible("GPL-3.0-only", "GPL-2.0-only")


@pytest.mark.parametrize(
    ("relation", "verdict"),
    [
        ("finetune", Verdict.DENIED),
        ("merge", Verdict.DENIED),
        ("quantized", Verdict.DENIED),
        ("adapter", Verdict.REVIEW),
        ("unknown", Verdict.REVIEW),
    ],
)
def test_a_base_that_permits_no_derivatives(relation: Relation, verdict: Verdict) -> None:
    """Review to use it; denied to hand it out. An adapter may be a work of its own."""
    same = subject_of(model("a/x", "cc-by-nd-4.0", ("b/y", relation)), model("b/y", "cc-by-nd-4.0"))
    assert of_kind(same, "incompatible-terms")
    subject = subject_of(model("a/x", "mit", ("b/y", relation)), model("b/y", "cc-by-nd-4.0"))
    (gap,) = of_kind(subject, "incompatible-terms")
    assert "permits no derivatives" in gap.text
    assert judge(subject, Deployment()).verdict is Verdict.REVIEW
    found = {f.rule: f.verdict for f in judge(subject, Deployment(uses=("weights",))).findings}
    assert found["WL504"] is verdict


def test_parents_of_a_merge_clash_with_each_other() -> None:
    """Neither is the model's own."""
    subject = subject_of(
        model("a/x", "mit", ("b/y", "merge"), ("c/z", "merge")),
        model("b/y", "gpl-3.0"),
        model("c/z", "cc-by-nc-4.0"),
    )
    (gap,) = of_kind(subject, "incompatible-terms")
    assert "through b/y" in gap.text
    assert "through c/z" in gap.text
    assert (
        judge(subject, Deployment(uses=("internal",), commercial=False)).verdict is Verdict.REVIEW
    )
