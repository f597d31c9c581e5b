"""Looser than the base: over terms, not over names."""

from __future__ import annotations

import pytest

from tests.lineage.world import CATALOG, World, model, of_kind, subject_of
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.terms import Terms
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.looser import lacks
from weightlaw.policy.judging import judge

PERMISSIVE = (
    "mit",
    "apache-2.0",
    "bsd-3-clause",
    "bsd-2-clause",
    "isc",
    "cc-by-4.0",
    "cc0-1.0",
    "unlicense",
)


def terms(name: str) -> Terms:
    entry = CATALOG.find_license(name)
    assert entry is not None
    assert entry.text is not None
    return entry.facts


@pytest.mark.parametrize("base", PERMISSIVE)
@pytest.mark.parametrize("own", PERMISSIVE)
def test_permissive_relabelling_is_no_conflict(own: str, base: str) -> None:
    """Notices of both are owed, nothing contradicts."""
    assert not list(lacks([terms(own)], terms(base)))
    assert not of_kind(subject_of(model("a/x", own, "b/y"), model("b/y", base)), "looser-than-base")


@pytest.mark.parametrize(
    ("base", "facts"),
    [
        (
            "llama3.1",
            {"thresholds", "use_restrictions", "naming", "attribution_display", "outputs"},
        ),
        ("gemma", {"use_restrictions"}),
        ("cc-by-nc-4.0", {"commercial_use"}),
        ("cc-by-sa-4.0", {"share_alike"}),
        ("gpl-3.0", {"share_alike"}),
        ("agpl-3.0", {"share_alike"}),
        ("cc-by-nd-4.0", {"derivatives"}),
        ("openrail++", {"use_restrictions"}),
        ("bigscience-openrail-m", {"use_restrictions"}),
        ("qwen-research", {"commercial_use"}),
        ("LicenseRef-weightlaw-kimi-k2", {"thresholds", "attribution_display"}),
        ("LicenseRef-weightlaw-hunyuan-a13b", {"territory", "thresholds", "use_restrictions"}),
        ("LicenseRef-weightlaw-llama-4-use-policy", {"territory", "use_restrictions"}),
    ],
)
def test_what_mit_loses(base: str, facts: set[str]) -> None:
    """The facts that are missing in MIT, among others."""
    assert facts <= {lack.fact for lack in lacks([terms("mit")], terms(base))}


@pytest.mark.parametrize(
    "name", ["llama3.1", "gemma", "cc-by-nc-sa-4.0", "gpl-3.0", "mit", "qwen-research"]
)
def test_no_licence_is_looser_than_itself(name: str) -> None:
    """Nor does adding another licence beside it change that."""
    assert not list(lacks([terms(name)], terms(name)))
    assert not list(lacks([terms("mit"), terms(name)], terms(name)))


def test_stricter_is_not_looser() -> None:
    """Non-commercial over permissive, and copyleft over permissive."""
    assert not list(lacks([terms("cc-by-nc-4.0")], terms("mit")))
    assert not list(lacks([terms("gpl-3.0")], terms("apache-2.0")))


def test_both_sides_are_named() -> None:
    """The finding names the model's licence, the base's, the way, and the sections."""
    subject = subject_of(
        model("a/q", "apache-2.0", ("b/tune", "quantized")),
        model("b/tune", "apache-2.0", "meta/base"),
        model("meta/base", "llama3.1"),
    )
    (gap,) = of_kind(subject, "looser-than-base")
    for words in (
        "a/q",
        "Apache License 2.0",
        "Llama 3.1",
        "through b/tune -> meta/base",
        "700,000,000",
        "1.b.i",
    ):
        assert words in gap.text
    assert {e.license for e in gap.evidence} == {"Apache-2.0", "LicenseRef-weightlaw-llama-3.1"}


def test_the_same_licence_is_no_conflict() -> None:
    """Also where the model carries more than one."""
    for own in ("llama3.1", "llama3.1"):
        subject = subject_of(model("a/Llama-x", own, "b/y"), model("b/y", "llama3.1"))
        assert not of_kind(subject, "looser-than-base")


def test_unknown_sides_are_not_compared() -> None:
    """Of a licence that nobody declared or nobody read, nothing is claimed but the doubt itself."""
    for own in ("", "other", "some-unknown-thing"):
        subject = subject_of(model("a/x", own, "b/y"), model("b/y", "llama3.1"))
        assert not of_kind(subject, "looser-than-base")
    unread = subject_of(model("a/x", "mit", "b/y"), model("b/y", "krea-2-community-license"))
    assert not of_kind(unread, "looser-than-base")
    assert judge(unread, Deployment()).verdict is Verdict.REVIEW


def test_one_publisher_may_relicense_its_own() -> None:
    """Both bind, but it is no contradiction; under a vendor's licence it is one."""
    own = subject_of(model("acme/x", "mit", "acme/y"), model("acme/y", "cc-by-nc-4.0"))
    assert not of_kind(own, "looser-than-base")
    assert judge(own, Deployment()).verdict is Verdict.DENIED
    copied = subject_of(model("acme/x", "mit", "acme/y"), model("acme/y", "llama3.1"))
    assert of_kind(copied, "looser-than-base")


def test_a_configuration_is_weaker_evidence() -> None:
    """`_name_or_path` says where weights were loaded from."""
    import msgspec

    facts = model("a/x", "mit", "b/y")
    weak = msgspec.structs.replace(
        facts, bases=tuple(msgspec.structs.replace(b, source="config") for b in facts.bases)
    )
    world = World(weak, model("b/y", "llama3.1"))
    (gap,) = of_kind(world.subject("a/x"), "looser-than-base")
    assert gap.confidence == "medium"


def test_verdict_is_conditional_by_itself() -> None:
    """The base's own terms decide; the contradiction alone leaves conditions."""
    subject = subject_of(model("a/Llama-x", "mit", "b/y"), model("b/y", "llama3.1"))
    judgement = judge(subject, Deployment(mau=5_000_000))
    assert {f.rule: f.verdict for f in judgement.findings}["WL503"] is Verdict.CONDITIONAL
    assert judgement.verdict is Verdict.CONDITIONAL
    assert judge(subject, Deployment(mau=900_000_000)).verdict is Verdict.DENIED
