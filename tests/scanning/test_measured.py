"""Recall and precision on the measured set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scanning.shared import CASES, case_tree
from weightlaw.scanning.scan import scan

Label = tuple[str, int, str, str]


def labels() -> set[Label]:
    """file, line, certainty, reference."""
    rows = (CASES / "labels.tsv").read_text(encoding="utf-8").splitlines()
    fields = (row.split("\t") for row in rows if not row.startswith(("#", "file\t")))
    return {(f, int(line), certainty, reference) for f, line, certainty, reference in fields}


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> set[Label]:
    """What the scanner says of the set."""
    scanned = scan([str(case_tree(tmp_path_factory.mktemp("measured")))])
    assert scanned.problems == ()
    refs = [f.reference for f in scanned.found]
    return {(r.file, r.line, r.certainty, r.reference) for r in refs}


def test_set_is_large_enough() -> None:
    """At least 150 lines, over all the forms."""
    wanted = labels()
    assert len({(f, line) for f, line, _, _ in wanted}) >= 150
    assert len({Path(f).suffix or Path(f).name for f, _, _, _ in wanted}) >= 20


def test_recall_and_precision(got: set[Label]) -> None:
    """Both at least 0.95 on runtime references; whatever differs is told."""
    want = {x for x in labels() if x[2] == "runtime"}
    have = {x for x in got if x[2] == "runtime"}
    told = f"missed: {sorted(want - have)}; false: {sorted(have - want)}"
    assert len(want & have) / len(want) >= 0.95, told
    assert len(want & have) / len(have) >= 0.95, told


def test_certainties(got: set[Label]) -> None:
    """What is told only is told as what it is."""
    want = {x for x in labels() if x[2] != "runtime"}
    assert len(want - got) / len(want) <= 0.1, sorted(want - got)


def test_order_does_not_depend_on_processes(tmp_path: Path) -> None:
    """The same references in the same order with one process and with three."""
    root = case_tree(tmp_path)
    for number in range(700):
        (root / f"extra{number}.py").write_text('MODEL = "Qwen/Qwen2-7B"\n', encoding="utf-8")
    assert scan([str(root)], jobs=1).found == scan([str(root)], jobs=3).found
