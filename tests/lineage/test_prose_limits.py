"""A card's own words against a use, beside a licence that does not limit it."""

from __future__ import annotations

import pathlib

import pytest

from tests.lineage.said import sentences
from weightlaw.checking import check
from weightlaw.domain.terms import CommercialUse, Terms
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.prose_limits import limits_said


@pytest.mark.parametrize(
    ("sentence", "matter"),
    [
        ("This model is for non-commercial use only.", "commercial use"),
        (
            "For commercial use, please contact sales@example.org to obtain a license.",
            "commercial use",
        ),
        ("The weights may be used for academic research purposes only.", "commercial use"),
        ("Services with more than 50 million monthly active users must request a license.", "size"),
        ("You may not use the model in the European Union.", "territory"),
        ("You may not use its outputs to train other models.", "training on outputs"),
        ("本模型仅限非商业用途。", "commercial use"),
    ],
)
def test_limits_are_found(sentence: str, matter: str) -> None:
    prose = f"# Quoll\n\nA small model. {sentence} It speaks many languages.\n"
    (limit,) = limits_said(prose, [])
    assert (limit.matter, limit.quote) == (matter, sentence)
    assert prose[limit.offset : limit.offset + len(sentence)] == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The training data may be used for research purposes only.",
        "The code is for non-commercial use only.",
        "Unlike models for non-commercial use only, this one is free.",
        "You may use the model for commercial purposes.",
        "We released the weights for everybody, researchers and companies alike.",
        "```\nfor non-commercial use only\n```",
    ],
)
def test_what_speaks_of_something_else_or_limits_nothing(sentence: str) -> None:
    assert limits_said(f"# Quoll\n\n{sentence}\n", []) == ()


def test_what_the_licence_limits_itself_is_not_told() -> None:
    use = CommercialUse(section="1", value="no")
    prose = "This model is for non-commercial use only.\n"
    assert limits_said(prose, [Terms(commercial_use=use)]) == ()


def test_a_card_against_its_licence_is_for_a_person(tmp_path: pathlib.Path) -> None:
    verdicts = []
    for words in ("A small model.", "This model is for non-commercial use only."):
        (tmp_path / "README.md").write_text(f"---\nlicense: mit\n---\n# Quoll\n\n{words}\n")
        verdicts.append(check(str(tmp_path)).verdict)
    assert verdicts == [Verdict.ALLOWED, Verdict.REVIEW]


@pytest.mark.parametrize("sentence", sentences())
def test_no_restriction_passes_in_a_card(sentence: str) -> None:
    (limit, *_) = limits_said(f"# Quoll\n\nA small model. {sentence} It speaks well.\n", [])
    assert limit.quote in sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "You may not use this model to generate images for commercial purposes.",
        "Because of its training data, this model is for non-commercial use only.",
        "Unlike earlier versions, this model is limited to non-commercial research.",
        "You may not use this model or its code commercially.",
        "For commercial licensing, contact sales@quoll.example.",
        "Not for commercial use.",
        "We release the weights for non-commercial purposes.",
        "![Non-Commercial License](badge.png)",
        "This model may be used for\nresearch, but any commercial\nuse is prohibited.",
        "The model, " + "which has many fine parts, " * 60 + "is for non-commercial use only.",
        "Use of this model is subject to the Quoll Acceptable Use Policy.",
        "This model must not be used to make decisions about individual people.",
    ],
)
def test_more_ways_to_limit(sentence: str) -> None:
    (limit,) = limits_said(f"## Use\n{sentence}\n", [])
    assert limit.quote


def test_a_late_limit_is_found() -> None:
    """Sentences before it that might limit do not hide it."""
    prose = "\n\n".join(f"You must use part {n} of the model for it." for n in range(500))
    limits = limits_said(f"{prose}\n\nThis model is for non-commercial use only.\n", [])
    assert [limit.matter for limit in limits] == ["commercial use"]


@pytest.mark.parametrize(
    "sentence",
    [
        "DO NOT use greedy decoding, as it can lead to endless repetitions.",
        "The model should not be used to create hostile environments for people.",
        "Users should be made aware of the risks, biases and limitations of the model.",
        "Out-of-scope: use in any manner that violates applicable laws or regulations.",
        "Intended for commercial and research use in multiple languages.",
        "The series supports commercial use and allows any modification, including, but not limited to, distillation.",
        "Because models like this do not distinguish fact from fiction, we don't support uses that require the truth.",
        "El uso comercial está permitido.",
        "Free for commercial and non-commercial use.",
        "Users should not use the model for unauthorized surveillance.",
        "The model cannot be used to detect sarcasm reliably.",
        "Only the first 512 tokens are used.",
        "The model must be used with the provided chat template.",
        "The model may not be accurate outside of its domain.",
        "You only need to register the model class with the registry.",
        "It may not generalize well to extremely short snippets.",
    ],
)
def test_advice_and_grants_limit_nothing(sentence: str) -> None:
    assert limits_said(f"# Quoll\n\n{sentence}\n", []) == ()
