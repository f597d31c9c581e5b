"""For a denied model, `check` names the best allowed one: the same as `rank` and `report` say, or why none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scores.made import figure, scores
from weightlaw.catalog.store import load as load_catalog
from weightlaw.checking import check
from weightlaw.cli.judging import instead_of_denied
from weightlaw.cli.main import main
from weightlaw.cli.rank import replacements_for
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.scores.boards import board
from weightlaw.scores.levels import Levels, compiled, levels_of
from weightlaw.scores.ranking import rank
from weightlaw.scores.replacing import instead
from weightlaw.scores.store import load

SCHEMA = Path(__file__).parents[2] / "docs" / "check.schema.json"
CATALOG = load_catalog()
Capture = pytest.CaptureFixture[str]


def answer(args: list[str], capsys: Capture) -> dict[str, Any]:
    """A command's JSON."""
    main([*args, "--format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def besides_text(model: str) -> set[str]:
    """What the catalogue says that a model takes or gives besides text."""
    known = CATALOG.model(model)
    return set(known.modalities) - {"text"} if known else set()


def serves(candidate: str, denied: str) -> bool:
    """Whether a model can do what the denied one does."""
    return besides_text(denied) <= besides_text(candidate)


def test_the_compiled_levels_are_the_board() -> None:
    """What the build writes is what the figures say now."""
    figures = load()
    assert compiled() == levels_of(board(figures, figures.main_series("Arena Text")), figures)


@pytest.mark.parametrize(
    "deployment",
    [
        ["--mau", "900M"],
        ["--mau", "900M", "--headquarters", "DE", "--market", "EU"],
        ["--mau", "150M", "--revenue", "500M-USD", "--use", "service"],
    ],
    ids=" ".join,
)
def test_as_rank_says(deployment: list[str], capsys: Capture) -> None:
    """Model, both figures and the verdict equal those of `rank` in the same deployment."""
    ranked = answer(["rank", *deployment], capsys)
    denied = {e["figure"]["model"]: e["figure"] for e in ranked["denied"]}
    checked = answer(["check", *denied, "--offline", *deployment], capsys)
    jsonschema.validate(checked, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [r["instead_of"] for r in checked["replacements"]] == list(denied)
    for item in checked["replacements"]:
        found = item["replacement"]
        own = denied[item["instead_of"]]
        best = next(e for e in ranked["deployable"] if serves(e["figure"]["model"], own["model"]))
        assert found["model"] == best["figure"]["model"]
        assert found["verdict"] == best["verdict"]
        assert found["duties"] == best["duties"]
        for figure_, said in ((found["figure"], best["figure"]), (found["denied_figure"], own)):
            assert [figure_.get(k) for k in ("score", "low", "high")] == [
                said[k] for k in ("score", "low", "high")
            ]
        assert found["difference"] == pytest.approx(best["figure"]["score"] - own["score"])
        assert found["low"] < found["difference"] < found["high"]
        assert found["date"] == ranked["date"]


def test_as_the_report_says() -> None:
    """`report` takes its replacements from the figures themselves, `check` from the compiled levels."""
    report = check(["llama4", "command-r", "FLUX.1-dev"], Deployment(mau=900_000_000))
    light = {i.instead_of: i.replacement for i in instead_of_denied(report) if i.replacement}
    assert light == replacements_for(report)
    assert light


def test_no_comparable_figure_is_said(capsys: Capture) -> None:
    """A model that the board does not have gets no invented level."""
    checked = answer(["check", "FLUX.1-dev", "--offline"], capsys)
    (item,) = checked["replacements"]
    assert item["replacement"] is None
    assert item["why"].startswith("no comparable figure: Arena Text of 20")
    main(["check", "FLUX.1-dev", "--offline"])
    assert "instead   none named" in capsys.readouterr().out


def test_only_for_denied_models(capsys: Capture) -> None:
    checked = answer(["check", "llama4", "glm-4.7", "--offline", "--mau", "5M"], capsys)
    assert {m["verdict"] for m in checked["models"]} == {"allowed", "review"}
    assert checked["replacements"] == []


def test_the_rules_of_the_house_bind_the_replacement(tmp_path: Path, capsys: Capture) -> None:
    """What the policy bars is not named; where it bars everything, that is said."""
    policy = tmp_path / "weightlaw.yaml"
    policy.write_text("licenses: {deny: [MIT]}\n", encoding="utf-8")
    rules = ["--policy", str(policy), "--mau", "900M"]
    checked = answer(["check", "llama4", "--offline", *rules], capsys)
    named = {r["replacement"]["model"] for r in checked["replacements"]}
    ranked = answer(["rank", *rules], capsys)["deployable"]
    llama4 = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
    best = next(e for e in ranked if serves(e["figure"]["model"], llama4))
    assert named == {best["figure"]["model"]}
    assert "MIT License" not in best["licenses"]
    policy.write_text("rules: {nothing: {reason: none, deny: any}}\n", encoding="utf-8")
    checked = answer(["check", "llama4", "--offline", *rules], capsys)
    for item in checked["replacements"]:
        assert item["replacement"] is None
        assert "may be deployed like this" in item["why"]


def test_below_its_level_is_said(tmp_path: Path, capsys: Capture) -> None:
    """Where the best open model is the one that is barred, nothing comes up to it."""
    policy = tmp_path / "weightlaw.yaml"
    policy.write_text(
        "rules: {no: {reason: none, deny: {models: [moonshotai/Kimi-K3]}}}\n", encoding="utf-8"
    )
    main(["check", "moonshotai/Kimi-K3", "--offline", "--policy", str(policy)])
    said = " ".join(capsys.readouterr().out.split())
    assert "below its level, and nothing allowed comes up to it" in said


def test_locked_names_it_too(tmp_path: Path, capsys: Capture) -> None:
    """Under --locked the deployment of the lock counts."""
    lock = str(tmp_path / "weightlaw.lock")
    main(["lock", "llama4", "--mau", "900M", "--offline", "-o", lock, "--date", "2026-11-24"])
    locked = answer(["check", "--locked", lock], capsys)
    live = answer(["check", "llama4", "--mau", "900M", "--offline"], capsys)
    by_model = {r["instead_of"]: r for r in live["replacements"]}
    assert {r["instead_of"]: r for r in locked["replacements"]} == by_model
    assert by_model


VERDICTS = st.lists(st.sampled_from(list(Verdict)), min_size=1, max_size=8)


@given(VERDICTS, st.integers(0, 7))
def test_the_first_that_may_be_deployed(verdicts: list[Verdict], at: int) -> None:
    """Judging one by one finds what a ranking of the whole board finds, and asks of nobody behind it."""
    known = scores(*(figure(f"org/m{i}", 1500 - i) for i in range(len(verdicts))))
    table = board(known, known.one("elo"))
    given_ = {f"org/m{i}": v for i, v in enumerate(verdicts)}
    asked: list[str] = []

    def judge(ids: Sequence[str]) -> Mapping[str, ModelResult]:
        asked.extend(ids)
        return {i: ModelResult(reference=i, model=i, verdict=given_[i]) for i in ids}

    denied = f"org/m{at % len(verdicts)}"
    ranked = [e.figure.key for e in rank(table, judge).deployable if e.figure.key != denied]
    asked.clear()
    (item,) = instead([denied], judge, levels_of(table, known))
    assert (item.replacement.model if item.replacement else None) == (ranked[0] if ranked else None)
    assert bool(item.why) is (item.replacement is None)
    if item.replacement:
        assert asked[-1] == item.replacement.model
        assert asked == sorted(set(asked), key=asked.index)


MODALITIES = st.frozensets(st.sampled_from(["text", "image", "audio"]))


@given(st.lists(MODALITIES, min_size=2, max_size=6))
def test_a_replacement_does_what_the_denied_model_does(does: list[frozenset[str]]) -> None:
    """Nobody who sends images is sent to a model of which it is not known that it reads any."""
    known = scores(*(figure(f"org/m{i}", 1500 - i) for i in range(len(does))))
    levels = levels_of(board(known, known.one("elo")), known)
    by_id = {f"org/m{i}": d for i, d in enumerate(does)}

    def judge(ids: Sequence[str]) -> Mapping[str, ModelResult]:
        return {i: ModelResult(reference=i, model=i, verdict=Verdict.ALLOWED) for i in ids}

    for item in instead(by_id, judge, levels, by_id.__getitem__):
        wanted = by_id[item.instead_of] - {"text"}
        fit = [i for i, d in by_id.items() if i != item.instead_of and wanted <= d]
        assert (item.replacement.model if item.replacement else None) == (fit[0] if fit else None)
        assert all(word in item.why for word in wanted) or item.replacement


def test_a_model_of_images_is_replaced_by_one(capsys: Capture) -> None:
    """Llama 4 reads images; the best allowed model of the board does not."""
    checked = answer(["check", "llama4", "--offline", "--mau", "900M"], capsys)
    for item in checked["replacements"]:
        assert "image" in besides_text(item["replacement"]["model"])


def test_a_board_without_intervals() -> None:
    """Without an interval a difference is shown, and that nothing is known of it."""
    known = scores(figure("org/a", 1500, None), figure("org/b", 1400, None))
    levels = levels_of(board(known, known.one("elo")), known)

    def judge(ids: Sequence[str]) -> Mapping[str, ModelResult]:
        return {i: ModelResult(reference=i, model=i, verdict=Verdict.ALLOWED) for i in ids}

    (item,) = instead(["org/b"], judge, levels)
    assert item.replacement is not None
    assert item.replacement.level == "not known"
    assert item.replacement.difference == 100
    assert instead(["org/z"], judge, levels)[0].replacement is None
    empty = Levels(benchmark="B", date="2026-01-01", unit="u", attribution="", models=())
    assert instead(["org/a"], judge, empty)[0].replacement is None
