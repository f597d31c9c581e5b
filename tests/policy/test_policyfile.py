"""`weightlaw.yaml`: all errors at once, each at its place."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.catalog.store import load
from weightlaw.domain.quantities import Money
from weightlaw.errors import DataError
from weightlaw.policy.policyfile import parse_policy

FULL = """\
version: 1
organization:
  name: Example
  headquarters: NO
  monthly_active_users: 900M
  users_at: {2025-03: 650M, 2024-06: 1.2B}
  annual_revenue: 40M USD
deployment:
  use: [feature, device]
  commercial: true
  markets: [DE, NO]
licenses:
  deny: [agpl-3.0, llama4]
families:
  allow: [permissive, community]
osi_required: false
"""


def test_everything_is_read() -> None:
    """Quantities, months, countries and licence names are read as written; NO is Norway."""
    policy = parse_policy(FULL, "weightlaw.yaml", load())
    deployment = policy.deployment
    assert deployment.headquarters == "NO"
    assert deployment.markets == ("DE", "NO")
    assert deployment.mau == 900_000_000
    assert deployment.mau_at == (("2024-06", 1_200_000_000), ("2025-03", 650_000_000))
    assert deployment.revenue == Money(40_000_000, "USD")
    assert policy.house.licenses.deny == ("AGPL-3.0-only", "LicenseRef-weightlaw-llama-4")


def test_all_errors_at_once() -> None:
    """Every wrong key, value and name, each with line and column, and the near key."""
    text = (
        "organisation: {}\n"
        "organization:\n"
        "  headquartes: DE\n"
        "  monthly_active_users: lots\n"
        "deployment:\n"
        "  markets: [DE, Germny]\n"
        "licenses:\n"
        "  deny: [apache-2, no-such-licence]\n"
        "families:\n"
        "  allow: [permisive]\n"
    )
    with pytest.raises(DataError) as caught:
        parse_policy(text, "p.yaml", load())
    said = "\n".join(caught.value.problems)
    for part in (
        "p.yaml:1:1", "organization`?", "p.yaml:3:3", "headquarters`?", "p.yaml:4:3", "p.yaml:6:17",
        "p.yaml:8:20", "no-such-licence", "p.yaml:10:11", "permissive",
    ):  # fmt: skip
        assert part in said, (part, said)


@pytest.mark.parametrize(
    "text", ["- a", "1", "a: 1", "version: 2", "deployment: {use: [evil]}", "osi_required: perhaps"]
)
def test_refused(text: str) -> None:
    """What is no policy is an error, never an empty policy."""
    with pytest.raises(DataError):
        parse_policy(text, "p.yaml", load())


@given(st.text(max_size=100))
def test_any_text(text: str) -> None:
    """Only DataError comes out of arbitrary text."""
    with contextlib.suppress(DataError):
        parse_policy(text, "p.yaml", load())
