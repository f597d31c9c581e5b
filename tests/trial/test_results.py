"""From attempts and votes to figures: every count by hand, and what may never be said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.trial.synthetic import (
    CLOSED,
    OPEN,
    THIRD,
    answer,
    answer_all,
    decided,
    identify,
    judge,
    new_trial,
    vote,
)
from weightlaw.errors import UsageError
from weightlaw.trial.building import build
from weightlaw.trial.gathering import Evidence, Tally
from weightlaw.trial.results import Results
from weightlaw.trial.statistics import exact, shares
from weightlaw.trial.store import Store
from weightlaw.trial.values import Attempt, Candidate, Price


def judged(path: Path, winners: list[str], **settings: Any) -> Results:
    """A trial of untagged prompts, all answered, judged by one person."""
    store = new_trial(path / "a.trial", [()] * len(winners), **settings)
    answer_all(store)
    judge(store, winners)
    return build(store)


def test_fifteen_of_twenty(tmp_path: Path) -> None:
    """The example of the method, from votes to sentence."""
    r = judged(tmp_path, decided(15, 5))
    main = r.comparisons[0]
    assert (main.first, main.second, main.wins, main.losses, main.ties) == ("qwen", "gpt", 15, 5, 0)
    assert r.decision.word == "the open model is preferred"
    for part in ("15 of 20", "75.0%", "53.1% to 88.8%", "p = 0.041"):
        assert part in r.decision.sentence
    assert (round(main.exact_low, 3), round(main.exact_high, 3)) == (0.509, 0.913)
    assert r.state == "whole"


def test_fourteen_of_twenty_cannot_tell(tmp_path: Path) -> None:
    """p = 0.115 is no preference, and is not called equal; the smallest gap that could have been seen is said."""
    r = judged(tmp_path, decided(14, 6), margin=0.0)
    assert r.decision.word == "cannot tell"
    for part in ("p = 0.115", "48.1% to 85.5%", "239 Elo", "79.9%"):
        assert part in r.decision.sentence


def test_the_closed_model_is_told_from_its_own_side(tmp_path: Path) -> None:
    """The interval in the sentence is that of the one who won."""
    r = judged(tmp_path, decided(5, 15))
    assert r.decision.word == "the closed model is preferred"
    assert "gpt won 15 of 20" in r.decision.sentence
    assert "53.1% to 88.8%" in r.decision.sentence


@pytest.mark.parametrize(
    ("wins", "losses", "margin", "word"),
    [
        (50, 50, 0.10, "cannot tell"),  # lower bound 39.8%
        (51, 49, 0.10, "not worse by more than the margin"),  # 40.8%
        (50, 50, 0.15, "not worse by more than the margin"),
        (450, 550, 0.10, "the closed model is preferred"),
        (3, 2, 0.10, "cannot tell"),
        (0, 5, 0.5, "cannot tell"),
    ],
)
def test_margin(tmp_path: Path, wins: int, losses: int, margin: float, word: str) -> None:
    """Not worse is said only where the exact one-sided 97.5% bound clears one half less the margin."""
    r = judged(tmp_path, decided(wins, losses), margin=margin)
    told = r.comparisons[0].not_worse
    assert told is not None
    assert r.decision.word == word
    assert told.lower == pytest.approx(shares.clopper_pearson(wins, wins + losses)[0])
    assert told.shown == (told.lower > 0.5 - margin)
    if (wins, losses) == (450, 550):
        assert "not worse by more than the margin" in r.decision.sentence


def test_ties_leave_the_test_and_are_shown(tmp_path: Path) -> None:
    """Ties are counted, stand in the share with a half, and change neither p nor interval."""
    r = judged(tmp_path, decided(15, 5, 20))
    main = r.comparisons[0]
    assert (main.ties, main.prompts, main.share.of) == (20, 40, 20)
    assert main.ties_as_half == pytest.approx(25 / 40)
    assert main.p == exact.sign_test(15, 20)
    assert "20 ties apart" in r.decision.sentence


def test_only_ties(tmp_path: Path) -> None:
    """Nothing but ties is no preference and no proof of one."""
    r = judged(tmp_path, decided(0, 0, 12))
    assert r.decision.word == "cannot tell"
    assert r.comparisons[0].share.share is None
    assert "equal" not in r.decision.sentence


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 5), st.sampled_from([0.0, 0.1, 0.3]))
def test_words_follow_the_figures(
    tmp_path_factory: pytest.TempPathFactory, wins: int, losses: int, ties: int, margin: float
) -> None:
    """A preference needs p below 5% and goes to the side with more wins; "equal" is never said."""
    if wins + losses + ties == 0:
        return
    r = judged(tmp_path_factory.mktemp("t"), decided(wins, losses, ties), margin=margin)
    word = r.decision.word
    p = exact.sign_test(wins, wins + losses)
    if "preferred" in word:
        assert p < 0.05
        assert ("open" in word) == (wins > losses)
    else:
        assert p >= 0.05
    if word == "not worse by more than the margin":
        assert shares.lower_bound(wins, wins + losses, 0.975) > 0.5 - margin - 1e-12
    assert not {"equal", "same", "identical"} & set(r.decision.sentence.split())


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (Tally(2, 0, 1), 1),
        (Tally(1, 0, 2), -1),
        (Tally(1, 1, 1), 0),
        (Tally(1, 1, 0), 0),
        (Tally(1, 0, 1), 0),
        (Tally(1, 2, 0), 0),
        (Tally(2, 1, 1), 0),
        (Tally(1, 0, 0), 1),
    ],
)
def test_majority(told: Tally, verdict: int) -> None:
    """More than half of the raters, else a tie."""
    assert told.verdict == verdict
    assert Tally(*told[::-1]).verdict == -verdict


def test_several_raters(tmp_path: Path) -> None:
    """Three raters are not three times as many prompts; their agreement is reported, and an interval over them."""
    store = new_trial(tmp_path / "a.trial", [()] * 20)
    answer_all(store)
    for rater, winners in {
        "ann": decided(15, 5),
        "bob": decided(14, 6),
        "eve": decided(16, 4),
    }.items():
        judge(store, winners, rater=rater)
    r = build(store)
    main = r.comparisons[0]
    assert (main.prompts, main.wins, main.losses) == (20, 15, 5)
    assert main.p == exact.sign_test(15, 20)
    assert main.raters_low is not None
    assert main.raters_high is not None
    assert main.raters_low < 0.75 < main.raters_high
    assert r.agreement is not None
    assert (r.agreement.raters, r.agreement.units, r.agreement.same) == (3, 20, 18)
    assert r.agreement.alpha is not None
    assert 0.6 < r.agreement.alpha < 0.95
    assert [(a.name, a.votes) for a in r.raters] == [("ann", 20), ("bob", 20), ("eve", 20)]


def test_repeated_answers_are_not_prompts(tmp_path: Path) -> None:
    """A second answer to the same prompt changes no count of prompts, and a second vote of a rater replaces the first."""
    store = new_trial(tmp_path / "a.trial", [()] * 8)
    answer_all(store)
    answer(store, "p000", "qwen")
    judge(store, decided(8, 0))
    vote(store, "p000", "gpt")
    main = build(store).comparisons[0]
    assert (main.prompts, main.wins, main.losses) == (8, 7, 1)


def test_side_bias(tmp_path: Path) -> None:
    """A rater who always takes the left is found, and one who does not lean is not accused."""
    store = new_trial(tmp_path / "a.trial", [()] * 20)
    answer_all(store)
    for number, p in enumerate(store.plan.prompts.prompts):
        turned = number % 2 == 1
        vote(store, p.id, "gpt" if turned else "qwen", rater="lefty", turned=turned)
        vote(store, p.id, "qwen", rater="fair", turned=turned)
    sides = {s.rater: s for s in build(store).sides}
    assert (sides["lefty"].left.count, sides["lefty"].left.of) == (20, 20)
    assert sides["lefty"].adjusted == pytest.approx(3 * exact.sign_test(20, 20))
    assert (sides[""].left.count, sides[""].left.of) == (30, 40)
    assert sides["fair"].left.share == 0.5
    assert sides["fair"].adjusted == 1


def test_tags_are_corrected(tmp_path: Path) -> None:
    """A tag with p = 0.035 alone, one of three: after Holm's correction it is no preference."""
    tags = [("a",)] * 20 + [("b",)] * 20 + [("c",)] * 20
    store = new_trial(tmp_path / "a.trial", tags, margin=0.0)
    answer_all(store)
    judge(store, decided(15, 5) + decided(10, 10) + decided(11, 9))
    r = build(store)
    assert [c.scope for c in r.by_tag] == ["a", "b", "c"]
    first = r.by_tag[0]
    assert first.p < 0.05
    assert first.adjusted == pytest.approx(3 * first.p)
    assert first.word == "cannot tell"
    only = build(store, tag="a")
    assert only.scope == "a"
    assert only.prompts == 20
    assert only.comparisons[0].word == only.decision.word == "cannot tell"
    assert "after Holm's correction" in only.decision.sentence


def test_unknown_tag(tmp_path: Path) -> None:
    """The tags that there are."""
    store = new_trial(tmp_path / "a.trial", [("easy",), ("hard",)])
    with pytest.raises(UsageError, match=r"no prompt has the tag 'hrad'.*easy, hard"):
        build(store, tag="hrad")


def test_answers_that_look_the_same(tmp_path: Path) -> None:
    """Nobody is asked about them: ties, once judging has begun, and never missing."""
    store = new_trial(tmp_path / "a.trial", [()] * 10)
    for number, p in enumerate(store.plan.prompts.prompts):
        text = "the very same" if number < 4 else ""
        answer(store, p.id, "qwen", text=text)
        answer(store, p.id, "gpt", text=text)
    before = build(store)
    assert (before.state, before.comparisons[0].prompts, before.missing.votes) == (
        "not judged",
        0,
        6,
    )
    for p in store.plan.prompts.prompts[4:]:
        vote(store, p.id, "qwen")
    r = build(store)
    main = r.comparisons[0]
    assert (main.wins, main.ties, main.identical, main.missing) == (6, 4, 4, 0)
    assert (r.state, r.missing.votes) == ("whole", 0)


def test_nothing_to_judge(tmp_path: Path) -> None:
    """Where all answers look the same there is nothing to judge, and the trial is whole: all ties."""
    store = new_trial(tmp_path / "a.trial", [()] * 5)
    answer_all(store, text="42")
    r = build(store)
    assert (r.state, r.comparisons[0].ties, r.decision.word) == ("whole", 5, "cannot tell")


def test_missing_is_said(tmp_path: Path) -> None:
    """Prompts without an answer, pairs without a vote, attempts that were cut off by our own end."""
    store = new_trial(tmp_path / "a.trial", [()] * 10)
    for p in store.plan.prompts.prompts[:9]:
        answer(store, p.id, "qwen")
        answer(store, p.id, "gpt")
    answer(store, "p009", "qwen", last="server-error")
    answer(store, "p009", "gpt", "interrupted")
    judge(store, decided(5, 2))
    store.begin("p009", "qwen", 1)
    vote(store, "p099", "qwen")
    r = build(store)
    m = r.missing
    assert (m.answers, m.votes, m.unanswerable, m.interrupted, m.unfinished, m.strangers) == (
        1,
        2,
        1,
        1,
        1,
        1,
    )
    assert r.state == "incomplete"
    assert r.comparisons[0].missing == 2
    assert any("look before the end" in line for line in r.decision.but)


def test_votes_older_than_the_answer_are_told(tmp_path: Path) -> None:
    """An answer that came after the vote was not what was judged."""
    store = new_trial(tmp_path / "a.trial", [()] * 2)
    answer_all(store)
    first = store.votes
    judge(store, decided(2, 0))
    dated = [structs.replace(v, at="2020-01-01T00:00:00.000Z") for v in first()]
    for v in dated:
        store.add_vote(v)
    assert build(store).missing.outdated == 2


def test_nothing_judged_but_a_model(tmp_path: Path) -> None:
    """A model's votes are no people's: they decide nothing."""
    store = new_trial(tmp_path / "a.trial", [()] * 20)
    answer_all(store)
    for p in store.plan.prompts.prompts:
        vote(store, p.id, "qwen", rater="m", kind="model")
        vote(store, p.id, "qwen", rater="m", kind="model", turned=True)
    r = build(store)
    assert (r.state, r.decision.word) == ("not judged", "cannot tell")
    assert r.comparisons[0].prompts == 0
    assert r.raters == ()
    assert r.model_judges[0].wins == 20
    assert any("decide nothing" in line for line in r.decision.but)


def test_model_judge_in_both_orders(tmp_path: Path) -> None:
    """Orders that disagree are ties and counted; one order alone is left out; people stay as they are."""
    store = new_trial(tmp_path / "a.trial", [()] * 10)
    answer_all(store)
    judge(store, decided(6, 4))
    before = build(store)

    def both(prompt: str, straight: str, turned: str) -> None:
        vote(store, prompt, straight, rater="m", kind="model")
        vote(store, prompt, turned, rater="m", kind="model", turned=True)

    both("p000", "qwen", "qwen")
    both("p001", "qwen", "gpt")  # always the left: the order decided
    both("p002", "qwen", "")
    both("p003", "gpt", "gpt")
    both("p004", "", "")
    vote(store, "p005", "qwen", rater="m", kind="model")
    after = build(store)
    (j,) = after.model_judges
    assert (j.judge, j.models, j.pairs, j.half) == ("m", ("judge-1",), 5, 1)
    assert (j.wins, j.losses, j.ties) == (1, 1, 3)
    assert (j.reversed.count, j.flips.count, j.flips.of) == (1, 2, 5)
    assert j.same_as_people is not None
    assert (j.same_as_people.count, j.same_as_people.of) == (1, 5)
    assert after.comparisons == before.comparisons
    assert after.raters == before.raters


def test_failures_by_prompt(tmp_path: Path) -> None:
    """Ten prompts: what failed, whose failure it was, on how many prompts, and paired between the two."""
    store = new_trial(tmp_path / "a.trial", [()] * 10)
    answer(store, "p000", "qwen", "rate-limited", "rate-limited", "time-out")
    answer(store, "p001", "qwen", "schema-failure")
    answer(store, "p002", "qwen", last="invalid-tool-call")
    answer(store, "p003", "qwen", last="server-error")
    answer(store, "p004", "qwen", last="refused-request")
    answer(store, "p005", "qwen", "interrupted")
    answer(store, "p001", "gpt", "schema-failure")
    for p in store.plan.prompts.prompts:
        if p.id > "p005":
            answer(store, p.id, "qwen")
        if p.id != "p001":
            answer(store, p.id, "gpt")
    r = build(store)
    qwen, gpt = r.reliability
    assert (qwen.prompts, qwen.attempts, qwen.interrupted) == (10, 14, 1)
    assert (qwen.retried.count, qwen.retried.of) == (4, 10)
    assert (qwen.retried.low, qwen.retried.high) == shares.wilson(4, 10)
    assert (qwen.model_failed.count, qwen.model_failed.of) == (2, 8)
    assert (qwen.last_failed.count, qwen.unanswered.count) == (1, 2)
    assert qwen.retries.value == 60
    told = {f.kind: (f.whose, f.prompts.count, f.attempts) for f in qwen.failures}
    assert told == {
        "rate-limited": ("server or line", 1, 2),
        "time-out": ("server or line", 1, 1),
        "schema-failure": ("model", 1, 1),
        "invalid-tool-call": ("model", 1, 1),
        "server-error": ("server or line", 1, 1),
        "refused-request": ("request", 1, 1),
    }
    assert gpt.retried.count == 1
    again = r.paired[0]
    assert (again.both, again.only_first, again.only_second, again.neither) == (1, 3, 0, 6)
    assert again.difference.value == pytest.approx(0.3)
    assert again.p == exact.sign_test(3, 3)
    assert r.retry_ratios[0].ratio.value == 6
    first = r.paired[1]
    assert (first.both, first.only_first, first.only_second, first.neither) == (1, 1, 0, 6)


def test_no_ratio_to_nothing(tmp_path: Path) -> None:
    """Against a candidate that never failed there is no ratio, and it is said."""
    store = new_trial(tmp_path / "a.trial", [()] * 4)
    answer_all(store)
    ratio = build(store).retry_ratios[0]
    assert ratio.ratio.value is None
    assert "had no failed attempt" in ratio.note


def test_times(tmp_path: Path) -> None:
    """Of the answer that counts; retries and waits apart; differences paired by prompt."""
    store = new_trial(tmp_path / "a.trial", [()] * 5)
    for number, p in enumerate(store.plan.prompts.prompts):
        answer(store, p.id, "qwen", seconds=1.0 + number)
        answer(store, p.id, "gpt", "server-error", seconds=2.0 + number, waited=0.5)
    r = build(store)
    qwen, gpt = r.speed
    assert (qwen.median, qwen.first_token, qwen.with_retries) == (3.0, 0.75, 3.0)
    assert gpt.median == 4.0
    assert gpt.with_retries == 2 * 4.0 + 2 * 0.5
    assert qwen.p95 == pytest.approx(4.8)
    gap = r.speed_differences[0]
    assert (gap.prompts, gap.seconds.value, gap.seconds.low, gap.seconds.high) == (
        5,
        -1,
        None,
        None,
    )


def test_costs(tmp_path: Path) -> None:
    """Tokens of all whole answers at the price stated; a month by the policy's users."""
    policy = tmp_path / "weightlaw.yaml"
    policy.write_text("version: 1\ndeployment: {monthly_active_users: 20K, commercial: true}\n")
    store = new_trial(tmp_path / "a.trial", [()] * 4, policy=str(policy), requests_per_user=30.0)
    for p in store.plan.prompts.prompts:
        answer(store, p.id, "qwen", "schema-failure", "rate-limited", tokens=(1000, 500))
        answer(store, p.id, "gpt", tokens=(1000, 500))
    r = build(store)
    qwen, gpt = r.costs
    assert qwen.input_tokens.value == 2000
    assert qwen.per_thousand.value == pytest.approx(1000 * (2000 * 0.1 + 1000 * 0.2) / 1e6)
    assert gpt.per_thousand.value == pytest.approx(1000 * (1000 * 1.25 + 500 * 10) / 1e6)
    assert r.load.users == 20_000
    assert r.load.requests == 600_000
    assert gpt.per_month.value == pytest.approx(600 * 6.25)


def test_costs_that_are_not_known(tmp_path: Path) -> None:
    """No price, no count, no users: not known, never zero, with the reason."""
    bare = structs.replace(OPEN, price=None)
    store = new_trial(tmp_path / "a.trial", [()] * 4, (bare, CLOSED))
    for number, p in enumerate(store.plan.prompts.prompts):
        answer(store, p.id, "qwen")
        answer(store, p.id, "gpt", tokens=(None, None) if number else (10, 10))
    r = build(store)
    qwen, gpt = r.costs
    assert qwen.per_thousand.value is None
    assert "no price" in qwen.note
    assert (gpt.prompts, gpt.unknown) == (1, 3)
    assert gpt.per_month.value is None
    assert "no policy" in r.load.note
    assert "requests_per_user" in r.load.note


def test_policy_that_cannot_be_read(tmp_path: Path) -> None:
    """A policy that is gone leaves the month unknown and the rest as it is."""
    store = new_trial(tmp_path / "a.trial", [()] * 2, policy="gone.yaml", requests_per_user=3.0)
    answer_all(store)
    r = build(store)
    assert r.load.users is None
    assert "gone.yaml" in r.load.note
    assert r.costs[1].per_thousand.value is not None


def test_list_price_of_the_catalogue(tmp_path: Path) -> None:
    """A closed model without a price of its own takes the catalogue's, named with source and day."""
    unpriced = structs.replace(CLOSED, price=None, url="https://api.openai.com/v1")
    store = new_trial(tmp_path / "a.trial", [()] * 2, (OPEN, unpriced))
    answer_all(store)
    cost = build(store).costs[1]
    assert cost.price_input is not None
    assert "list price of" in cost.price_source
    assert cost.per_thousand.value is not None


def test_three_candidates(tmp_path: Path) -> None:
    """One scale for all, anchored at the closed model of the primary pair; further pairs corrected."""
    store = new_trial(tmp_path / "a.trial", [()] * 60, (CLOSED, OPEN, THIRD))
    answer_all(store)
    judge(store, decided(20, 40))
    judge(store, ["glm"] * 50 + ["qwen"] * 10, ("qwen", "glm"))
    judge(store, ["glm"] * 38 + ["gpt"] * 22, ("glm", "gpt"))
    r = build(store)
    assert [(c.first, c.second) for c in r.comparisons] == [
        ("qwen", "gpt"),
        ("glm", "gpt"),
        ("qwen", "glm"),
    ]
    assert [c.adjusted is None for c in r.comparisons] == [True, False, False]
    assert r.comparisons[2].not_worse is None
    assert r.comparisons[2].word == "the second model is preferred"
    assert r.ranking is not None
    assert r.ranking.reference == "gpt"
    assert [s.candidate for s in r.ranking.standings] == ["glm", "gpt", "qwen"]
    elo = {s.candidate: s.elo for s in r.ranking.standings}
    assert elo["gpt"] == 0
    assert r.ranking.standings[-1].best_rank == 3
    assert r.ranking == build(store).ranking


def test_three_candidates_that_never_met(tmp_path: Path) -> None:
    """No place on one scale for a candidate that was compared with none."""
    store = new_trial(tmp_path / "a.trial", [()] * 10, (OPEN, CLOSED, THIRD))
    answer_all(store)
    judge(store, decided(6, 4))
    ranking = build(store).ranking
    assert ranking is not None
    assert ranking.standings == ()
    assert "not computed" in ranking.note


def test_two_open_candidates_are_called_by_name(tmp_path: Path) -> None:
    """Without an open and a closed one there is a preference, and no margin."""
    store = new_trial(tmp_path / "a.trial", [()] * 20, (OPEN, THIRD))
    answer_all(store)
    judge(store, ["glm"] * 17 + ["qwen"] * 3, ("qwen", "glm"))
    r = build(store)
    assert r.decision.word == "the second model is preferred"
    assert r.decision.sentence.startswith("glm is preferred to qwen")
    assert r.comparisons[0].not_worse is None


def test_license_stands_beside_and_is_the_strictest_seen(tmp_path: Path) -> None:
    """A later, milder word does not replace an earlier one; without a check it is review, never allowed."""
    store = new_trial(tmp_path / "a.trial", [()] * 20)
    answer_all(store)
    judge(store, decided(15, 5))
    r = build(store)
    assert "treat it as review" in r.decision.but[0]
    assert r.candidates[0].license is None
    identify(store, verdict="denied")
    identify(store, verdict="allowed")
    r = build(store)
    license_check = r.candidates[0].license
    assert license_check is not None
    assert license_check.verdict == "denied"
    assert "denied" in r.decision.but[0]
    assert r.candidates[0].artefacts[0].quantization == "Q4_K_M"
    assert r.candidates[1].license is None


def test_address_without_secrets(tmp_path: Path) -> None:
    """What stands before an @ or after a ? of an address is not repeated."""
    secret = Candidate(
        name="gpt", model="m", url="https://me:sesame@host.example:8443/v1?key=sesame"
    )
    store = new_trial(tmp_path / "a.trial", [()] * 2, (OPEN, secret))
    assert build(store).candidates[1].url == "https://host.example:8443/v1"


def test_what_answered_was_changed(tmp_path: Path) -> None:
    """Two digests during a trial are two artefacts."""
    store = new_trial(tmp_path / "a.trial", [()] * 2)
    identify(store)
    for identity in store.identities():
        store.add_identity(structs.replace(identity, at="2026-11-21T08:00:00.000Z"))
        store.add_identity(
            structs.replace(identity, at="2026-11-22T08:00:00.000Z", digest="sha256:ef")
        )
    artefacts = build(store).candidates[0].artefacts
    assert [a.digest[:9] for a in artefacts] == ["sha256:cd", "sha256:ef"]


def test_evidence_orders_pairs_by_the_plan(tmp_path: Path) -> None:
    """The primary pair is fixed by the plan, before any answer: not by who wins."""
    store = new_trial(tmp_path / "a.trial", [()], (CLOSED, THIRD, OPEN))
    assert Evidence(store).pairs[0] == ("glm", "gpt")


def test_price_zero_is_a_price(tmp_path: Path) -> None:
    """Free is not unknown."""
    free = structs.replace(OPEN, price=Price(input=0.0, output=0.0))
    store = new_trial(tmp_path / "a.trial", [()] * 3, (free, CLOSED))
    answer_all(store)
    assert build(store).costs[0].per_thousand.value == 0


def test_same_file_same_results(tmp_path: Path) -> None:
    """Computed twice, and after reopening: the same values."""
    store = new_trial(tmp_path / "a.trial", [("a",)] * 12)
    answer_all(store)
    judge(store, decided(7, 5))
    judge(store, decided(6, 6), rater="bob")
    first = build(store)
    store.close()
    with Store(str(tmp_path / "a.trial")) as again:
        assert build(again) == first


def test_nothing_run(tmp_path: Path) -> None:
    """An empty trial gives values, not a crash: all unknown."""
    r = build(new_trial(tmp_path / "a.trial", [()] * 3))
    assert r.state == "not judged"
    assert r.missing.answers == 6
    assert r.speed[0].median is None
    assert r.costs[0].per_thousand.value is None
    assert r.paired[0].difference.value is None
    assert r.decision.word == "cannot tell"


def test_attempt_type_is_the_contracts() -> None:
    """Every failure of the contract is told apart as the server's, the model's, the request's or our own."""
    from typing import get_args

    from weightlaw.trial.values import MODEL_FAILURES, SERVER_FAILURES, Failure

    rest = set(get_args(Failure)) - SERVER_FAILURES - MODEL_FAILURES
    assert rest == {"", "refused-request", "interrupted"}
    assert Attempt.__struct_fields__[0] == "id"
