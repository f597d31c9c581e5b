"""Tables of the compiled knowledge answer as a dict would, few questions or many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.catalog.tables import FEW, Table, written

KEYS = st.text(st.characters(exclude_characters="\t\n", exclude_categories=["Cs"]), min_size=1)
ROWS = st.dictionaries(KEYS, st.lists(st.text(), max_size=3), max_size=20)


def _table(rows: dict[str, list[str]]) -> Table[list[str]]:
    before, data = b"\nelse\t[]\n", written(rows)
    whole = before + data + b"\nafter\t[]\n"
    return Table(whole, len(before), len(before) + len(data), list[str])


@given(
    ROWS, st.lists(st.one_of(KEYS, st.text(), st.just("else"), st.just("after")), max_size=2 * FEW)
)
def test_a_table_answers_as_a_dict(rows: dict[str, list[str]], others: list[str]) -> None:
    """The same values for every key, also once it has an index; nothing of the tables beside it."""
    table = _table(rows)
    for key in [*rows, *others, *rows]:
        assert table.get(key) == rows.get(key)
        assert (key in table) == (key in rows)
    assert list(table) == list(rows)


@pytest.mark.parametrize("key", ["a\tb", "a\nb"])
def test_a_key_that_would_break_the_lines_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="cannot be a key"):
        written({key: 1})
