"""The embedded knowledge: what must hold of every entry, and how broken entries are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from weightlaw.catalog.compiling import check_licenses, check_models
from weightlaw.catalog.sources import read_file, read_licenses
from weightlaw.catalog.store import load
from weightlaw.domain.licenses import LicenseEntry, Names, TextRead
from weightlaw.domain.models import CatalogModel, ModelFamily
from weightlaw.domain.terms import CommercialUse, Terms
from weightlaw.errors import DataError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "license_id"),
    [
        ("mit", "MIT"),
        ("MIT", "MIT"),
        ("apache-2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("gpl-3.0", "GPL-3.0-only"),
        ("llama4", "LicenseRef-weightlaw-llama-4"),
        ("llama3.1", "LicenseRef-weightlaw-llama-3.1"),
        ("gemma", "LicenseRef-weightlaw-gemma-tou-2025-03-24"),
        ("openrail", "LicenseRef-weightlaw-tag-openrail"),
        ("openrail++", "LicenseRef-weightlaw-creativeml-openrail-plusplus-m"),
        ("llama-4", "LicenseRef-weightlaw-llama-4"),
    ],
)
def test_names(name: str, license_id: str) -> None:
    """Ids, tags and spellings lead to one licence; a plus sign makes a difference."""
    entry = load().find_license(name)
    assert entry is not None
    assert entry.id == license_id


@pytest.mark.parametrize("name", ["modified-mit", "other-license", "gpl-3.0+", "commercial", ""])
def test_names_that_name_none(name: str) -> None:
    """A name that several texts go by, or none, leads nowhere; `gpl-3.0+` is not GPL-3.0-only."""
    entry = load().find_license(name)
    assert entry is None or entry.id == "GPL-3.0+"


@pytest.mark.parametrize(
    "tag", ["openrail", "cc", "gpl", "bsd", "other", "unknown", "lgpl", "gfdl"]
)
def test_loose_tags_are_no_licences(tag: str) -> None:
    """They say so, and claim no terms."""
    entry = load().find_license(tag)
    assert entry is not None
    assert entry.kind in ("family", "placeholder")
    assert entry.facts == Terms()


def test_models_and_families() -> None:
    """What the catalogue promises of the names that people type."""
    family, models = load().named("llama4")
    assert family is not None
    assert [m.id for m in models] == [
        "meta-llama/Llama-4-Scout-17B-16E-Instruct",
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
    ]
    assert "Scout" in family.note
    licenses = {
        name: [m.license for m in load().named(name)[1]]
        for name in (
            "qwen2.5-3b",
            "qwen2.5-7b",
            "qwen2.5-72b",
            "glm-4.7",
            "gemma4",
            "kimi-k2",
            "kimi-k3",
        )
    }
    assert licenses["qwen2.5-7b"] == ["Apache-2.0"]
    assert licenses["glm-4.7"] == ["MIT"]
    assert set(licenses["gemma4"]) == {"Apache-2.0"}
    assert len({*licenses["qwen2.5-3b"], *licenses["qwen2.5-7b"], *licenses["qwen2.5-72b"]}) == 3
    assert licenses["kimi-k2"] != licenses["kimi-k3"]


def test_every_model_has_provenance() -> None:
    """Each fact of the catalogue has a source; each licence that is concluded a confidence."""
    for model_id in load().model_ids():
        model = load().model(model_id)
        assert model is not None
        assert model.provenance, model_id
        assert all(p.source for p in model.provenance), model_id


def test_broken_entries(tmp_path: Path) -> None:
    """All errors of all files at once, each with file, line, column and the near key."""
    (tmp_path / "a.yaml").write_text(
        "id: X\nname: X\nfacts:\n  famly: permissive\n  thresholds: 3\n"
    )
    (tmp_path / "b.yaml").write_text("id: Y\nname: Y\nid: Z\n")
    with pytest.raises(DataError) as caught:
        read_licenses(tmp_path)
    said = "\n".join(caught.value.problems)
    for part in ("a.yaml:4:3", "did you mean `family`?", "a.yaml:5:3", "b.yaml:3:1", "given twice"):
        assert part in said, (part, said)


def test_a_file_of_many(tmp_path: Path) -> None:
    """A file may hold a list; a wrong item is named by its line."""
    file = tmp_path / "m.yaml"
    file.write_text("- id: a/b\n  note: x\n- id: c/d\n  lisence: MIT\n")
    with pytest.raises(DataError, match=r"m\.yaml:4:3"):
        list(read_file(file, CatalogModel))


def test_contradictions_between_entries() -> None:
    """One name for two, policies that do not exist, facts without a text, gates without a threshold."""
    text = TextRead(sha256="0", source="s", read="2026-01-01")
    gated = Terms(
        commercial_use=CommercialUse(section="1", value="conditional", gates=("threshold",))
    )
    entries = [
        LicenseEntry(id="LicenseRef-a", name="A", names=Names(hub_tags=("x",)), text=text),
        LicenseEntry(
            id="LicenseRef-b", name="B", names=Names(other=("X",)), incorporates=("none",)
        ),
        LicenseEntry(id="LicenseRef-c", name="C", facts=gated),
        LicenseEntry(id="LicenseRef-c", name="C2"),
    ]
    said = "\n".join(check_licenses(entries))
    for part in (
        "'x' is given to",
        "incorporates none",
        "no text was read",
        "is not listed",
        "two entries",
    ):
        assert part in said, (part, said)


def test_contradictions_between_models() -> None:
    """Licences and members without an entry, one name for two things."""
    models = [
        CatalogModel(id="a/b", license="Nope", aliases=("same",)),
        CatalogModel(id="c/d", aliases=("Same",)),
    ]
    families = [ModelFamily(id="f", members=("a/x",))]
    said = "\n".join(check_models(models, families, [], []))
    for part in ("licence Nope", "member a/x", "'same' is given"):
        assert part in said, (part, said)
