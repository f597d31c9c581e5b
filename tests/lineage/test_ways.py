"""All ways to one model lead to one answer: Hub id, file, folder, Ollama name; and over several hops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loopback import LoopbackHub, add_shared, hub, hub_home
from tests.loopback.ollama import LoopbackRegistry, Package
from tests.shared import SHARED
from tests.sources.gguf_writer import LLAMA, Item, header
from weightlaw.checking import check
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.sources.hub import HubSource

__all__ = ["hub", "hub_home"]

LLAMA_31 = "LicenseRef-weightlaw-llama-3.1"
DISTILLED = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
HUB_ID = "meta-llama/Llama-3.1-8B-Instruct"
needs_shared = pytest.mark.skipif(
    not (SHARED / "hub" / "api").is_dir(), reason=f"the Hub's real answers are not at {SHARED}/hub"
)


def one(reference: str, live: bool = False) -> ModelResult:
    (result,) = check(
        reference, Deployment(mau=5_000_000), hub=HubSource() if live else None
    ).models
    return result


def licenses(result: ModelResult) -> set[str]:
    """The licences with the policies that are part of them."""
    return {view.id for view in result.licenses}


def through(result: ModelResult, license_id: str) -> tuple[str, ...]:
    return next(view.through for view in result.licenses if view.id == license_id)


def card(license_tag: str, base: str = "", relation: str = "") -> str:
    lines = [f"license: {license_tag}"]
    lines += [f"base_model: {base}"] if base else []
    lines += [f"base_model_relation: {relation}"] if relation else []
    return "---\n" + "\n".join(lines) + "\n---\n# A model\n"


def write_gguf(path: Path, changes: dict[str, Item] | None = None) -> str:
    values = {k: v for k, v in LLAMA.items() if not k.startswith("general.base_model")}
    path.write_bytes(header({**values, **(changes or {})}))
    return str(path)


def test_distilled_offline() -> None:
    """DeepSeek's distillation stands under Llama's terms beside MIT, by the catalogue."""
    result = one(DISTILLED)
    assert {"MIT", LLAMA_31} <= licenses(result)
    assert through(result, LLAMA_31) == ("meta-llama/Llama-3.1-8B",)
    assert "WL503" in {f.rule for f in result.findings}
    reasons = [view.reason for view in result.licenses if view.id == LLAMA_31]
    assert "distilled" in reasons[0]


@needs_shared
def test_distilled_live(hub: LoopbackHub) -> None:
    """The same from the Hub's own answer, which names no base; the catalogue does."""
    add_shared(hub, DISTILLED)
    result = one(DISTILLED, live=True)
    assert result.source == "hub"
    assert licenses(one(DISTILLED)) <= licenses(result)
    assert "WL503" in {f.rule for f in result.findings}


def test_three_hops(hub: LoopbackHub, tmp_path: Path) -> None:
    """GGUF header -> a quantization -> a fine-tune -> Llama 3.1 in the catalogue; all of them say MIT."""
    hub.add("q/tuned-GGUF", card=card("mit", "t/tuned", "quantized"))
    hub.add("t/tuned", card=card("mit", HUB_ID, "finetune"))
    path = write_gguf(
        tmp_path / "tuned.Q4_K_M.gguf",
        {
            "general.license": "mit",
            "general.base_model.count": 1,
            "general.base_model.0.name": "Tuned GGUF",
            "general.base_model.0.repo_url": "https://huggingface.co/q/tuned-GGUF",
        },
    )
    result = one(path, live=True)
    assert through(result, LLAMA_31) == ("q/tuned-GGUF", "t/tuned", HUB_ID)
    assert {"MIT", LLAMA_31} <= licenses(result)
    assert {"WL503", "WL601"} <= {f.rule for f in result.findings}
    assert len(hub.asked("/api/models/t/tuned")) == 1


def test_two_parents(hub: LoopbackHub) -> None:
    """A merge by its mergekit configuration alone has both parents' licences."""
    merge = "merge_method: slerp\nmodels:\n  - model: p/one\n  - model: p/two\n"
    hub.add("m/merge", card=card("apache-2.0"), files={"mergekit_config.yml": merge})
    hub.add("p/one", card=card("llama3.1"))
    hub.add("p/two", card=card("cc-by-nc-4.0"))
    result = one("m/merge", live=True)
    assert {"Apache-2.0", LLAMA_31, "CC-BY-NC-4.0"} <= licenses(result)
    assert result.verdict is Verdict.DENIED


def test_an_adapter_takes_its_base_along(hub: LoopbackHub) -> None:
    """Named by adapter_config.json only."""
    config = '{"base_model_name_or_path": "meta-llama/Llama-3.1-8B-Instruct", "peft_type": "LORA"}'
    hub.add("a/lora", card=card("mit"), files={"adapter_config.json": config})
    result = one("a/lora", live=True)
    assert through(result, LLAMA_31) == (HUB_ID,)
    assert [base.relation for base in result.bases] == ["adapter"]


def test_a_renamed_base(hub: LoopbackHub) -> None:
    """The card names a base by its old name."""
    hub.add("new/base", card=card("llama3.1"))
    hub.rename("old/base", "new/base")
    hub.add("a/x", card=card("mit", "old/base"))
    result = one("a/x", live=True)
    assert through(result, LLAMA_31) == ("new/base",)


def test_a_base_that_cannot_be_had(hub: LoopbackHub) -> None:
    """Review, with what hindered."""
    hub.add("a/x", card=card("mit", "b/hidden"))
    result = one("a/x", live=True)
    assert result.verdict is Verdict.REVIEW
    (finding,) = [f for f in result.findings if f.rule == "WL501"]
    assert "b/hidden, whose licence is not known here (" in finding.message


def test_training_data_is_listed(hub: LoopbackHub) -> None:
    """In a field of its own."""
    text = "---\nlicense: mit\ndatasets:\n- org/corpus\n---\nThe corpus is under the CC BY 4.0 license.\n"
    hub.add("a/x", card=text)
    result = one("a/x", live=True)
    (found,) = result.datasets
    assert (found.id, found.license, found.source) == ("org/corpus", "CC-BY-4.0", "card")
    assert "training data named in the card, not judged: org/corpus (CC-BY-4.0)" in result.notes


def test_one_answer(hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hub id, `hf.co/...:Q4_K_M`, a GGUF, a folder and an Ollama name: the same licences, plus the quantization."""
    wanted = licenses(one(HUB_ID))
    hub.add("bartowski/Meta-Llama-3.1-8B-Instruct-GGUF", card=card("llama3.1", HUB_ID, "quantized"))
    quantized = one("hf.co/bartowski/Meta-Llama-3.1-8B-Instruct-GGUF:Q4_K_M", live=True)
    base: dict[str, Item] = {
        "general.base_model.count": 1,
        "general.base_model.0.repo_url": f"https://huggingface.co/{HUB_ID}",
    }
    path = write_gguf(tmp_path / "model.Q4_K_M.gguf", base)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "README.md").write_text(card("llama3.1", HUB_ID, "quantized"), encoding="utf-8")
    write_gguf(folder / "model.Q4_K_M.gguf")
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    with LoopbackRegistry() as registry:
        registry.add("library/llama3.1", "8b", Package())
        monkeypatch.setenv("WEIGHTLAW_OLLAMA_REGISTRY", registry.url)
        results = [quantized, one(path), one(str(folder)), one("ollama:llama3.1:8b", live=True)]
    for result in results:
        assert licenses(result) == wanted, result.reference
        told = [f.message for f in result.findings if f.rule == "WL601"]
        assert told, result.reference
        assert "Q4_K_M" in told[0], result.reference


def test_ollamas_llama4() -> None:
    """By its name alone, offline: the licence of the Hub's model."""
    hub_id = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
    assert licenses(one("ollama:llama4")) == licenses(one(hub_id))


def test_many_models(hub: LoopbackHub) -> None:
    """Fetched several at a time, each once, shared ancestors included, with progress told."""
    hub.add("root/llama", card=card("llama3.1"))
    for n in range(10):
        hub.add(f"mid/m{n}", card=card("mit", "root/llama"))
    for n in range(300):
        hub.add(f"top/m{n}", card=card("mit", f"mid/m{n % 10}"))
    told: list[tuple[int, int]] = []
    report = check(
        [f"top/m{n}" for n in range(300)],
        Deployment(mau=1),
        hub=HubSource(),
        progress=lambda *counts: told.append(counts),
    )
    assert all(LLAMA_31 in licenses(model) for model in report.models)
    asked = [r.path for r in hub.asked("/api/models/")]
    assert len(asked) == len(set(asked)) == 311
    assert told[-1] == (11, 11)
