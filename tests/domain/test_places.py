"""Places as people and licences write them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.domain.places import EU, members, overlap, parse_place
from weightlaw.errors import UsageError


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("de", "DE"),
        ("Germany", "DE"),
        ("UK", "GB"),
        ("gb", "GB"),
        ("NO", "NO"),
        ("eu", "EU"),
        ("Korea", "KR"),
    ],
)
def test_places(text: str, code: str) -> None:
    """Codes in any case, English names, and the usual other spellings."""
    assert parse_place(text) == code


@pytest.mark.parametrize("text", ["", "Germny", "XX", "D E", "Moon"])
def test_wrong_places(text: str) -> None:
    """An error, with a near name where there is one."""
    with pytest.raises(UsageError):
        parse_place(text)


def test_groups() -> None:
    """A member state touches the EU, the EU touches a member state, Norway and the UK do not."""
    assert len(EU) == 27
    assert overlap("FR", ("EU",)) == "EU"
    assert overlap("EU", ("EU", "UK", "KR")) == "EU"
    assert overlap("GB", ("EU", "UK", "KR")) == "UK"
    assert overlap("NO", ("EU",)) is None
    assert overlap("EEA", ("EU",)) == "EU"
    assert members("NO") == {"NO"}


@given(st.text(max_size=20))
def test_any_text(text: str) -> None:
    """Nothing but UsageError comes out of arbitrary text."""
    with suppress(UsageError):
        parse_place(text)
