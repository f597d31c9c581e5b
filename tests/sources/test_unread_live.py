"""A licence that the Hub lists and that could not be read is not taken for what the tag says."""

from __future__ import annotations

import json

import pytest

from tests.lock.texts import MIT
from tests.loopback import LoopbackHub
from weightlaw.checking import check
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.sources.hub import HubSource

CARD = "---\nlicense: mit\npipeline_tag: text-generation\n---\n# Quoll\n"


def _judged(hub: LoopbackHub, **files: str) -> ModelResult:
    hub.add("quoll/quoll", card=CARD, files={n.replace("__", "."): t for n, t in files.items()})
    (result,) = check("quoll/quoll", hub=HubSource()).models
    return result


def test_what_is_read_decides(hub: LoopbackHub) -> None:
    assert _judged(hub, LICENSE=MIT).verdict is Verdict.ALLOWED


@pytest.mark.parametrize("name", ["LICENSE__pdf", "LICENSE__docx", "USE_POLICY__pdf"])
def test_a_document_is_for_a_person(hub: LoopbackHub, name: str) -> None:
    result = _judged(hub, **{name: "%PDF-1.4"})
    assert result.verdict is Verdict.REVIEW
    assert [f.rule for f in result.findings] == ["WL104"]


def test_more_texts_than_are_read(hub: LoopbackHub) -> None:
    texts = {f"LICENSE-{n:02d}": MIT for n in range(20)}
    assert _judged(hub, **texts).verdict is Verdict.REVIEW


@pytest.mark.parametrize("named", ["/data/llama-2-7b", "a/b/c", None])
def test_an_adapter_whose_base_is_no_model_of_the_hub(hub: LoopbackHub, named: str | None) -> None:
    config = json.dumps({"peft_type": "LORA", "base_model_name_or_path": named})
    result = _judged(hub, adapter_config__json=config)
    assert result.verdict is Verdict.REVIEW
    assert [f.rule for f in result.findings] == ["WL501"]
