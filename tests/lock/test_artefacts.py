"""Artefacts in a lock: folders and Ollama names, asked again like any model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lock.texts import MIT, MIT_BARRED
from tests.loopback.ollama import LoopbackRegistry, Package
from weightlaw.cli.main import main

Capture = pytest.CaptureFixture[str]
NAME = "ollama:breeze:1b"


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackRegistry]:
    """Ollama's registry on loopback; no Ollama runs, and none has a folder here."""
    with LoopbackRegistry() as server:
        monkeypatch.setenv("WEIGHTLAW_OLLAMA_REGISTRY", server.url)
        monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "none"))
        monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
        monkeypatch.delenv("OLLAMA_HOST", raising=False)
        yield server


def verify(capsys: Capture) -> tuple[int, dict[str, Any]]:
    """Exit code and the one model's answer."""
    capsys.readouterr()
    code = main(["verify", "--format", "json"])
    (model,) = json.loads(capsys.readouterr().out)["models"]
    return code, model


def test_ollama(registry: LoopbackRegistry, capsys: Capture) -> None:
    """A tag that moves to another licence layer, that is down, that is gone."""
    registry.add("library/breeze", "1b", Package(licenses=[MIT]))
    assert main(["lock", NAME, "--date", "2026-11-24"]) == 0
    assert 'as_of: "2026-11-24"' in Path("weightlaw.lock").read_text(encoding="utf-8")
    assert verify(capsys)[0] == 0
    registry.add("library/breeze", "1b", Package(licenses=[MIT_BARRED]))
    code, model = verify(capsys)
    assert code == 1
    assert any("it now forbids commercial use" in c["told"] for c in model["changes"])
    registry.fail("", status=503)
    code, model = verify(capsys)
    assert (code, model["status"], model["changes"]) == (3, "unverified", [])


def test_ollama_gone(registry: LoopbackRegistry, capsys: Capture) -> None:
    """A name that the registry no longer has."""
    registry.add("library/breeze", "1b", Package(licenses=[MIT]))
    assert main(["lock", NAME]) == 0
    registry.fail("/manifests/", status=404)
    code, model = verify(capsys)
    assert (code, model["now"], model["changes"][0]["kind"]) == (1, "review", "removed")


def test_folder(capsys: Capture) -> None:
    """A folder is locked by its texts; a changed text is told; a folder that is gone is a removed model."""
    folder = Path("model")
    folder.mkdir()
    (folder / "LICENSE").write_text(MIT)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Model\n")
    (folder / "config.json").write_text("{}")
    assert main(["lock", "./model", "--offline"]) == 0
    assert main(["verify", "--offline"]) == 0
    (folder / "LICENSE").write_text(MIT_BARRED)
    capsys.readouterr()
    assert main(["verify", "--offline"]) == 1
    assert "it now forbids commercial use" in " ".join(capsys.readouterr().out.split())
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert main(["verify", "--offline"]) == 1
    assert "can no longer be had from this machine" in " ".join(capsys.readouterr().out.split())
