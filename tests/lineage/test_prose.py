"""What the card's text says of the model's licence, against tag, file and catalogue."""

from __future__ import annotations

import pytest

from tests.lineage.world import CATALOG, ids, model, of_kind, subject_of
from tests.shared import SHARED
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import ModelFacts
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.concluding import conclude
from weightlaw.lineage.prose import said_of_model
from weightlaw.policy.judging import judge
from weightlaw.sources import hubfacts
from weightlaw.sources.cards import read_card

CARDS = SHARED / "hub" / "cards"


@pytest.mark.parametrize(
    ("prose", "license_id"),
    [
        ("This model is licensed under the Apache License, Version 2.0.", "Apache-2.0"),
        ("The model weights are released under CC BY-NC 4.0.", "CC-BY-NC-4.0"),
        ("The weights are distributed under the [MIT License](https://x.org).", "MIT"),
        (
            "Our models are made available under the **Llama 3.1 Community License**.",
            "LicenseRef-weightlaw-llama-3.1",
        ),
        ("- **License:** cc-by-nc-4.0", "CC-BY-NC-4.0"),
        ("| License | Apache 2.0 |", "Apache-2.0"),
        (
            "Use of this model is governed by the Creative Commons Attribution-NonCommercial 4.0.",
            "CC-BY-NC-4.0",
        ),
        ("The model is released under the GNU GPL v3.0 license.", "GPL-3.0-only"),
        ("This code repository and the model weights are licensed under the MIT License.", "MIT"),
    ],
)
def test_said_of_the_model(prose: str, license_id: str) -> None:
    """Sentences whose subject is the model or its weights, and licence lines."""
    assert [said.entry.id for said in said_of_model(prose, CATALOG)] == [license_id]


@pytest.mark.parametrize(
    "prose",
    [
        "The code is licensed under the MIT License.",
        "This repository is released under Apache 2.0.",
        "The training data set is distributed under CC BY-NC 4.0.",
        "The demo app is available under the MIT license.",
        "The base model is licensed under the Llama 3.1 Community License.",
        "This model is based on Llama, and is released under CC BY-NC 4.0.",
        "The model was released under CC BY-NC 4.0 in 2023.",
        "Model code is released under MIT.",
        "Some models are released under CC BY-NC 4.0.",
        "The models are licensed under MIT or Apache 2.0.",
        "The model is not licensed under CC BY-NC 4.0.",
        "If the model is licensed under CC BY-NC 4.0, you must ask.",
        "The model depends on a library that is licensed under GPL v3.",
        "```\nThis model is licensed under CC BY-NC 4.0.\n```",
        "See LICENSE. Apache 2.0 is a good license.",
        "The model is released under a research license.",
        "The previous model is licensed under CC BY-NC 4.0.",
    ],
)
def test_said_of_something_else(prose: str) -> None:
    """Code, data, demos, dependencies, bases, conditions, doubts: not of the model."""
    assert list(said_of_model(prose, CATALOG)) == []


def test_a_contradiction_quotes_both_sides() -> None:
    """The tag says MIT, the text says non-commercial: a person decides, and both are applied."""
    subject = subject_of(
        model("a/x", "mit", card="# X\n\nThe model weights are released under CC BY-NC 4.0.\n")
    )
    (gap,) = of_kind(subject, "contradiction")
    assert "'The model weights are released under CC BY-NC 4.0.'" in gap.text
    assert "declared: 'mit'" in gap.text
    assert gap.evidence[0].quote == "The model weights are released under CC BY-NC 4.0."
    assert ids(subject) == {"MIT", "CC-BY-NC-4.0"}
    assert judge(subject, Deployment(commercial=False)).verdict is Verdict.REVIEW


def test_agreement_is_silent() -> None:
    """Whatever the spelling."""
    for prose in ("This model is released under the Apache 2.0 license.", "License: apache-2.0"):
        assert not subject_of(model("a/x", "apache-2.0", card=prose)).gaps


def test_prose_alone_is_no_declaration() -> None:
    """Without a tag the doubt stays that nothing is declared."""
    subject = subject_of(model("a/x", "", card="This model is licensed under MIT."))
    assert of_kind(subject, "no-license")


@pytest.mark.skipif(not CARDS.is_dir(), reason=f"the Hub's real cards are not at {CARDS}")
def test_no_false_alarm_on_real_cards() -> None:
    """76 real cards: what their text says of the model is what their tag says."""
    alarms, said = [], 0
    for path in sorted(CARDS.glob("*.md")):
        card = read_card(path.read_text(encoding="utf-8", errors="replace"))
        declared = hubfacts.declared(card.data, card.data.tags)
        facts = ModelFacts(
            id=path.stem.replace("__", "/", 1), source="hub", declared=declared, card=card.prose
        )
        said += len(list(said_of_model(card.prose, CATALOG)))
        alarms += [g.text for g in conclude(facts, CATALOG).gaps if g.kind == "contradiction"]
    assert said >= 8
    assert alarms == []
