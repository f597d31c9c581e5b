"""Reports, SBOMs and notices from a lock alone: what a live run tells, without a server."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.lock.texts import MIT, ZEPHYR
from tests.loopback import LoopbackHub, hub, hub_home
from tests.reports.sbom_invented import FORMATS, FREE, NOTICE, ROOT, TUNED, add_models, read, run
from tests.reports.sbom_validators import reread
from tests.sources.conftest import only_loopback
from weightlaw.cli.main import main
from weightlaw.errors import NothingChecked, UsageError

__all__ = ["hub", "hub_home", "only_loopback"]

DATE = "2026-11-24"
LARGE = ("--mau", "900M", "--headquarters", "DE")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def locked(hub: LoopbackHub) -> dict[str, str]:
    """A lock of three models on the Hub and one family of the catalogue; afterwards the Hub is dead."""
    commits = add_models(hub)
    assert main(["lock", TUNED, FREE, *LARGE, "--no-policy", "--date", DATE]) == 0
    hub.requests.clear()
    hub.fail("/", status=500)
    return commits


def report(*args: str) -> Any:
    """The report's JSON."""
    assert main(["report", *args, "--no-policy", "--date", DATE, "-o", "r.json"]) == 0
    return json.loads(Path("r.json").read_text(encoding="utf-8"))


def test_report_says_what_the_live_one_says(hub: LoopbackHub) -> None:
    """Decisions, duties, lineage and the ways of evidence are those of the run that wrote the lock."""
    add_models(hub)
    live = report(TUNED, FREE, *LARGE)
    commits = locked(hub)
    found = report("--locked")
    assert hub.requests == []
    for part in ("headline", "counts", "obligations", "axes", "rootless", "deployment"):
        assert found[part] == live[part], part
    for mine, theirs in zip(found["decisions"], live["decisions"], strict=True):
        assert [mine[k] for k in ("verdict", "models", "clause", "next_step", "largest")] == [
            theirs[k] for k in ("verdict", "models", "clause", "next_step", "largest")
        ]
    tree = found["lineages"][0]
    assert (tree["id"], tree["bases"][0]["id"]) == (TUNED, ROOT)
    sheet = next(s for s in found["sheets"] if s["model"] == FREE)
    assert sheet["cells"][0]["text"] == commits[FREE]
    assert sheet["cells"][0]["source"].startswith("lock at ")


def test_report_of_one_model_and_its_form(hub: LoopbackHub) -> None:
    locked(hub)
    assert [d["models"] for d in report("--locked", FREE)["decisions"]] == [[FREE]]
    assert [d["models"] for d in report("--locked=weightlaw.lock", FREE)["decisions"]] == [[FREE]]
    args = ["report", "--locked", "--no-policy", "--date", DATE, "--form", "mdf", "-o", "f.json"]
    assert main(args) == 0
    assert len(json.loads(Path("f.json").read_text(encoding="utf-8"))["models"]) == 2
    assert hub.requests == []


@pytest.mark.parametrize("form", FORMATS)
def test_sbom(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch, form: str, here: Path) -> None:
    """Valid, with every model and base, revision and hashes of the texts."""
    commits = locked(hub)
    args = ("--locked", "--no-policy", "--format", form, "--validate", "-o", "s.json")
    assert run(monkeypatch, "sbom", *args) == 1
    text = (here / "s.json").read_text(encoding="utf-8")
    assert {TUNED, FREE} <= reread(form, text)
    assert ROOT in text
    assert commits[FREE] in text
    assert hashlib.sha256(MIT.encode()).hexdigest() in text
    assert hub.requests == []


def test_sbom_asserts_no_more_than_the_live_one(
    hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    """Concluded licences of the models are the same; an ancestor's is the same or left open."""
    add_models(hub)
    args = ("--format", "spdx-2.3", "--no-policy", "--date", DATE, *LARGE)
    run(monkeypatch, "sbom", TUNED, FREE, *args, "-o", "live.json")
    live = {p["name"]: p for p in read(here / "live.json")["packages"]}
    locked(hub)
    run(monkeypatch, "sbom", "--locked", *args, "-o", "locked.json")
    for package in read(here / "locked.json")["packages"]:
        same = {package["licenseConcluded"], live[package["name"]]["licenseConcluded"]}
        assert len(same - {"NOASSERTION"}) <= 1 or package["name"] not in (TUNED, FREE)
        if package["name"] in (TUNED, FREE):
            assert len(same) == 1


def test_notices_name_texts_and_copy_none(
    hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    """A lock holds no texts: nothing empty is handed out as a licence, and each text is told by place and hash."""
    commits = locked(hub)
    args = ("--locked", "--no-policy", "--use", "weights", "-o", "out")
    assert run(monkeypatch, "notices", *args) == 4
    document = read(here / "out" / "notices.json")
    assert document["copies"] == []
    assert not (here / "out" / "licenses").exists()
    told = {(m["shipped_as"], m["text_sha256"]) for m in document["missing"] if m["shipped_as"]}
    for model, path, text in (
        (FREE, "LICENSE", MIT),
        (FREE, "NOTICE", NOTICE),
        (ROOT, "LICENSE", ZEPHYR),
    ):
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert (f"{model}@{commits[model]}, {path}", digest) in told
    checklist = (here / "out" / "CHECKLIST.md").read_text(encoding="utf-8")
    assert "the lock names its text and holds no copy" in checklist
    assert hub.requests == []


def test_an_edited_lock_is_told(hub: LoopbackHub) -> None:
    """A verdict from a lock that was edited by hand is review at best, in the report too."""
    locked(hub)
    file = Path("weightlaw.lock")
    text = file.read_text(encoding="utf-8")
    assert "  role: license\n" in text or "MIT License" in text
    file.write_text(text.replace("MIT License", "Other License", 1), encoding="utf-8")
    found = report("--locked", FREE)
    assert found["decisions"][0]["verdict"] == "review"
    assert "edited" in json.dumps(found["decisions"])


@pytest.mark.parametrize("command", ["report", "sbom", "notices"])
def test_what_is_wrong(command: str, here: Path) -> None:
    """No model and no lock; a lock that is not there; a model that is not in it."""
    out = () if command == "notices" else ("-o", "x.json")
    with pytest.raises(UsageError, match="no model was named"):
        _raw(command, *out)
    with pytest.raises(UsageError):
        _raw(command, "--locked", *out)
    assert main(["lock", "glm-4.7", "--offline", "--date", DATE]) == 0
    with pytest.raises(NothingChecked, match=r"not in weightlaw\.lock"):
        _raw(command, "--locked", "kimi-k2", *out)
    assert [p.name for p in here.iterdir()] == ["weightlaw.lock"]


def _raw(command: str, *args: str) -> int:
    from importlib import import_module

    module = import_module(f"weightlaw.cli.{command}")
    return int(module.run(module.parser().parse_args(list(args))))
