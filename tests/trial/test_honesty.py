"""Where a figure could flatter: what nobody could judge, votes on answers that are gone, certainty out of few prompts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trial.synthetic import (
    CLOSED,
    OPEN,
    THIRD,
    answer,
    answer_all,
    decided,
    judge,
    new_trial,
    vote,
)
from weightlaw.trial.building import build
from weightlaw.trial.documents import html, json, text
from weightlaw.trial.judging import Judging
from weightlaw.trial.routing import route
from weightlaw.trial.statistics import exact, ratings, resampling, shares
from weightlaw.trial.store import Store
from weightlaw.trial.summary import document
from weightlaw.trial.summary import text as summary_text

PAIR = ("qwen", "gpt")


def silent_trial(path: Path, wins: int, losses: int, silent: int, **settings: Any) -> Store:
    """The open model wins and loses so many prompts, and gives no answer to some more."""
    tags = [("easy",)] * (wins + losses + silent)
    store = new_trial(path / "a.trial", tags, **settings)
    for number, p in enumerate(store.plan.prompts.prompts):
        failed = number >= wins + losses
        answer(store, p.id, "qwen", last="server-error" if failed else "")
        answer(store, p.id, "gpt")
    judge(store, decided(wins, losses))
    return store


# what only one side answered


def test_a_model_that_fails_often_does_not_look_better_for_it(tmp_path: Path) -> None:
    """12 of 12 won is a preference; with 10 prompts that it never answered it is none, and that stands beside it."""
    r = build(silent_trial(tmp_path, 12, 0, 10))
    main = r.comparisons[0]
    assert r.decision.word == "the open model is preferred"
    assert main.one_sided is not None
    assert (main.one_sided.first_silent, main.one_sided.second_silent) == (10, 0)
    assert main.one_sided.word == "cannot tell"
    assert not main.one_sided.good
    beside = next(line for line in r.decision.but if line.startswith("Not in the comparison"))
    for part in (
        "10 prompts to which only gpt gave an answer",
        'would be "cannot tell"',
        "12 of 22",
    ):
        assert part in beside
    for form in (text, html, json):
        assert "to which only gpt gave an answer" in " ".join(form.render(r).split())


def test_it_is_not_sent_what_it_fails_on(tmp_path: Path) -> None:
    """Routing counts a prompt without an answer as a risk, and recommends no tag that stands only without these."""
    store = silent_trial(tmp_path, 12, 0, 10)
    r = route(store)
    assert [t.recommended for t in r.tags] == [False]
    assert "gave no answer" in r.tags[0].why
    assert (r.policies[0].worse.count, r.policies[0].worse.of) == (10, 22)
    assert r.policies[0].worse_at_most == shares.upper_bound(10, 22, 0.95)


def test_a_few_lost_prompts_leave_the_word(tmp_path: Path) -> None:
    """Where the decision holds either way, it says so, and the tag may go."""
    store = silent_trial(tmp_path, 30, 2, 1)
    one_sided = build(store).comparisons[0].one_sided
    assert one_sided is not None
    assert 'the word stays "the open model is preferred"' in one_sided.sentence
    assert "1 prompt to which" in one_sided.sentence
    assert [t.recommended for t in route(store).tags] == [True]


def test_what_was_never_asked_or_neither_answered_is_nobodys_loss(tmp_path: Path) -> None:
    """Only a prompt that both were asked and one answered tells of a side."""
    store = new_trial(tmp_path / "a.trial", [()] * 4)
    answer_one = [("p000", ""), ("p001", "server-error")]
    for prompt, last in answer_one:
        answer(store, prompt, "qwen", last=last)  # type: ignore[arg-type]
        answer(store, prompt, "gpt", last=last)  # type: ignore[arg-type]
    answer(store, "p002", "gpt")
    answer(store, "p003", "qwen", last="interrupted")
    answer(store, "p003", "gpt")
    vote(store, "p000", "qwen")
    r = build(store)
    assert r.comparisons[0].one_sided is None
    assert r.missing.answers == 4
    assert "Missing: 4 answers." in r.decision.but


# votes on answers that are gone


def replaced(path: Path) -> tuple[Store, Judging]:
    """A rater has begun; then the first prompt gets another answer."""
    store = new_trial(path / "a.trial", [()] * 2)
    answer_all(store, last="schema-failure")
    judging = Judging(store, "ann")
    answer(store, "p000", "qwen", text="quite another answer")
    return store, judging


def test_a_choice_belongs_to_the_answers_that_were_shown(tmp_path: Path) -> None:
    """A page that was open while another answer came shows the old one: such a choice is no vote on the new one."""
    store, judging = replaced(tmp_path)
    while (sides := judging.next()) is not None:
        judging.choose(sides.id, "left")
    r = build(store)
    assert (r.missing.outdated, r.missing.votes, r.comparisons[0].prompts) == (1, 1, 1)
    assert r.state == "incomplete"
    assert any("(left out)" in line for line in text.render(r).splitlines())


def test_it_is_asked_for_again(tmp_path: Path) -> None:
    """The next start shows the pair with the new answer, and the new choice takes the place of the old one."""
    store, judging = replaced(tmp_path)
    while (sides := judging.next()) is not None:
        judging.choose(sides.id, "left")
    again = Judging(store, "ann")
    assert (again.progress().done, again.progress().total) == (1, 2)
    sides = again.next()
    assert sides is not None
    assert any("quite another" in b.text for b in (*sides.left, *sides.right))
    again.choose(sides.id, "tie")
    r = build(store)
    assert (r.missing.outdated, r.missing.votes, len(store.votes())) == (0, 0, 2)


# certainty out of few prompts


@pytest.mark.parametrize("prompts", [1, 6, 7, 20])
def test_a_ranking_of_unanimous_prompts_has_a_width(tmp_path: Path, prompts: int) -> None:
    """Six prompts that a candidate won rank nobody, as the sign test finds nothing in them; more do, with an interval."""
    store = new_trial(tmp_path / "a.trial", [()] * prompts, (OPEN, CLOSED, THIRD))
    answer_all(store)
    for pair, winner in ((PAIR, "qwen"), (("qwen", "glm"), "qwen"), (("glm", "gpt"), "glm")):
        judge(store, [winner] * prompts, pair)
    ranking = build(store).ranking
    assert ranking is not None
    assert bool(ranking.standings) is (3 * exact.sign_test(prompts, prompts) < exact.ALPHA)
    for first in ranking.standings[:1]:
        assert first.candidate == "qwen"
        assert first.high - first.low > 50
        assert (first.best_rank, first.worst_rank) == (1, 1)


def test_no_ranking_out_of_ties(tmp_path: Path) -> None:
    """All ties are no order and no equality."""
    store = new_trial(tmp_path / "a.trial", [()] * 8, (OPEN, CLOSED, THIRD))
    answer_all(store)
    for pair in (PAIR, ("qwen", "glm"), ("glm", "gpt")):
        judge(store, [""] * 8, pair)
    ranking = build(store).ranking
    assert ranking is not None
    assert ranking.standings == ()
    assert "tie" in ranking.note


def test_a_candidate_that_met_only_some_is_not_held_to_have_met_all() -> None:
    """The prompt that is added ties those pairs that met, and makes up no others."""
    import numpy as np

    met = np.zeros((4, 3, 3))
    met[:, 0, 1] = 1.0
    added = ratings._all_tied(met)
    assert added.tolist() == [[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("values", [[], [3.0], [1.0, 2.0, 3.0, 4.0], [0.7] * 40])
def test_no_interval_out_of_nothing(values: list[float]) -> None:
    """Few prompts, or all alike: drawing again would say for certain what nobody knows."""
    assert resampling.mean_interval(values, 1) == (None, None)
    assert resampling.median_interval(values, 1) == (None, None)
    assert resampling.ratio_interval(values, values, 1) == (None, None)


def test_raters_of_one_mind_give_no_interval() -> None:
    """Three raters who all say the same of all prompts leave nothing to draw."""
    assert resampling.rated_interval([(3, 0, 0)] * 20, 1) == (None, None)
    assert resampling.rated_interval([(3, 0, 0), (0, 0, 3)], 1) == (None, None)


# money


def test_attempts_without_a_count_are_told_beside_the_cost(tmp_path: Path) -> None:
    """Failed and stopped attempts may have been billed: how many is said in each form, and they are not nothing."""
    store = new_trial(tmp_path / "a.trial", [()] * 2)
    answer(store, "p000", "qwen", "truncated-stream", "interrupted", "time-out")
    answer(store, "p001", "qwen")
    answer(store, "p000", "gpt")
    answer(store, "p001", "gpt", last="time-out")
    r = build(store)
    assert [c.uncounted for c in r.costs] == [3, 1]
    for form in (text, html):
        shown = " ".join(form.render(r).split())
        assert "billed for 3 failed or stopped attempts is not known" in shown
        assert "billed for 1 failed or stopped attempt is not known" in shown
    made = document(store, store.plan.candidates, {}, 0)
    assert [c.uncounted_failures for c in made.candidates] == [3, 1]
    assert "qwen: what was billed for 3 failed or stopped attempts is not known" in summary_text(
        made
    )


def test_a_small_cost_is_not_nothing_and_no_count_is_unknown(tmp_path: Path) -> None:
    """Fractions of a cent are shown as such; a candidate that only failed has no known cost."""
    store = new_trial(tmp_path / "a.trial", [()])
    answer(store, "p000", "qwen", tokens=(10, 1))
    answer(store, "p000", "gpt", last="truncated-stream")
    made = document(store, store.plan.candidates, {}, 0)
    cost = [c.cost_usd for c in made.candidates]
    assert cost[0] is not None
    assert 0 < cost[0] < 0.0001
    assert cost[1] is None
    rows = summary_text(made).splitlines()
    assert "<0.0001" in next(r for r in rows if r.startswith("qwen"))
    assert "unknown" in next(r for r in rows if r.startswith("gpt"))
