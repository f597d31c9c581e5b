"""The embedded knowledge at run time: one compiled file of tables, decoded only as far as it is asked for."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import os
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

import msgspec

from weightlaw import datafiles
from weightlaw.catalog.names import squeeze
from weightlaw.catalog.tables import Table
from weightlaw.domain.findings import Knowledge
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import CatalogModel, ModelFamily
from weightlaw.errors import WeightlawError

T = TypeVar("T")
FORMAT = 3
_COMPILED = os.path.join(datafiles.DATA, "knowledge.json")


Place = tuple[int, int]
"""Where a table stands: offset after the first line, and length in bytes."""


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of the compiled file: where each table stands, and what is counted."""

    format: int
    date: str
    licenses: Place
    models: Place
    families: Place
    license_names: Place
    text_hashes: Place
    names: Place
    ollama: Place
    hosts: Place
    spdx: Place
    license_count: int
    licenses_read: int
    model_count: int
    spdx_count: int


class Catalog:
    """Licences and models by id and by name. Everything it returns is frozen."""

    def __init__(self, data: bytes) -> None:
        line = data.index(b"\n") + 1
        index = self._index = msgspec.json.decode(memoryview(data)[:line], type=Index)
        if index.format != FORMAT:
            raise WeightlawError(
                "the compiled knowledge is of another version: reinstall weightlaw"
            )

        def table(place: Place, kind: type[T]) -> Table[T]:
            return Table(data, line + place[0], line + place[0] + place[1], kind)

        self._entries = table(index.licenses, LicenseEntry)
        self._catalogue = table(index.models, CatalogModel)
        self._families = table(index.families, ModelFamily)
        self._license_names = table(index.license_names, str)
        self._text_hashes = table(index.text_hashes, str)
        self._names = table(index.names, list[str])
        self._ollama = table(index.ollama, str)
        self._hosts = table(index.hosts, list[str])
        self._spdx = table(index.spdx, tuple[str, bool])
        self._licenses: dict[str, LicenseEntry | None] = {}
        self._models: dict[str, CatalogModel | None] = {}
        self._lower: dict[str, str] = {}

    @property
    def knowledge(self) -> Knowledge:
        """Counts and date of what is embedded."""
        index = self._index
        return Knowledge(
            date=index.date,
            licenses=index.license_count,
            licenses_read=index.licenses_read,
            spdx_ids=index.spdx_count,
            models=index.model_count,
        )

    def license(self, license_id: str) -> LicenseEntry | None:
        """The entry with exactly this id; SPDX ids without an entry of their own give a bare one."""
        if license_id not in self._licenses:
            entry = self._entries.get(license_id) or self._bare(license_id)
            self._licenses[license_id] = entry
        return self._licenses[license_id]

    def _bare(self, license_id: str) -> LicenseEntry | None:
        listed = self._spdx.get(license_id)
        if listed is None:
            return None
        name, osi = listed
        return LicenseEntry(
            id=license_id,
            name=name,
            osi_approved=osi,
            url=f"https://spdx.org/licenses/{license_id}.html",
            summary="On the SPDX list; weightlaw has not read its text and claims no terms.",
        )

    def find_license(self, name: str) -> LicenseEntry | None:
        """By id, Hub tag, `license_name`, ScanCode key, any listed spelling, or a text's SHA-256."""
        found = self._license_names.get(squeeze(name)) or self._text_hashes.get(name)
        return self.license(found) if found else None

    def license_ids(self) -> list[str]:
        """The ids of all entries with more than a name, sorted."""
        return list(self._entries)

    def license_names(self) -> list[str]:
        """All squeezed names, for near matches."""
        return list(self._license_names)

    def spdx_ids(self) -> list[str]:
        """All ids of the SPDX list."""
        return list(self._spdx)

    def model(self, model_id: str) -> CatalogModel | None:
        """The model with this Hub id, in any case of letters, or with it as a former name."""
        if model := self._model(model_id):
            return model
        if not self._lower:
            self._lower = {i.lower(): i for i in self._catalogue}
        if found := self._lower.get(model_id.lower()):
            return self._model(found)
        former = self._names.get(squeeze(model_id)) if "/" in model_id else None
        return next(iter(self._known(former or [])), None)

    def _model(self, model_id: str) -> CatalogModel | None:
        if model_id not in self._models:
            self._models[model_id] = self._catalogue.get(model_id)
        return self._models[model_id]

    def _known(self, ids: Iterable[str]) -> tuple[CatalogModel, ...]:
        return tuple(model for i in ids if (model := self._model(i)) is not None)

    def model_ids(self) -> list[str]:
        """All Hub ids of the catalogue."""
        return list(self._catalogue)

    def named(self, name: str) -> tuple[ModelFamily | None, tuple[CatalogModel, ...]]:
        """What a name means: the family it names, if it does, and the models."""
        if ":" in name:
            tagged = self.ollama(name)
            found = [tagged.id] if tagged else self._hosted(name)
        else:
            found = self._names.get(squeeze(name)) or self._hosted(name)
        family = next((f for f in found if f.startswith("family:")), None)
        if family is None:
            return None, self._known(found)
        entry = self.family(family.removeprefix("family:"))
        return entry, self._known(entry.members)

    def family(self, family_id: str) -> ModelFamily:
        """The family with this id. Raises KeyError."""
        family = self._families.get(family_id)
        if family is None:
            raise KeyError(family_id)
        return family

    def _hosted(self, name: str) -> list[str]:
        return self._hosts.get(squeeze(name)) or []

    def ollama(self, name: str) -> CatalogModel | None:
        """The model that a name of Ollama's library means: `llama3.1`, `llama3.1:8b`, `llama3.1:latest`."""
        found = self._ollama.get(name.lower().removesuffix(":latest"))
        return self._model(found) if found else None

    def hosted(self, name: str) -> list[str]:
        """Hub ids that hosts offer under this name, in the catalogue or not."""
        return self._hosted(name)

    def known_names(self) -> list[str]:
        """All squeezed model names, for near matches."""
        return list(self._names)

    def spelled(self, squeezed: str) -> str:
        """A readable spelling of a squeezed name: the family's, the alias's or the id."""
        owner = (self._names.get(squeezed) or [squeezed])[0]
        if owner.startswith("family:"):
            family = self.family(owner.removeprefix("family:"))
            names: tuple[str, ...] = (family.id, *family.aliases)
        else:
            (model,) = self._known([owner])
            names = (*model.aliases, *model.ollama, model.id)
        return next((n for n in names if squeeze(n) == squeezed), owner.removeprefix("family:"))


@lru_cache(maxsize=1)
def load() -> Catalog:
    """The embedded knowledge, loaded once. In a checkout it is compiled anew when sources changed."""
    if _stale():
        from weightlaw.catalog.compiling import main

        main(datafiles.CHECKOUT, _COMPILED)
    try:
        with open(_COMPILED, "rb") as file:
            return Catalog(file.read())
    except (OSError, ValueError) as error:  # a decoding error is a ValueError
        raise WeightlawError(
            f"the embedded knowledge is damaged ({error}): reinstall weightlaw"
        ) from None


def _stale() -> bool:
    """Whether this is a checkout whose sources are newer than the compiled file."""
    if not datafiles.is_checkout():
        return False
    try:
        compiled = os.stat(_COMPILED).st_mtime_ns
    except OSError:
        return True
    return any(_changed(datafiles.path(top), compiled) for top in ("license_db", "catalog"))


def _changed(folder: str, since: int) -> bool:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.stat().st_mtime_ns > since or _changed(entry.path, since):
                    return True
            elif entry.name.endswith((".yaml", ".tsv")) and entry.stat().st_mtime_ns > since:
                return True
    return False
