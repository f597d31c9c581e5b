"""One rater's way through a trial: resuming, undoing, judging again, and what is left out."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.trial.invented_trial import CLOSED, OPEN, THIRD, Answers, make
from weightlaw.errors import UsageError
from weightlaw.trial.judging import Judging, Sides, check_rater, identical
from weightlaw.trial.plain import Block
from weightlaw.trial.store import Store
from weightlaw.trial.values import Choice, Message, Prompt, Vote

SIX = {
    f"p{n}": {"zebrawood": f"Answer {n}.", "quillfish": f"A reply, number {n}!"} for n in range(6)
}


@pytest.fixture
def trial(tmp_path: Path) -> Store:
    return Store(str(make(tmp_path / "six.trial", SIX)))


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def choose(judging: Judging, choice: Choice = "left") -> Sides:
    sides = judging.next()
    assert sides is not None
    assert judging.choose(sides.id, choice)
    return sides


def test_each_pair_once_and_stored_at_once(trial: Store) -> None:
    judging = Judging(trial, "dana")
    seen = []
    for number in range(6):
        assert judging.progress().done == number == len(trial.votes())
        seen.append(choose(judging).id)
    assert judging.next() is None
    assert len(set(seen)) == 6
    votes = trial.votes()
    assert {v.prompt for v in votes} == set(SIX)
    assert Counter(v.left for v in votes) == {"zebrawood": 3, "quillfish": 3}
    assert all(v.kind == "person" and v.rater == "dana" and v.at for v in votes)


def test_the_side_that_is_stored_is_the_one_that_was_shown(trial: Store) -> None:
    """`left` goes to the candidate whose text stood on the left."""
    judging = Judging(trial, "dana")
    texts = {text: name for by in SIX.values() for name, text in by.items()}
    made: list[Choice] = ["left", "right", "left", "right", "tie", "left"]
    for choice in made:
        shown = choose(judging, choice)
        vote = next(v for v in trial.votes() if v.prompt == _prompt_of(shown))
        assert vote.left == texts[shown.left[0].text]
        assert vote.right == texts[shown.right[0].text]
        assert vote.choice == choice


def _prompt_of(sides: Sides) -> str:
    return sides.prompt[0].text.removeprefix("Question ").removesuffix("?")


def test_a_second_start_goes_on(trial: Store) -> None:
    first = Judging(trial, "dana")
    done = {choose(first).id for _ in range(4)}
    second = Judging(trial, "dana")
    assert second.progress().done == 4
    left = {choose(second).id for _ in range(2)}
    assert not left & done
    assert second.next() is None


def test_raters_do_not_share_their_progress(trial: Store) -> None:
    choose(Judging(trial, "dana"))
    assert Judging(trial, "kim").progress().done == 0


def test_undo_takes_the_choice_out_and_asks_again(trial: Store) -> None:
    judging = Judging(trial, "dana")
    choose(judging)
    second = judging.next()
    assert second is not None
    assert judging.choose(second.id, "right", note="close")
    assert judging.undo() == "close"
    assert len(trial.votes()) == 1
    again = judging.next()
    assert again == second
    choose(judging, "tie")
    assert judging.undo() == ""
    assert judging.undo() == ""
    assert judging.undo() is None
    assert trial.votes() == []


def test_undo_reaches_back_before_a_restart(trial: Store) -> None:
    judging = Judging(trial, "dana")
    shown = [choose(judging).id for _ in range(3)]
    later = Judging(trial, "dana")
    assert later.undo() is not None
    open_now = later.next()
    assert open_now is not None
    assert open_now.id == shown[-1]


def test_again_asks_all_once_more(trial: Store) -> None:
    judging = Judging(trial, "dana")
    while judging.next():
        choose(judging, "left")
    assert Judging(trial, "dana").next() is None
    revised = Judging(trial, "dana", again=True)
    assert revised.progress().done == 0
    choose(revised, "right")
    assert Counter(v.choice for v in trial.votes()) == {"left": 5, "right": 1}


def test_a_pair_that_is_not_open_is_not_judged(trial: Store) -> None:
    judging = Judging(trial, "dana")
    shown = choose(judging)
    assert not judging.choose(shown.id, "right")
    assert not judging.choose("0" * 24, "right")
    assert [v.choice for v in trial.votes()] == ["left"]
    assert judging.sides(shown.id) is None


def test_a_choice_is_one_of_three(trial: Store) -> None:
    judging = Judging(trial, "dana")
    sides = judging.next()
    assert sides is not None
    with pytest.raises(UsageError):
        judging.choose(sides.id, "both")  # type: ignore[arg-type]
    assert trial.votes() == []


@pytest.mark.parametrize(
    ("given", "passed", "stored"),
    [
        (4.26, 10.0, 4.3),
        (99.0, 10.0, 10.0),
        (-3.0, 10.0, 0.0),
        (float("nan"), 10.0, 0.0),
        (float("inf"), 10.0, 0.0),
        (9000.0, 9001.0, 3600.0),
    ],
)
def test_seconds_are_bounded(trial: Store, given: float, passed: float, stored: float) -> None:
    clock = Clock()
    judging = Judging(trial, "dana", clock=clock)
    sides = judging.next()
    assert sides is not None
    clock.now += passed
    judging.choose(sides.id, "left", given)
    assert trial.votes()[0].seconds == stored


def test_a_note_is_kept_short_and_harmless(trial: Store) -> None:
    judging = Judging(trial, "dana")
    sides = judging.next()
    assert sides is not None
    judging.choose(sides.id, "left", 0.0, "  \x1b[31mred\u202e " + "x" * 9000)
    (vote,) = trial.votes()
    assert vote.note.startswith("\ufffd[31mred x")
    assert len(vote.note) == 4000


def test_what_cannot_be_judged_is_counted(tmp_path: Path) -> None:
    answers = {
        "both": {"zebrawood": "yes", "quillfish": "no"},
        "one": {"zebrawood": "yes"},
        "none": {},
        "alike": {"zebrawood": "**Yes.**", "quillfish": "Yes."},
        "alike after names": {"zebrawood": "I am Qwen.", "quillfish": "I am ChatGPT."},
        "empty": {"zebrawood": "", "quillfish": "yes"},
    }
    with Store(str(make(tmp_path / "t", answers))) as store:
        judging = Judging(store, "dana")
        progress = judging.progress()
        assert (progress.total, progress.unanswered, progress.identical) == (2, 2, 2)
        while judging.next():
            choose(judging)
        assert {v.prompt for v in store.votes()} == {"both", "empty"}
        assert identical(store) == {
            (p, "quillfish", "zebrawood") for p in ("alike", "alike after names")
        }


def test_three_candidates_make_three_pairs_a_prompt(tmp_path: Path) -> None:
    answers = {
        f"p{n}": {c.name: f"{c.name[::-1]} {n}" for c in (OPEN, CLOSED, THIRD)} for n in range(4)
    }
    with Store(str(make(tmp_path / "t", answers, candidates=(OPEN, CLOSED, THIRD)))) as store:
        judging = Judging(store, "dana")
        while judging.next():
            choose(judging)
        assert len(store.votes()) == 12


def test_a_models_votes_are_not_a_persons(trial: Store) -> None:
    trial.add_vote(
        Vote(
            prompt="p0",
            left="zebrawood",
            right="quillfish",
            choice="left",
            rater="dana",
            kind="model",
        )
    )
    assert Judging(trial, "dana").progress().done == 0


def test_odd_calls_in_a_prompt_are_shown(tmp_path: Path) -> None:
    calls: tuple[dict[str, Any], ...] = (
        {},
        {"function": None},
        {"function": {"name": "find", "arguments": "{}"}},
    )
    prompt = Prompt(
        id="p", messages=(Message("assistant", "", tool_calls=calls), Message("tool", "4"))
    )
    answers: dict[str, Answers] = {"p": {"zebrawood": ({"function": 3}, {}), "quillfish": "four"}}
    with Store(str(make(tmp_path / "t", answers, prompts={"p": prompt}))) as store:
        sides = Judging(store, "dana").next()
    assert sides is not None
    assert "find {}" in sides.prompt[0].text
    assert {sides.left[0].text, sides.right[0].text} == {"four", "Tool call 1: (no name)"}


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 65, "model:gpt", "MODEL:x", "a\u202eb"])
def test_odd_raters_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="--rater"):
        check_rater(name)


def test_a_name_is_one_name_in_either_spelling() -> None:
    assert check_rater("Zoe\u0308") == check_rater(" Zo\u00eb ")


def test_two_raters_at_once_on_one_file(tmp_path: Path) -> None:
    """Two processes would each have a connection of their own: so have these."""
    path = make(
        tmp_path / "t", {f"p{n}": {"zebrawood": f"a{n}", "quillfish": f"b{n}"} for n in range(40)}
    )
    failures: list[BaseException] = []

    def work(rater: str) -> None:
        try:
            with Store(str(path)) as store:
                judging = Judging(store, rater)
                while judging.next():
                    choose(judging, "right")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(f"rater {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store(str(path)) as store:
        assert Counter(v.rater for v in store.votes()) == {f"rater {n}": 40 for n in range(4)}


def test_swapping_who_wrote_what_changes_nothing_but_the_texts(tmp_path: Path) -> None:
    """The distinguisher: with the candidates' texts exchanged, the same pairs come in the same order with the same ids,
    each mirrored. So what is shown depends on texts and on the seed, never on who wrote them."""
    texts = {
        f"p{n}": {
            "zebrawood": f"I am Qwen. **Answer** {n} — fine.",
            "quillfish": f"As ChatGPT, I say: {n}.\n\n- fine",
        }
        for n in range(24)
    }
    swapped = {
        p: {"zebrawood": by["quillfish"], "quillfish": by["zebrawood"]} for p, by in texts.items()
    }
    shown = []
    for name, answers in (("a", texts), ("b", swapped)):
        with Store(str(make(tmp_path / name, answers))) as store:
            judging = Judging(store, "dana")
            seen = []
            while (sides := judging.next()) is not None:
                seen.append(sides)
                choose(judging)
            shown.append(seen)
    assert len(shown[0]) == 24
    for one, other in zip(*shown, strict=True):
        assert (one.id, one.prompt) == (other.id, other.prompt)
        assert (one.left, one.right) == (other.right, other.left)


def test_over_seeds_a_text_stands_on_either_side_alike(tmp_path: Path) -> None:
    """Whoever does not know the seed cannot tell from the side: each text is on the left in half of the trials."""
    lefts = 0
    for seed in range(1, 121):
        path = make(
            tmp_path / f"{seed}", {"p": {"zebrawood": "one", "quillfish": "two"}}, seed=seed
        )
        with Store(str(path)) as store:
            sides = Judging(store, "dana").next()
        assert sides is not None
        lefts += sides.left == (Block("text", "one"),)
    assert 30 < lefts < 90  # 120 fair coins: five and a half standard deviations
