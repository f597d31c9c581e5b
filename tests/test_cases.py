"""Runs the cases in tests/cases/check as a user would type them, offline."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from weightlaw import plainyaml
from weightlaw.cli.main import main

FILES = sorted((Path(__file__).parent / "cases" / "check").glob("*.yaml"))
EXIT = {"allowed": 0, "conditional": 0, "denied": 1, "review": 4}


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['case']}")
        for file in FILES
        for case in plainyaml.parse(file.read_text(encoding="utf-8"), str(file)).data
    ]


def _run(case: dict[str, Any], form: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    args = [*shlex.split(case["check"]), "--offline", "--no-policy", "--format", form]
    code = main(["check", *args])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Verdict, exit code, rules, duties and questions are as the case says."""
    code, out = _run(case, "json", capsys)
    report = json.loads(out)
    found = {f["rule"] for m in report["models"] for f in m["findings"]}
    duties = [f"{d['condition']} {d['text']}" for m in report["models"] for d in m["duties"]]
    flags = [u["flag"] for m in report["models"] for u in m["unknowns"]]
    assert report["verdict"] == case["verdict"], out
    assert code == EXIT[case["verdict"]]
    assert set(case.get("rules", [])) <= found
    for words in case.get("duties", []):
        assert any(words.lower() in duty.lower() for duty in duties), (words, duties)
    for words in case.get("no_duties", []):
        assert not any(words.lower() in duty.lower() for duty in duties), (words, duties)
    for flag in case.get("asks", []):
        assert any(flag in asked for asked in flags), (flag, flags)


@pytest.mark.parametrize("case", [c for c in _cases() if "says" in c.values[0]])
def test_text(case: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """The text output holds the words that the case names, verdict first."""
    _, out = _run(case, "text", capsys)
    assert out.startswith(case["verdict"].upper())
    said = " ".join(out.split())
    for words in case["says"]:
        assert words in said, (words, out)
