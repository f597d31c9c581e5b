"""The samples in docs/ are what the program makes now, and docs/report.md names what there is."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import weightlaw
from weightlaw.cli import report as command
from weightlaw.reports.procurement.writing import FORMATS

DOCS = Path(weightlaw.__file__).parents[2] / "docs"


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_samples", DOCS / "samples" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_samples_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python docs/samples/make.py` would change nothing: run it after a change of knowledge."""
    monkeypatch.chdir(DOCS / "samples")
    maker = _maker()
    made = maker.samples()
    assert {"report.html", "report.md", "report.json", "mdf.md", "mdf.json"} <= set(made)
    assert maker.differing(made) == []


def test_there_is_a_sample_of_each_format() -> None:
    for suffix in FORMATS:
        assert suffix == ".htm" or (DOCS / "samples" / f"report{suffix}").is_file()


def test_a_changed_sample_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    maker = _maker()
    monkeypatch.setattr(maker, "HERE", tmp_path)
    (tmp_path / "report.md").write_bytes(b"old")
    assert maker.differing({"report.md": b"new", "report.json": b"{}"}) == [
        "report.md",
        "report.json",
    ]


def test_the_page_names_every_option() -> None:
    text = (DOCS / "report.md").read_text(encoding="utf-8")
    for option in (
        "--date",
        "--title",
        "--form mdf",
        "--templates",
        "--fail-on",
        "--offline",
        "--locked",
        "-o",
    ):
        assert option in text
    assert command.EPILOG.count("weightlaw report") == 4
