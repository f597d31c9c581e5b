"""Folding and cutting: every character keeps its place, sentences and numbers are as a reader sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.reading.document import MAX_LEAD, MAX_SENTENCE, Document
from weightlaw.reading.folding import fold
from weightlaw.reading.sections import MAX_DEPTH, Numbering, marker

TEXT = """# Nimbus License

1. Definitions

"Model" means the weights, e.g. version 2.1 of Nimbus Inc. and its parts. It is large.

2. Rules
   (a) You shall not:
       i. sell it;
       ii. rent it out, in whole or
       in part; or
   (b) You may share it.

Attachment A

a. No harm.
"""


def sections(text: str) -> dict[str, str]:
    return {unit.text: unit.section for unit in Document(text).units}


def test_sections_follow_the_numbering_of_the_text() -> None:
    found = sections(TEXT)
    assert found["i. sell it;"] == "2.a.i"
    assert found["ii. rent it out, in whole or in part; or"] == "2.a.ii"
    assert found["(b) you may share it."] == "2.b"
    assert found["a. no harm."] == "attachment a.a"
    assert found["it is large."] == "1"


def test_abbreviations_and_versions_end_no_sentence() -> None:
    sentence = '"model" means the weights, e.g. version 2.1 of nimbus inc. and its parts.'
    assert sentence in sections(TEXT)


def test_items_know_what_introduces_them() -> None:
    items = {unit.text: unit for unit in Document(TEXT).units}
    assert items["i. sell it;"].full[0] == "(a) you shall not: i. sell it;"
    assert items["(b) you may share it."].introduction == ""


def test_a_wrapped_number_is_no_section() -> None:
    text = "You agree that you will not use or let others use the model Nimbus\n3.1 to do harm, as section\n5. says, or to sell."
    assert [unit.section for unit in Document(text).units] == ["preamble"]


@pytest.mark.parametrize(
    "text",
    [
        "You **must** display “Nimbus”.",
        "You\r\nmust   display\t“Nimbus”.",
        "<p>You must <b>display</b> &ldquo;Nimbus&rdquo;.</p>",
        "> You must\n> display “Nimbus”.",
        "You must display «Nimbus».",
    ],
)
def test_marks_and_wrapping_say_nothing(text: str) -> None:
    assert [unit.text for unit in Document(text).units] == ['you must display "nimbus".']


def test_chinese_is_joined_without_blanks_and_cut_at_its_own_stops() -> None:
    units = Document("您不得将本软件\n用于军事目的。您可以 分发本软件。").units
    assert [unit.text for unit in units] == ["您不得将本软件用于军事目的。", "您可以分发本软件。"]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


PIECES = st.sampled_from(
    ["1. ", "(a) ", "You must not ", "use it", ".", ":", "\n", "\n\n", " ", "“", "”", '"', "**", "<p>", "&amp;", "第一条", "不得。", "\x00", "İ", "- ", "https://a.b/c_d"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join))
def test_places_lead_back_to_the_words(text: str) -> None:
    document = Document(text)
    previous = -1
    for unit in document.units:
        start, end = document.span(unit.start, unit.end)
        assert 0 <= start <= end <= len(text)
        assert start >= previous
        previous = start
        letters = [sign for sign in unit.text if sign.isalnum() and sign.isascii()]
        given_letters = [s.lower() for s in text[start:end] if s.isalnum() and s.isascii()]
        assert (
            "".join(letters[:8]) == "".join(given_letters[: len(letters[:8])])
            or "&" in text[start:end]
            or "<" in text
        )


def test_sentences_and_introductions_are_bounded() -> None:
    document = Document(
        "word " * 50_000 + ":\n" + "".join(f"({c}) {'x ' * 500}:\n" for c in "abcdefgh")
    )
    assert max(len(unit.text) for unit in document.units) <= MAX_SENTENCE
    assert max(len(unit.introduction) for unit in document.units) <= MAX_LEAD


def test_a_million_section_numbers_stay_shallow() -> None:
    numbering = Numbering()
    for label in ("1.", "a.", "i.", "(1)", "(a)", "(i)", "1.1.1", "-", "* x") * 2000:
        if mark := marker(label + " "):
            numbering.enter(mark, 0)
        assert numbering.depth <= 3 * MAX_DEPTH
    assert len(numbering.path) < 200


def test_no_text_no_sentence() -> None:
    assert Document("").units == []
    assert Document(" \n\x00\n*** \n").units == []
