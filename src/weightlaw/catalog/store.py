"""The embedded knowledge at run time: one compiled file of JSON lines, decoded only as far as it is asked for."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import os
from functools import cached_property, lru_cache
from typing import TypeVar

import msgspec

from weightlaw import datafiles
from weightlaw.catalog.names import squeeze
from weightlaw.domain.findings import Knowledge
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.domain.models import CatalogModel, ModelFamily
from weightlaw.errors import WeightlawError

T = TypeVar("T")
FORMAT = 2
_COMPILED = os.path.join(datafiles.DATA, "knowledge.json")


Place = tuple[int, int]
"""Where a value stands: offset after the first line, and length in bytes."""


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of the compiled file: where each value stands. Each is decoded when it is asked for."""

    format: int
    date: str
    licenses: dict[str, Place]
    models: dict[str, Place]
    families: dict[str, Place]
    license_names: Place
    text_hashes: Place
    names: Place
    ollama: Place
    hosts: Place
    spdx: Place
    licenses_read: int
    spdx_count: int


class Catalog:
    """Licences and models by id and by name. Everything it returns is frozen."""

    def __init__(self, data: bytes) -> None:
        line = data.index(b"\n") + 1
        self._data = msgspec.json.decode(memoryview(data)[:line], type=Index)
        if self._data.format != FORMAT:
            raise WeightlawError(
                "the compiled knowledge is of another version: reinstall weightlaw"
            )
        self._lines = memoryview(data)[line:]
        self._licenses: dict[str, LicenseEntry | None] = {}
        self._models: dict[str, CatalogModel] = {}
        self._lower: dict[str, str] = {}

    def _at(self, place: Place, kind: type[T]) -> T:
        return msgspec.json.decode(self._lines[place[0] : place[0] + place[1]], type=kind)

    @cached_property
    def _license_names(self) -> dict[str, str]:
        return self._at(self._data.license_names, dict[str, str])

    @cached_property
    def _text_hashes(self) -> dict[str, str]:
        return self._at(self._data.text_hashes, dict[str, str])

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return self._at(self._data.names, dict[str, list[str]])

    @cached_property
    def _ollama(self) -> dict[str, str]:
        return self._at(self._data.ollama, dict[str, str])

    @cached_property
    def _hosts(self) -> dict[str, list[str]]:
        return self._at(self._data.hosts, dict[str, list[str]])

    @cached_property
    def _spdx(self) -> dict[str, tuple[str, bool]]:
        return self._at(self._data.spdx, dict[str, tuple[str, bool]])

    @property
    def knowledge(self) -> Knowledge:
        """Counts and date of what is embedded."""
        d = self._data
        return Knowledge(
            date=d.date,
            licenses=len(d.licenses),
            licenses_read=d.licenses_read,
            spdx_ids=d.spdx_count,
            models=len(d.models),
        )

    def license(self, license_id: str) -> LicenseEntry | None:
        """The entry with exactly this id; SPDX ids without an entry of their own give a bare one."""
        if license_id not in self._licenses:
            place = self._data.licenses.get(license_id)
            entry = self._at(place, LicenseEntry) if place else None
            self._licenses[license_id] = entry or self._bare(license_id)
        return self._licenses[license_id]

    def _bare(self, license_id: str) -> LicenseEntry | None:
        if license_id not in self._spdx:
            return None
        name, osi = self._spdx[license_id]
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
        return list(self._data.licenses)

    def license_names(self) -> list[str]:
        """All squeezed names, for near matches."""
        return list(self._license_names)

    def spdx_ids(self) -> list[str]:
        """All ids of the SPDX list."""
        return list(self._spdx)

    def model(self, model_id: str) -> CatalogModel | None:
        """The model with this Hub id, in any case of letters, or with it as a former name."""
        if model_id in self._data.models:
            return self._model(model_id)
        if not self._lower:
            self._lower = {i.lower(): i for i in self._data.models}
        if found := self._lower.get(model_id.lower()):
            return self._model(found)
        former = self._names.get(squeeze(model_id), []) if "/" in model_id else []
        return next((self._model(m) for m in former if m in self._data.models), None)

    def _model(self, model_id: str) -> CatalogModel:
        if model_id not in self._models:
            self._models[model_id] = self._at(self._data.models[model_id], CatalogModel)
        return self._models[model_id]

    def model_ids(self) -> list[str]:
        """All Hub ids of the catalogue."""
        return list(self._data.models)

    def named(self, name: str) -> tuple[ModelFamily | None, tuple[CatalogModel, ...]]:
        """What a name means: the family it names, if it does, and the models."""
        if ":" in name:
            tagged = self.ollama(name)
            found = [tagged.id] if tagged else self._hosted(name)
        else:
            found = self._names.get(squeeze(name)) or self._hosted(name)
        family = next((f for f in found if f.startswith("family:")), None)
        if family is None:
            return None, tuple(self._model(m) for m in found if m in self._data.models)
        entry = self.family(family.removeprefix("family:"))
        return entry, tuple(self._model(m) for m in entry.members)

    def family(self, family_id: str) -> ModelFamily:
        """The family with this id. Raises KeyError."""
        return self._at(self._data.families[family_id], ModelFamily)

    def _hosted(self, name: str) -> list[str]:
        return self._hosts.get(squeeze(name), [])

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
        owner = self._names[squeezed][0]
        if owner.startswith("family:"):
            family = self.family(owner.removeprefix("family:"))
            names: tuple[str, ...] = (family.id, *family.aliases)
        else:
            model = self._model(owner)
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
