"""What counts as the same word, and what must not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.reading.tokens import tokenize

SAME = [
    ("The LICENSE", "the license"),
    ("“quoted” ‘so’", "\"quoted\" 'so'"),
    ("non-commercial", "non–commercial"),
    ("noncommercial use", "non-commercial use"),
    ("sublicense", "sub-license"),
    ("Licence organisation", "license organization"),
    ("Copyright (c) 2024", "Copyright © 2024"),
    ("https://a.example/x", "http://a.example/x"),
    ("# A **bold** `claim`", "A bold claim"),
    ("> quoted\n> twice", "quoted twice"),
    ("| a | table |", "a table"),
    ("a<br/>b &amp; c&nbsp;d", "a b c d"),
    ('<span style="color:red">red</span>', "red"),
    ("ＡＩ ７００", "AI 700"),
    ("50 percent", "50 per cent"),
    (" * a comment\n * block", "a comment block"),
    ("line\u2028two\ufeff", "line two"),
]

DIFFERENT = [
    ("700 million", "500 million"),
    ("1.5%", "15%"),
    ("1,500", "1.500"),
    ("$10", "€10"),
    ("users > 700 million", "users < 700 million"),
    ("Llama 3.1", "Llama 3.2"),
    ("许可", "许可证"),
    ("a <b no commercial use> c", "a c"),
    ("&#55;00 million", "00 million"),
    ("may", "may not"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_matching_guidelines_make_them_the_same(one: str, other: str) -> None:
    assert tokenize(one).words == tokenize(other).words


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_has_a_meaning_stays_different(one: str, other: str) -> None:
    assert tokenize(one).words != tokenize(other).words


def test_each_ideograph_is_a_word() -> None:
    assert tokenize("本许可AI模型").words == ["本", "许", "可", "ai", "模", "型"]


@given(st.text())
def test_every_word_has_its_place(text: str) -> None:
    tokens = tokenize(text)
    assert len(tokens.words) == len(tokens.starts) == len(tokens.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(tokens.starts, tokens.ends, strict=True))
    assert tokens.starts == sorted(tokens.starts)


@given(st.text(alphabet="aB 1.,-\n\"<>&;#'*", max_size=60))
def test_wrapping_changes_no_word(text: str) -> None:
    wrapped = "\n".join(text.replace("<", "").replace(">", "").replace("&", "").split(" "))
    plain = " ".join(wrapped.split("\n"))
    assert tokenize(wrapped).words == tokenize(plain).words


@pytest.mark.parametrize("unit", ["<", "<a ", "<a b=", "&a", "1,", "((", "x", " ", "\n", "许"])
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    start = time.perf_counter()
    tokenize(unit * (2_000_000 // len(unit)))
    assert time.perf_counter() - start < 10
