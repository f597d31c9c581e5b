"""Text from outside steers nothing where it is shown."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from weightlaw.plaintext import one_line, safe

ANY = st.text(st.characters(codec=None), max_size=80)
"""Any characters, lone surrogates too."""


@given(ANY, st.integers(4, 60))
def test_one_line_prints_and_is_short(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert line.isprintable()
    assert len(line) <= limit
    assert one_line(line, limit) == line


@given(ANY)
def test_safe_steers_nothing(text: str) -> None:
    shown = safe(text)
    assert len(shown) == len(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert safe(shown) == shown


def test_what_stays_and_what_goes() -> None:
    assert one_line("a  name\n   on two lines\x1b[2J ") == "a  name on two lines [2J"
    assert one_line("x" * 40, 10) == "xxxxxxx..."
    assert safe("Größe ≥ 5 \u202eexe.\tend\ufffe") == "Größe ≥ 5 ?exe. end?"
    assert safe("m" * 100, 50) == "mmmmmmmmmm... (100 characters)"
