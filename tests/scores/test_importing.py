"""Files that users fetch: read whole or refused with their lines; the Hub's own claims stay apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.shared import SHARED
from weightlaw.catalog.store import load as load_catalog
from weightlaw.errors import DataError, UsageError
from weightlaw.scores.comparing import compare
from weightlaw.scores.importing import import_file, merge, read_extra, render_extra
from weightlaw.scores.store import Extra, load, load_with
from weightlaw.scores.subjects import subject

HUB = SHARED / "hub" / "api"


def imported(path: Path, text: str = "", **more: str) -> Extra:
    """What a file gives; it is written first where `text` is given."""
    if text:
        path.write_text(text, encoding="utf-8")
    return import_file(str(path), load(), load_catalog(), today="2026-11-24", **more)


EPOCH = (
    "Model version,mean_score,Release date,Organization,Model accessibility,stderr,Started at\n"
    "glm-9_high,0.9,2026-10-01,Z.ai,Open weights (unrestricted),0.01,2026-10-02T10:00:00.000Z\n"
    "o3-2025-04-16_max,0.8,2025-04-16,OpenAI,API access,0,2026-10-02\n"
    "deepseek-chat,0.7,2026-10-01,DeepSeek,Open weights (unrestricted),0.02,2026-10-02\n"
    "gpt-none,,2026-10-01,OpenAI,API access,,\n"
)


def test_epoch_own_runs(tmp_path: Path) -> None:
    found = imported(tmp_path / "gpqa_diamond.csv", EPOCH)
    first, second, third = found.figures
    assert found.series == ()  # the column is known
    assert first.series == "epoch-gpqa-diamond"
    assert first.score == pytest.approx(90)
    assert first.low == pytest.approx(90 - 1.96)
    assert (first.model, first.effort, first.date) == ("", "high", "2026-10-02")
    assert (second.model, second.effort) == ("o3-2025-04-16", "max")
    assert second.low is None  # an error of 0 is no certainty
    assert third.model == ""  # an API name that moves
    assert found.sources[0].license == "CC-BY-4.0"


def test_epoch_compiled_figures_are_another_column(tmp_path: Path) -> None:
    (series,) = imported(tmp_path / "hle_external.csv", EPOCH).series
    assert series.kind == "compiled"


def test_epoch_index(tmp_path: Path) -> None:
    text = "Model version,ECI Score,Release date\nkimi-k2.5,148.3,2026-01-27\n"
    found = imported(tmp_path / "epoch_capabilities_index.csv", text, date="2026-10-01")
    assert found.figures[0].series == "epoch-eci"
    assert found.figures[0].date == "2026-10-01"
    assert found.figures[0].model == "moonshotai/Kimi-K2.5"


def test_epoch_wrong_lines_are_told_together(tmp_path: Path) -> None:
    text = EPOCH.replace("0.9,", "90,").replace("0.8,", "much,")
    with pytest.raises(DataError) as error:
        imported(tmp_path / "gpqa_diamond.csv", text)
    assert [p.split(":")[1] for p in error.value.problems] == ["2", "3"]
    assert "no share between 0 and 1" in error.value.problems[0]


ROW = {
    "model_name": "kimi-k3-max",
    "organization": "moonshot",
    "license": "Kimi K3 license",
    "rating": 1490.1,
    "rating_lower": 1485.0,
    "rating_upper": 1495.2,
    "vote_count": 20000,
    "rank": 8,
    "category": "overall",
    "leaderboard_publish_date": "2026-10-01",
}


def test_arena_rows_of_the_dataset_viewer(tmp_path: Path) -> None:
    data = {
        "rows": [{"row_idx": 0, "row": ROW}, {"row_idx": 1, "row": ROW | {"category": "coding"}}]
    }
    found = imported(tmp_path / "text_style_control.json", json.dumps(data))
    assert [f.series for f in found.figures] == ["arena-text-style", "arena-text-style-coding"]
    assert found.figures[0].model == "moonshotai/Kimi-K3"
    assert found.figures[0].effort == "max"
    assert found.series[0].board == "coding"


def test_arena_as_csv_and_lines(tmp_path: Path) -> None:
    header = ",".join(ROW)
    values = ",".join(str(v) for v in ROW.values())
    one = imported(tmp_path / "arena.csv", f"{header}\n{values}\n", subset="text")
    two = imported(tmp_path / "text.jsonl", json.dumps(ROW) + "\n")
    assert [f.series for f in (*one.figures, *two.figures)] == ["arena-text-raw"] * 2


def test_arena_says_no_style_control_so_it_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--subset"):
        imported(tmp_path / "latest.json", json.dumps([ROW]))


def test_arena_rating_outside_its_interval(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not between"):
        imported(tmp_path / "text.json", json.dumps([ROW | {"rating": 1600}]))


@pytest.mark.skipif(not HUB.is_dir(), reason=f"the Hub's files are not at {SHARED}")
def test_hub_results_are_self_reported(tmp_path: Path) -> None:
    """Of real files: apart, labelled, and never compared with an independent figure."""
    full = imported(HUB / "eval_results" / "example_full.yaml", model="org/some-model")
    found = merge(full, imported(HUB / "eval_results" / "example_min.yaml", model="org/some-model"))
    assert full.figures[0].note.startswith("no-tools; reported from https://huggingface.co/")
    gpqa = next(s for s in found.series if s.benchmark == "GPQA Diamond")
    assert {s.kind for s in found.series} == {"self-reported"}
    assert gpqa.unit == "as reported"
    assert {f.score for f in found.figures} == {20.90, 0.412}
    file = tmp_path / "mine.json"
    file.write_text(render_extra(found), encoding="utf-8")
    known = load_with(str(file))
    sides = [subject(n, known, load_catalog()) for n in ("org/some-model", "phi-4")]
    (compared,) = compare(known, sides[0], sides[1], benchmark="gpqa")
    assert compared.outcome == "refused"
    assert "another kind of publisher: self-reported beside independent" in compared.reasons


@pytest.mark.skipif(not HUB.is_dir(), reason=f"the Hub's files are not at {SHARED}")
def test_hub_api_answer() -> None:
    found = imported(HUB / "evalResults_example.json", model="microsoft/Phi-3-mini-4k-instruct")
    (figure,) = found.figures
    assert (figure.score, figure.date) == (86.2, "2024-04-22")
    assert figure.model == "microsoft/Phi-3-mini-4k-instruct"


def test_hub_problems_have_lines(tmp_path: Path) -> None:
    text = "- dataset: {id: a/b, task_id: c}\n  value: 1\n- value: 2\n- dataset: {id: a/b}\n  value: x\n"
    with pytest.raises(DataError) as error:
        imported(tmp_path / "x.yaml", text, model="org/m")
    assert [p.split(":")[1] for p in error.value.problems] == ["3", "4"]


def test_hub_needs_the_model(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--model"):
        imported(tmp_path / "x.yaml", "- dataset: {id: a/b}\n  value: 1\n")


PLAIN = (
    "model,benchmark,score,kind,unit,low,high,date,effort,source_url\n"
    "zai-org/GLM-4.7,My Test,81.5,independent,percent,80,83,2026-10-01,high,https://example.org\n"
    "own-model,My Test,70,independent,percent,,,2026-10-01,high,https://example.org\n"
)


def test_plain_csv(tmp_path: Path) -> None:
    found = imported(tmp_path / "mine.csv", PLAIN)
    assert [f.model for f in found.figures] == ["zai-org/GLM-4.7", ""]
    assert found.figures[0].weights == "open"
    assert len(found.series) == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("81.5", "nan", "2", "is no number"),
        ("independent", "trusted", "2", "one of independent"),
        ("80,83", "80,", "2", "or both be empty"),
        ("2026-10-01", "soon", "2", "is no date"),
        ("effort", "efort", "1", "unknown columns efort"),
        ("own-model,", "own-model,x,", "3", "another number of fields"),
    ],
)
def test_plain_csv_problems(tmp_path: Path, old: str, new: str, line: str, said: str) -> None:
    with pytest.raises(DataError) as error:
        imported(tmp_path / "mine.csv", PLAIN.replace(old, new))
    assert any(p.split(":")[1] == line and said in p for p in error.value.problems)


def test_hostile_files(tmp_path: Path) -> None:
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"model,benchmark,score\n\xff\xfe,b,1\n")
    with pytest.raises(DataError, match="2: not UTF-8"):
        imported(binary)
    with pytest.raises(UsageError, match="no known format"):
        imported(tmp_path / "y.csv", "a,b\n1,2\n")
    with pytest.raises(UsageError, match="cannot read"):
        imported(tmp_path / "none.csv")


def test_imports_join_and_renew(tmp_path: Path) -> None:
    """A second import of the same figure replaces the first; the file is the same for the same figures."""
    first = imported(tmp_path / "mine.csv", PLAIN)
    second = imported(tmp_path / "mine.csv", PLAIN.replace("81.5", "82.5"))
    both = merge(first, second)
    assert sorted(f.score for f in both.figures) == [70, 82.5]
    file = tmp_path / "all.json"
    file.write_text(render_extra(both), encoding="utf-8")
    assert read_extra(str(file)) == both
    assert render_extra(read_extra(str(file))) == render_extra(both)
    with pytest.raises(UsageError, match="not written by"):
        read_extra(str(tmp_path / "mine.csv"))


def test_each_publisher_of_a_file_keeps_its_figures(tmp_path: Path) -> None:
    """Two publishers in one CSV are two sources: nobody's figure is credited to another."""
    found = imported(
        tmp_path / "two.csv",
        "model,benchmark,score,publisher,license\n"
        "zai-org/GLM-4.7,Made,90,Z.ai,CC-BY-4.0\nzai-org/GLM-5,Made,91,Someone,CC0-1.0\n",
    )
    sources = {s.id: s for s in found.sources}
    credited = {f.model: sources[f.source] for f in found.figures}
    first, second = credited["zai-org/GLM-4.7"], credited["zai-org/GLM-5"]
    assert (first.publisher, first.license) == ("Z.ai", "CC-BY-4.0")
    assert (second.publisher, second.license) == ("Someone", "CC0-1.0")
