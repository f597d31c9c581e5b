"""Order and sides: balanced, stable, and not to be foreseen without the seed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.trial.invented_trial import CLOSED, OPEN, THIRD, asked, make
from weightlaw.trial.judging import Judging
from weightlaw.trial.pairing import draw, pairs
from weightlaw.trial.store import Store
from weightlaw.trial.values import Candidate, PromptSet, Settings, TrialPlan

seeds = st.integers(min_value=1, max_value=2**63 - 1)
raters = st.text(min_size=1, max_size=12)


def plan(count: int, seed: int, candidates: tuple[Candidate, ...] = (OPEN, CLOSED)) -> TrialPlan:
    prompts = tuple(asked(f"p{n}", f"Question {n}?") for n in range(count))
    return TrialPlan(
        settings=Settings(seed=seed),
        candidates=candidates,
        prompts=PromptSet(prompts=prompts, sha256=""),
        created="2026-11-24",
    )


@given(st.integers(min_value=0, max_value=40), seeds, raters)
def test_sides_are_balanced_in_each_block(count: int, seed: int, rater: str) -> None:
    """Block: one pair of candidates, one rater. Each stands on the left as often as the other, give or take one."""
    made = pairs(plan(count, seed, (OPEN, CLOSED, THIRD)), rater)
    assert len(made) == len({p.key for p in made}) == len({p.id for p in made}) == 3 * count
    blocks: dict[tuple[str, str], Counter[str]] = {}
    for pair in made:
        blocks.setdefault(pair.key[1:], Counter())[pair.left] += 1
    for (first, second), lefts in blocks.items():
        assert abs(lefts[first] - lefts[second]) <= 1


@given(seeds, raters)
def test_each_round_shows_each_prompt_once(seed: int, rater: str) -> None:
    made = [p.prompt for p in pairs(plan(7, seed, (OPEN, CLOSED, THIRD)), rater)]
    for start in (0, 7, 14):
        assert len(set(made[start : start + 7])) == 7


@given(seeds, raters)
def test_the_order_of_the_candidates_in_the_file_plays_no_part(seed: int, rater: str) -> None:
    assert pairs(plan(9, seed, (OPEN, CLOSED)), rater) == pairs(
        plan(9, seed, (CLOSED, OPEN)), rater
    )


def test_the_odd_one_goes_to_both_in_turn() -> None:
    lefts = Counter(pairs(plan(1, seed), "dana")[0].left for seed in range(1, 401))
    assert 150 < lefts[OPEN.name] < 250  # 400 fair coins: six standard deviations


def test_sides_do_not_follow_from_sides_seen() -> None:
    """Over many seeds, the second pair's side is as open after one kind of first pair as after the other."""
    told: Counter[tuple[bool, bool]] = Counter()
    for seed in range(1, 2001):
        first, second, *_ = pairs(plan(40, seed), "dana")
        told[first.left == OPEN.name, second.left == OPEN.name] += 1
    # Half of 40 are on the left: after one of them 19 of 39 are left. 1000 draws, five standard deviations.
    for seen in (True, False):
        share = told[seen, seen] / (told[seen, seen] + told[seen, not seen])
        assert abs(share - 19 / 39) < 0.08


def test_raters_have_their_own_order_and_sides() -> None:
    one, other = pairs(plan(30, 7), "dana"), pairs(plan(30, 7), "kim")
    assert [p.prompt for p in one] != [p.prompt for p in other]
    assert {p.key: p.left for p in one} != {p.key: p.left for p in other}
    assert not {p.id for p in one} & {p.id for p in other}


def test_another_seed_is_another_order() -> None:
    assert pairs(plan(30, 7), "dana") != pairs(plan(30, 8), "dana")
    assert pairs(plan(30, 7), "dana") == pairs(plan(30, 7), "dana")


def test_the_seed_decides_each_side() -> None:
    """With an even number no side is left to a coin: still each prompt has each candidate on the left as often."""
    lefts: Counter[str] = Counter()
    for seed in range(1, 401):
        lefts.update(p.prompt for p in pairs(plan(6, seed), "dana") if p.left == OPEN.name)
    assert sum(lefts.values()) == 1200
    assert all(
        140 < lefts[f"p{n}"] < 260 for n in range(6)
    )  # 400 fair coins: six standard deviations


def test_parts_of_a_draw_do_not_run_together() -> None:
    assert draw(1, "ab", "c") != draw(1, "a", "bc")


def test_an_id_tells_nothing_of_the_side(tmp_path: Path) -> None:
    """The same id whichever side a candidate stands on: it is of the pair."""
    made = pairs(plan(20, 5), "dana")
    assert all(len(p.id) == 24 and int(p.id, 16) >= 0 for p in made)
    sides = [p.left == OPEN.name for p in sorted(made, key=lambda p: p.id)]
    assert sides != sorted(sides)


def test_answers_that_come_later_do_not_move_the_others(tmp_path: Path) -> None:
    texts = {f"p{n}": {"zebrawood": f"a{n}", "quillfish": f"b{n}"} for n in range(12)}
    some = {
        p: by if n % 3 else {"zebrawood": by["zebrawood"]}
        for n, (p, by) in enumerate(texts.items())
    }
    shown = []
    for name, answers in (("whole", texts), ("part", some)):
        with Store(str(make(tmp_path / name, answers))) as store:
            judging = Judging(store, "dana")
            shown.append([(p.prompt, p.left) for p in judging._pairs.values()])
    kept = [p for p in shown[0] if p[0] in {q for q, _ in shown[1]}]
    assert shown[1] == kept
    assert len(kept) == 8
