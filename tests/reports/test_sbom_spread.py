"""A spread over all licences of the catalogue: every document is valid by its official schema and read back whole."""

from __future__ import annotations

import json
from functools import cache

import pytest

from tests.reports.sbom_invented import FORMATS, bill_of
from tests.reports.sbom_validators import reread
from weightlaw.catalog.store import load
from weightlaw.domain.deployment import Deployment
from weightlaw.reports.sbom.formats import renderer
from weightlaw.reports.sbom.view import Bill

NAMED = (
    "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
    "meta-llama/Llama-3.1-8B-Instruct",
    "Qwen/Qwen2.5-72B-Instruct",
    "Qwen/Qwen3-8B",
    "moonshotai/Kimi-K2-Instruct",
    "moonshotai/Kimi-K2-Thinking",
    "moonshotai/Kimi-K3",
    "NousResearch/Hermes-3-Llama-3.1-8B",
    "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    "nvidia/NVIDIA-Nemotron-3-Nano-4B-GGUF",
    "LiquidAI/LFM2.5-1.2B-Instruct-GGUF",
    "arcee-ai/Trinity-Large-Thinking",
)
"""Thresholds, modified MIT, no known licence, bases, quantized copies, a card against its licence."""
LARGE = Deployment(mau=900_000_000, headquarters="DE", uses=("service", "weights"))


def spread() -> list[str]:
    """The named ones, every model without a known licence or in GGUF, and one of each licence."""
    catalog = load()
    models = [m for i in catalog.model_ids() if (m := catalog.model(i))]
    first = {m.license: m.id for m in reversed(models)}
    odd = [m.id for m in models if m.license is None or "gguf" in m.id.lower()]
    return list(dict.fromkeys((*NAMED, *odd, *first.values())))


@cache
def bill() -> Bill:
    return bill_of(spread(), LARGE, live=False)


def test_the_spread_is_wide() -> None:
    """Thirty models and more, of listed licences, LicenseRefs and none at all."""
    nodes = bill().asked
    assert {n.id for n in nodes} == set(spread())
    assert len(nodes) >= 30
    concluded = [i for n in nodes for i in n.concluded]
    assert any(not i.startswith("LicenseRef-") for i in concluded)
    assert sum(i.startswith("LicenseRef-") for i in set(concluded)) >= 30
    assert sum(not n.concluded for n in nodes) >= 5


@pytest.mark.parametrize(
    "form",
    [pytest.param(f, marks=pytest.mark.slow) if f.startswith("cyclonedx") else f for f in FORMATS],
)
def test_valid_and_read_back(form: str) -> None:
    text = renderer(form)(bill())
    assert set(spread()) <= reread(form, text)


def test_each_license_without_spdx_id_has_name_and_source() -> None:
    """SPDX 2.3: a LicenseRef is defined in the document, with a name and where its text is from."""
    document = json.loads(renderer("spdx-2.3")(bill()))
    defined = {e["licenseId"]: e for e in document["hasExtractedLicensingInfos"]}
    used = {
        word
        for p in document["packages"]
        for key in ("licenseConcluded", "licenseDeclared")
        for word in p[key].replace("(", " ").replace(")", " ").split()
        if word.startswith("LicenseRef-")
    }
    assert len(used) >= 30
    assert used <= set(defined)
    for found in defined.values():
        assert found["name"].strip()
        assert found["extractedText"].strip()
