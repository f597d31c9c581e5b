"""The live source against the loopback Hub: which facts it gives."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from pathlib import Path

import pytest

from tests.loopback import LoopbackHub, add_shared, needs_shared
from weightlaw.domain.models import Base, Declared
from weightlaw.errors import UnknownModel
from weightlaw.sources.hub import HubSource

MIT = "MIT License\n\nPermission is hereby granted...\n"


def test_a_plain_model(hub: LoopbackHub) -> None:
    """Everything that a model without surprises has."""
    sha = hub.add(
        "org/model",
        card="---\nlicense: mit\npipeline_tag: text-generation\n---\n# Model\nMIT licensed.\n",
        files={
            "LICENSE": MIT,
            "NOTICE.txt": "notice",
            "Usage_Policy.md": "be kind",
            "model.py": "x",
        },
        base_models={"relation": "quantized", "models": [{"id": "org/base"}]},
        config={"model_type": "llama", "architectures": ["LlamaForCausalLM"]},
        info={"safetensors": {"parameters": {"BF16": 7}, "total": 7}},
    )
    facts = HubSource(clock=lambda: dt.datetime(2026, 11, 24, 23, tzinfo=dt.UTC)).fetch("org/model")
    assert (facts.id, facts.source, facts.as_of, facts.revision) == (
        "org/model",
        "hub",
        "2026-11-24",
        sha,
    )
    assert facts.endpoint == hub.url
    assert facts.declared == Declared(tags=("mit",))
    assert [(t.path, t.origin) for t in facts.texts] == [
        ("LICENSE", "file"),
        ("Usage_Policy.md", "file"),
        ("NOTICE.txt", "file"),
    ]
    assert facts.texts[0].text == MIT
    assert facts.texts[0].sha256 == hashlib.sha256(MIT.encode()).hexdigest()
    assert facts.bases == (Base(id="org/base", relation="quantized", source="api"),)
    assert facts.modalities == ("text",)
    assert facts.gated == "no"
    assert facts.card == "# Model\nMIT licensed.\n"
    assert facts.config == {
        "model_type": "llama",
        "architectures": "LlamaForCausalLM",
        "parameters": "7",
    }
    assert facts.notes == ()
    assert facts.renamed_from == ""
    assert {f"/resolve/{sha}/" in r.path for r in hub.asked("/resolve/")} == {True}


def test_revision(hub: LoopbackHub) -> None:
    """A branch or commit is asked for, and the facts are of that commit."""
    old = hub.add("org/model", card="---\nlicense: mit\n---\n")
    new = hub.add("org/model", card="---\nlicense: other\n---\n")
    source = HubSource()
    assert source.fetch("org/model").revision == new
    assert source.fetch("org/model", old).declared.tags == ("mit",)
    hub.add("org/model", card="---\nlicense: gpl-3.0\n---\n", branch="refs/pr/1")
    assert source.fetch("org/model", "refs/pr/1").declared.tags == ("gpl-3.0",)
    with pytest.raises(UnknownModel, match="no revision v9"):
        source.fetch("org/model", "v9")


def test_rename(hub: LoopbackHub) -> None:
    """The Hub redirects; the facts carry the new id and say what was asked."""
    hub.add(
        "new-org/model",
        card="---\nlicense: mit\nlicense_link: LICENSE\n---\n",
        files={"LICENSE": MIT},
    )
    hub.rename("old-org/model", "new-org/model")
    facts = HubSource().fetch("old-org/model")
    assert (facts.id, facts.renamed_from) == ("new-org/model", "old-org/model")
    assert facts.declared.tags == ("mit",)
    assert len(facts.texts) == 1
    assert HubSource().fetch("NEW-org/Model").renamed_from == ""


def test_gated_without_token(hub: LoopbackHub) -> None:
    """The card is public, LICENSE is allow-listed, the policy is not; the prompt holds the text."""
    hub.add(
        "org/gated",
        card="---\nlicense: llama3.1\nextra_gated_prompt: |\n  THE AGREEMENT\n---\nprose",
        files={"LICENSE": "agreement", "USE_POLICY.md": "policy", "config.json": "{}"},
        gated="manual",
    )
    facts = HubSource().fetch("org/gated")
    assert facts.gated == "manual"
    assert [(t.path, t.origin, t.text) for t in facts.texts] == [
        ("LICENSE", "file", "agreement"),
        ("README.md#extra_gated_prompt", "gated_prompt", "THE AGREEMENT\n"),
    ]
    assert len(facts.notes) == 1
    assert "USE_POLICY.md was not read: it is behind the gate" in facts.notes[0]


def test_gated_with_token(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """HF_TOKEN, or a token given, opens the gate."""
    hub.add(
        "org/gated", card="---\nlicense: x\n---\n", files={"USE_POLICY.md": "policy"}, gated="auto"
    )
    token = hub.grant("hf_good")
    assert [t.path for t in HubSource(token=token).fetch("org/gated").texts] == ["USE_POLICY.md"]
    monkeypatch.setenv("HF_TOKEN", token)
    assert [t.path for t in HubSource().fetch("org/gated").texts] == ["USE_POLICY.md"]


def test_broken_card(hub: LoopbackHub) -> None:
    """Where the Hub could not parse a card, its README is read here."""
    hub.add("org/broken", card="---\nlicense: mit\nx: [\nbase_model: a/b\n---\n")
    facts = HubSource().fetch("org/broken")
    assert facts.declared.tags == ("mit",)
    assert facts.bases == (Base(id="a/b", source="card"),)
    assert "broken" in facts.notes[0]


def test_no_card(hub: LoopbackHub) -> None:
    """Nothing declared is nothing declared; the Hub's own tags are believed."""
    hub.add("org/bare")
    hub.add("org/tagged", tags=["license:apache-2.0", "base_model:adapter:a/b", "base_model:a/b"])
    source = HubSource()
    assert source.fetch("org/bare").declared == Declared()
    tagged = source.fetch("org/tagged")
    assert tagged.declared.tags == ("apache-2.0",)
    assert tagged.bases == (Base(id="a/b", relation="adapter", source="tags"),)


def test_lists(hub: LoopbackHub) -> None:
    """Several licences are several tags."""
    hub.add("org/two", card="---\nlicense:\n- apache-2.0\n- bsd-3-clause\n---\n")
    assert HubSource().fetch("org/two").declared.tags == ("apache-2.0", "bsd-3-clause")


def test_bases_from_everywhere(hub: LoopbackHub) -> None:
    """Each source is named; a renamed base is not listed twice; paths are no models."""
    hub.add(
        "org/merge",
        card="---\nbase_model: [old/a, old/b]\n---\n",
        base_models={"relation": "merge", "models": [{"id": "new/a"}, {"id": "new/b"}]},
        files={
            "adapter_config.json": '{"base_model_name_or_path": "org/c"}',
            "mergekit_config.yml": "slices:\n- sources:\n  - model: org/d+org/lora\nbase_model: ./local/x",
            "config.json": '{"_name_or_path": "/home/me/model"}',
        },
    )
    facts = HubSource().fetch("org/merge")
    assert [(b.id, b.relation, b.source) for b in facts.bases] == [
        ("new/a", "merge", "api"),
        ("new/b", "merge", "api"),
        ("org/c", "adapter", "adapter_config"),
        ("org/d", "merge", "mergekit_config"),
        ("org/lora", "merge", "mergekit_config"),
    ]


def test_hidden_base(hub: LoopbackHub) -> None:
    """A card that is silent on bases has its config.json read: that often names one."""
    hub.add(
        "me/mine",
        card="---\nlicense: mit\n---\n",
        config={"model_type": "llama"},
        files={"config.json": '{"_name_or_path": "meta-llama/Llama-3.1-8B", "vocab_size": 128256}'},
    )
    facts = HubSource().fetch("me/mine")
    assert facts.bases == (Base(id="meta-llama/Llama-3.1-8B", source="config"),)
    assert facts.config["vocab_size"] == "128256"


@pytest.mark.parametrize(
    ("link", "path", "origin"),
    [
        ("LICENSE", "LICENSE", "file"),
        ("./license", "LICENSE", "file"),
        ("docs/TERMS.txt", "docs/TERMS.txt", "license_link"),
        (
            "https://huggingface.co/org/model/blob/main/docs/TERMS.txt",
            "docs/TERMS.txt",
            "license_link",
        ),
        (
            "https://huggingface.co/org/base/blob/main/LICENSE-MODEL",
            "https://huggingface.co/org/base/blob/main/LICENSE-MODEL",
            "license_link",
        ),
        (
            "hf.co/org/base/raw/main/LICENSE-MODEL",
            "https://hf.co/org/base/raw/main/LICENSE-MODEL",
            "license_link",
        ),
    ],
)
def test_license_link_to_files(hub: LoopbackHub, link: str, path: str, origin: str) -> None:
    """Relative links and addresses of the Hub are read as files of the Hub that is asked."""
    hub.add("org/base", files={"LICENSE-MODEL": "base terms"})
    hub.add(
        "org/model",
        card=f"---\nlicense: other\nlicense_link: {link}\n---\n",
        files={"LICENSE": MIT, "docs/TERMS.txt": "terms"},
    )
    facts = HubSource().fetch("org/model")
    found = [(t.path, t.origin) for t in facts.texts if t.path != "LICENSE"] or [
        ("LICENSE", "file")
    ]
    assert [(p.removeprefix("https://"), o) for p, o in found] == [
        (path.removeprefix("https://"), origin)
    ]
    assert facts.notes == ()


def test_license_link_elsewhere(hub: LoopbackHub) -> None:
    """Other addresses: refused when they are private, fetched once for all models when allowed."""
    other = LoopbackHub()
    with other:
        url = other.page("/terms", "the terms")
        for name in ("org/a", "org/b"):
            hub.add(name, card=f"---\nlicense: other\nlicense_link: {url}\n---\n")
        refused = HubSource().fetch("org/a")
        assert refused.texts == ()
        assert "only https" in refused.notes[0]
        source = HubSource(allow_private_links=True)
        texts = [source.fetch(name).texts[0] for name in ("org/a", "org/b")]
        assert [(t.path, t.text, t.origin) for t in texts] == [
            (url, "the terms", "license_link")
        ] * 2
        assert len(other.requests) == 1


@pytest.mark.parametrize(
    "link", ["MISSING.md", "https://huggingface.co/org/model", "#license", "ftp://x.org/a"]
)
def test_license_link_to_nowhere(hub: LoopbackHub, link: str) -> None:
    """A link without a text is said in one note."""
    hub.add("org/model", card=f"---\nlicense: other\nlicense_link: '{link}'\n---\n")
    (note,) = HubSource().fetch("org/model").notes
    assert note.startswith(f"license_link {link} was not followed: ")


def test_files_that_are_no_texts(hub: LoopbackHub) -> None:
    """PDFs, binaries and monsters are said, not read."""
    hub.add(
        "org/model",
        files={
            "LICENSE": b"\0\1\2",
            "LICENSE.pdf": b"%PDF",
            "LICENSE.md": b"x" * 2_000_001,
            "NOTICE": b"\xe9t\xe9",
        },
    )
    facts = HubSource().fetch("org/model")
    assert [t.text for t in facts.texts] == ["été"]
    assert len(facts.notes) == 3


def test_many_legal_files(hub: LoopbackHub) -> None:
    """At most a dozen files are read of one model."""
    hub.add("org/model", files={f"LICENSE-{n}.txt": "x" for n in range(30)})
    facts = HubSource().fetch("org/model")
    assert len(facts.texts) == 12
    assert any("only 12 files" in note for note in facts.notes)


def test_cache_is_shared(hub: LoopbackHub, hub_home: Path) -> None:
    """The second run asks for no file again; the Hub's own client finds ours, and we find its."""
    from huggingface_hub import hf_hub_download

    sha = hub.add(
        "org/model", card="---\nlicense: mit\n---\n", files={"LICENSE": MIT, "NOTICE": "n"}
    )
    hf_hub_download("org/model", "NOTICE", revision=sha, endpoint=hub.url)
    HubSource().fetch("org/model")
    assert [r for r in hub.asked("NOTICE") if r.headers["user-agent"].startswith("weightlaw")] == []
    files = len(hub.asked("/resolve/"))
    HubSource().fetch("org/model")
    assert len(hub.asked("/resolve/")) == files
    found = hf_hub_download("org/model", "LICENSE", revision=sha, local_files_only=True)
    assert Path(found).read_text() == MIT
    assert Path(found).is_relative_to(hub_home)


def test_prefetch(hub: LoopbackHub) -> None:
    """Many at once; each asked for once, unknown ones too, however often they are fetched later."""
    ids = [f"org/m{n}" for n in range(40)]
    for model_id in ids:
        hub.add(model_id, card="---\nlicense: mit\n---\n")
    source = HubSource()
    source.prefetch([*((i, None) for i in ids), ("org/none", None), ("ORG/m1", None)])
    asked = len(hub.requests)
    assert {source.fetch(i).declared.tags for i in ids} == {("mit",)}
    with pytest.raises(UnknownModel):
        source.fetch("org/none")
    assert len(hub.requests) == asked
    assert (
        len(hub.asked("/api/models/org/m1")) - len(hub.asked("/api/models/org/m1/")) == 11
    )  # m1, m10..m19


def test_threads_share_one_fetch(hub: LoopbackHub) -> None:
    """Threads that ask for the same model wait for one answer."""
    hub.add("org/model", card="---\nlicense: mit\n---\n")
    hub.fail("/api/", status=0, delay=0.1)
    source, found = HubSource(), []
    threads = [
        threading.Thread(target=lambda: found.append(source.fetch("org/model"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(f) for f in found}) == 1
    assert len(hub.asked("/api/")) == 1


def test_older_server(hub: LoopbackHub) -> None:
    """A server that refuses an `expand` value is asked for what it gives unasked."""
    hub.add("org/model", card="---\nlicense: mit\n---\n")
    hub.fail("/api/", status=400, times=1)
    assert HubSource().fetch("org/model").declared.tags == ("mit",)


def test_user_agent_and_no_telemetry(hub: LoopbackHub) -> None:
    """The Hub learns who asks, and nothing else is asked."""
    hub.add("org/model", card="---\nlicense: mit\n---\n")
    HubSource().fetch("org/model")
    assert all(r.headers["user-agent"].startswith("weightlaw/") for r in hub.requests)
    assert len(hub.requests) == 2


@needs_shared
def test_real_answers(hub: LoopbackHub) -> None:
    """What the real answers say, as they were dumped."""
    for model_id in (
        "meta-llama/Llama-3.1-8B-Instruct",
        "openai/gpt-oss-120b",
        "google/t5gemma-b-b-prefixlm",
    ):
        add_shared(hub, model_id)
    source = HubSource()
    llama = source.fetch("meta-llama/Llama-3.1-8B-Instruct")
    assert llama.gated == "manual"
    assert llama.declared.tags == ("llama3.1",)
    assert [t.origin for t in llama.texts] == ["gated_prompt"]
    assert llama.texts[0].text.startswith("### LLAMA 3.1 COMMUNITY LICENSE AGREEMENT")
    assert llama.bases == (Base(id="meta-llama/Llama-3.1-8B", relation="finetune", source="tags"),)
    assert source.fetch("openai/gpt-oss-120b").declared.tags == ("apache-2.0",)
    assert source.fetch("google/t5gemma-b-b-prefixlm").bases == ()  # the card names itself
