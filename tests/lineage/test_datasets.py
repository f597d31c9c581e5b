"""Training data is listed with what the card says of its licence, and not judged."""

from __future__ import annotations

from tests.lineage.world import model, subject_of
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import DataSet
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.judging import judge


def test_listed_apart_from_the_verdict() -> None:
    """From the card's list and the Hub's tags, each once; a non-commercial data set changes no verdict."""
    facts = model(
        "a/x",
        "mit",
        card="Trained on corpus-one (CC BY-NC 4.0 license).\n\n| other-set | License: Apache 2.0 |\n",
        tags=("dataset:org/corpus-one", "dataset:org/silent"),
        datasets=("org/corpus-one", "org/other-set"),
    )
    subject = subject_of(facts)
    assert subject.datasets == (
        DataSet(id="org/corpus-one", license="CC-BY-NC-4.0", source="card"),
        DataSet(id="org/other-set", license="Apache-2.0", source="card"),
        DataSet(id="org/silent"),
    )
    assert judge(subject, Deployment()).verdict is Verdict.ALLOWED


def test_none_named() -> None:
    """Nothing to list."""
    assert subject_of(model("a/x", "mit")).datasets == ()
