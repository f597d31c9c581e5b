"""GGUF headers: what they say, and that no header does harm."""

from __future__ import annotations

import io
import os
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.sources import gguf_writer as writer
from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError
from weightlaw.sources import gguf
from weightlaw.sources.gguf_facts import describe, hub_id


def facts(tmp_path: Path, values: dict[str, writer.Item], name: str = "model.gguf") -> ModelFacts:
    file = tmp_path / name
    file.write_bytes(writer.header(values) + b"\0" * 64)
    return gguf.read_gguf(file, name)


def parse(data: bytes) -> gguf.GgufHeader:
    return gguf.read_header(io.BytesIO(data), "x.gguf", len(data))


def refused(data: bytes) -> str:
    start = time.monotonic()
    with pytest.raises(SourceError) as caught:
        parse(data)
    assert time.monotonic() - start < 5
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_quantized_llama_says_all_that_matters(tmp_path: Path) -> None:
    found = facts(tmp_path, writer.LLAMA)
    assert found.id == "file:model.gguf"
    assert found.source == "file"
    assert found.declared.tags == ("llama3.1",)
    assert [(b.id, b.relation) for b in found.bases] == [("meta-llama/Llama-3.1-8B", "unknown")]
    assert found.tags == ("facebook", "meta", "text-generation")
    config = found.config
    assert config["quantization"] == "Q4_K_M"
    assert config["quantization_source"] == "GGUF header"
    assert config["vocab_size"] == "1000"
    assert config["context_length"] == "131072"
    assert config["embedding_length"] == "4096"
    assert config["model_type"] == "llama"
    assert config["declared:header"] == "llama3.1"
    assert len(config["header_sha256"]) == 64
    assert found.notes == ()


def test_the_hash_is_of_the_metadata_only(tmp_path: Path) -> None:
    data = writer.header(writer.LLAMA)
    one, two = parse(data + b"weights"), parse(data + b"other weights")
    assert one.sha256 == two.sha256
    assert one.size == len(data)
    assert parse(writer.header({**writer.LLAMA, "general.license": "mit"})).sha256 != one.sha256


@pytest.mark.parametrize("version", [2, 3])
def test_both_versions_are_read(version: int) -> None:
    assert parse(writer.header(writer.LLAMA, version=version)).version == version


def test_a_named_license_keeps_name_and_link(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        {
            "general.license": "other",
            "general.license.name": "deepseek",
            "general.license.link": "https://example.org/LICENSE",
        },
    )
    assert found.declared.tags == ("other",)
    assert found.declared.name == "deepseek"
    assert found.declared.link == "https://example.org/LICENSE"
    assert found.config["declared:header"] == "other, deepseek"


def test_several_licenses_of_a_card_stay_several(tmp_path: Path) -> None:
    assert facts(tmp_path, {"general.license": ["mit", "llama3.1"]}).declared.tags == (
        "mit",
        "llama3.1",
    )


def test_a_license_text_in_the_header_is_a_text_and_no_name(tmp_path: Path) -> None:
    found = facts(tmp_path, {"general.license": "MIT License\n\nPermission is hereby granted"})
    assert found.declared.tags == ()
    assert found.texts[0].origin == "header"
    assert found.texts[0].text.startswith("MIT License\n")
    assert found.texts[0].path == "model.gguf general.license"


def test_a_base_known_by_name_alone_is_rebuilt_and_says_so(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        {
            "general.base_model.count": 2,
            "general.base_model.0.name": "Llama 3.1 8B",
            "general.base_model.0.organization": "Meta Llama",
            "general.base_model.1.name": "Some Merge",
        },
    )
    assert [b.id for b in found.bases] == ["Meta-Llama/Llama-3.1-8B", "Some-Merge"]
    assert all("rebuilt" in b.source for b in found.bases)


def test_bases_beyond_a_wrong_count_are_found_all_the_same(tmp_path: Path) -> None:
    values: dict[str, writer.Item] = {
        "general.base_model.count": 1,
        "general.base_model.0.repo_url": "https://huggingface.co/a/one",
        "general.base_model.3.repo_url": "https://huggingface.co/b/two",
    }
    assert [b.id for b in facts(tmp_path, values).bases] == ["a/one", "b/two"]
    del values["general.base_model.count"]
    assert [b.id for b in facts(tmp_path, values).bases] == ["a/one", "b/two"]


def test_a_claim_of_a_billion_bases_costs_nothing(tmp_path: Path) -> None:
    found = facts(tmp_path, {"general.base_model.count": 2**63})
    assert found.bases == ()
    assert "base models" in found.notes[0]


def test_merge_and_adapter_are_told_from_the_header(tmp_path: Path) -> None:
    base: dict[str, writer.Item] = {"general.base_model.0.repo_url": "https://huggingface.co/a/one"}
    merge = facts(tmp_path, {**base, "general.tags": ["mergekit", "merge"]})
    adapter = facts(tmp_path, {**base, "general.type": "adapter"})
    assert merge.bases[0].relation == "merge"
    assert adapter.bases[0].relation == "adapter"


def test_what_it_was_converted_from_is_a_base_too(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        {
            "general.source.huggingface.repository": "org/source",
            "general.source.url": "https://example.org/paper",
            "general.repo_url": "https://huggingface.co/unsloth",
        },
    )
    assert [(b.id, b.relation) for b in found.bases] == [("org/source", "quantized")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://huggingface.co/a/b", "a/b"),
        ("https://hf.co/a/b/", "a/b"),
        ("http://www.huggingface.co/a/b.git", "a/b"),
        ("a/b", "a/b"),
        ("https://huggingface.co/unsloth", ""),
        ("https://huggingface.co/datasets/b", ""),
        ("https://example.org/a/b", ""),
        ("../a/b", ""),
        ("", ""),
    ],
)
def test_hub_ids_in_addresses(text: str, expected: str) -> None:
    assert hub_id(text) == expected


def test_without_a_file_type_the_name_tells(tmp_path: Path) -> None:
    found = facts(tmp_path, {"general.architecture": "llama"}, "Llama-Q5_K_S.gguf")
    assert found.config["quantization"] == "Q5_K_S"
    assert found.config["quantization_source"] == "name"


def test_a_name_that_contradicts_the_header_is_carried(tmp_path: Path) -> None:
    found = facts(tmp_path, {"general.file_type": 7}, "Llama-Q4_K_M.gguf")
    assert found.config["quantization"] == "Q8_0"
    assert found.config["quantization_in_name"] == "Q4_K_M"


def test_a_makers_own_variant_is_no_contradiction(tmp_path: Path) -> None:
    found = facts(tmp_path, {"general.file_type": 15}, "Llama-UD-Q4_K_XL.gguf")
    assert "quantization_in_name" not in found.config


def test_a_guessed_file_type_is_read_without_its_mark(tmp_path: Path) -> None:
    assert facts(tmp_path, {"general.file_type": 1024 + 15}).config["quantization"] == "Q4_K_M"


def test_a_later_part_says_where_the_description_is(tmp_path: Path) -> None:
    assert "part 2 of 3" in facts(tmp_path, {"split.no": 1, "split.count": 3}).notes[0]


def test_control_characters_never_reach_a_report(tmp_path: Path) -> None:
    found = facts(tmp_path, {"general.name": "a\x1b[31mred\x07", "general.license": "m\x00it"})
    assert found.config["name"] == "a [31mred"
    assert found.declared.tags == ("m it",)


def test_a_large_vocabulary_is_quick(tmp_path: Path) -> None:
    tokens = [f"▁token{n}" for n in range(262_144)]
    data = writer.header({"tokenizer.ggml.tokens": tokens, "general.license": "gemma"})
    start = time.monotonic()
    found = parse(data)
    assert time.monotonic() - start < 5
    assert found.lengths["tokenizer.ggml.tokens"] == 262_144
    assert found.values["general.license"] == "gemma", "keys behind the vocabulary count as well"


HUGE = struct.pack("<Q", 2**63)
HOSTILE = {
    "empty": (b"", "ends within its header"),
    "wrong magic": (b"PK\x03\x04" + b"\0" * 100, "does not start with GGUF"),
    "old format": (b"tjgg" + b"\0" * 100, "older than GGUF"),
    "big endian": (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian"),
    "version 1": (writer.raw([], version=1), "version is 1"),
    "version 99": (writer.raw([], version=99), "version is 99"),
    "billions of pairs": (writer.raw([], count=2**40), "claims 1,099,511,627,776 metadata"),
    "pairs that are not there": (writer.raw([], count=5), "ends within"),
    "key of 2^63": (writer.raw([HUGE]), "a string of 9,223,372,036,854,775,808"),
    "string of 2^63": (
        writer.raw([writer.string("k") + struct.pack("<I", 8) + HUGE]),
        "a string of",
    ),
    "array of 2^63": (
        writer.raw([writer.string("k") + struct.pack("<II", 9, 4) + HUGE]),
        "claims 9,223,372,036,854,775,808 items",
    ),
    "strings of 2^63 in an array": (
        writer.raw([writer.string("k") + struct.pack("<IIQ", 9, 8, 1000) + HUGE * 1000]),
        "ends within",
    ),
    "unknown type": (writer.raw([writer.string("k") + struct.pack("<I", 99)]), "unknown type 99"),
    "array of an unknown type": (
        writer.raw([writer.string("k") + struct.pack("<IIQ", 9, 77, 300) + b"\0" * 9000]),
        "unknown type 77",
    ),
    "nested without end": (
        writer.raw([writer.string("k") + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 5000]),
        "nests arrays",
    ),
    "many empty arrays": (
        writer.raw(
            [
                writer.string("k")
                + struct.pack("<IIQ", 9, 9, 200_000)
                + struct.pack("<IQ", 4, 0) * 200_000
            ]
        ),
        "nests arrays",
    ),
    "twice the same key": (
        writer.raw(
            [writer.pair("general.license", "mit"), writer.pair("general.license", "other")]
        ),
        "comes twice",
    ),
    "cut off": (writer.header(writer.LLAMA)[:-10], "ends within its header"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_headers_give_one_line_and_no_harm(case: str) -> None:
    data, expected = HOSTILE[case]
    assert expected in refused(data)


def test_a_header_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf, "MAX_HEADER", 12_000)
    assert "exceeds 12,000 bytes" in refused(writer.header(writer.LLAMA))


def test_many_pairs_stay_within_bounds() -> None:
    pairs = [writer.pair(f"k{n}", n) for n in range(gguf.MAX_PAIRS)]
    assert len(parse(writer.raw(pairs)).values) == gguf.MAX_PAIRS
    assert "metadata entries" in refused(writer.raw([*pairs, writer.pair("one more", 1)]))


def test_a_missing_file_a_folder_and_a_pipe_are_one_line_each(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, expected in (
        (tmp_path / "none.gguf", "No such file"),
        (tmp_path, "no regular file"),
        (tmp_path / "pipe", "no regular file"),
    ):
        with pytest.raises(SourceError, match=expected):
            gguf.read_gguf(path)


SOUND = writer.header({k: v for k, v in writer.LLAMA.items() if not k.startswith("tokenizer")})


def survives(data: bytes) -> None:
    start = time.monotonic()
    try:
        found = parse(data)
    except SourceError as error:
        one_line = "\n" not in str(error)
        assert one_line
    else:
        describe(found.values, found.lengths, id="file:x", name="x.gguf")
    assert time.monotonic() - start < 5


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_after_the_magic_are_survived(data: bytes) -> None:
    survives(b"GGUF\x03\0\0\0" + data)


@hypothesis_settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=8)), max_size=6
    ),
    st.integers(0, len(SOUND)),
)
def test_mutated_headers_are_survived(changes: list[tuple[int, bytes]], end: int) -> None:
    data = bytearray(SOUND)
    for at, new in changes:
        data[at : at + len(new)] = new
    survives(bytes(data[: end if changes else len(data)]))


_KEYS = st.sampled_from(
    [*writer.LLAMA, "general.base_model.7.name", "split.no", "split.count", "general.url"]
)
_VALUES = st.one_of(
    st.text(max_size=40),
    st.integers(0, 2**64 - 1),
    st.booleans(),
    st.lists(st.text(max_size=10), max_size=4),
    st.lists(st.integers(-(2**31), 2**31 - 1), max_size=4),
)


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, max_size=12))
def test_any_value_under_any_known_key_is_described(values: dict[str, writer.Item]) -> None:
    found = parse(writer.header(values))
    facts = describe(found.values, found.lengths, id="file:x", name="x.gguf")
    assert all(v and v.isprintable() for v in facts.config.values())
    assert all(b.id for b in facts.bases)
