"""The ready policies: their tests pass, each rule is pinned by a case, and nothing in them is odd."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from weightlaw import plainyaml
from weightlaw.catalog.store import load
from weightlaw.checking import cases
from weightlaw.policy import packs
from weightlaw.policy.extends import Layer, Merged, from_disk, read_layers
from weightlaw.policy.policyfile import policy_of
from weightlaw.policy.policytests import CaseResult, cases_beside, run
from weightlaw.policy.validating import remarks

PACKS = packs.pack_names()
FOUND: dict[str, Any] = {}


def find(name: str) -> Any:
    """Models of the catalogue, looked up once."""
    if name not in FOUND:
        FOUND[name] = cases([name])
    return FOUND[name]


def results(pack: str, without: str | None = None) -> tuple[CaseResult, ...]:
    """The pack's tests; with one of its own rules deleted, if it is named."""
    path, reach = packs.pack_path(pack), from_disk(offline=True)
    layers = read_layers(path, reach)
    if without:
        data = {
            **layers[-1].data,
            "rules": {n: r for n, r in layers[-1].data["rules"].items() if n != without},
        }
        document = plainyaml.Document(data, {})
        layers[-1] = Layer(name=layers[-1].name, document=document, folder=layers[-1].folder)
    beside = cases_beside(path)
    assert beside, f"{pack} has no tests"
    document = plainyaml.parse(Path(beside).read_text(encoding="utf-8"), beside)
    return run(layers, Layer(name=beside, document=document), load(), find, reach)


def own_rules(pack: str) -> list[str]:
    return list(read_layers(packs.pack_path(pack), from_disk())[-1].data["rules"])


def test_all_nine() -> None:
    """Those that the documentation promises."""
    assert PACKS == [
        "eu-public-administration", "lawful-use", "on-device", "osi-only", "regulated-procurement", "research",
        "saas-enterprise", "saas-startup", "us-federal",
    ]  # fmt: skip
    assert packs.DEFAULT in PACKS


@pytest.mark.parametrize("pack", PACKS)
def test_passes(pack: str) -> None:
    """Every case comes out as it says."""
    failed = [f"{r.place} {r.case}: {r.failures}" for r in results(pack) if r.failures]
    assert failed == []


@pytest.mark.parametrize(("pack", "rule"), [(p, r) for p in PACKS for r in own_rules(p)])
def test_every_rule_is_pinned(pack: str, rule: str) -> None:
    """With any rule deleted, a case fails."""
    assert any(r.failures for r in results(pack, without=rule))


@pytest.mark.parametrize("pack", PACKS)
def test_nothing_to_remark(pack: str) -> None:
    """Packs are what others learn from."""
    reach = from_disk(offline=True)
    layers = read_layers(packs.pack_path(pack), reach)
    policy = policy_of(layers, load(), "2026-11-24", reach)
    assert remarks(policy.house, Merged(layers), load()) == ()
    assert policy.about
    assert all(rule.reason.endswith(".") for rule in policy.house.rules)


def test_failures_are_told() -> None:
    """A case that expects otherwise names what came out, and which rule is missing."""
    from weightlaw.policy.policytests import read_cases

    text = "- {case: x, license: MIT, verdict: denied, rules: [sure-reading], silent: [fresh-facts], waived: [WL201]}"
    layers = read_layers(packs.pack_path("lawful-use"), from_disk())
    tests = Layer(name="t.yaml", document=plainyaml.parse(text, "t.yaml"))
    assert len(read_cases(tests)) == 1
    (result,) = run(layers, tests, load(), find, from_disk())
    assert result.place == "t.yaml:1"
    told = " ".join(result.failures)
    for words in (
        "the verdict is review, not denied",
        "sure-reading does not speak",
        "fresh-facts speaks",
        "not waived",
    ):
        assert words in told
