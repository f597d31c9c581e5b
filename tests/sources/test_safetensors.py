"""Safetensors headers: what they say, and that no header does harm."""

from __future__ import annotations

import io
import json
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError
from weightlaw.sources import safetensors

LORA = {
    "format": "pt",
    "modelspec.title": "A LoRA",
    "modelspec.author": "someone",
    "modelspec.license": "CreativeML Open RAIL++-M",
    "modelspec.architecture": "stable-diffusion-xl-v1-base/lora",
    "ss_base_model_version": "sdxl_base_v1-0",
    "ss_sd_model_name": "sd_xl_base_1.0.safetensors",
    "ss_network_module": "networks.lora",
    "ss_tag_frequency": "x" * 10_000,
}


def tensor(dtype: str = "BF16", shape: tuple[int, ...] = (4, 4)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [0, 32]}


def whole(header: object, weights: bytes = b"\0" * 32) -> bytes:
    data = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(data)) + data + weights


def described(
    metadata: dict[str, str], name: str = "x.safetensors", **tensors: object
) -> ModelFacts:
    data = whole({"__metadata__": metadata, **(tensors or {"w": tensor()})})
    header = safetensors.read_header(io.BytesIO(data), name, len(data))
    return safetensors.describe(header, id="file:x", name=name)


def refused(data: bytes) -> str:
    start = time.monotonic()
    with pytest.raises(SourceError) as caught:
        safetensors.read_header(io.BytesIO(data), "x.safetensors", len(data))
    assert time.monotonic() - start < 5
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_lora_names_license_author_and_base() -> None:
    found = described(LORA)
    assert found.declared.tags == ("CreativeML Open RAIL++-M",)
    assert [(b.id, b.relation) for b in found.bases] == [("sd_xl_base_1.0.safetensors", "adapter")]
    assert found.config["ss_base_model_version"] == "sdxl_base_v1-0"
    assert found.config["name"] == "A LoRA"
    assert found.config["declared:header"] == "CreativeML Open RAIL++-M"
    assert "ss_tag_frequency" not in found.config


def test_a_trainers_hub_id_is_the_base() -> None:
    found = described({**LORA, "ss_pretrained_model_name_or_path": "https://huggingface.co/a/b"})
    assert [b.id for b in found.bases] == ["a/b"]


def test_what_a_merge_was_made_of_is_kept_part_by_part() -> None:
    found = described({"modelspec.merged_from": "org/one, two.safetensors"})
    assert [(b.id, b.relation) for b in found.bases] == [
        ("org/one", "merge"),
        ("two.safetensors", "merge"),
    ]


@pytest.mark.parametrize(
    "name", ["x.lora_A.weight", "x.lora_down.weight", "lora_te_x.lora_up.weight"]
)
def test_an_adapter_is_known_by_its_tensors(name: str) -> None:
    tensors: dict[str, Any] = {name: tensor()}
    found = described({"ss_sd_model_name": "base.safetensors"}, **tensors)
    assert found.bases[0].relation == "adapter"


def test_a_language_model_says_little_and_that_is_fine() -> None:
    found = described({"format": "pt"})
    assert found.declared.tags == ()
    assert found.bases == ()
    assert found.config["dtypes"] == "BF16 16"
    assert found.config["quantization"] == "BF16"


def test_a_file_on_disk_without_metadata(tmp_path: Path) -> None:
    file = tmp_path / "model-FP8.safetensors"
    file.write_bytes(whole({"w": tensor("F8_E4M3", (100,)), "s": tensor("F32", (1,))}))
    found = safetensors.read_safetensors(file, "./model-FP8.safetensors")
    assert found.id == "file:./model-FP8.safetensors"
    assert found.config["quantization"] == "FP8"
    assert found.config["quantization_source"] == "safetensors header"


@pytest.mark.parametrize(
    ("tensors", "expected"),
    [
        ({"a.weight.quant_state.bitsandbytes__nf4": tensor("U8")}, "BNB-4bit"),
        ({"a": tensor("I8", (50,)), "b": tensor("F16", (10,))}, "INT8"),
        ({"a": tensor("I8", (10,)), "b": tensor("F16", (50,))}, "F16"),
        ({"a.weight.quant_state.bitsandbytes__fp4": tensor("U8")}, "BNB-4bit"),
        ({"a.qweight": tensor("I32"), "a.qzeros": tensor("I32")}, "GPTQ or AWQ"),
    ],
)
def test_types_betray_the_quantization(tensors: dict[str, Any], expected: str) -> None:
    assert described({}, **tensors).config["quantization"] == expected


def test_the_name_tells_where_the_types_do_not() -> None:
    found = described({}, "model-AWQ-4bit.safetensors", a=tensor("I32"))
    assert found.config["quantization"] == "AWQ-4bit"
    assert found.config["quantization_source"] == "name"


def test_a_license_text_in_the_header_is_a_text() -> None:
    found = described({"modelspec.license": "My terms.\nNo use at all."})
    assert found.declared.tags == ()
    assert found.texts[0].text == "My terms.\nNo use at all."
    assert found.texts[0].origin == "header"


def test_half_a_surrogate_pair_can_be_reported() -> None:
    data = whole(
        b'{"__metadata__": {"modelspec.license": "a\\ud800\\nb", "modelspec.title": "\\udfff"}, "w": {"dtype": "F16", "shape": []}}'
    )
    header = safetensors.read_header(io.BytesIO(data), "x", len(data))
    found = safetensors.describe(header, id="file:x", name="x")
    assert found.texts[0].text.encode()


HOSTILE = {
    "empty": (b"", "claim a header of 0 bytes"),
    "too short": (b"abc", "claim a header of 0 bytes"),
    "length of 2^63": (struct.pack("<Q", 2**63) + b"{}", "9,223,372,036,854,775,808"),
    "longer than the file": (struct.pack("<Q", 5000) + b"{}", "5,000 bytes in a file of 10"),
    "no JSON": (whole(b"not json, but long enough"), "no JSON object"),
    "a list": (whole(b"[1, 2, 3]"), "no JSON object"),
    "broken JSON": (whole(b'{"a": '), "is no JSON"),
    "not UTF-8": (whole(b'{"\xff\xfe": 1}'), "is no JSON"),
    "deep": (whole(b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"), "is no JSON"),
    "a number without end": (whole(b'{"a": ' + b"9" * 20_000 + b"}"), "is no JSON"),
    "duplicate tensor": (
        whole(b'{"w": {"dtype": "F16", "shape": [1]}, "w": {"dtype": "F16", "shape": [1]}}'),
        "'w' comes twice",
    ),
    "duplicate license": (
        whole(b'{"__metadata__": {"modelspec.license": "mit", "modelspec.license": "other"}}'),
        "comes twice",
    ),
    "metadata is a list": (whole(b'{"__metadata__": [1]}'), "__metadata__ is no object"),
    "a tensor is a number": (whole(b'{"w": 1}'), "without a dtype"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_headers_give_one_line_and_no_harm(case: str) -> None:
    data, expected = HOSTILE[case]
    assert expected in refused(data)


def test_a_header_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safetensors, "MAX_HEADER", 100)
    assert "100 are read at most" in refused(whole({"w" * 200: tensor()}))


def test_very_many_tensors_are_read_in_bounded_time() -> None:
    names = ",".join(f'"layer.{n}.qweight":{{"dtype":"I32","shape":[1]}}' for n in range(200_000))
    data = whole(b"{" + names.encode() + b"}")
    start = time.monotonic()
    header = safetensors.read_header(io.BytesIO(data), "x", len(data))
    assert time.monotonic() - start < 5
    assert header.markers == ("qweight",)


def test_impossible_shapes_count_for_nothing_and_cost_nothing() -> None:
    found = described({}, a=tensor("F16", (10**18,) * 8), b={"dtype": "F8_E4M3", "shape": "many"})
    assert found.config["quantization"] == "F16"


SOUND = whole({"__metadata__": LORA | {"ss_tag_frequency": ""}, "a.lora_up.weight": tensor("F16")})


def survives(data: bytes) -> None:
    try:
        header = safetensors.read_header(io.BytesIO(data), "x", len(data))
    except SourceError as error:
        one_line = "\n" not in str(error)
        assert one_line
    else:
        facts = safetensors.describe(header, id="file:x", name="x")
        assert all(v and v.isprintable() for v in facts.config.values())


@hypothesis_settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=6)), max_size=6
    ),
    st.integers(0, len(SOUND)),
)
def test_mutated_headers_are_survived(changes: list[tuple[int, bytes]], end: int) -> None:
    data = bytearray(SOUND)
    for at, new in changes:
        data[at : at + len(new)] = new
    survives(bytes(data[:end]))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)


@hypothesis_settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(list(LORA)), _JSON, max_size=8),
    st.dictionaries(st.text(max_size=8), _JSON | st.just(tensor()), max_size=4),
)
def test_any_json_is_survived(metadata: dict[str, Any], tensors: dict[str, Any]) -> None:
    survives(whole({"__metadata__": metadata, **tensors}))
