"""The commands: exit codes, JSON that keeps to its schema, text that fits a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from weightlaw.cli import rank, scores
from weightlaw.errors import NothingChecked, UsageError
from weightlaw.reports import rank_report, scores_report

LARGE = ["--mau", "900M", "--headquarters", "DE", "--no-policy"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No imported file and no policy of the working directory."""
    monkeypatch.chdir(tmp_path)


def told(capsys: pytest.CaptureFixture[str], module: Any, *args: str) -> tuple[int, str]:
    """Exit code and stdout of one command."""
    code = module.run(module.parser().parse_args(list(args)))
    return code, capsys.readouterr().out


@pytest.mark.parametrize(
    "args",
    [
        ("show",),
        ("show", "glm-4.7"),
        ("show", "llama4", "--benchmark", "arena"),
        ("show", "--benchmark", "Arena Text", "--on", "2026-06-25"),
        ("compare", "glm-5.2", "claude-opus-4-7", "--any-effort"),
        ("compare", "google/gemma-3-27b-it:Q4_K_M", "phi-4"),
        ("gap",),
        ("gap", "--benchmark", "Arena WebDev"),
        ("claims",),
    ],
)
def test_scores_json_keeps_to_its_schema(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...]
) -> None:
    code, out = told(capsys, scores, *args, "--format", "json")
    jsonschema.validate(json.loads(out), scores_report.json_schema())
    assert json.loads(out)["schema"] == "weightlaw.scores/1"
    assert code in (0, 4)
    assert told(capsys, scores, *args, "--format", "json")[1] == out


@pytest.mark.parametrize("args", [("show",), ("show", "glm-4.7"), ("gap",), ("claims",)])
def test_scores_text_fits_and_attributes(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...]
) -> None:
    _, out = told(capsys, scores, *args)
    assert max(map(len, out.splitlines())) <= 80
    if args in (("show", "glm-4.7"), ("gap",)):
        assert "CC-BY-4.0" in out


def test_compare_exits_with_4_where_all_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = told(capsys, scores, "compare", "google/gemma-3-27b-it:Q4_K_M", "phi-4")
    assert code == 4
    assert "REFUSED" in out
    assert "you would run Q4_K_M" in out


def test_compare_of_models_without_a_common_benchmark() -> None:
    args = scores.parser().parse_args(["compare", "glm-5.2", "phi-4", "--benchmark", "gpqa"])
    with pytest.raises(UsageError, match="no benchmark has a figure of both"):
        scores.run(args)


def test_import_writes_and_show_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The default file is found again, and named on stderr."""
    (tmp_path / "mine.csv").write_text("model,benchmark,score,kind\nown,My Test,7,vendor\n")
    assert scores.run(scores.parser().parse_args(["import", "mine.csv"])) == 0
    assert "1 name is not mapped" in capsys.readouterr().err
    code, out = told(capsys, scores, "show", "own")
    assert code == 0
    assert "VENDOR" in out
    assert "name not mapped" in out


def test_rank_json_keeps_to_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = told(capsys, rank, *LARGE, "--format", "json")
    made = json.loads(out)
    jsonschema.validate(made, rank_report.json_schema())
    assert code == 0
    assert made["schema"] == "weightlaw.rank/1"
    assert made["deployable"][0]["figure"]["model"] == "zai-org/GLM-5.2"
    assert told(capsys, rank, *LARGE, "--format", "json")[1] == out


def test_rank_text(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = told(capsys, rank, *LARGE, "--limit", "0")
    assert code == 0
    assert out.startswith("BEST: zai-org/GLM-5.2 (allowed; Arena Text, 2026-08-19")
    assert "the bar costs 19.2 Elo" in out
    assert "WL201" in out
    assert max(map(len, out.splitlines())) <= 80


def test_rank_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, rank, "llama4", *LARGE)[0] == 1
    assert told(capsys, rank, "moonshotai/Kimi-K3", *LARGE)[0] == 4
    with pytest.raises(UsageError, match="no model is known"):
        rank.run(rank.parser().parse_args(["no-such-model", *LARGE]))
    with pytest.raises(NothingChecked):
        rank.run(rank.parser().parse_args(["black-forest-labs/FLUX.1-dev", *LARGE]))
    with pytest.raises(UsageError, match="no benchmark"):
        rank.run(rank.parser().parse_args(["--by", "astrology", *LARGE]))


def test_a_published_loss_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """However many boards refuse a quantized copy, its loss stands below them once."""
    code, out = told(
        capsys, scores, "compare", "glm-4.7", "meta-llama/Llama-3.3-70B-Instruct:Q4_K_M"
    )
    assert code == 4
    assert out.count(": REFUSED") >= 4
    assert out.count("What is published of the loss") == 1
    losses = out.split("What is published of the loss by quantization:")[1].split("\n\n")[0]
    lines = [line for line in losses.splitlines() if line.startswith("  loss ")]
    assert lines
    assert len(lines) == len(set(lines))
