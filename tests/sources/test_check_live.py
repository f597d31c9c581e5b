"""`check` from reference to verdict with the live source, the Hub's real answers served on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback import SHARED, LoopbackHub, add_shared, needs_shared
from weightlaw.checking import check
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import NothingChecked
from weightlaw.sources.hub import HubSource

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"


def judged(reference: str, deployment: Deployment = Deployment()) -> ModelResult:
    """The one result of a fresh run."""
    (result,) = check(reference, deployment, hub=HubSource()).models
    return result


def license_ids(result: ModelResult) -> set[str]:
    return {view.id for view in result.licenses}


@needs_shared
@pytest.mark.parametrize(
    ("model_id", "verdict", "license_id"),
    [
        ("Qwen/Qwen2.5-7B-Instruct", Verdict.ALLOWED, "Apache-2.0"),
        ("openai/gpt-oss-120b", Verdict.CONDITIONAL, "Apache-2.0"),
        (LLAMA, Verdict.DENIED, "LicenseRef-weightlaw-llama-3.1"),
        (
            "RedHatAI/Llama-4-Scout-17B-16E-Instruct-FP8-dynamic",
            Verdict.DENIED,
            "LicenseRef-weightlaw-llama-4",
        ),
        ("mistralai/Codestral-22B-v0.1", Verdict.DENIED, "LicenseRef-weightlaw-mistral-mnpl-0.1"),
        ("pszemraj/led-booksum_cut", Verdict.ALLOWED, "BSD-3-Clause"),
        ("openai/clip-vit-large-patch14", Verdict.REVIEW, None),
    ],
)
def test_real_models(
    hub: LoopbackHub, model_id: str, verdict: Verdict, license_id: str | None
) -> None:
    """At 900M users: what the licences on the real cards lead to."""
    add_shared(hub, model_id)
    result = judged(model_id, Deployment(mau=900_000_000))
    assert (result.model, result.source) == (model_id, "hub")
    assert result.verdict is verdict
    assert license_id is None or license_id in license_ids(result)
    assert result.revision


@needs_shared
def test_base_binds(hub: LoopbackHub) -> None:
    """An MIT card on a model made from Llama: the base's licence binds, and its cap counts."""
    add_shared(hub, "deepseek-ai/DeepSeek-R1-Distill-Llama-8B")
    result = judged("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", Deployment(mau=900_000_000))
    assert {"MIT", "LicenseRef-weightlaw-llama-3.1"} <= license_ids(result)
    assert result.verdict is Verdict.DENIED


@needs_shared
def test_renamed(hub: LoopbackHub) -> None:
    """The old name leads to the same verdict, under the new name."""
    add_shared(hub, LLAMA)
    hub.rename("meta-llama/Meta-Llama-3.1-8B-Instruct", LLAMA)
    result = judged("meta-llama/Meta-Llama-3.1-8B-Instruct", Deployment(mau=900_000_000))
    assert (result.model, result.verdict) == (LLAMA, Verdict.DENIED)


@needs_shared
def test_broken_card(hub: LoopbackHub) -> None:
    """Broken front matter is repaired, said, and never allowed for lack of reading."""
    card = (SHARED / "hub" / "cards" / "_broken__LungTTA.md").read_bytes()
    hub.add("someone/LungTTA", card=card)
    result = judged("someone/LungTTA")
    assert result.verdict is not Verdict.ALLOWED
    assert any("front matter is broken" in note for note in result.notes)


def test_nothing_declared_is_reviewed(hub: LoopbackHub) -> None:
    """No card, an empty card, a card without a licence."""
    for number, card in enumerate((None, "", "# Model", "---\ntags: [x]\n---\n")):
        hub.add(f"someone/silent{number}", card=card)
        assert judged(f"someone/silent{number}").verdict is Verdict.REVIEW


def test_catalogue_when_the_hub_fails(hub: LoopbackHub) -> None:
    """Limited, broken, unknown there: the catalogue answers, and says why it does."""
    for status in (429, 500, 401):
        hub.heal()
        hub.fail(status=status)
        result = judged("Qwen/Qwen2.5-7B-Instruct")
        assert result.source == "catalogue"
        assert result.verdict is Verdict.ALLOWED
        assert any(note.startswith("from the catalogue: ") for note in result.notes)


def test_unknown_everywhere(hub: LoopbackHub) -> None:
    """Nobody knows it: nothing was checked."""
    with pytest.raises(NothingChecked, match="not found on the Hub, or is private, or gated"):
        check("someone/unheard-of", hub=HubSource())


@needs_shared
def test_command(hub: LoopbackHub, tmp_path: Path) -> None:
    """The command in a process of its own: HF_ENDPOINT, HF_HOME, quiet on standard error."""
    add_shared(hub, "Qwen/Qwen2.5-7B-Instruct")
    environment = {**os.environ, **hub.environment(tmp_path / "home")}
    command = [sys.executable, "-m", "weightlaw.cli.main", "check", "Qwen/Qwen2.5-7B-Instruct"]
    done = subprocess.run(
        [*command, "--format", "json"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    (model,) = json.loads(done.stdout)["models"]
    assert model["source"] == "hub"
    assert model["revision"] == "a09a35458c702b33eeacc393d103063234e8bc28"
    assert len(hub.requests) >= 2
