"""What speaks of a deciding matter and was not understood is reported: silence is never assumed."""

from __future__ import annotations

import pathlib

import pytest

from weightlaw.reading.facts import read_facts

TEXTS = pathlib.Path(__file__).resolve().parents[3] / "shared" / "corpus" / "texts"
GRANT = "The licensor grants you a license to use and distribute the model.\n\n"


def mentions(text: str) -> list[str]:
    return [place.mentions for place in read_facts(GRANT + text).unread]


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("The price list depends on revenue, as the licensor sees fit.", "annual revenue"),
        ("Operators of 3,000,000 users fall in tier B of the annex.", "number of users"),
        ("Tier C is for monthly active users of the second class.", "monthly active users"),
        ("The fee schedule names $25,000 for the third tier.", "money"),
        (
            "Commercial conditions are set out elsewhere in the annex to this document.",
            "commercial use",
        ),
        ("Deliveries within the region of China only are foreseen.", "territory"),
    ],
)
def test_not_understood_is_reported(text: str, mentioned: str) -> None:
    assert mentioned in mentions(text)


def test_the_place_is_the_sentence() -> None:
    text = GRANT + "Tier C is for monthly active users of the second class. That is all."
    (place,) = read_facts(text).unread
    assert (
        text[place.start : place.end] == "Tier C is for monthly active users of the second class."
    )


@pytest.mark.parametrize(
    "text",
    [
        "The licensor is not liable for lost revenue, lost profits or commercial losses.",
        "You must use commercially reasonable efforts. This is governed by the laws of China.",
        "Nothing here is about the weather.",
        '"Acme" means Acme Europe Limited (if you are located in the European Union) and Acme Inc. otherwise.',
    ],
)
def test_what_settles_nothing_is_not(text: str) -> None:
    assert mentions(text) == []


def test_a_bar_leaves_nothing_open() -> None:
    text = "Commercial use is prohibited. For clarity, revenue-generating activity is commercial."
    assert mentions(text) == []


def test_a_number_is_reported_even_where_commerce_is_barred() -> None:
    assert (
        mentions("Commercial use is prohibited. The figure of $5,000 in revenue is in tier B.")
        != []
    )


@pytest.mark.skipif(not TEXTS.exists(), reason="the corpus of texts (../shared) is not here")
def test_few_places_of_the_corpus_are_unread() -> None:
    """On texts that were read with care, a report of many places would be noise that hides the one."""
    counts = [len(read_facts(path.read_text()).unread) for path in sorted(TEXTS.glob("*.txt"))]
    assert sum(counts) <= 0.15 * len(counts)
    assert max(counts) <= 2
