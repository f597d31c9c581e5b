"""Notice bundles: what the licences demand, the texts as they were shipped, and nothing outside the folder."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lock.texts import MIT, ZEPHYR
from tests.loopback import LoopbackHub, hub, hub_home
from tests.reports.sbom_invented import FREE, NOTICE, ROOT, TUNED, add_models, read, run
from tests.sources.conftest import only_loopback
from weightlaw.domain.findings import DutyItem
from weightlaw.domain.models import TextFile
from weightlaw.errors import UsageError
from weightlaw.reports.notices.checklist import md
from weightlaw.reports.notices.collecting import kind_of
from weightlaw.reports.notices.filenames import Names, file_name, folder_name, safe_name
from weightlaw.reports.notices.view import json_schema
from weightlaw.reports.notices.writing import write_bundle
from weightlaw.reports.sbom.shipped import shipped_bytes

__all__ = ["hub", "hub_home", "only_loopback"]

OFFLINE = ("--offline", "--no-policy")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def made(monkeypatch: pytest.MonkeyPatch, here: Path, *args: str, code: int = 0) -> Any:
    """The document of a bundle that was written with this exit code, checked against its schema and its files."""
    import jsonschema

    assert run(monkeypatch, "notices", *args, "-o", "out") == code
    document = read(here / "out" / "notices.json")
    jsonschema.validate(document, json_schema())
    for file in document["files"]:
        data = (here / "out" / file["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    present = {str(p.relative_to(here / "out")) for p in (here / "out").rglob("*") if p.is_file()}
    assert present == {"notices.json", *(f["path"] for f in document["files"])}
    return document


def checklist(here: Path) -> str:
    return (here / "out" / "CHECKLIST.md").read_text(encoding="utf-8")


def test_copies(hub: LoopbackHub, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handed out weights need the licence and the notices: byte for byte, with commit and hash."""
    commits = add_models(hub)
    document = made(monkeypatch, here, FREE, "--use", "weights", "--no-policy")
    folder = here / "out" / "licenses" / "someone__breeze-1b"
    assert (folder / "LICENSE").read_bytes() == MIT.encode()
    assert (folder / "NOTICE").read_bytes() == NOTICE.encode()
    licence, notice = document["copies"]
    assert (licence["licenses"], notice["licenses"]) == (["MIT"], [])
    assert licence["sha256"] == hashlib.sha256(MIT.encode()).hexdigest()
    assert (licence["revision"], licence["identical"]) == (commits[FREE], True)
    assert licence["models"] == [f"{FREE}@{commits[FREE]}"]
    text = (here / "out" / "NOTICE").read_text(encoding="utf-8")
    assert f"Model: {FREE}@{commits[FREE]}\n  MIT License\n" in text
    assert "Breeze holds wind by Someone.\n?[31mred" in text
    assert document["missing"] == []
    assert (
        "- [ ] Keep the copyright and licence notices of MIT License in all copies."
        in checklist(here)
    )


def test_through_a_base(hub: LoopbackHub, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What binds through a base is taken from the base, and what it wants shown is told."""
    commits = add_models(hub)
    document = made(monkeypatch, here, TUNED, "--use", "weights", "--no-policy", code=4)
    (copy,) = document["copies"]
    assert copy["path"] == "licenses/herd__zephyr-7b/LICENSE"
    assert (copy["shipped_by"], copy["revision"]) == (ROOT, commits[ROOT])
    assert (here / "out" / copy["path"]).read_bytes() == ZEPHYR.encode()
    assert [m["license"] for m in document["missing"]] == ["MIT"]
    assert [d["text"] for d in document["displays"]] == ["Built with Zephyr"]
    assert '"Built with Zephyr"' in checklist(here)
    assert "**REVIEW." in checklist(here)


def test_nothing_is_due(hub: LoopbackHub, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A free model inside the house: a list that says so, and no copies."""
    add_models(hub)
    document = made(monkeypatch, here, FREE, "--use", "internal", "--no-policy")
    assert [f["path"] for f in document["files"]] == ["CHECKLIST.md"]
    assert "**ALLOWED. No licence asks for anything" in checklist(here)
    assert "[ ]" not in checklist(here)


def test_offline(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a text at hand there is no copy, but where it is to be had; prescribed words stand in NOTICE."""
    args = ("llama3.1", "--use", "weights", "--mau", "1M", "--mau-at", "2024-06=1M", *OFFLINE)
    document = made(monkeypatch, here, *args)
    assert document["copies"] == []
    missing = {m["license"]: m for m in document["missing"]}
    assert set(missing) == {
        "LicenseRef-weightlaw-llama-3.1",
        "LicenseRef-weightlaw-llama-3.1-use-policy",
    }
    assert all(len(m["text_sha256"]) == 64 and m["url"] for m in missing.values())
    assert len(missing["LicenseRef-weightlaw-llama-3.1"]["models"]) > 1
    (prescribed,) = document["prescribed"]
    assert prescribed["text"] in (here / "out" / "NOTICE").read_text(encoding="utf-8")
    assert "weightlaw stores none" in checklist(here)
    assert [d["text"] for d in document["displays"]] == ["Built with Llama"]


def test_denied(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A denied model has its bundle, which says first that it helps nothing."""
    document = made(monkeypatch, here, "llama4", "--mau", "900M", *OFFLINE, code=1)
    assert document["verdict"] == "denied"
    assert document["objections"][0]["rule"] == "WL201"
    text = checklist(here)
    assert "**DENIED. This bundle does not make the deployment lawful" in text
    assert text.index("DENIED") < text.index("WL201") < text.index("Built with Llama")


@pytest.mark.parametrize(
    ("name", "state", "code"),
    [("", "to choose", 0), ("Llama-Ours", "kept", 0), ("Ours", "broken", 1)],
)
def test_names(
    here: Path, monkeypatch: pytest.MonkeyPatch, name: str, state: str, code: int
) -> None:
    """The own name is held against the licence's rule."""
    args = ["meta-llama/Llama-3.1-8B-Instruct", "--use", "weights", "--fine-tune", *OFFLINE]
    args += ["--mau", "1M", "--mau-at", "2024-06=1M"]
    args += ["--derived-name", name] if name else []
    document = made(monkeypatch, here, *args, code=code)
    (check,) = document["names"]
    assert (check["state"], check["name"]) == (state, name or None)
    assert ("- [x] the name of the other model" in checklist(here)) is (state == "kept")


def test_no_name_to_check(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is derived, so there is nothing to name."""
    args = ("meta-llama/Llama-3.1-8B-Instruct", "--use", "weights", "--mau", "1M")
    assert made(monkeypatch, here, *args, "--mau-at", "2024-06=1M", *OFFLINE)["names"] == []


def test_pass_on(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Restrictions that recipients must be bound to, with what they bar."""
    assert (
        run(monkeypatch, "notices", "bigscience/bloom", "--use", "weights", *OFFLINE, "-o", "out")
        < 2
    )
    (item,) = read(here / "out" / "notices.json")["pass_on"]
    assert item["categories"]
    assert item["text"].startswith("Bind your own recipients")
    assert "## Restrictions to pass on" in checklist(here)


def test_kept(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the policy records as kept is ticked, with its place."""
    policy = here / "weightlaw.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    args = (
        "meta-llama/Llama-3.1-8B-Instruct",
        "--use",
        "device",
        "--offline",
        "--policy",
        str(policy),
    )
    document = made(monkeypatch, here, *args, "--mau", "1M", "--mau-at", "2024-06=1M")
    (shown,) = document["displays"]
    assert shown["kept"]
    assert '- [x] "Built with Llama"' in checklist(here)


POLICY = """\
version: 1
duties_kept:
  - duty: display
    license: LicenseRef-weightlaw-llama-3.1
    shown: Built with Llama
"""


def test_kinds() -> None:
    """Duties are known by rule and first words, as the policy's records know them."""
    kinds = {
        "Give recipients a copy of X.": "license_copy",
        "Keep the copyright and licence notices of X in all copies.": "retained_notices",
        "Put the notice that X prescribes into a Notice file with the copies.": "notice_file",
        "Say in modified files that you changed them (X).": "stated_changes",
    }
    for text, kind in kinds.items():
        assert kind_of(DutyItem(text=text, license="X", rule="WL403")) == kind
    assert kind_of(DutyItem(text="Anything", license="X", rule="WL409")) == ""


def test_same_bytes(hub: LoopbackHub, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same inputs give the same files."""
    add_models(hub)
    args = (TUNED, FREE, "--use", "device", "--no-policy", "--date", "2031-01-02")
    for name in ("one", "two"):
        assert run(monkeypatch, "notices", *args, "-o", name) == 4
    contents = [
        {p.relative_to(here / n): p.read_bytes() for p in (here / n).rglob("*") if p.is_file()}
        for n in ("one", "two")
    ]
    assert contents[0] == contents[1]


def test_not_overwritten(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle is replaced on demand only, and nothing else ever."""
    args = ("notices", "Qwen/Qwen3-8B", *OFFLINE, "-o", "out")
    assert run(monkeypatch, *args) == 0
    first = checklist(here)
    assert run(monkeypatch, *args, "--use", "weights") == 2
    assert checklist(here) == first
    assert run(monkeypatch, *args, "--use", "weights", "--force") == 0
    assert checklist(here) != first
    (here / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    assert run(monkeypatch, *args, "--force") == 2
    assert (here / "out" / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert sorted(p.name for p in here.iterdir()) == ["out"]


@pytest.mark.parametrize("target", [".", "..", "/", "link", "file", "strange", "no/such"])
def test_refused_targets(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    """Where one stands or above, a link, a file, a folder of others: refused before anything is asked or touched."""
    (here / "other").mkdir()
    (here / "link").symlink_to(here / "other")
    (here / "file").write_text("x", encoding="utf-8")
    (here / "strange").mkdir()
    (here / "strange" / "notices.json").write_text('{"schema": "x/1", "files": []}', "utf-8")
    before = sorted(str(p) for p in here.rglob("*"))
    assert run(monkeypatch, "notices", "Qwen/Qwen3-8B", *OFFLINE, "--force", "-o", target) == 2
    assert capsys.readouterr().err.startswith("weightlaw: ")
    assert sorted(str(p) for p in here.rglob("*")) == before


def test_empty_folder_is_taken(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder may be filled."""
    (here / "out").mkdir()
    made(monkeypatch, here, "Qwen/Qwen3-8B", *OFFLINE)


def test_whole_or_not_at_all(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last step fails, the old bundle is there as it was, and nothing is left behind."""
    listed = b'{"schema": "weightlaw.notices/1", "files": [{"path": "a"}]}'
    write_bundle({"a": b"old", "notices.json": listed}, "out")
    rename = os.rename

    def failing(source: str, target: str) -> None:
        if source.endswith(".new"):
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(UsageError, match="No space left"):
        write_bundle({"a": b"new"}, "out", force=True)
    assert (here / "out" / "a").read_bytes() == b"old"
    assert [p.name for p in here.iterdir()] == ["out"]


HOSTILE = "<script>alert(1)</script>[x](javascript:a)`{{7*7}}\u202e\x1b[31m\n# Head\n- [x] done"


def test_hostile(hub: LoopbackHub, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others wrote is text: in the list, in the notice, in the names of files."""
    data = {"license": "other", "license_name": HOSTILE, "license_link": HOSTILE}
    text = f'{HOSTILE}\nYou must include a copy of this license. Prominently display "{HOSTILE[:30]}".\n'
    files = {"LICENSE": text, "../../LICENSE": text, "licenses/con.txt": text, "NOTICE": HOSTILE}
    hub.add("some/hostile", card_data=data, files=files)
    run(monkeypatch, "notices", "some/hostile", "--use", "weights", "--no-policy", "-o", "out")
    shown = checklist(here) + (here / "out" / "NOTICE").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", shown)
    assert "<script>" not in checklist(here)
    assert "\n# Head" not in checklist(here)
    assert sorted(p.name for p in here.iterdir()) == ["out"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_file_names(model: str, source: str) -> None:
    """Whatever a model or a file is called: a plain name in the folder that was meant."""
    path = Names().place(f"licenses/{folder_name(model)}", file_name(source), "0" * 64)
    assert re.fullmatch(r"licenses/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+", path)
    for part in path.split("/"):
        assert not part.startswith((".", "-"))
        assert not part.endswith(".")
        assert len(part) < 200


@pytest.mark.parametrize("name", ["CON", "con.txt", "nul", "..", "", "/", "COM1.md", "...", "é"])
def test_odd_names(name: str) -> None:
    """Devices of Windows, nothing, and the folder above become names."""
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", safe_name(name))
    assert safe_name(name).split(".")[0].upper() not in ("CON", "NUL", "COM1")


def test_two_texts_never_share_a_name() -> None:
    """Different texts under one name (or one that differs in case only) stand beside each other."""
    names = Names()
    paths = [
        names.place("a", n, h * 64)
        for n, h in (("LICENSE", "1"), ("license", "2"), ("LICENSE", "1"))
    ]
    assert paths == ["a/LICENSE", "a/license-222222222222", "a/LICENSE"]


@given(st.text(max_size=200))
def test_markdown(text: str) -> None:
    """No text opens a tag, a link, a heading or a new line."""
    shown = md(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>\[\]`#]", shown)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_shipped_bytes(encoding: str) -> None:
    """The bytes come back from the text however it was encoded, or not at all."""
    data = "Lizenz für Zephyr – 1\r\n".encode(encoding)
    digest = hashlib.sha256(data).hexdigest()
    file = TextFile(path="LICENSE", text="Lizenz für Zephyr – 1\r\n", sha256=digest)
    assert shipped_bytes(file) == data
    assert shipped_bytes(TextFile(path="LICENSE", text="other", sha256=digest)) is None
