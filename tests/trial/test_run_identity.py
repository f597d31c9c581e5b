"""What answers is looked at, and its licence checked, before a token is spent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loopback.chat import LoopbackChat
from tests.loopback.ollama import LoopbackServer, Package
from tests.trial.trials import SETTINGS, Ran, candidate, prompts, write
from weightlaw.domain.deployment import Deployment
from weightlaw.errors import DataError, UsageError
from weightlaw.trial.identity import Known
from weightlaw.trial.licensing import Grounds, grounds_of, license_of
from weightlaw.trial.pricing import price_of
from weightlaw.trial.values import Candidate, Identity, Price, Settings

APACHE = "\n   Apache License\n   Version 2.0, January 2004\n"


def ollama(chat: LoopbackChat, name: str, license: str = APACHE) -> None:
    """Let an endpoint be an Ollama that has a model."""
    chat.models = [name]
    chat.ollama = chat.ollama or LoopbackServer()
    chat.ollama.packages.clear()
    texts = [license] if license else []
    chat.ollama.add(name, Package(licenses=texts, family="qwen3", parameters="8.2B"))


@pytest.fixture
def chat() -> Iterator[LoopbackChat]:
    with LoopbackChat(models=["m"]) as server:
        yield server


def test_an_ollama_tells_what_it_runs(chat: LoopbackChat, tmp_path: Path) -> None:
    ollama(chat, "qwen3:8b")
    made = candidate(chat, openness="open", reference="ollama:qwen3:8b")
    ran = Ran(write(tmp_path / "t", prompts("a"), made))
    (found,) = ran.identities
    assert (found.server, found.family, found.parameters) == ("ollama 0.9.1", "qwen3", "8.2B")
    assert found.quantization == "Q4_K_M"
    assert found.digest.startswith("sha256:")
    assert found.license_name == "Apache License"
    assert len(found.license_sha256) == 64
    assert found.check is not None
    assert (found.check.verdict, found.check.licenses) == ("allowed", ("Apache-2.0",))
    assert found.check.knowledge
    asked = chat.paths.index("/v1/chat/completions")
    assert max(chat.paths.index(p) for p in ("/v1/models", "/api/show", "/api/tags")) < asked
    assert any("licence of ollama:qwen3:8b: allowed (Apache-2.0)" in line for line in ran.said)


def test_what_really_answers_counts_not_what_the_file_says(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    """The file names a free model; the endpoint runs one that may not be used commercially."""
    ollama(chat, "command-r")
    made = candidate(chat, openness="open", reference="Qwen/Qwen3-8B")
    with LoopbackChat(models=["n"]) as hosted:
        path = write(tmp_path / "t", prompts("a"), made, candidate(hosted, "closed"))
        ran = Ran(path)
        assert ran.attempts == []
        assert hosted.log == []
        assert Ran(path, only=("closed",)).result.document.complete
        assert Ran(path, even_if_denied=True).result.document.complete
    assert len(chat.log) == 1
    assert ran.result.denied == ("c",)
    check = next(i.check for i in ran.identities if i.candidate == "c")
    assert check is not None
    assert (check.reference, check.verdict) == ("ollama:command-r", "denied")
    assert check.rules
    assert "WL3" in check.clause


def test_weights_that_are_called_closed_are_checked_all_the_same(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    ollama(chat, "command-r")
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat)))
    assert ran.result.denied == ("c",)
    assert any("write openness: open" in line for line in ran.said)
    assert chat.log == []


def test_the_text_in_the_package_is_read(chat: LoopbackChat, tmp_path: Path) -> None:
    """A package under an unknown name is judged by what it carries."""
    ollama(chat, "somebody/new-model", license="All rights reserved. Ask us first.")
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat, openness="open")))
    check = ran.identities[0].check
    assert check is not None
    assert (check.reference, check.verdict) == ("ollama:somebody/new-model", "review")
    assert ran.result.document.complete


def test_an_open_model_that_nobody_names_is_never_allowed(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat, openness="open")))
    check = ran.identities[0].check
    assert check is not None
    assert check.verdict == "review"
    assert "write reference:" in check.clause


def test_a_vllm_tells_its_version_and_what_stands_behind_the_name(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    chat.version = "0.11.0"
    chat.models = ["Qwen/Qwen3-8B"]
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat, openness="open")))
    (found,) = ran.identities
    assert found.server == "vllm 0.11.0"
    assert found.check is not None
    assert (found.check.model, found.check.verdict) == ("Qwen/Qwen3-8B", "allowed")


def test_a_missing_ollama_model_is_told_before_anything_is_sent(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    ollama(chat, "qwen3:8b")
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat, model="qwen3:14b")))
    stopped = ran.result.document.candidates[0].stopped
    assert "ollama pull qwen3:14b" in stopped
    assert "qwen3:8b" in stopped
    assert chat.log == []


def test_another_artefact_in_the_middle_of_a_trial_is_said(
    chat: LoopbackChat, tmp_path: Path
) -> None:
    ollama(chat, "qwen3:8b")
    chat.script("b", *["400"])
    path = write(tmp_path / "t", prompts("a", "b"), candidate(chat, openness="open"))
    first = Ran(path)
    assert not any("changed" in line for line in first.said)
    ollama(chat, "qwen3:8b", APACHE + "and more")
    second = Ran(path, retry_failed=True)
    assert any("answers of two artefacts" in line for line in second.said)
    assert any("answers of two artefacts" in n for n in second.identities[-1].notes)


def test_a_closed_endpoint_elsewhere_is_asked_no_odd_questions(
    chat: LoopbackChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weightlaw.trial.identity.is_loopback", lambda url: False)
    Ran(write(tmp_path / "t", prompts("a"), candidate(chat)))
    assert set(chat.paths) == {"/v1/models", "/v1/chat/completions"}


def test_an_endpoint_that_lists_no_models_is_still_asked(
    chat: LoopbackChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "models", ["m"])
    monkeypatch.setattr("tests.loopback.chat._Chat.do_GET", lambda self: self._send(403, b"<no>", "text/html"))  # fmt: skip
    ran = Ran(write(tmp_path / "t", prompts("a"), candidate(chat)))
    assert ran.result.document.complete
    assert any("HTTP 403" in n for n in ran.identities[0].notes)


def known() -> Known:
    """An endpoint that told nothing."""
    return Known(identity=Identity(candidate="c", at=""))


def test_only_open_candidates_have_a_licence_to_check() -> None:
    closed = Candidate(name="c", model="gpt", url="https://x/v1")
    assert license_of(closed, known(), Grounds()) is None


@pytest.mark.parametrize("reference", ["", "nobody/knows-this-model", "no-such-name"])
def test_what_is_not_known_is_review(reference: str) -> None:
    made = Candidate(name="c", model="x", url="https://x/v1", openness="open", reference=reference)
    check = license_of(made, known(), Grounds())
    assert check is not None
    assert check.verdict == "review"
    assert check.clause


def test_the_deployment_decides() -> None:
    made = Candidate(
        name="c", model="x", url="https://x/v1", openness="open", reference="ollama:command-r"
    )
    lax = license_of(made, known(), Grounds(deployment=Deployment(commercial=False)))
    strict = license_of(made, known(), Grounds())
    assert lax is not None
    assert strict is not None
    assert (lax.verdict == "denied", strict.verdict) == (False, "denied")


def test_the_policy_of_the_trial_is_the_one_that_judges(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "version: 1\norganization:\n  monthly_active_users: 900M\n", encoding="utf-8"
    )
    grounds = grounds_of(Settings(policy=str(tmp_path / "p.yaml")))
    assert grounds.deployment.mau == 900_000_000
    assert grounds_of(SETTINGS).deployment == Deployment()
    (tmp_path / "p.yaml").write_text("versn: 1\n", encoding="utf-8")
    with pytest.raises(DataError):
        grounds_of(Settings(policy=str(tmp_path / "p.yaml")))
    with pytest.raises(UsageError):
        grounds_of(Settings(policy=str(tmp_path / "none.yaml")))


def test_prices_are_the_files_own_or_the_catalogues_and_never_guessed() -> None:
    own = Price(input=1, output=2)
    stated = Candidate(name="c", model="x", url="https://x/v1", price=own)
    assert price_of(stated) == (own, "")
    listed = Candidate(name="c", model="gpt-4.1", url="https://api.openai.com/v1")
    price, _ = price_of(listed)
    assert price is not None
    assert "openai" in price.source
    assert price.date
    for url in ("https://proxy.example.com/v1", "https://openai.example.com.evil.org/v9"):
        elsewhere = Candidate(name="c", model="no-such-model", url=url)
        assert price_of(elsewhere)[0] is None
        assert price_of(elsewhere)[1]
    other_host = Candidate(name="c", model="gpt-4.1", url="https://gateway.example.com/v1")
    assert price_of(other_host)[0] is None
    local = Candidate(name="c", model="gpt-4.1", url="http://127.0.0.1:1/v1")
    assert price_of(local)[0] is None
