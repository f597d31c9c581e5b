"""Licences whose duties come with a service: which of them a model calls into being that nobody changed."""

from __future__ import annotations

import pathlib

import pytest

from weightlaw.checking import check
from weightlaw.domain.deployment import Deployment, Use
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict


def _judged(folder: pathlib.Path, tag: str, *uses: Use) -> ModelResult:
    (folder / "README.md").write_text(f"---\nlicense: {tag}\n---\n# Quoll\n", encoding="utf-8")
    (result,) = check(str(folder), Deployment(uses=uses)).models
    return result


@pytest.mark.parametrize("use", ["feature", "service"])
@pytest.mark.parametrize(
    ("tag", "section", "words"),
    [
        ("sspl-1.0", "13", "source of the whole service"),
        ("cal-1.0", "4.2.1", "copy of their own data"),
        ("cal-1.0", "4, 4.1.2", "source"),
        ("osl-3.0", "1(c), 5", "treated as distributed"),
        ("osl-1.0", "1(c), 5", "treated as distributed"),
        ("nposl-3.0", "1(c), 5", "treated as distributed"),
        ("eupl-1.2", "1, 5", "essential functions"),
        (
            "agpl-3.0",
            "5(c), 13",
            "unchanged copy that is only reached over a network calls for nothing",
        ),
    ],
)
def test_a_service_owes(
    tmp_path: pathlib.Path, use: Use, tag: str, section: str, words: str
) -> None:
    """Unmodified, as `Deployment` has it by default."""
    result = _judged(tmp_path, tag, use)
    assert result.verdict is Verdict.CONDITIONAL
    assert [d for d in result.duties if d.section == section and words in d.text]


@pytest.mark.parametrize("tag", ["sspl-1.0", "cal-1.0", "osl-1.0", "agpl-3.0"])
def test_inside_nothing_is_owed(tmp_path: pathlib.Path, tag: str) -> None:
    assert _judged(tmp_path, tag, "internal").verdict is Verdict.ALLOWED
