"""Families against their members: each knows the other, and a bare name is judged by its strictest."""

from __future__ import annotations

from pathlib import Path

import pytest

from weightlaw.catalog.sources import read_families, read_models
from weightlaw.catalog.store import load
from weightlaw.cli.main import main
from weightlaw.domain.models import ModelFamily

ROOT = Path(__file__).parents[2]
MILDEST_FIRST = (0, 4, 1)
"""The exit codes of a check: allowed or conditional, review, denied."""
FAMILIES = read_families(ROOT / "catalog" / "families.yaml")


def _licenses(family: ModelFamily) -> set[str | None]:
    found = (load().model(member) for member in family.members)
    return {model.license for model in found if model is not None}


def test_families_and_models_name_each_other() -> None:
    """A member that a family forgets would be missing from the answer to its bare name."""
    by_families = {(f.id, member) for f in FAMILIES for member in f.members}
    models = read_models(ROOT / "catalog" / "models")
    by_models = {(family, model.id) for model in models for family in model.families}
    assert by_models - by_families == set()
    assert by_families - by_models == set()


@pytest.mark.parametrize(
    "family", [f for f in FAMILIES if len(_licenses(f)) > 1], ids=lambda f: f.id
)
def test_a_bare_name_is_no_milder_than_a_member(
    family: ModelFamily, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where licences differ, the exit code of the family is the worst of its members'."""
    asked = ["--mau", "5M", "--offline"]
    alone = [main(["check", member, *asked]) for member in family.members]
    worst = max(alone, key=MILDEST_FIRST.index)
    assert main(["check", family.id, *asked]) == worst, capsys.readouterr().out
