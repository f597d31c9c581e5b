"""Lineage over real models: ../shared/hub. The figures are in docs/lineage.md; benchmarks/radar.py prints them all."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import LoopbackHub, hub, hub_home
from tests.shared import SHARED
from weightlaw.catalog.store import load
from weightlaw.checking import check
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.sources.hub import HubSource

__all__ = ["hub", "hub_home"]

needs_radar = pytest.mark.skipif(
    not (SHARED / "hub" / "radar_models.jsonl.gz").is_file(),
    reason=f"the real models are not at {SHARED}/hub",
)
NOT_READ = "WL104"
LICENSES_UNKNOWN = {"WL101", "WL102", "WL103"}


def radar() -> Any:
    spec = importlib.util.spec_from_file_location(
        "radar", Path(__file__).parents[2] / "benchmarks" / "radar.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def front(license_name: str, **more: str) -> str:
    """A card that declares a licence as the data set gives it."""
    declared = radar().declared(license_name)
    lines = [f"license: {declared.tags[0]}"] if declared.tags else []
    lines += [f"license_name: {declared.name}"] if declared.name else []
    lines += [f"{key}: {value}" for key, value in more.items() if value]
    return "---\n" + "\n".join(lines) + "\n---\n# A model\n"


def serve(hub: LoopbackHub, rows: list[dict[str, str]]) -> None:
    """Derivatives with their tags, bases with the licence that the list gives for them."""
    ours = {row["repo_id"].lower() for row in rows}
    for row in rows:
        if row["base_model"].lower() not in ours:
            hub.add(row["base_model"], card=front(row["base_licence"]))
    for row in rows:
        more = {"base_model": row["base_model"], "base_model_relation": row["relation"]}
        hub.add(row["repo_id"], card=front(row["license_tag"], **more))


@needs_radar
def test_permissive_tags_on_restricted_bases(hub: LoopbackHub) -> None:
    """All 218 rows: the base's licence binds and the contradiction is told, or its text was not read: review."""
    rows = list(radar().rows_of_tsv())
    serve(hub, rows)
    results = check([r["repo_id"] for r in rows], Deployment(mau=1_000_000), hub=HubSource()).models
    outcomes = [_outcome(row, result) for row, result in zip(rows, results, strict=True)]
    assert len(outcomes) == 218
    assert [o for o in outcomes if o.startswith("missed")] == []
    assert outcomes.count("contradiction") >= 175
    asked = [r.path.lower() for r in hub.asked("/api/models/")]
    assert len(asked) == len(set(asked)), "a model was asked for twice"


def _outcome(row: dict[str, str], result: ModelResult) -> str:
    bound = {view.id for view in result.licenses if view.through}
    rules = {f.rule for f in result.findings}
    held = load().find_license(row["base_licence"])
    wanted = {held.id} if held is not None else set()
    known = load().model(row["base_model"])
    wanted |= {known.license} if known and known.license else set()
    if held is not None and not bound & wanted:
        return f"missed: {row['base_licence']} does not bind {row['repo_id']}"
    if "WL503" in rules:
        return "contradiction"
    told = rules & {NOT_READ, *LICENSES_UNKNOWN} and result.verdict.rank >= Verdict.REVIEW.rank
    return "review" if told else f"missed: {row['repo_id']} {row['base_licence']} {rules}"


@needs_radar
def test_no_conflict_is_invented() -> None:
    """Over all 15,900 models: none on bases under Apache, MIT and their like; every looser one is told."""
    module = radar()
    data = module.Radar(load())
    lineage = module.Lineage(data.catalog, data.facts)
    mild = bound = 0
    for row in data.rows.values():
        subject = lineage.assemble(data.facts(row["id"]))
        if module.only_permissive(subject):
            mild += 1
            assert not module.kinds(subject) & set(module.CONFLICTS), subject.id
        elif "looser-than-base" in module.kinds(subject):
            bound += 1
    assert mild > 1_200
    assert bound > 80
