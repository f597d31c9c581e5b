"""The licence knowledge against the corpus: every text has an entry, every gold fact is what it says."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.shared import SHARED, golds, needs_shared, texts
from weightlaw import plainyaml
from weightlaw.catalog.store import load
from weightlaw.cli.main import main
from weightlaw.domain.licenses import LicenseEntry

ROOT = Path(__file__).parents[2]
KINDS = (
    "family",
    "commercial_use",
    "thresholds",
    "threshold terms",
    "territory",
    "attribution_display",
    "naming",
)


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "score_facts", SHARED / "tools" / "score_facts.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _entry(text: Path) -> LicenseEntry:
    entry = load().find_license(hashlib.sha256(text.read_bytes()).hexdigest())
    assert entry is not None, f"no entry was read from {text.name}"
    return entry


@needs_shared
@pytest.mark.parametrize("text", texts(), ids=lambda p: p.stem)
def test_every_text_has_an_entry(text: Path) -> None:
    """Read from these very bytes, with a summary and a section for every fact."""
    entry = _entry(text)
    assert entry.summary
    assert entry.facts.family is not None
    for key in entry.facts.__struct_fields__:
        value = getattr(entry.facts, key)
        for clause in value if isinstance(value, tuple) else (value,):
            if clause is not None and not isinstance(clause, str):
                assert clause.section, (entry.id, key)
                assert clause.summary, (entry.id, key)


@needs_shared
@pytest.mark.parametrize("gold", golds(), ids=lambda p: p.stem)
def test_gold_facts(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`license show` says what the careful reading says, where that is not contested."""
    scorer = _scorer()
    reading: dict[str, Any] = plainyaml.parse(gold.read_text(encoding="utf-8"), gold.name).data
    text = gold.parents[1] / "texts" / f"{gold.stem}.txt"
    assert main(["license", "show", _entry(text).id, "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    want, got = scorer.atoms(reading), scorer.atoms(shown["facts"])
    for kind in KINDS:
        disputed = reading.get("contested", {}).get(kind, [])
        for atom in want[kind]:
            assert str(atom) in disputed or atom in got[kind], (kind, atom)
        for atom in got[kind]:
            undecided = str(atom) in disputed or (gold.stem, kind) in STRICTER
            assert undecided or atom in want[kind], (kind, atom)


STRICTER: set[tuple[str, str]] = set()
"""Where an entry states more than the gold reading, on purpose; each with its reason in the entry."""


@needs_shared
def test_nothing_is_copied() -> None:
    """No twenty words in a row of any text stand in the knowledge, except prescribed strings."""
    seen = {
        run for text in texts() for run in _runs(text.read_text(encoding="utf-8", errors="replace"))
    }
    for file in [*ROOT.glob("license_db/**/*.yaml"), *ROOT.glob("catalog/**/*.yaml")]:
        data = plainyaml.parse(file.read_text(encoding="utf-8"), file.name).data
        assert not any(seen & _runs(words) for words in _own_words(data)), file


def _own_words(value: Any, key: str = "") -> Iterator[str]:
    """All strings but those that a licence prescribes word for word."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _own_words(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _own_words(inner, key)
    elif isinstance(value, str) and key not in ("text", "alternatives"):
        yield value


def _runs(text: str, length: int = 20) -> set[int]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {hash(tuple(words[i : i + length])) for i in range(len(words) - length + 1)}


@needs_shared
def test_every_hub_tag_has_an_entry() -> None:
    """All the Hub's licence tags, and the whole SPDX list."""
    tags = (SHARED / "hub" / "hf_license_tags.tsv").read_text(encoding="utf-8").splitlines()
    names = [
        line.split("\t")[0] for line in tags if line and not line.startswith(("#", "identifier"))
    ]
    missing = [tag for tag in names if load().find_license(tag) is None]
    assert missing == []
    spdx = (SHARED / "spdx_licenses.tsv").read_text(encoding="utf-8").splitlines()
    ids = [line.split("\t")[0] for line in spdx if line and not line.startswith(("#", "spdx_id"))]
    assert len(ids) > 700
    for spdx_id in ids:
        entry = load().license(spdx_id)
        assert entry is not None, spdx_id


@needs_shared
def test_osi_approval_is_the_lists() -> None:
    """OSI approval as the SPDX list has it, for ids that have entries of their own too."""
    for line in (SHARED / "spdx_licenses.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "spdx_id")):
            spdx_id, _, approved = line.split("\t")
            entry = load().license(spdx_id)
            assert entry is not None
            assert entry.osi_approved == (approved == "true"), spdx_id
