"""The loopback Hub answers the Hub's own client as the real one was measured to (shared/hub/huggingface_hub.md)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.loopback import SHARED, LoopbackHub, add_shared, hub, hub_home, needs_shared

__all__ = ["hub", "hub_home"]


def test_client_errors(hub: LoopbackHub) -> None:
    """The table of exceptions: gated, unknown, revision, entry, rate limit."""
    from huggingface_hub import HfApi, errors, hf_hub_download

    api = HfApi(endpoint=hub.url)
    sha = hub.add(
        "org/gated", card="---\nlicense: x\n---\n", files={"config.json": "{}"}, gated="manual"
    )
    hub.add("org/open", files={"a.txt": "x"})
    with pytest.raises(errors.GatedRepoError):
        hf_hub_download("org/gated", "config.json", revision=sha, endpoint=hub.url)
    with pytest.raises(errors.EntryNotFoundError):
        hf_hub_download("org/open", "b.txt", endpoint=hub.url)
    with pytest.raises(errors.RevisionNotFoundError):
        api.model_info("org/open", revision="nope")
    with pytest.raises(errors.HfHubHTTPError) as caught:
        api.model_info("org/none")
    assert caught.value.response.status_code == 401
    assert not isinstance(caught.value, errors.RepositoryNotFoundError)  # as it is over http
    with pytest.raises(errors.RepositoryNotFoundError):
        api.model_info("org/none", token=hub.grant("t"))
    hub.limit_rate("/api/", seconds=55)
    with pytest.raises(errors.HfHubHTTPError) as limited:
        api.model_info("org/open")
    assert "55 seconds" in str(limited.value)


def test_client_reads(hub: LoopbackHub) -> None:
    """Download, cache, rename and expand as the client expects them."""
    from huggingface_hub import HfApi, hf_hub_download

    hub.add("org/new", card="---\nlicense: mit\n---\nx", base_models=["org/base"])
    hub.rename("org/old", "org/new")
    assert Path(hf_hub_download("org/old", "README.md", endpoint=hub.url)).read_text().endswith("x")
    info = HfApi(endpoint=hub.url).model_info("org/old", expand=["baseModels", "gated"])
    assert info.id == "org/new"
    assert info.gated is False
    assert info.base_models["models"][0]["id"] == "org/base"  # type: ignore[index,call-overload]
    assert info.tags is None
    assert HfApi(endpoint=hub.url).model_info("org/new").base_models is None


@needs_shared
def test_gated_probes(hub: LoopbackHub) -> None:
    """The recorded answers of the real Hub for a gated model's files."""
    import requests

    add_shared(hub, "meta-llama/Llama-3.2-1B")
    probes = json.loads((SHARED / "hub/api/gated_probes_2026-10-05.json").read_text())["records"]
    session = requests.Session()
    session.trust_env = False
    checked = 0
    for probe in probes:
        path = probe["url"].removeprefix("https://huggingface.co")
        if not any(
            part in path for part in ("Llama-3.2-1B/re", "Llama-3.2-1B/raw", "repo/resolve")
        ):
            continue
        answer = session.request(probe["method"], hub.url + path, timeout=5)
        assert answer.status_code == probe["status"], path
        assert answer.headers.get("x-error-code") == probe["headers"].get("x-error-code"), path
        checked += 1
    session.close()
    assert checked > 10
