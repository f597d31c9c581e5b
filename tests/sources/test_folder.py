"""Model folders: what lies in them, the Hub's cache, and folders that mean harm."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from pathlib import Path

import pytest

from tests.sources import gguf_writer as writer
from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError
from weightlaw.sources import folder, texts
from weightlaw.sources.folder import read_folder

CARD = """---
license: mit
base_model: meta-llama/Llama-3.1-8B
tags: [llama, conversational]
---
# A model
"""


def put(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def safetensors(metadata: dict[str, str]) -> bytes:
    data = json.dumps({"__metadata__": metadata, "w": {"dtype": "BF16", "shape": [2]}}).encode()
    return struct.pack("<Q", len(data)) + data


def ids(facts: ModelFacts) -> list[tuple[str, str]]:
    return [(b.id, b.relation) for b in facts.bases]


def test_a_full_folder_says_all_that_its_files_say(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "README.md": CARD,
            "LICENSE": "MIT License",
            "USE_POLICY.md": "Be good.",
            "NOTICE.txt": "By us.",
            "config.json": '{"model_type": "llama", "vocab_size": 128256, "architectures": ["LlamaForCausalLM"], '
            '"quantization_config": {"quant_method": "gptq", "bits": 4}}',
            "model.safetensors": safetensors({"format": "pt"}),
            "weights.bin": "x",
        },
    )
    found = read_folder(tmp_path, "./my-model")
    assert found.id == "folder:./my-model"
    assert found.source == "folder"
    assert found.declared.tags == ("mit",)
    assert [t.path for t in found.texts] == ["LICENSE", "USE_POLICY.md", "NOTICE.txt"]
    assert found.texts[0].sha256 == hashlib.sha256(b"MIT License").hexdigest()
    assert ("meta-llama/Llama-3.1-8B", "unknown") in ids(found)
    assert found.config["model_type"] == "llama"
    assert found.config["vocab_size"] == "128256"
    assert found.config["quantization"] == "GPTQ-Int4"
    assert found.config["quantization_source"] == "config.json"
    assert found.config["declared:README.md"] == "mit"
    assert found.card.strip() == "# A model"
    assert found.notes == ()


def test_a_header_that_declares_another_license_is_carried_beside_the_card(tmp_path: Path) -> None:
    put(tmp_path, {"README.md": CARD, "model-Q4_K_M.gguf": writer.header(writer.LLAMA)})
    found = read_folder(tmp_path)
    assert found.declared.tags == ("mit", "llama3.1")
    assert found.config["declared:README.md"] == "mit"
    assert found.config["declared:model-Q4_K_M.gguf"] == "llama3.1"
    assert found.config["quantization"] == "Q4_K_M"


def test_two_licenses_by_name_are_both_kept(tmp_path: Path) -> None:
    card = "---\nlicense: other\nlicense_name: foo-license\n---\n"
    header = writer.header({"general.license": "other", "general.license.name": "bar-license"})
    found = read_folder(put(tmp_path, {"README.md": card, "model.gguf": header}))
    assert found.declared.name == "foo-license"
    assert found.declared.tags == ("other", "bar-license")


def test_several_quantizations_in_one_folder_are_listed(tmp_path: Path) -> None:
    names = ("a-Q4_K_M.gguf", "a-Q8_0.gguf", "UD-Q2_K_XL/a-UD-Q2_K_XL-00001-of-00002.gguf")
    plain = writer.header({"general.architecture": "llama"})
    files: dict[str, str | bytes] = dict.fromkeys(names, plain)
    files["UD-Q2_K_XL/a-UD-Q2_K_XL-00002-of-00002.gguf"] = b"not read: a later part"
    found = read_folder(put(tmp_path, files))
    assert found.config["quantizations"] == "Q2_K_XL, Q4_K_M, Q8_0"
    assert found.notes == ()


def test_an_adapter_binds_its_base_by_id_or_by_path(tmp_path: Path) -> None:
    adapter = tmp_path / "adapter_config.json"
    adapter.write_text('{"base_model_name_or_path": "meta-llama/Llama-3.1-8B"}')
    assert ids(read_folder(tmp_path)) == [("meta-llama/Llama-3.1-8B", "adapter")]
    adapter.write_text('{"base_model_name_or_path": "/data/models/our-llama"}')
    assert ids(read_folder(tmp_path)) == [("/data/models/our-llama", "adapter")]


def test_a_merge_names_its_parents_by_id_or_by_path(tmp_path: Path) -> None:
    merge = "merge_method: slerp\nslices:\n- sources:\n  - model: org/one\n  - model: ./local/two\nbase_model: org/one\n"
    found = read_folder(put(tmp_path, {"mergekit_config.yml": merge}))
    assert ids(found) == [("org/one", "merge"), ("./local/two", "merge")]


def test_a_broken_merge_configuration_still_names_its_parents(tmp_path: Path) -> None:
    found = read_folder(
        put(
            tmp_path,
            {"mergekit_config.yml": "models:\n  - model: org/one\n\t- model: org/two\n  }"},
        )
    )
    assert ("org/one", "merge") in ids(found)


def test_a_lora_folder_says_what_it_lies_on(tmp_path: Path) -> None:
    lora = safetensors(
        {"ss_sd_model_name": "sd_xl_base_1.0.safetensors", "ss_network_module": "networks.lora"}
    )
    found = read_folder(put(tmp_path, {"lora.safetensors": lora}))
    assert ids(found) == [("sd_xl_base_1.0.safetensors", "adapter")]


# The Hub's cache -------------------------------------------------------------------------------


def cache(tmp_path: Path, name: str = "models--meta-llama--Llama-3.1-8B") -> Path:
    repo = tmp_path / name
    blobs, snapshot = repo / "blobs", repo / "snapshots" / "abc123"
    put(blobs, {"one": CARD, "two": "LLAMA LICENSE"})
    snapshot.mkdir(parents=True)
    (snapshot / "README.md").symlink_to("../../blobs/one")
    (snapshot / "LICENSE").symlink_to("../../blobs/two")
    put(repo, {"refs/main": "abc123"})
    return repo


@pytest.mark.parametrize("below", ["", "snapshots/abc123"])
def test_the_cache_tells_id_and_revision_and_its_links_are_followed(
    tmp_path: Path, below: str
) -> None:
    found = read_folder(cache(tmp_path) / below)
    assert found.id == "meta-llama/Llama-3.1-8B"
    assert found.revision == "abc123"
    assert [t.text for t in found.texts] == ["LLAMA LICENSE"]
    assert found.bases == (), "the card names the model itself"
    assert found.notes == ()


def test_names_with_hyphens_and_without_publisher(tmp_path: Path) -> None:
    assert read_folder(cache(tmp_path, "models--a--b--c")).id == "a/b--c"
    assert read_folder(cache(tmp_path / "x", "models--gpt2")).id == "gpt2"


def test_a_cache_with_two_snapshots_and_no_main_asks_which(tmp_path: Path) -> None:
    repo = cache(tmp_path)
    put(repo, {"snapshots/def456/README.md": CARD})
    assert read_folder(repo).revision == "abc123"
    (repo / "refs" / "main").unlink()
    with pytest.raises(SourceError, match="2 snapshots"):
        read_folder(repo)


def test_links_out_of_the_cache_are_not_followed(tmp_path: Path) -> None:
    repo = cache(tmp_path)
    put(tmp_path, {"secret": "root:x:0"})
    (repo / "snapshots" / "abc123" / "NOTICE").symlink_to("../../../secret")
    found = read_folder(repo)
    assert "NOTICE" not in [t.path for t in found.texts]
    assert found.notes == ("NOTICE is a link out of the folder: not followed",)


def test_links_out_of_a_plain_folder_are_not_followed(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "secret": "root:x:0",
            "outside/README.md": CARD,
            "model/config.json": '{"model_type": "llama"}',
        },
    )
    model = tmp_path / "model"
    (model / "LICENSE").symlink_to(tmp_path / "secret")
    (model / "README.md").symlink_to("../outside/README.md")
    (model / "licenses").symlink_to(tmp_path / "outside", target_is_directory=True)
    (model / "COPYING").symlink_to("COPYING")  # to itself
    found = read_folder(model)
    assert found.texts == ()
    assert found.declared.tags == ()
    assert "LICENSE is a link out of the folder: not followed" in found.notes
    assert "root:x:0" not in str(found)


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    put(tmp_path, {"legal/LICENSE-MODEL": "Terms."})
    (tmp_path / "LICENSE").symlink_to("legal/LICENSE-MODEL")
    assert "LICENSE" in [t.path for t in read_folder(tmp_path).texts]


# Broken and hostile ----------------------------------------------------------------------------


def test_broken_encodings_become_notes(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "LICENSE": b"Licence \xa9 M\xfcller",
            "NOTICE": "﻿with a mark".encode(),
            "USE_POLICY": "sechzehn".encode("utf-16"),
            "COPYING": b"a\0b",
        },
    )
    found = read_folder(tmp_path)
    read = {t.path: t.text for t in found.texts}
    assert read == {
        "LICENSE": "Licence © Müller",
        "NOTICE": "with a mark",
        "USE_POLICY": "sechzehn",
        "COPYING": "ab",
    }
    assert (
        found.texts[0].sha256
        == hashlib.sha256(found_bytes(tmp_path, found.texts[0].path)).hexdigest()
    )
    assert sorted(n.split(":")[0] for n in found.notes) == ["COPYING", "LICENSE", "USE_POLICY"]


def found_bytes(root: Path, name: str) -> bytes:
    return (root / name).read_bytes()


def test_texts_beyond_the_limit_are_not_read(tmp_path: Path) -> None:
    put(tmp_path, {"README.md": CARD, "LICENSE": b"x" * (texts.MAX_TEXT + 1)})
    found = read_folder(tmp_path, "./m")
    assert found.texts == ()
    assert found.notes == ("LICENSE has 2,097,153 bytes; 2,097,152 are read at most",)
    assert str(tmp_path) not in str(found)


def test_broken_json_and_weights_become_notes(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "LICENSE": "MIT",
            "config.json": "{broken",
            "adapter_config.json": b"[" * 100_000,
            "a.gguf": b"GGUF",
            "b.safetensors": b"\xff" * 20,
        },
    )
    notes = read_folder(tmp_path).notes
    assert [n.split(" ")[0] for n in notes] == [
        "config.json",
        "adapter_config.json",
        "'a.gguf'",
        "'b.safetensors'",
    ]
    assert not any("\n" in n for n in notes)


def test_a_license_that_is_a_pdf_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"README.md": CARD, "LICENSE.pdf": b"%PDF"})
    assert any("LICENSE.pdf is no plain text" in n for n in read_folder(tmp_path).notes)


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    put(tmp_path, {"README.md": CARD})
    for name in ("LICENSE", "config.json", "x.gguf", "y.safetensors"):
        os.mkfifo(tmp_path / name)
    found = read_folder(tmp_path)
    assert len([n for n in found.notes if "no regular file" in n]) == 4


def test_counts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_FILES", 10)
    put(tmp_path, {f"LICENSE-{n:03}": "MIT" for n in range(100)})
    found = read_folder(tmp_path)
    assert len(found.texts) == 10
    assert "100 licence texts: 40 were read" in found.notes
    assert "more than 10 files: the rest was not opened" in found.notes


def test_a_folder_without_end_is_refused_rather_than_half_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {f"{n:03}.bin": b"" for n in range(300)} | {"LICENSE": "MIT", "README.md": CARD})
    assert len(read_folder(tmp_path).texts) == 1
    monkeypatch.setattr(folder, "MAX_NAMES", 200)
    with pytest.raises(SourceError, match="more than 200 names"):
        read_folder(tmp_path)


@pytest.mark.parametrize("files", [{}, {"notes.txt": "hello"}, {"sub/sub/LICENSE": "MIT"}])
def test_a_folder_that_says_nothing_is_an_error(
    tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    with pytest.raises(SourceError, match="no model's folder"):
        read_folder(put(tmp_path, files))


def test_what_is_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        read_folder(tmp_path / "none")
    put(tmp_path, {"file": "x"})
    with pytest.raises(SourceError, match="is no folder"):
        read_folder(tmp_path / "file")


def test_the_same_folder_gives_the_same_facts(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"README.md": CARD, "b.gguf": writer.header(writer.LLAMA), "a.gguf": writer.header({})},
    )
    assert read_folder(tmp_path, "x") == read_folder(tmp_path, "x")
