"""Duties recorded as kept: files are looked at, words compared, names held against the licence's rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from weightlaw.catalog.store import load
from weightlaw.checking import check
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.duties_kept import SIGNS
from weightlaw.policy.policyfile import load_policy
from weightlaw.policy.rules import wl403_notice

BASE = """\
organization: {headquarters: US, monthly_active_users: 5M}
deployment: {use: [weights, feature], fine_tuned: true%s}
duties_kept:
"""


def answer(tmp_path: Path, kept: str, plan: str = "") -> ModelResult:
    (tmp_path / "weightlaw.yaml").write_text(BASE % plan + kept)
    policy = load_policy(str(tmp_path / "weightlaw.yaml"), load(), today="2026-11-24")
    return check("llama-3.1-8b", policy.deployment, house=policy.house).models[0]


def open_duties(result: ModelResult) -> str:
    return "\n".join(d.text for d in result.duties)


def test_display_in_a_file(tmp_path: Path) -> None:
    """The words are in the file: kept and looked at. Without them: still due, and told."""
    record = "  - {duty: display, license: llama3.1, file: ABOUT.md}\n"
    (tmp_path / "ABOUT.md").write_text("Our chat is\n*Built   with Llama*.")
    result = answer(tmp_path, record)
    assert "Built with Llama" not in open_duties(result)
    assert [(k.place, k.checked) for k in result.kept] == [("ABOUT.md", True)]
    assert result.verdict is Verdict.CONDITIONAL
    (tmp_path / "ABOUT.md").write_text("Our chat is built by us.")
    result = answer(tmp_path, record)
    assert "Built with Llama" in open_duties(result)
    assert result.kept == ()
    assert result.verdict is Verdict.REVIEW
    assert "does not hold 'Built with Llama'" in next(
        f.message for f in result.findings if f.rule == "WL902"
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A record of a file that is missing is a finding."""
    result = answer(tmp_path, "  - {duty: notice_file, license: llama3.1, file: NOTICE}\n")
    assert result.verdict is Verdict.REVIEW
    assert "NOTICE cannot be read (No such file or directory)" in result.findings[0].message


def test_the_prescribed_notice(tmp_path: Path) -> None:
    """The notice that the licence prescribes word for word must be in the file."""
    record = "  - {duty: notice_file, license: llama3.1, file: NOTICE}\n"
    plain = answer(tmp_path, "  []\n")
    wanted = next(d.display for d in plain.duties if d.text.startswith("Put the notice"))
    (tmp_path / "NOTICE").write_text(f"Notices\n\n{wanted}\n")
    assert answer(tmp_path, record).kept[0].place == "NOTICE"
    (tmp_path / "NOTICE").write_text("Notices of another kind.")
    assert answer(tmp_path, record).verdict is Verdict.REVIEW


def test_a_licence_copy_must_be_one(tmp_path: Path) -> None:
    """A file with other words is no copy of the licence."""
    (tmp_path / "LICENSE").write_text("All rights reserved.")
    result = answer(tmp_path, "  - {duty: license_copy, license: llama3.1, file: LICENSE}\n")
    assert "LICENSE is no copy of it" in next(
        f.message for f in result.findings if f.rule == "WL902"
    )


def test_on_record_only(tmp_path: Path) -> None:
    """An address or words in the interface are taken on the word of whoever recorded them."""
    result = answer(
        tmp_path, "  - {duty: display, license: llama3.1, url: 'https://example.com/about'}\n"
    )
    assert [(k.place, k.checked) for k in result.kept] == [("https://example.com/about", False)]
    result = answer(tmp_path, "  - {duty: display, license: llama3.1, shown: Built with Llama}\n")
    assert len(result.kept) == 1
    result = answer(tmp_path, "  - {duty: display, license: llama3.1, shown: Made by us}\n")
    assert result.verdict is Verdict.REVIEW


def test_the_derived_name(tmp_path: Path) -> None:
    """A recorded name is held against the licence's rule."""
    good = answer(tmp_path, "  - {duty: derived_name, license: llama3.1, name: Llama-acme-8B}\n")
    assert good.verdict is Verdict.CONDITIONAL
    bad = answer(tmp_path, "  - {duty: derived_name, license: llama3.1, name: acme-8B}\n")
    assert bad.verdict is Verdict.DENIED
    assert bad.findings[0].rule == "WL402"


def test_what_a_deployment_displays(tmp_path: Path) -> None:
    """Words that a deployment says it displays count for the licence that wants them, and no others do."""
    shown = ", displayed: [{text: Built with Llama, where: the footer}]"
    result = answer(tmp_path, "  []\n", shown)
    assert [k.place for k in result.kept] == ["the footer (Built with Llama)"]
    assert answer(tmp_path, "  []\n", ", displayed: [{text: Hello, where: x}]").kept == ()


def test_another_licence_or_model(tmp_path: Path) -> None:
    """A record for another licence or model keeps nothing here."""
    for record in (
        "  - {duty: display, license: llama4, url: x}\n",
        "  - {duty: display, license: llama3.1, model: org/other, url: x}\n",
    ):
        assert answer(tmp_path, record).kept == ()


@pytest.mark.parametrize(
    "duty", ["license_copy", "notice_file", "retained_notices", "stated_changes"]
)
def test_signs_are_those_of_the_rule(duty: str) -> None:
    """The first words by which duties are told apart are those that the rule writes."""
    _, words = SIGNS[duty]
    assert sum(text.startswith(words) for text in wl403_notice._TEXTS.values()) == 1
