"""A text that was recognised word for word, and that no person has read for its terms, permits nothing by itself."""

from __future__ import annotations

import hashlib

import pytest

from tests.lock.texts import MIT
from weightlaw.catalog import store
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import Declared, ModelFacts, TextFile
from weightlaw.lineage.concluding import conclude


class Uncurated(store.Catalog):
    """The knowledge without an entry for one licence: its id and name are all that is known."""

    approved = False

    def license(self, license_id: str) -> LicenseEntry | None:
        entry = super().license(license_id)
        if entry is None or license_id != "MIT":
            return entry
        return LicenseEntry(id=entry.id, name=entry.name, osi_approved=self.approved)


@pytest.fixture
def catalog() -> Uncurated:
    store.load()  # compiles it where it is stale
    with open(store._COMPILED, "rb") as file:
        return Uncurated(file.read())


def _kinds(catalog: Uncurated, text: str) -> list[str]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    file = TextFile(path="LICENSE", text=text, sha256=digest, origin="file")
    facts = ModelFacts(id="x/y", source="hub", declared=Declared(tags=("mit",)), texts=(file,))
    return [gap.kind for gap in conclude(facts, catalog).gaps]


def test_what_nobody_read_is_for_a_person(catalog: Uncurated) -> None:
    assert _kinds(catalog, MIT) == ["text-not-read"]


def test_what_osi_approved_is_judged_by_its_reading(catalog: Uncurated) -> None:
    catalog.approved = True
    assert _kinds(catalog, MIT) == []


def test_but_not_where_it_speaks_of_deployment(catalog: Uncurated) -> None:
    """In a holder's name, which leaves the text the one that is known."""
    catalog.approved = True
    assert _kinds(catalog, MIT.replace("Someone", "External Deployment, Inc.")) == ["text-not-read"]
