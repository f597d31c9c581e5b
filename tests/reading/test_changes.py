"""What is different is shown where it is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from weightlaw.reading.changes import MOST_CHANGES, Change
from weightlaw.reading.fingerprints import Index
from weightlaw.reading.identify import identify

ZEBRA = (Path(__file__).parent / "zebra_license.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def zebra(build: Callable[..., Index]) -> Index:
    return build(("LicenseRef-weightlaw-zebra", ZEBRA))


def changes(text: str, index: Index) -> tuple[Change, ...]:
    (found,) = identify(text, index)
    return found.changes


def test_a_changed_number_is_quoted_with_a_few_words_around(zebra: Index) -> None:
    text = ZEBRA.replace("4,500", "9,000")
    (change,) = changes(text, zebra)
    assert change.kind == "changed"
    assert "9,000" in change.words == text[change.start : change.end]
    assert change.count == change.missing <= 16


def test_an_added_sentence_is_quoted(zebra: Index) -> None:
    added = "Riders with spurs pay twice."
    text = ZEBRA.replace("4. End.", f"{added}\n\n4. End.")
    (change,) = changes(text, zebra)
    assert (change.kind, change.missing, change.count) == ("added", 0, 5)
    assert change.words == added.strip(".")
    assert change.after.endswith("c. Do not paint donkeys")


def test_a_removed_sentence_is_counted_and_placed(zebra: Index) -> None:
    text = ZEBRA.replace(
        "Where more than 4,500 riders gallop with your Stripes in a calendar month, ask the"
        " Herd beforehand.\n",
        "",
    )
    removed = [c for c in changes(text, zebra) if c.missing]
    assert sum(c.missing - c.count for c in removed) == 17
    assert all(abs(c.start - text.index("3. Duties")) < 120 for c in removed)


def test_a_removed_end_stands_at_the_end(zebra: Index) -> None:
    text = ZEBRA.split("4. End.")[0].rstrip()
    (change,) = changes(text, zebra)
    assert (change.kind, change.words, change.count) == ("removed", "", 0)
    assert change.start == change.end == len(text) - 1
    assert change.missing > 12


def test_changes_are_in_order_and_apart(zebra: Index) -> None:
    text = ZEBRA.replace("4,500", "1").replace("30 days", "1 day").replace("Herd", "Pack", 2)
    found = changes(text, zebra)
    assert [c.start for c in found] == sorted(c.start for c in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_a_long_addition_is_cut_and_its_place_is_not(zebra: Index) -> None:
    (match, *_rest) = identify(f"{ZEBRA}\n\n{'and on and on ' * 200}", zebra)
    (change,) = match.changes
    assert len(change.words) == 401
    assert change.end - change.start > 2_000


def test_there_are_not_too_many(build: Callable[..., Index]) -> None:
    words = [f"word{n} is the stripe {n}" for n in range(3_000)]
    index = build(("LicenseRef-weightlaw-long", ". ".join(words)))
    edited = ". ".join(w if n % 9 else "Boo" for n, w in enumerate(words))
    assert len(changes(edited, index)) == MOST_CHANGES
