"""Compiles license_db/ and catalog/ into the one file that ships inside the package.

Run by the build (and by a checkout whose sources are newer than the compiled file):
`python -m weightlaw.catalog.compiling ROOT TARGET`. Raises DataError with every problem at once.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from weightlaw.catalog.names import squeeze
from weightlaw.catalog.sources import read_families, read_licenses, read_models
from weightlaw.catalog.store import FORMAT, Index, Place
from weightlaw.catalog.tables import written
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import CatalogModel, ModelFamily
from weightlaw.errors import DataError


def compile_knowledge(root: Path) -> bytes:
    """The compiled knowledge of the checkout at `root`, the same bytes for the same sources."""
    licenses = read_licenses(root / "license_db")
    models = read_models(root / "catalog" / "models")
    families = read_families(root / "catalog" / "families.yaml")
    spdx = list(_spdx(root / "license_db" / "spdx-list.tsv"))
    problems = [*check_licenses(licenses), *check_models(models, families, licenses, spdx)]
    if problems:
        raise DataError(problems)
    writer = _Writer()
    index = Index(
        format=FORMAT,
        date=_newest(licenses, models),
        licenses=writer.add({e.id: e for e in sorted(licenses, key=lambda e: e.id)}),
        models=writer.add({m.id: m for m in sorted(models, key=lambda m: m.id.lower())}),
        families=writer.add({f.id: f for f in sorted(families, key=lambda f: f.id)}),
        license_names=writer.add(_license_names(licenses, spdx)),
        text_hashes=writer.add(_text_hashes(licenses)),
        names=writer.add(_model_names(models, families)),
        ollama=writer.add(_ollama_names(models)),
        hosts=writer.add(_hosts(root / "catalog" / "hosts.tsv")),
        spdx=writer.add({i: (n, o) for i, n, o in spdx}),
        license_count=len(licenses),
        licenses_read=sum(e.text is not None for e in licenses),
        model_count=len(models),
        spdx_count=len(spdx),
    )
    return msgspec.json.encode(index) + b"\n" + bytes(writer.lines)


class _Writer:
    """Collects the tables, and says where each stands."""

    def __init__(self) -> None:
        self.lines = bytearray()

    def add(self, rows: Mapping[str, object]) -> Place:
        """Append one table; its place counts from the end of the index's line."""
        data = written(rows)
        place = (len(self.lines), len(data))
        self.lines += data
        return place


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t")


def _spdx(file: Path) -> Iterator[tuple[str, str, bool]]:
    for row in _rows(file):
        yield row["id"], row["name"], row["osi_approved"] == "true"


def _hosts(file: Path) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in _rows(file):
        for name in (row["provider_model_id"], f"{row['provider']}/{row['provider_model_id']}"):
            found[squeeze(name)].add(row["hf_repo"])
    return {name: sorted(repos) for name, repos in sorted(found.items())}


def _ollama_names(models: list[CatalogModel]) -> dict[str, str]:
    """Ollama's name, in lower case as it stands there -> the model's id."""
    found = {a.lower(): m.id for m in models for a in m.aliases if ":" in a}
    found |= {name.lower(): model.id for model in models for name in model.ollama}
    return dict(sorted(found.items()))


def _newest(licenses: Iterable[LicenseEntry], models: Iterable[CatalogModel]) -> str:
    dates = [e.text.read for e in licenses if e.text]
    dates += [p.date for m in models for p in m.provenance if p.date[:2] == "20"]
    return max((d[:10] for d in dates), default="")


def _license_names(
    licenses: list[LicenseEntry], spdx: list[tuple[str, str, bool]]
) -> dict[str, str]:
    """Squeezed name -> id. A title names a licence only where no other has the same title."""
    titles: dict[str, set[str]] = defaultdict(set)
    names = {squeeze(i): i for i, _, _ in spdx}
    for entry in sorted(licenses, key=lambda e: e.id):
        names |= {squeeze(name): entry.id for name in _all_names(entry)}
        if entry.kind != "placeholder":
            titles[squeeze(entry.name)].add(entry.id)
    unique = {title: min(ids) for title, ids in titles.items() if len(ids) == 1}
    return dict(sorted((unique | names).items()))


def _all_names(entry: LicenseEntry) -> Iterator[str]:
    yield entry.id
    yield entry.id.removeprefix("LicenseRef-weightlaw-")
    yield from entry.names.hub_tags
    yield from entry.names.license_names
    yield from entry.names.other
    if entry.names.scancode:
        yield entry.names.scancode


def _text_hashes(licenses: list[LicenseEntry]) -> dict[str, str]:
    found = {}
    for entry in licenses:
        for digest in ((entry.text.sha256,) if entry.text else ()) + entry.same_text_as:
            found[digest] = entry.id
    return dict(sorted(found.items()))


def _model_names(models: list[CatalogModel], families: list[ModelFamily]) -> dict[str, list[str]]:
    """Squeezed name -> `family:ID` or the ids of models; weaker names never displace stronger."""
    ranked: list[dict[str, set[str]]] = [defaultdict(set) for _ in range(3)]
    for family in families:
        for name in (family.id, *family.aliases):
            ranked[0][squeeze(name)].add(f"family:{family.id}")
    for model in models:
        for name in (model.id, *(a for a in model.aliases if ":" not in a)):
            ranked[0][squeeze(name)].add(model.id)
        for name in (
            n for n in model.ollama if ":" not in n
        ):  # a tag names a model only where it is typed
            ranked[1][squeeze(name)].add(model.id)
        for name in (model.id, *(a for a in model.aliases if "/" in a)):
            ranked[2][squeeze(name.split("/")[-1])].add(model.id)
    names: dict[str, list[str]] = {}
    for rank in ranked:
        names |= {name: sorted(ids) for name, ids in rank.items() if name not in names}
    return dict(sorted(names.items()))


def check_licenses(licenses: list[LicenseEntry]) -> Iterator[str]:
    """Problems that no single entry shows: names used twice, policies that do not exist."""
    owners: dict[str, str] = {}
    ids = {e.id for e in licenses}
    for twice in sorted(i for i, n in Counter(e.id for e in licenses).items() if n > 1):
        yield f"license_db: two entries have the id {twice}"
    for entry in licenses:
        for name in {squeeze(n) for n in _all_names(entry)}:
            if (other := owners.setdefault(name, entry.id)) != entry.id:
                yield f"license_db: the name {name!r} is given to {other} and to {entry.id}"
        for policy in entry.incorporates:
            if policy not in ids:
                yield f"license_db: {entry.id} incorporates {policy}, which has no entry"
        if entry.text is None and entry.facts != type(entry.facts)():
            yield f"license_db: {entry.id} states facts, but no text was read"
        if entry.kind in ("family", "placeholder") and entry.text is not None:
            yield f"license_db: {entry.id} is a loose name and cannot have a text"
        yield from _check_terms(entry)


def _check_terms(entry: LicenseEntry) -> Iterator[str]:
    terms = entry.facts
    commercial = terms.commercial_use
    if commercial and commercial.value == "conditional" and not commercial.gates:
        yield f"license_db: {entry.id}: commercial_use is conditional, but `gates` says not on what"
    if commercial and "threshold" in commercial.gates and not terms.thresholds:
        yield f"license_db: {entry.id}: commercial_use is gated by a threshold that is not listed"
    for threshold in terms.thresholds:
        money = threshold.metric in ("annual_revenue", "monthly_revenue", "funding")
        if money != (threshold.currency is not None):
            yield f"license_db: {entry.id}: a threshold of money needs a currency, others none"
        if threshold.consequence == "attribution" and not any(
            "threshold" in d.when for d in terms.attribution_display
        ):
            yield f"license_db: {entry.id}: a display threshold without a display `when: [threshold]`"


def check_models(
    models: list[CatalogModel],
    families: list[ModelFamily],
    licenses: list[LicenseEntry],
    spdx: list[tuple[str, str, bool]],
) -> Iterator[str]:
    """Problems between models, families and licences: dangling ids, one name for two things."""
    known = {e.id for e in licenses} | {i for i, _, _ in spdx}
    ids = {m.id for m in models}
    for twice in sorted(i for i, n in Counter(m.id.lower() for m in models).items() if n > 1):
        yield f"catalog: two entries have the id {twice}"
    for model in models:
        for license_id in (*((model.license,) if model.license else ()), *model.policies):
            if license_id not in known:
                yield f"catalog: {model.id} has the licence {license_id}, which has no entry"
    for family in families:
        for member in family.members:
            if member not in ids:
                yield f"catalog: the family {family.id} has the member {member}, which has no entry"
    yield from _shared_names(models, families)


def _shared_names(models: list[CatalogModel], families: list[ModelFamily]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for name, count in Counter(n.lower() for m in models for n in m.ollama).items():
        if count > 1:
            yield f"catalog: Ollama's name {name!r} is given to {count} models"
    named = [(f"family {f.id}", (f.id, *f.aliases)) for f in families]
    named += [(m.id, (m.id, *m.aliases)) for m in models]
    for owner, names in named:
        for name in {squeeze(n) for n in names}:
            if (other := owners.setdefault(name, owner)) != owner:
                yield f"catalog: the name {name!r} is given to {other} and to {owner}"


def main(root: str, target: str) -> None:
    """Compile `root` into the file `target`; the old file stays if anything is wrong."""
    data = compile_knowledge(Path(root))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    temporary = f"{target}.{os.getpid()}.new"
    with open(temporary, "wb") as out:
        out.write(data)
    os.replace(temporary, target)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except DataError as error:
        sys.exit(str(error))
