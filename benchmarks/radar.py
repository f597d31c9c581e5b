"""What lineage finds over 15,904 real models: `python benchmarks/radar.py`.

Reads ../shared/hub/radar_models.jsonl.gz (686f6c61/radar-huggingface-dataset@95e4d933, 2026-08-22; CC-BY-4.0) and
permissive_tag_on_restricted_base.tsv. Nothing is fetched: each model is what the data set says of it, joined with the
catalogue; so nothing is known of cards, configurations and texts.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weightlaw.catalog.store import Catalog, load
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import Declared, ModelFacts
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Subject
from weightlaw.lineage.graph import Lineage
from weightlaw.lineage.suspecting import strict
from weightlaw.policy.judging import judge
from weightlaw.sources import hubfacts
from weightlaw.sources.cards import CardData
from weightlaw.sources.catalogue import facts_of
from weightlaw.sources.gathering import join

SHARED = Path(os.environ.get("WEIGHTLAW_SHARED", Path(__file__).parents[2] / "shared")) / "hub"
PERMISSIVE = ("permissive", "public-domain")
CONFLICTS = ("looser-than-base", "incompatible-terms")


class Radar:
    """The data set's models with the catalogue behind them."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        with gzip.open(SHARED / "radar_models.jsonl.gz") as lines:
            self.rows: dict[str, dict[str, Any]] = {
                r["id"].lower(): r for r in map(json.loads, lines)
            }
        self._facts: dict[str, ModelFacts | None] = {}

    def facts(self, model_id: str) -> ModelFacts | None:
        """A model as the data set tells it, joined with the catalogue."""
        key = model_id.lower()
        if key not in self._facts:
            row, known = self.rows.get(key), self.catalog.model(model_id)
            told = described(row) if row else None
            embedded = facts_of(known) if known else None
            self._facts[key] = join(told, known) if told else embedded
        return self._facts[key]


def described(row: dict[str, Any]) -> ModelFacts:
    """A row as a live source would tell it."""
    card = CardData(base_models=(row["base_model"],) if row["base_model"] else ())
    bases = hubfacts.bases(
        row["id"], api=None, tags=row["tags"], card=card, adapter={}, merge="", config={}
    )
    return ModelFacts(
        id=row["id"],
        source="hub",
        as_of="2026-08-22",
        declared=declared(row["license"]),
        bases=bases,
        gated="yes" if row["gated"] else "no",
        config={"parameters": str(row["parameters"])} if row["parameters"] else {},
    )


def declared(license_name: str | None) -> Declared:
    """The data set gives the tag, or the name where the tag is `other`."""
    if not license_name:
        return Declared()
    entry = load().find_license(license_name)
    if entry is not None and license_name in entry.names.hub_tags:
        return Declared(tags=(license_name,))
    return Declared(tags=("other",), name=license_name)


def rows_of_tsv() -> Iterator[dict[str, str]]:
    """The derivatives whose tag is milder than their base's licence, by the data set."""
    with open(SHARED / "permissive_tag_on_restricted_base.tsv", encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    yield from csv.DictReader(lines, delimiter="\t")


def kinds(subject: Subject) -> set[str]:
    """The kinds of doubt about one model."""
    return {gap.kind for gap in subject.gaps}


def only_permissive(subject: Subject) -> bool:
    """Whether all licences of the bases are known and ask no more than notices."""
    through = [b for b in subject.bindings if b.through and b.entry.kind == "license"]
    return bool(through) and not strict([b.entry for b in through])


def main() -> None:
    """Print the counts."""
    start = time.perf_counter()
    radar = Radar(load())
    lineage = Lineage(radar.catalog, radar.facts)
    ids = [row["id"] for row in radar.rows.values()]
    subjects = [lineage.assemble(f) for i in ids if (f := radar.facts(i)) is not None]
    print(f"{len(subjects):,} models in {time.perf_counter() - start:.1f} s")
    _derivatives(subjects)
    _doubts(subjects)
    _verdicts(subjects)
    _tsv(radar)


def _derivatives(subjects: list[Subject]) -> None:
    made = [s for s in subjects if s.bases]
    mild = [s for s in made if only_permissive(s)]
    invented = [s for s in mild if kinds(s) & set(CONFLICTS)]
    known = [s for s in made if any(b.through and b.entry.kind == "license" for b in s.bindings)]
    bound = [s for s in known if not only_permissive(s)]
    looser = [s for s in bound if "looser-than-base" in kinds(s)]
    print(f"{len(made):,} name a base; of {len(known):,} a base's licence is known")
    print(
        f"{len(mild):,} have bases under permissive licences only; conflicts there: {len(invented)}"
    )
    for subject in invented[:10]:
        print("   ", subject.id, [g.text for g in subject.gaps if g.kind in CONFLICTS])
    print(f"{len(bound):,} have a base with terms to pass on; {len(looser):,} are looser than it")
    pairs = Counter(
        (b.entry.id.removeprefix("LicenseRef-weightlaw-"), _own(s))
        for s in looser
        for b in s.bindings
        if b.through and b.entry.kind == "license" and strict([b.entry])
    )
    for (base, own), number in pairs.most_common(12):
        print(f"    {number:4} {own} on {base}")


def _own(subject: Subject) -> str:
    own = [b.entry.id for b in subject.bindings if not b.through and b.entry.kind == "license"]
    return " and ".join(own).replace("LicenseRef-weightlaw-", "") or "nothing known"


def _doubts(subjects: list[Subject]) -> None:
    counts = Counter(kind for s in subjects for kind in kinds(s))
    print("models with a doubt of each kind:")
    for kind, number in counts.most_common():
        print(f"    {number:6,} {kind}")
    levels = Counter(g.confidence for s in subjects for g in s.gaps if g.kind == "suspected-base")
    print("suspicions by confidence:", dict(levels))


def _verdicts(subjects: list[Subject]) -> None:
    deployment = Deployment(mau=5_000_000, headquarters="US")
    verdicts = Counter(judge(s, deployment).verdict for s in subjects)
    print("verdicts (5M users, US):", {v.value: verdicts[v] for v in Verdict})


def _tsv(radar: Radar) -> None:
    """The rows of the list, with the bases' licences as the list gives them, as the test serves them."""
    rows = list(rows_of_tsv())
    told = {row["base_model"].lower(): row for row in rows}

    def fetch(model_id: str) -> ModelFacts | None:
        row = told.get(model_id.lower())
        if row is None:
            return radar.facts(model_id)
        facts = ModelFacts(id=model_id, source="hub", declared=declared(row["base_licence"]))
        return join(facts, radar.catalog.model(model_id))

    lineage = Lineage(radar.catalog, fetch)
    facts = [radar.facts(row["repo_id"]) for row in rows]
    results = Counter(outcome(lineage.assemble(f)) for f in facts if f is not None)
    print(f"permissive_tag_on_restricted_base.tsv, {sum(results.values())} rows:", dict(results))


def outcome(subject: Subject) -> str:
    """What was found of a derivative with a permissive tag on a restricted base."""
    found = kinds(subject)
    if "looser-than-base" in found:
        return "base binds, contradiction found"
    through = [b for b in subject.bindings if b.through]
    if "text-not-read" in found and any(b.entry.text is None for b in through):
        return "base binds, its text was not read: review"
    if "unknown-base" in found or "unknown-license" in found:
        return "base's licence not known: review"
    return "missed"


if __name__ == "__main__":
    main()
