"""The engine against the second reading, and the laws over every policy that can be written."""

from __future__ import annotations

import json
from random import Random

import msgspec
import pytest

from tests.policy import generated, reference
from weightlaw.catalog.store import load
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Binding
from weightlaw.policy.judging import judge
from weightlaw.policy.policyfile import parse_policy

BATCHES, SIZE = 20, 500
VERDICTS = list(Verdict)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_agrees_with_the_second_reading(batch: int) -> None:
    """10,000 policies, models and deployments: the same verdict, and the same rules of the house speak."""
    r = Random(batch)
    seen = set()
    for number in range(SIZE):
        written, trees = generated.policy(r)
        house = parse_policy(json.dumps(written), "p.yaml", load(), today=generated.TODAY).house
        (subject, about), deployment = generated.model(r), generated.deployment(r)
        got = judge(subject, deployment, house, about)
        alone = judge(subject, deployment).verdict.rank
        verdict, spoken, _ = reference.judge_house(
            written, trees, subject, about, deployment, generated.TODAY
        )
        assert {f.house_rule for f in got.findings if f.house_rule} == spoken, (batch, number)
        assert got.verdict is VERDICTS[max(verdict, alone)], (batch, number, written)
        seen.add((got.verdict, bool(got.waived)))
    assert {v for v, _ in seen} >= {Verdict.REVIEW, Verdict.DENIED}
    assert any(waived for _, waived in seen)


@pytest.mark.parametrize("seed", range(10))
def test_growth_is_never_milder(seed: int) -> None:
    """More users, another market, another base: no policy answers milder, waivers apart."""
    r = Random(1000 + seed)
    for _ in range(200):
        written, _ = generated.policy(r)
        written.pop("waivers", None)
        house = parse_policy(json.dumps(written), "p.yaml", load(), today=generated.TODAY).house
        (subject, about), deployment = generated.model(r), generated.deployment(r)
        before = judge(subject, deployment, house, about).verdict.rank
        grown = msgspec.structs.replace(
            deployment,
            mau=None if deployment.mau is None else deployment.mau + r.choice([1, 10**7, 10**9]),
            markets=(*deployment.markets, r.choice(["KR", "CN", "DE"]))
            if deployment.markets
            else (),
        )
        assert judge(subject, grown, house, about).verdict.rank >= before, written
        other, more = generated.model(r)
        wider = msgspec.structs.replace(
            subject,
            bindings=(*subject.bindings, *(as_base(b) for b in other.bindings)),
            bases=(*subject.bases, *other.bases),
        )
        known = msgspec.structs.replace(about, makers=(*about.makers, *more.makers))
        assert judge(wider, deployment, house, known).verdict.rank >= before, written


def as_base(binding: Binding) -> Binding:
    return msgspec.structs.replace(binding, role="base", through=("other/base",))


@pytest.mark.parametrize("seed", range(5))
def test_a_further_restriction_is_never_milder(seed: int) -> None:
    """Another rule that denies or reviews only adds, whatever else the policy says."""
    r = Random(2000 + seed)
    for _ in range(200):
        written, _ = generated.policy(r)
        written["rules"] = {n: v for n, v in written["rules"].items() if "allow" not in v}
        written.pop("waivers", None)
        rules = dict(written["rules"])
        (subject, about), deployment = generated.model(r), generated.deployment(r)
        ranks = []
        for names in (list(rules)[:-1], list(rules)):
            written["rules"] = {n: rules[n] for n in names}
            house = parse_policy(json.dumps(written), "p.yaml", load(), today=generated.TODAY).house
            ranks.append(judge(subject, deployment, house, about).verdict.rank)
        assert ranks[-1] >= ranks[0]
