"""Broken policies: one clear error each, with file and line, exit 2, never a traceback."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from weightlaw import plainyaml
from weightlaw.cli.main import main

FILE = Path(__file__).parents[1] / "cases" / "policy" / "broken.yaml"
CASES = plainyaml.parse(FILE.read_text(encoding="utf-8"), str(FILE)).data


def _text(case: dict[str, Any]) -> bytes:
    if "bytes" in case:
        return bytes.fromhex(case["bytes"])
    if "generate" in case:
        text: str = case["generate"]
        return text.replace("{n}", case["repeat"] * case["times"]).encode()
    return str(case["policy"]).encode()


def test_there_are_enough() -> None:
    """The promise is sixty."""
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", [pytest.param(c, id=c["case"]) for c in CASES])
def test_broken(
    case: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One error at the line that the case names, exit 2, nothing on standard output."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weightlaw.yaml").write_bytes(_text(case))
    for name, text in case.get("files", {}).items():
        (tmp_path / name).write_text(text)
    code = main(["check", "glm-4.7", "--offline"])
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    assert "internal error" not in err
    assert case["says"] in err, err
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert len(lines[0]) < 700
    place = re.match(r"weightlaw: ([^:]+):(\d+):(\d+): ", lines[0])
    if case["line"]:
        assert place, lines[0]
        assert place[1] == case.get("in", "weightlaw.yaml")
        assert int(place[2]) == case["line"], lines[0]
    else:
        assert lines[0].startswith("weightlaw: weightlaw.yaml: ")
