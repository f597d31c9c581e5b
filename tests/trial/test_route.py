"""Routing by tag: what may be recommended, what it saves and risks, and what stays unknown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from msgspec import structs

from tests.trial.synthetic import (
    CLOSED,
    OPEN,
    THIRD,
    answer,
    answer_all,
    identify,
    judge,
    new_trial,
)
from tests.trial.test_trial_report import run
from weightlaw.errors import NothingChecked, UsageError
from weightlaw.trial.documents import route as documents
from weightlaw.trial.routes import Policy, RouteReport
from weightlaw.trial.routing import fewest_prompts, route
from weightlaw.trial.statistics import exact, shares
from weightlaw.trial.store import Store


def made(path: Path, tags: Sequence[Sequence[str]], winners: list[str], **more: Any) -> Store:
    """An answered and judged trial whose open model has a licence verdict."""
    store = new_trial(path / "a.trial", tags, **more)
    identify(store)
    answer_all(store)
    judge(store, winners)
    return store


def policy(report: RouteReport, *tags: str) -> Policy:
    """The policy that sends exactly these tags."""
    return next(p for p in report.policies if set(p.tags) == set(tags))


EASY_HARD = [("easy",)] * 40 + [("hard",)] * 40
GOOD_BAD = ["qwen"] * 25 + ["gpt"] * 5 + [""] * 10 + ["gpt"] * 25 + ["qwen"] * 5 + [""] * 10


def test_only_what_is_shown_is_recommended(tmp_path: Path) -> None:
    """Easy prompts go, hard ones stay; saving and risk are those of the easy ones among all."""
    r = route(made(tmp_path, EASY_HARD, GOOD_BAD))
    assert {t.tag: t.recommended for t in r.tags} == {"easy": True, "hard": False}
    first = r.policies[0]
    assert first.recommended
    assert first.tags == ("easy",)
    assert (first.worse.count, first.worse.of, first.better, first.ties) == (5, 80, 25, 10)
    assert first.worse_at_most == shares.upper_bound(5, 80, 1 - 0.05 / 3)
    closed, opened = (100 * 1.25 + 50 * 10) / 1e6, (100 * 0.1 + 50 * 0.2) / 1e6
    assert first.saved_per_thousand.value == pytest.approx(500 * (closed - opened))
    assert first.share_saved.value == pytest.approx((closed - opened) / closed / 2)
    assert first.saved_per_thousand.low is not None
    assert first.saved_per_thousand.low < 500 * (closed - opened)
    assert r.sentence.startswith("Send easy to qwen and the rest to gpt")
    assert policy(r, "easy", "hard").worse.count == 30
    assert policy(r, "hard").saved_per_thousand.value == pytest.approx(
        first.saved_per_thousand.value
    )


def test_several_tags_and_none(tmp_path: Path) -> None:
    """A prompt goes only where all of its tags go; one without a tag never."""
    tags: list[Sequence[str]] = [("a",), ("a", "b"), ("b",), (), ("b", "a")]
    r = route(made(tmp_path, tags, ["gpt"] * 5))
    assert policy(r, "a").routed.count == 1
    assert policy(r, "b").routed.count == 1
    assert policy(r, "a", "b").routed.count == 4
    assert (r.untagged, r.several) == (1, 2)
    assert policy(r, "a", "b").worse.count == 4
    assert policy(r, "a", "b").worse.of == 5


def test_too_few_prompts_cannot_tell(tmp_path: Path) -> None:
    """Three of three won is nothing: not even that is shown with three prompts."""
    tags = [("rare",)] * 3 + [("often",)] * 30
    r = route(made(tmp_path, tags, ["qwen"] * 3 + ["qwen"] * 15 + ["gpt"] * 15))
    rare = next(t for t in r.tags if t.tag == "rare")
    assert not rare.recommended
    assert rare.why.startswith("cannot tell: 3 non-tied prompts; fewer than 5")
    assert fewest_prompts(0.4, exact.ALPHA / 2) == 5
    assert not any(p.recommended for p in r.policies)
    assert "Send nothing to qwen" in r.sentence


def test_worse_within_the_margin_may_go(tmp_path: Path) -> None:
    """The closed model is preferred, by less than the margin: the margin was chosen before, so it may go, and is said."""
    winners = ["qwen"] * 450 + ["gpt"] * 550
    r = route(made(tmp_path, [("a",)] * 1000, winners))
    assert r.tags[0].recommended
    assert "yet the open one is not worse" in r.tags[0].why


def test_license_denied_sends_nothing(tmp_path: Path) -> None:
    """However good it is: what may not be deployed is not recommended."""
    store = made(tmp_path, EASY_HARD, GOOD_BAD)
    identify(store, verdict="denied")
    r = route(store)
    assert not any(t.recommended for t in r.tags)
    assert not any(p.recommended for p in r.policies)
    assert "licence verdict is denied" in r.sentence


@pytest.mark.parametrize("verdict", ["review", ""])
def test_license_not_settled_is_said(tmp_path: Path, verdict: str) -> None:
    """Review or no check at all: never silent."""
    store = new_trial(tmp_path / "a.trial", EASY_HARD)
    answer_all(store)
    judge(store, GOOD_BAD)
    if verdict:
        identify(store, verdict=verdict)
    assert "settle that first" in route(store).sentence


def test_unknown_cost_is_unknown(tmp_path: Path) -> None:
    """Without a price of the open model there is no saving, and the risk is told all the same."""
    bare = structs.replace(OPEN, price=None)
    r = route(made(tmp_path, EASY_HARD, GOOD_BAD, candidates=(bare, CLOSED)))
    assert r.policies[0].saved_per_thousand.value is None
    assert r.policies[0].worse.count == 5
    assert "not known" in documents.render(r)


def test_savings_a_month(tmp_path: Path) -> None:
    """By the policy's users."""
    rules = tmp_path / "weightlaw.yaml"
    rules.write_text("version: 1\ndeployment: {monthly_active_users: 10K, commercial: true}\n")
    r = route(made(tmp_path, EASY_HARD, GOOD_BAD, policy=str(rules), requests_per_user=10.0))
    thousand, month = r.policies[0].saved_per_thousand, r.policies[0].saved_per_month
    assert thousand.value is not None
    assert month.value == pytest.approx(100 * thousand.value)


def test_many_tags_are_not_all_combined(tmp_path: Path) -> None:
    """Seven tags have 127 combinations: each alone, the recommended and all are listed, the rest is counted."""
    tags = [(f"t{n % 7}",) for n in range(210)]
    winners = ["qwen" if n % 7 < 2 or n % 2 else "gpt" for n in range(210)]
    r = route(made(tmp_path, tags, winners))
    assert len(r.policies) + r.left_out == 127
    assert policy(r, "t0", "t1").recommended
    assert len(r.policies) == 9


def test_needs_an_open_and_a_closed_one(tmp_path: Path) -> None:
    """Otherwise there is nothing to route between."""
    store = new_trial(tmp_path / "a.trial", [("a",)], (OPEN, THIRD))
    with pytest.raises(UsageError, match="between an open and a closed"):
        route(store)


def test_needs_tags_and_votes(tmp_path: Path) -> None:
    """Each says what to do."""
    with pytest.raises(UsageError, match="give the prompts tags"):
        route(new_trial(tmp_path / "a.trial", [()]))
    with pytest.raises(NothingChecked, match="weightlaw trial judge"):
        route(new_trial(tmp_path / "b.trial", [("a",)]))


def test_text_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Advice first; JSON by its schema; the same bytes twice; no private text."""
    made(tmp_path, EASY_HARD, GOOD_BAD).close()
    path = str(tmp_path / "a.trial")
    assert run("route", path) == 0
    told = capsys.readouterr().out
    assert told.startswith("Send easy to qwen and the rest to gpt")
    flat = " ".join(told.split())
    for part in ("Bonferroni", "Holm", "Licence of qwen: conditional", "5 of 80, 6.2%"):
        assert part in flat, part
    assert "secret" not in told
    written = []
    for _ in range(2):
        assert run("route", path, "--format", "json") == 0
        written.append(capsys.readouterr().out)
    assert written[0] == written[1]
    jsonschema.validate(json.loads(written[0]), documents.json_schema())


def test_incomplete_exits_with_four(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Votes are missing: an answer, and exit 4."""
    made(tmp_path, EASY_HARD, GOOD_BAD[:70]).close()
    assert run("route", str(tmp_path / "a.trial")) == 4
    assert "missing" in capsys.readouterr().out


def test_wrong_recommendations_are_rare() -> None:
    """Five tags in which the open model is worse by exactly the margin, 40 prompts each: in at most one trial in twenty
    (2.5% for the margin) is any of them recommended; the bound of the risk holds for all 31 policies at once."""
    rng = np.random.RandomState(21)
    wrong = missed = 0
    times = 1500
    truth = 0.6 / 5  # each tag's share of all prompts on which the closed one is preferred
    for _ in range(times):
        wins = rng.binomial(40, 0.4, 5)
        adjusted = exact.holm([exact.above(int(k), 40, 0.4) for k in wins])
        wrong += min(adjusted) < exact.ALPHA / 2
        worse = 40 - wins
        sizes = {1: worse.min(), 5: worse.sum()}  # the luckiest tag, chosen after the fact, and all
        missed += any(
            shares.upper_bound(int(k), 200, 1 - 0.05 / 31) < truth * n for n, k in sizes.items()
        )
    assert wrong <= times * 0.025 + 4 * (times * 0.025) ** 0.5
    assert missed <= times * 0.05 + 4 * (times * 0.05) ** 0.5


def test_interval_of_savings_holds(tmp_path: Path) -> None:
    """The bootstrap over prompts of a routed saving, against the known truth."""
    from weightlaw.trial import costs

    rng = np.random.RandomState(22)
    held = 0
    for seed in range(400):
        gains = np.where(rng.random_sample(60) < 0.5, rng.gamma(2.0, 1.0, 60), 0.0)
        r = costs.mean([float(g) for g in gains], seed)
        held += (r.low or 0.0) <= 1.0 <= (r.high or 0.0)
    assert held >= 400 * 0.93 - 4 * (400 * 0.93 * 0.07) ** 0.5


def test_cost_of_repeated_attempts_lowers_the_saving(tmp_path: Path) -> None:
    """Each repeated answer of the open model is paid for again."""
    store = new_trial(tmp_path / "a.trial", [("a",)] * 30)
    for p in store.plan.prompts.prompts:
        answer(store, p.id, "qwen", "schema-failure", "schema-failure")
        answer(store, p.id, "gpt")
    judge(store, ["qwen"] * 30)
    closed, opened = (100 * 1.25 + 50 * 10) / 1e6, (100 * 0.1 + 50 * 0.2) / 1e6
    saved = route(store).policies[0].saved_per_thousand.value
    assert saved == pytest.approx(1000 * (closed - 3 * opened))
