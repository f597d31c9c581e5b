"""Ollama's models by server, folder and registry: one package, one answer, and no harm from a broken one."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.loopback.ollama import LoopbackRegistry, LoopbackServer, Package, digest, write_folder
from tests.sources import gguf_writer as writer
from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError, UnknownModel
from weightlaw.sources import ollama_local, ollama_manifest, ollama_registry
from weightlaw.sources.ollama import OllamaSource

LICENSE = 'LLAMA 3.1 COMMUNITY LICENSE AGREEMENT\nLlama 3.1 Version\n"Agreement" means the terms.\n'
POLICY = "Llama 3.1 Acceptable Use Policy\nYou agree you will not use it to violate the law."
WEIGHTS = writer.header(writer.LLAMA)
LLAMA = Package(licenses=[LICENSE, POLICY], weights=WEIGHTS)
INFO = {k: v if not isinstance(v, list) or len(v) < 100 else None for k, v in writer.LLAMA.items()}


@pytest.fixture
def registry() -> Iterator[LoopbackRegistry]:
    with LoopbackRegistry() as running:
        yield running


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def environment(
    tmp_path: Path, server: LoopbackServer | None = None, registry: LoopbackRegistry | None = None
) -> dict[str, str]:
    nobody = f"http://{closed_port()}"
    return {
        "OLLAMA_HOST": server.url if server else nobody,
        "OLLAMA_MODELS": str(tmp_path / "models"),
        "WEIGHTLAW_OLLAMA_REGISTRY": registry.url if registry else nobody,
        "HF_ENDPOINT": registry.url if registry else nobody,
    }


def clock() -> dt.datetime:
    return dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def fetch(name: str, environ: dict[str, str], **options: Any) -> ModelFacts:
    return OllamaSource(environ=environ, clock=clock, **options).fetch(name)


# One package, three ways -----------------------------------------------------------------------


def test_all_ways_give_the_same_licenses_revision_and_quantization(
    tmp_path: Path, server: LoopbackServer, registry: LoopbackRegistry
) -> None:
    environ = environment(tmp_path, server, registry)
    registry.add("library/llama3.1", "8b", LLAMA)
    by_registry = fetch("ollama:llama3.1:8b", environ)
    write_folder(tmp_path / "models", "registry.ollama.ai/library/llama3.1/8b", LLAMA)
    by_disk = fetch("ollama:llama3.1:8b", environ)
    server.add("llama3.1:8b", LLAMA, INFO)
    by_server = fetch("ollama:llama3.1:8b", environ)
    ways = (by_registry, by_disk, by_server)
    assert [w.notes[-1].removeprefix("read from ").split(" at ")[0] for w in ways] == [
        "Ollama's registry",
        "Ollama's folder on disk",
        "the local Ollama",
    ]
    for found in ways:
        assert found.id == "ollama:llama3.1:8b"
        assert found.source == "ollama"
        assert found.as_of == "2026-11-24"
        assert found.revision == digest(LLAMA.manifest)
        assert found.texts == by_registry.texts
        assert found.config["quantization"] == "Q4_K_M"
        assert found.config["family"] == "llama"
        assert found.config["parameter_size"] == "8.0B"
        assert found.config["blob"] == digest(WEIGHTS)
    for found in (by_disk, by_server):
        assert found.declared.tags == ("llama3.1",)
        assert [b.id for b in found.bases] == ["meta-llama/Llama-3.1-8B"]
        assert found.config["context_length"] == "131072"


def test_every_license_layer_is_a_text_of_its_own(
    tmp_path: Path, registry: LoopbackRegistry
) -> None:
    registry.add("library/llama3.1", "8b", LLAMA)
    found = fetch("llama3.1:8b", environment(tmp_path, None, registry))
    assert [t.text for t in found.texts] == [LICENSE, POLICY]
    assert [t.path for t in found.texts] == [
        f"ollama layer {digest(t.encode())}" for t in (LICENSE, POLICY)
    ]
    assert all(t.path.endswith(t.sha256) for t in found.texts)


def test_the_weights_are_never_fetched(tmp_path: Path, registry: LoopbackRegistry) -> None:
    registry.add("library/llama3.1", "8b", LLAMA)
    fetch("llama3.1:8b", environment(tmp_path, None, registry))
    assert not any(digest(WEIGHTS) in path for path in registry.requests)
    assert registry.requests[0] == "GET /v2/library/llama3.1/manifests/8b"
    assert registry.headers[0]["Accept"] == "application/vnd.docker.distribution.manifest.v2+json"


def test_user_models_and_hub_models_have_their_own_paths(
    tmp_path: Path, registry: LoopbackRegistry
) -> None:
    registry.add("user/model", "q8", Package(file_type="Q8_0"))
    registry.add("bartowski/Llama-3.1-8B-Instruct-GGUF", "Q4_K_M", Package())
    environ = environment(tmp_path, None, registry)
    assert fetch("user/model:q8", environ).config["quantization"] == "Q8_0"
    hub = fetch("hf.co/bartowski/Llama-3.1-8B-Instruct-GGUF:Q4_K_M", environ)
    assert [(b.id, b.relation) for b in hub.bases] == [
        ("bartowski/Llama-3.1-8B-Instruct-GGUF", "quantized")
    ]


def test_another_registry_is_not_asked(tmp_path: Path, registry: LoopbackRegistry) -> None:
    with pytest.raises(SourceError, match=r"evil\.example is not asked"):
        fetch("evil.example/a/b", environment(tmp_path, None, registry))
    assert registry.requests == []


def test_a_parent_is_a_base_and_a_path_is_none(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    for parent, expected in (
        ("llama3.1:8b", ["ollama:llama3.1:8b"]),
        ("hf.co/org/repo:Q4_K_M", ["org/repo"]),
        ("/root/models/x.gguf", []),
        ("me/tuned", []),
    ):
        package = Package(made_from=parent)
        write_folder(tmp_path / "models", "registry.ollama.ai/me/tuned/latest", package)
        assert [b.id for b in fetch("me/tuned", environ).bases] == expected


def test_from_lines_and_parent_model_of_the_server_are_bases(
    tmp_path: Path, server: LoopbackServer
) -> None:
    modelfile = 'FROM mistral:7b\nFROM ./projector.gguf\nTEMPLATE """\nFROM here"""\n'
    server.add("me/tuned:latest", Package(made_from="phi4"), modelfile=modelfile, license="")
    found = fetch("me/tuned", environment(tmp_path, server))
    assert [(b.id, b.source) for b in found.bases] == [
        ("ollama:phi4", "Ollama parent_model"),
        ("ollama:mistral:7b", "Modelfile FROM"),
    ]
    assert "the package holds no licence layer" in found.notes


def test_licenses_that_do_not_come_apart_stay_one_text(
    tmp_path: Path, server: LoopbackServer
) -> None:
    server.add("x:latest", LLAMA, license="another text\nthan the Modelfile's")
    texts = fetch("x", environment(tmp_path, server)).texts
    assert [t.path for t in texts] == ["ollama show license"]


def test_a_header_that_contradicts_the_package_is_carried(tmp_path: Path) -> None:
    package = Package(weights=WEIGHTS, file_type="Q8_0")
    write_folder(tmp_path / "models", "registry.ollama.ai/library/x/latest", package)
    found = fetch("x", environment(tmp_path))
    assert found.config["quantization"] == "Q4_K_M"
    assert found.config["quantization_source"] == "GGUF header"
    assert found.config["quantization_stated"] == "Q8_0"


def test_a_tag_that_contradicts_the_weights_is_carried(
    tmp_path: Path, server: LoopbackServer, registry: LoopbackRegistry
) -> None:
    registry.add("library/x", "8b-q8_0", LLAMA)
    server.add("y:8b-q8_0", LLAMA, INFO)
    server.add("y:8b-q4_0", LLAMA, INFO)
    environ = environment(tmp_path, server, registry)
    assert fetch("x:8b-q8_0", environ).config["quantization_in_name"] == "Q8_0"
    assert fetch("y:8b-q8_0", environ).config["quantization_in_name"] == "Q8_0"
    assert "quantization_in_name" not in fetch("y:8b-q4_0", environ).config, "both have four bits"


def test_a_cloud_model_says_that_its_weights_are_elsewhere(
    tmp_path: Path, registry: LoopbackRegistry
) -> None:
    config = {"remote_host": "https://ollama.com", "remote_model": "gpt-oss:120b"}
    registry.add("library/gpt-oss", "120b-cloud", Package(extra_config=config))
    found = fetch("gpt-oss:120b-cloud", environment(tmp_path, None, registry))
    assert found.config["remote_model"] == "gpt-oss:120b"
    assert any("runs at https://ollama.com" in n for n in found.notes)


def test_an_adapter_layer_is_told(tmp_path: Path, registry: LoopbackRegistry) -> None:
    registry.add("me/lora", "latest", Package(adapter=b"lora"))
    found = fetch("me/lora", environment(tmp_path, None, registry))
    assert found.config["adapter"] == digest(b"lora")
    assert any("adapter" in n for n in found.notes)


def test_weights_without_a_header_are_a_note(tmp_path: Path) -> None:
    write_folder(
        tmp_path / "models", "registry.ollama.ai/library/x/latest", Package(weights=b"no gguf")
    )
    found = fetch("x", environment(tmp_path))
    assert any("no sound GGUF" in n for n in found.notes)
    assert found.config["quantization_source"] == "Ollama"


# Offline, absent, broken -----------------------------------------------------------------------


def test_offline_opens_no_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = environment(tmp_path)
    write_folder(tmp_path / "models", "registry.ollama.ai/library/x/latest", LLAMA)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", never)
    assert fetch("x", environ, offline=True).texts
    with pytest.raises(UnknownModel, match="offline, nothing else was asked"):
        fetch("y", environ, offline=True)


def test_unknown_everywhere_is_unknown(
    tmp_path: Path, server: LoopbackServer, registry: LoopbackRegistry
) -> None:
    with pytest.raises(UnknownModel) as caught:
        fetch("nosuch:1b", environment(tmp_path, server, registry))
    assert str(caught.value).count("nosuch:1b") == 3
    assert "\n" not in str(caught.value)


def test_unknown_here_and_no_answer_there_is_not_unknown(
    tmp_path: Path, server: LoopbackServer
) -> None:
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        fetch("nosuch", environment(tmp_path, server))
    assert not isinstance(caught.value, UnknownModel)


def test_no_ollama_running_is_nothing_to_report(tmp_path: Path, registry: LoopbackRegistry) -> None:
    registry.add("library/x", "latest", LLAMA)
    source = OllamaSource(environ=environment(tmp_path, None, registry), clock=clock)
    assert any("not from the local Ollama" in n for n in source.fetch("x").notes), (
        "OLLAMA_HOST was set"
    )
    source._expected = False
    assert source.fetch("x").notes == ("read from Ollama's registry",)


def test_a_wrong_digest_in_the_registry_is_an_error(
    tmp_path: Path, registry: LoopbackRegistry
) -> None:
    registry.add("library/x", "latest", LLAMA)
    registry.blobs[digest(LICENSE.encode())] = b"MIT License\nDo what you want."
    with pytest.raises(
        SourceError, match=r"license layer sha256:.* has other bytes than its digest"
    ):
        fetch("x", environment(tmp_path, None, registry))


def test_a_wrong_digest_of_the_manifest_is_an_error(
    tmp_path: Path, registry: LoopbackRegistry
) -> None:
    registry.add("library/x", "latest", LLAMA)
    registry.fail("/manifests/", headers={"Docker-Content-Digest": digest(b"other")})
    with pytest.raises(SourceError, match="manifest of x has other bytes"):
        fetch("x", environment(tmp_path, None, registry))


def test_a_changed_layer_on_disk_is_not_believed(
    tmp_path: Path, registry: LoopbackRegistry
) -> None:
    registry.add("library/x", "latest", LLAMA)
    write_folder(tmp_path / "models", "registry.ollama.ai/library/x/latest", LLAMA)
    blob = tmp_path / "models" / "blobs" / digest(LICENSE.encode()).replace(":", "-")
    blob.write_text("MIT License")
    with pytest.raises(SourceError, match="other bytes than its digest"):
        fetch("x", environment(tmp_path), offline=True)
    found = fetch("x", environment(tmp_path, None, registry))
    assert found.texts[0].text == LICENSE
    assert any("not from Ollama's folder" in n for n in found.notes)


@pytest.mark.parametrize(
    "hostile", ["../../../../etc/passwd", "sha256:abc", "sha256:" + "A" * 64, 5, None]
)
def test_a_digest_that_is_a_path_is_refused(tmp_path: Path, hostile: object) -> None:
    manifest = json.loads(LLAMA.manifest)
    manifest["layers"][2]["digest"] = hostile
    path = tmp_path / "models/manifests/registry.ollama.ai/library/x/latest"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(manifest))
    with pytest.raises(SourceError, match="no SHA-256 digest"):
        fetch("x", environment(tmp_path), offline=True)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"layers": 5}', b'{"layers": [', b"\xff\xfe"]
)
def test_manifests_that_are_none_are_one_line(
    tmp_path: Path, registry: LoopbackRegistry, body: bytes
) -> None:
    registry.fail("/manifests/", status=200, body=body)
    with pytest.raises(SourceError) as caught:
        fetch("x", environment(tmp_path, None, registry))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (404, UnknownModel, "has no model x"),
        (401, UnknownModel, "may see"),
        (429, SourceError, "less often"),
        (500, SourceError, "HTTP 500"),
    ],
)
def test_statuses_of_the_registry(
    tmp_path: Path, registry: LoopbackRegistry, status: int, kind: type[SourceError], words: str
) -> None:
    registry.fail("/manifests/", status=status, body=b"{}")
    environ = environment(tmp_path, None, registry)
    del environ["OLLAMA_HOST"]
    source = OllamaSource(environ={**environ, "OLLAMA_HOST": ""}, clock=clock)
    source._ways = source._ways[1:]
    with pytest.raises(SourceError, match=words) as caught:
        source.fetch("x")
    assert type(caught.value) is kind


def test_a_layer_that_is_refused_is_an_error(tmp_path: Path, registry: LoopbackRegistry) -> None:
    registry.add("library/x", "latest", LLAMA)
    registry.fail("/blobs/", status=404, body=b"")
    with pytest.raises(SourceError, match="was refused"):
        fetch("x", environment(tmp_path, None, registry))


def test_huge_answers_are_cut_off(
    tmp_path: Path, registry: LoopbackRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ollama_registry, "MAX_MANIFEST", 10_000)
    registry.fail("/manifests/", status=200, body=b"x" * 5_000_000)
    with pytest.raises(SourceError, match="sent more than 10,000 bytes"):
        fetch("x", environment(tmp_path, None, registry))


def test_a_license_layer_beyond_the_limit_is_refused_before_it_is_fetched(
    tmp_path: Path, registry: LoopbackRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ollama_manifest, "MAX_TEXT", 50)
    registry.add("library/x", "latest", LLAMA)
    with pytest.raises(SourceError, match="50 are read"):
        fetch("x", environment(tmp_path, None, registry))
    assert not any(digest(LICENSE.encode()) in path for path in registry.requests)


def test_a_slow_local_ollama_is_passed_over(
    tmp_path: Path, server: LoopbackServer, registry: LoopbackRegistry
) -> None:
    server.add("x:latest", LLAMA)
    server.fail("/api/tags", delay=3.0)
    registry.add("library/x", "latest", LLAMA)
    start = time.monotonic()
    found = fetch("x", environment(tmp_path, server, registry))
    assert time.monotonic() - start < 2.5
    assert any("no complete answer within 0.5 s" in n for n in found.notes)


def test_a_dripping_answer_ends_in_time(
    tmp_path: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add("x:latest", LLAMA)
    server.fail("/api/show", drip=0.05)
    monkeypatch.setattr(ollama_local, "SHOW_SECONDS", 0.4)
    start = time.monotonic()
    with pytest.raises(SourceError, match="no complete answer"):
        fetch("x", environment(tmp_path, server))
    assert time.monotonic() - start < 5


def test_a_failing_local_ollama_leads_on(
    tmp_path: Path, server: LoopbackServer, registry: LoopbackRegistry
) -> None:
    server.add("x:latest", LLAMA)
    server.fail("/api/show", status=500, body=b"boom")
    registry.add("library/x", "latest", LLAMA)
    found = fetch("x", environment(tmp_path, server, registry))
    assert found.notes[-1].endswith("failed (HTTP 500)")
    assert found.texts[0].text == LICENSE


@pytest.mark.parametrize(
    "shown",
    [
        {"details": 5, "model_info": [], "modelfile": None, "license": None},
        {"details": {"family": {}}, "model_info": {"general.license": {"a": 1}}, "license": 7},
        {
            "details": None,
            "model_info": {"general.base_model.count": "many"},
            "modelfile": 'LICENSE """',
        },
    ],
)
def test_odd_answers_of_a_server_are_survived(
    tmp_path: Path, server: LoopbackServer, shown: dict[str, Any]
) -> None:
    server.add("x:latest", LLAMA, **shown)
    found = fetch("x", environment(tmp_path, server))
    assert found.id == "ollama:x"
    assert all(v and v.isprintable() for v in found.config.values())


def test_a_revision_that_is_not_there_is_noted(tmp_path: Path) -> None:
    write_folder(tmp_path / "models", "registry.ollama.ai/library/x/latest", LLAMA)
    source = OllamaSource(environ=environment(tmp_path), clock=clock, offline=True)
    assert not any("asked for" in n for n in source.fetch("x", digest(LLAMA.manifest)).notes)
    assert any("asked for sha256:0" in n for n in source.fetch("x", "sha256:0").notes)


def test_the_local_server_is_asked_past_proxies(
    tmp_path: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{closed_port()}")
    monkeypatch.setenv("HTTP_PROXY", os.environ["http_proxy"])
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.add("x:latest", LLAMA)
    assert fetch("x", environment(tmp_path, server)).texts


def test_no_credentials_of_the_user_are_sent(
    tmp_path: Path, registry: LoopbackRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    registry.add("library/x", "latest", LLAMA)
    fetch("x", environment(tmp_path, None, registry))
    assert not any("Authorization" in h for h in registry.headers)
