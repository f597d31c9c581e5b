"""The section on the organization's own trial, in every format of the procurement report."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import jsonschema
import pytest

from tests.trial.synthetic import answer_all, decided, identify, judge, new_trial
from weightlaw.cli import report as command
from weightlaw.cli.main import main
from weightlaw.cli.trial_section import own_trial
from weightlaw.errors import UsageError
from weightlaw.reports.procurement.json import json_schema
from weightlaw.trial.building import build
from weightlaw.trial.documents import json as trial_json
from weightlaw.trial.store import Store

TELLS = ("15 of 20", "53.1% to 88.8%", "p = 0.041", "Q4_K_M", "conditional", "ab" * 32)
"""What every format must say: share, interval, p, artefact, licence verdict, the frozen prompts."""


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Twenty prompts judged 15 to 5."""
    path = tmp_path / "support.trial"
    store = new_trial(path, [("easy",)] * 20)
    identify(store)
    answer_all(store)
    judge(store, decided(15, 5))
    store.close()
    return path


def written(tmp_path: Path, trial: Path, name: str) -> bytes:
    """The report in the format that the name means."""
    target = tmp_path / name
    args = ["qwen3-8b", "--offline", "--no-policy", "--date", "2026-11-24", "--trial", str(trial)]
    assert command.run(command.parser().parse_args([*args, "-o", str(target)])) == 0
    return target.read_bytes()


def words(name: str, data: bytes) -> str:
    """A document's text, blanks and line ends left out: each format wraps in its own way."""
    if name.endswith(".pdf"):
        from pypdf import PdfReader

        text = "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    elif name.endswith((".docx", ".xlsx")):
        import zipfile

        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = [n for n in package.namelist() if "document.xml" in n or "sharedStrings" in n]
            text = "".join(package.read(n).decode() for n in parts)
    else:
        text = data.decode().replace("\\", "")
    return "".join(text.split())


@pytest.mark.parametrize("name", ["r.html", "r.md", "r.json", "r.xlsx", "r.docx", "r.pdf"])
def test_every_format_has_the_section(tmp_path: Path, trial: Path, name: str) -> None:
    """Decision, share with interval, n, artefact, licence verdict; the same bytes twice; nothing private."""
    data = written(tmp_path, trial, name)
    said = words(name, data)
    for part in TELLS:
        assert "".join(part.split()) in said, part
    assert "secret" not in said
    assert data == written(tmp_path, trial, name)


def test_json_holds_to_its_schema(tmp_path: Path, trial: Path) -> None:
    """With a trial and without."""
    told = json.loads(written(tmp_path, trial, "r.json"))
    jsonschema.validate(told, json_schema())
    assert told["trial"]["low"] == 531
    assert told["trial"]["at"] == 750


def test_from_json_as_from_the_trial(tmp_path: Path, trial: Path) -> None:
    """The JSON report of the trial gives the same section: the trial's file need not be handed on."""
    with Store(str(trial)) as store:
        (tmp_path / "results.json").write_text(trial_json.render(build(store)))
    assert own_trial(str(tmp_path / "results.json")) == own_trial(str(trial))


def test_without_a_trial_there_is_no_section(tmp_path: Path) -> None:
    """And no word of one."""
    target = tmp_path / "r.md"
    args = ["qwen3-8b", "--offline", "--no-policy", "--date", "2026-11-24", "-o", str(target)]
    assert command.run(command.parser().parse_args(args)) == 0
    assert "Our own trial" not in target.read_text()


@pytest.mark.parametrize("content", [None, b"{}", b"hello", b"SQLite format 3\0 and then nothing"])
def test_what_is_no_trial(tmp_path: Path, content: bytes | None) -> None:
    """One sentence each."""
    path = tmp_path / "x.trial"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"x\.trial"):
        own_trial(str(path))


def test_not_in_the_form(tmp_path: Path, trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The documentation form has no place for it."""
    code = main(
        ["report", "qwen3-8b", "--form", "mdf", "--trial", str(trial), "-o", str(tmp_path / "f.md")]
    )
    assert code == 2
    assert "--trial belongs to the report" in capsys.readouterr().err
