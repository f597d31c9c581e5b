"""Which quantization a name, tag, header or configuration means, and what it is known to cost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.domain.models import ModelFacts
from weightlaw.references.quantization import (
    LLAMA_FTYPE,
    Quantization,
    from_config,
    from_file_type,
    from_name,
    from_tags,
    published_loss,
    published_losses,
    quantization_of,
)

NAMES = {
    "Llama-3.1-8B-Instruct-Q4_K_M.gguf": ("Q4_K_M", 4, "gguf"),
    "model-IQ3_XS.gguf": ("IQ3_XS", 3, "gguf"),
    "Qwen3.5-27B-UD-Q3_K_XL.gguf": ("Q3_K_XL", 3, "gguf"),
    "model-Q6_K_L-00001-of-00002.gguf": ("Q6_K_L", 6, "gguf"),
    "model-Q4_0_4_4.gguf": ("Q4_0_4_4", 4, "gguf"),
    "Q8_0/model-IQ1_M.gguf": ("IQ1_M", 1, "gguf"),
    "8b-instruct-q4_K_M": ("Q4_K_M", 4, "gguf"),
    "q8_0": ("Q8_0", 8, "gguf"),
    "fp16": ("F16", 16, "none"),
    "beehive-llama-3.2-1b-instruct-fp16.gguf": ("F16", 16, "none"),
    "model-bf16.gguf": ("BF16", 16, "none"),
    "gpt-oss-20b-MXFP4.gguf": ("MXFP4", 4, "mxfp4"),
    "nvidia/DeepSeek-R1-NVFP4": ("NVFP4", 4, "nvfp4"),
    "hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4": ("AWQ-4bit", 4, "awq"),
    "Qwen/Qwen2.5-7B-Instruct-AWQ": ("AWQ", None, "awq"),
    "Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4": ("GPTQ-Int4", 4, "gptq"),
    "Qwen/Qwen2.5-7B-Instruct-GPTQ-Int8": ("GPTQ-Int8", 8, "gptq"),
    "zai-org/GLM-4.7-FP8": ("FP8", 8, "fp8"),
    "RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic": ("FP8", 8, "fp8"),
    "neuralmagic/Meta-Llama-3.1-8B-Instruct-quantized.w4a16": ("W4A16", 4, "compressed-tensors"),
    "model-W8A8-FP8": ("FP8", 8, "fp8"),
    "unsloth/Qwen3-0.6B-Base-bnb-4bit": ("BNB-4bit", 4, "bitsandbytes"),
    "mlx-community/Llama-3.2-3B-Instruct-4bit": ("MLX-4bit", 4, "mlx"),
    "model-MLX-4bit": ("MLX-4bit", 4, "mlx"),
    "turboderp/Llama3-8B-exl2-4.25bpw": ("EXL2-4.25bpw", 4.25, "exl2"),
    "ISTA-DASLab/Meta-Llama-3-8B-AQLM-2Bit-1x16": ("AQLM-2bit", 2, "aqlm"),
    "model-int8": ("INT8", 8, ""),
    "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF": ("GGUF", None, "gguf"),
}


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    found = from_name(name)
    assert found is not None
    assert (found.name, found.bits, found.method) == NAMES[name]


@pytest.mark.parametrize(
    "name",
    [
        "meta-llama/Llama-3.1-8B-Instruct",
        "Qwen/Qwen3-4B",
        "microsoft/Phi-3-mini-4k-instruct",
        "google/gemma-4-E4B-it",
        "openai/gpt-oss-20b",
        "model.gguf",
        "bitnet/hawq-8x7b",
        "org/eawqua",
        "",
    ],
)
def test_names_that_say_nothing(name: str) -> None:
    assert from_name(name) is None


def test_the_last_type_in_a_name_counts() -> None:
    found = from_name("Llama-F16-Q8_0-to-Q4_K_S.gguf")
    assert found is not None
    assert found.name == "Q4_K_S"


@given(st.text(max_size=600))
def test_any_name_is_survived(text: str) -> None:
    found = from_name(text)
    assert found is None or found.name


@pytest.mark.parametrize(
    ("number", "name"),
    [(0, "F32"), (1, "F16"), (2, "Q4_0"), (7, "Q8_0"), (10, "Q2_K"), (12, "Q3_K_M"), (14, "Q4_K_S"),
     (15, "Q4_K_M"), (17, "Q5_K_M"), (18, "Q6_K"), (30, "IQ4_XS"), (32, "BF16"), (38, "MXFP4"), (39, "NVFP4"),
     (1024 + 15, "Q4_K_M")],
)  # fmt: skip
def test_file_types(number: int, name: str) -> None:
    found = from_file_type(number)
    assert found is not None
    assert found.name == name


def test_a_file_type_of_the_future_is_unknown() -> None:
    assert from_file_type(900) is None
    assert len(set(LLAMA_FTYPE)) == 42


CONFIGS: list[tuple[dict[str, Any], str | None]] = [
    ({"quant_method": "awq", "bits": 4}, "AWQ-4bit"),
    ({"quant_method": "gptq", "bits": 8}, "GPTQ-Int8"),
    ({"quant_method": "fp8", "activation_scheme": "dynamic"}, "FP8"),
    ({"quant_method": "fbgemm_fp8"}, "FP8"),
    ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "BNB-4bit"),
    ({"quant_method": "bitsandbytes", "_load_in_8bit": True}, "BNB-8bit"),
    ({"quant_method": "mxfp4"}, "MXFP4"),
    ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "NVFP4"),
    ({"quant_method": "modelopt", "quant_algo": "FP8"}, "FP8"),
    ({"quant_method": "torchao", "quant_type": "int4_weight_only"}, "TORCHAO-4bit"),
    ({"quant_method": "quanto", "weights": "int8"}, "QUANTO-8bit"),
    ({"quant_method": "hqq", "quant_config": {"weight_quant_params": {"nbits": 4}}}, "HQQ-4bit"),
    ({"quant_method": "eetq"}, "EETQ-8bit"),
    ({"quant_method": "exl3", "bits": 3.5}, "EXL3-3.5bpw"),
    ({"group_size": 64, "bits": 4}, "MLX-4bit"),
    (
        {
            "quant_method": "compressed-tensors",
            "config_groups": {
                "group_0": {"weights": {"num_bits": 4, "type": "int"}, "input_activations": None}
            },
        },
        "W4A16",
    ),
    (
        {
            "quant_method": "compressed-tensors",
            "config_groups": {
                "group_0": {
                    "weights": {"num_bits": 8, "type": "int"},
                    "input_activations": {"num_bits": 8},
                }
            },
        },
        "W8A8",
    ),
    (
        {
            "quant_method": "compressed-tensors",
            "config_groups": {"g": {"weights": {"num_bits": 8, "type": "float"}}},
        },
        "FP8",
    ),
    ({"quant_method": "compressed-tensors", "format": "nvfp4-pack-quantized"}, "NVFP4"),
    ({"quant_method": "compressed-tensors", "config_groups": "?"}, "compressed-tensors"),
    ({"quant_method": "something-new", "bits": 3}, "SOMETHING-NEW-3bit"),
    ({"quant_method": "awq", "bits": "broken"}, "AWQ"),
    ({"bits": 4}, None),
    ({}, None),
]


@pytest.mark.parametrize(("config", "name"), CONFIGS)
def test_configurations(config: dict[str, Any], name: str | None) -> None:
    found = from_config(config)
    assert (found.name if found else None) == name
    assert found is None or found.source == "config.json"


def test_tags() -> None:
    found = from_tags(["mlx", "4-bit", "base_model:quantized:a/b-Q8_0"])
    assert found is not None
    assert found.name == "MLX-4bit"
    bare = from_tags(["base_model:quantized:a/b"])
    assert bare is not None
    assert (bare.name, bare.bits) == ("quantized", None)
    assert from_tags(["license:mit", "text-generation"]) is None


def facts(**config: str) -> ModelFacts:
    return ModelFacts(id="org/model-AWQ", source="hub", config=config, tags=("gptq",))


def test_the_most_trusted_source_is_believed() -> None:
    header = quantization_of(facts(quantization="Q4_K_M", quantization_source="GGUF header"))
    assert header is not None
    assert (header.name, header.source) == ("Q4_K_M", "GGUF header")
    config = quantization_of(facts(quant_method="fp8"))
    assert config is not None
    assert config.name == "FP8"
    asked = quantization_of(facts(), name="file-Q2_K.gguf")
    assert asked is not None
    assert asked.name == "Q2_K"
    named = quantization_of(facts())
    assert named is not None
    assert named.name == "AWQ"
    assert quantization_of(ModelFacts(id="org/model", source="hub")) is None


def loss(hint: str, name: str) -> list[tuple[str, str, str]]:
    found = published_loss(hint, from_name(name))
    return [(r.model, r.model_match, r.scheme_match) for r in found]


def test_the_model_itself_is_found_under_its_many_names() -> None:
    for hint in (
        "meta-llama/Meta-Llama-3-8B",
        "QuantFactory/Meta-Llama-3-8B-GGUF",
        "llama3:8b-text",
        "Llama 3 8B",
    ):
        assert set(loss(hint, "Q4_K_M")) == {("Llama 3 8B", "same model", "same scheme")}, hint


def test_figures_of_another_model_are_called_so() -> None:
    assert {m for _, m, _ in loss("Qwen/Qwen3-8B", "Q4_K_M")} == {"other model"}
    assert {m for _, m, _ in loss("meta-llama/Llama-3.1-8B-Instruct", "Q4_K_M")} == {"same family"}
    assert {m for _, m, _ in loss("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "Q4_K_M")} == {
        "other model"
    }


def test_an_instruct_variant_is_not_its_base() -> None:
    assert {m for _, m, _ in loss("meta-llama/Llama-3.1-8B-Instruct", "w4a16")} == {"same model"}
    assert "same model" not in {m for _, m, _ in loss("meta-llama/Llama-3.1-8B", "w4a16")}


def test_the_nearest_size_comes_first() -> None:
    assert loss("Qwen/Qwen2.5-72B", "Q4_K_M")[0][0] == "Llama 2 70B"
    assert loss("Qwen/Qwen2.5-7B", "Q4_K_M")[0][0] == "Llama 2 7B"


def test_a_scheme_without_figures_gets_similar_ones_and_says_so() -> None:
    found = loss("org/model", "NVFP4")
    assert found
    assert {s for _, _, s in found} == {"similar scheme"}
    assert {s for _, _, s in loss("org/model", "model-GGUF")} == {"several schemes"}


def test_full_precision_and_nothing_known_cost_nothing_known() -> None:
    assert published_loss("meta-llama/Meta-Llama-3-8B", from_name("bf16")) == ()
    assert published_loss("meta-llama/Meta-Llama-3-8B", None) == ()


def test_the_known_figure_of_llama_3_is_the_published_one() -> None:
    rows = published_loss("Llama 3 8B", from_name("Q4_K_M"), limit=20)
    figures = {
        (r.metric, r.note.split(";")[0]): (r.full_precision, r.quantized, r.loss) for r in rows
    }
    assert figures["perplexity", "no importance matrix"] == ("6.2316", "6.407115", "0.175482")
    assert figures["same most likely token as full precision", ""] == ("100", "91.901", "8.099")


def test_every_row_has_its_source_and_a_known_scheme() -> None:
    rows = published_losses()
    assert len(rows) == 195
    for row in rows:
        assert all((row.source, row.read, row.data_license, row.benchmark, row.metric, row.unit)), (
            row
        )
        assert row.url.startswith("https://")
        assert row.quantization == "any" or known(row.quantization) == row.quantization, row


def known(name: str) -> str:
    found = from_name(name)
    return found.name if found else ""


def test_loss_is_the_difference_of_the_two_figures_where_both_are_numbers() -> None:
    signs = {"perplexity": 1, "accuracy": -1, "score": -1, "mean accuracy": -1}
    for row in published_losses():
        if (
            row.unit not in ("perplexity points", "percentage points", "points")
            or row.metric not in signs
        ):
            continue
        try:
            full, quantized, cost = float(row.full_precision), float(row.quantized), float(row.loss)
        except ValueError:
            continue
        assert cost == pytest.approx((quantized - full) * signs[row.metric], abs=2e-3), row


def test_limit_bounds_the_answer() -> None:
    assert (
        len(published_loss("x", Quantization(name="Q4_K_M", bits=4, method="gguf"), limit=2)) == 2
    )
