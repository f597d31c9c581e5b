"""Files beside the licence: a notice that attributes is harmless, one that limits is for a person to decide."""

from __future__ import annotations

import pathlib
import time

import pytest

from tests.lineage.said import sentences
from tests.lock.texts import MIT
from weightlaw.checking import check
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.beside import about

LIMIT = "The weights may be used for non-commercial research only."
ATTRIBUTION = """\
Quoll
Copyright 2026 Quoll Labs

This product includes software developed at Quoll Labs (https://quoll.example/).
Portions of it are licensed under the Apache License, Version 2.0.
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A model under the MIT License, by its card and by its text."""
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n# Quoll\n", encoding="utf-8")
    (tmp_path / "config.json").write_text('{"model_type": "quoll"}', encoding="utf-8")
    (tmp_path / "LICENSE").write_text(MIT, encoding="utf-8")
    return tmp_path


def _with(folder: pathlib.Path, name: str, text: str) -> ModelResult:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    (result,) = check(str(folder)).models
    return result


@pytest.mark.parametrize("sentence", sentences())
def test_no_restriction_passes_in_a_notice(folder: pathlib.Path, sentence: str) -> None:
    result = _with(folder, "NOTICE", f"Quoll\nCopyright 2026 Quoll Labs\n\n{sentence}\n")
    assert result.verdict is Verdict.REVIEW
    (finding,) = result.findings
    assert finding.rule == "WL105"
    told = finding.evidence[0]
    assert told.source == "NOTICE"
    assert told.quote == " ".join(sentence.split())


@pytest.mark.parametrize(
    "name",
    [
        "NOTICE.txt",
        "NOTICES.md",
        "COPYING.NOTICE",
        "THIRD-PARTY",
        "THIRD_PARTY_NOTICES.txt",
        "README.license",
        "USE_POLICY.md",
        "USAGE_GUIDELINES.md",
        "ACCEPTABLE_USE",
        "AUP.md",
        "TERMS.md",
        "TOU.txt",
        "EULA",
        "LEGAL.md",
        "RESTRICTIONS.txt",
        "COPYRIGHT",
        "DISCLAIMER.md",
        "LICENSE-MODEL",
        "LICENSE_WEIGHTS",
        "LICENSE.weights",
        "LICENSE.zh-CN",
        "LICENSE.old",
        "DATABRICKS_LICENSE.txt",
        "Code_Llama_LICENSE",
        "模型许可协议.md",
        "LICENCIA.md",
        "weights/LICENSE",
        "vae/LICENSE.md",
        "LICENSES/Quoll-1.0.txt",
    ],
)
def test_names_that_may_carry_terms(folder: pathlib.Path, name: str) -> None:
    assert _with(folder, name, LIMIT + "\n").verdict in (Verdict.REVIEW, Verdict.DENIED)


@pytest.mark.parametrize("name", ["NOTICE", "NOTICE.txt", "THIRD_PARTY_NOTICES.md", "COPYRIGHT"])
def test_attribution_is_harmless(folder: pathlib.Path, name: str) -> None:
    assert _with(folder, name, ATTRIBUTION).verdict is Verdict.ALLOWED


def test_a_licence_named_in_a_notice(folder: pathlib.Path) -> None:
    for text in (
        "The Quoll weights are licensed under the CC-BY-NC-4.0 license.\n",
        "Quoll is distributed under CC-BY-NC-4.0.\n",
        "Llama 3.1 is licensed under the Llama 3.1 Community License.\n",
    ):
        assert _with(folder, "NOTICE", text).verdict is Verdict.REVIEW


def test_the_licence_of_the_data_says_nothing_of_the_weights(folder: pathlib.Path) -> None:
    text = "The recordings may be used for non-commercial research only.\n"
    assert _with(folder, "LICENSE-DATA", text).verdict is Verdict.ALLOWED
    assert _with(folder, "LICENSE-DATA", f"{text}\n{LIMIT}\n").verdict is Verdict.REVIEW


def test_a_limit_that_the_licence_has_itself_is_not_told_again(folder: pathlib.Path) -> None:
    (folder / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n", encoding="utf-8")
    (folder / "LICENSE").unlink()
    assert [f.rule for f in _with(folder, "NOTICE", LIMIT).findings] == ["WL301"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("LICENSE", "model"),
        ("LICENSE-CODE", "parts"),
        ("LICENSE_DATASET.txt", "parts"),
        ("docs-license.md", "parts"),
        ("LICENSE-CODE-AND-MODEL", "model"),
        ("BigCode-OpenRAIL-M.license", "model"),
        ("metadata_license.txt", "model"),
        ("ThirdPartyNotices.txt", "others"),
        ("licenses/NOTICE.md", "others"),
    ],
)
def test_what_a_name_is_about(name: str, what: str) -> None:
    assert about(name) == what


def test_long_lists_of_components_take_no_time(folder: pathlib.Path) -> None:
    """Hundreds of paragraphs that attribute, all different, are read in little time."""
    parts = [
        f"Part {n}\nCopyright (c) 2020 Person {n}\nBy Person {n}, free of charge."
        for n in range(300)
    ]
    start = time.perf_counter()
    assert _with(folder, "NOTICE", "\n\n".join(parts)).verdict is Verdict.ALLOWED
    assert time.perf_counter() - start < 10
