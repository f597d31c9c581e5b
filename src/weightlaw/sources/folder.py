"""A model's folder on disk: its texts, card, configuration and the headers of its weights.

The folder may come from anyone: links out of it are not followed, sizes and counts are bounded, and what is
broken becomes a note. A folder of the Hub's cache tells which model and revision it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from weightlaw.domain.models import Base, Declared, ModelFacts, TextFile
from weightlaw.errors import SourceError
from weightlaw.plaintext import one_line
from weightlaw.references.parsing import printable
from weightlaw.references.quantization import from_config
from weightlaw.sources import gguf, hubfacts, hubfiles, modalities, safetensors
from weightlaw.sources.cards import Card, read_card
from weightlaw.sources.gguf_facts import hub_id, joined
from weightlaw.sources.texts import MAX_TEXT, decode, read_bounded, text_file

MAX_FILES = 200
"""Files that are opened at most."""
MAX_NAMES = 100_000
"""Directory entries that are looked at."""
MAX_TEXTS = 40
MAX_WEIGHTS = 40
"""Headers of weights that are read: one of each split file."""

_CACHE = re.compile(r"models--(?:([^/]+?)--)?([^/]+)\Z")
_SHARD = re.compile(r"-0*([0-9]+)-of-[0-9]+(?=\.(?:gguf|safetensors)\Z)")
_SKIPPED = frozenset({".git", ".cache", "__pycache__", "node_modules"})
_MERGES = hubfiles.MERGE_CONFIGS


class Place(Struct, frozen=True, kw_only=True):
    """Where to read, and what the place itself tells."""

    root: str
    boundary: str
    """Nothing outside this directory is read. In the Hub's cache it holds the blobs, too."""
    id: str
    revision: str | None = None


def read_folder(path: str | os.PathLike[str], label: str = "") -> ModelFacts:
    """Facts from a model's folder. Raises SourceError if it is none, or holds nothing on a model."""
    shown = label or os.fspath(path)
    place = locate(path, shown)
    reading = _Reading(place)
    reading.run()
    if not reading.found:
        raise SourceError(
            f"{printable(shown, 200)} is no model's folder: it holds no licence, README.md, config.json, "
            ".gguf or .safetensors"
        )
    return reading.facts()


def locate(path: str | os.PathLike[str], label: str = "") -> Place:
    """The folder to read; for a folder of the Hub's cache its snapshot, id and revision. Raises SourceError."""
    shown = printable(label or os.fspath(path), 200)
    real = os.path.realpath(path)
    if not os.path.isdir(real):
        raise SourceError(
            f"{shown} is no folder" if os.path.exists(real) else f"{shown} does not exist"
        )
    if match := _CACHE.match(os.path.basename(real)):
        snapshot = _snapshot(real, shown)
        return _cached(match, real, snapshot)
    above, parent = os.path.split(os.path.dirname(real))
    match = _CACHE.match(os.path.basename(above)) if parent == "snapshots" else None
    if match:
        return _cached(match, above, real)
    return Place(root=real, boundary=real, id=f"folder:{one_line(label or os.fspath(path))}")


def _cached(match: re.Match[str], boundary: str, snapshot: str) -> Place:
    model_id = f"{match[1]}/{match[2]}" if match[1] else match[2]
    return Place(root=snapshot, boundary=boundary, id=model_id, revision=os.path.basename(snapshot))


def _snapshot(cache: str, shown: str) -> str:
    """The snapshot that `refs/main` names, else the only one. Raises SourceError where it is unclear."""
    folder = os.path.join(cache, "snapshots")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    try:
        main = (
            read_bounded(os.path.join(cache, "refs", "main"), 200)
            .decode("ascii", "replace")
            .strip()
        )
    except SourceError:
        main = ""
    if main in names:
        return os.path.join(folder, main)
    if len(names) == 1:
        return os.path.join(folder, names[0])
    raise SourceError(
        f"{shown} holds {len(names)} snapshots and no refs/main: give the snapshot's folder"
    )


class _Reading:
    """One folder: what was found so far. Every problem becomes a note."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.notes: list[str] = []
        self.unread: list[str] = []
        self._seen = 0
        self.paths = self._list()
        self.opened = 0
        self.texts: list[TextFile] = []
        self.card = Card()
        self.config: dict[str, Any] = {}
        self.adapter: dict[str, Any] = {}
        self.merge = ""
        self.weights: list[tuple[str, ModelFacts]] = []

    @property
    def found(self) -> bool:
        """Whether anything spoke of a model."""
        return bool(
            self.texts
            or self.weights
            or self.config
            or self.adapter
            or self.merge
            or self.card != Card()
        )

    def run(self) -> None:
        """Read all that is of use, the most telling first."""
        self._read_texts()
        if (data := self._bytes("README.md")) is not None:
            self.card = read_card(decode(data)[0])
            self.notes += self.card.notes
            self.texts += hubfacts.gate(self.card.data)
        self.config = self._json("config.json")
        self.adapter = self._json("adapter_config.json")
        merge = next((data for name in _MERGES if (data := self._bytes(name)) is not None), b"")
        self.merge = decode(merge)[0]
        self._read_weights()

    # What there is ---------------------------------------------------------------------------

    def _list(self) -> dict[str, str]:
        """Relative path -> real path of the files that matter, in the folder and one level below, in order."""
        found: dict[str, str] = {}
        for relative, path in sorted(self._names(self.place.root, "")):
            real = os.path.realpath(path)
            if os.path.commonpath([real, self.place.boundary]) == self.place.boundary:
                found[relative] = real
            else:
                self.notes.append(f"{relative} is a link out of the folder: not followed")
                self.unread += self.notes[-1:] if hubfiles.states_license(relative) else []
        return found

    def _names(self, folder: str, prefix: str) -> Iterator[tuple[str, str]]:
        """Files that matter with their relative paths. Raises SourceError where there is no end of names: a
        licence that was overlooked would make the answer milder."""
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    self._seen += 1
                    if self._seen > MAX_NAMES:
                        raise SourceError(
                            f"the folder holds more than {MAX_NAMES:,} names: give a smaller one"
                        )
                    if entry.is_dir(follow_symlinks=False):
                        if not prefix and entry.name not in _SKIPPED:
                            yield from self._names(entry.path, f"{entry.name}/")
                    elif entry.name.isprintable() and _matters(prefix + entry.name):
                        yield prefix + entry.name, entry.path
        except OSError as error:
            self.notes.append(f"{one_line(prefix or folder)} cannot be listed: {error.strerror}")

    # Reading ---------------------------------------------------------------------------------

    def _open(self) -> bool:
        """Whether one more file may be opened."""
        self.opened += 1
        if self.opened == MAX_FILES + 1:
            self.notes.append(f"more than {MAX_FILES} files: the rest was not opened")
        return self.opened <= MAX_FILES

    def _bytes(self, relative: str) -> bytes | None:
        path = self.paths.get(relative)
        if path is None or not self._open():
            return None
        try:
            return read_bounded(path, MAX_TEXT)
        except SourceError as error:
            self.notes.append(self._about(relative, str(error)))
            self.unread += self.notes[-1:] if hubfiles.states_license(relative) else []
            return None

    def _about(self, relative: str, problem: str) -> str:
        """A problem without the place on this disk, which is no one's business in a report."""
        return one_line(
            problem.replace(printable(self.paths[relative], 200), one_line(relative)), 400
        )

    def _json(self, relative: str) -> dict[str, Any]:
        data = self._bytes(relative)
        if data is None:
            return {}
        try:
            found = msgspec.json.decode(decode(data)[0])
        except (msgspec.DecodeError, RecursionError) as error:
            self.notes.append(f"{relative} is broken: {one_line(str(error), 200)}")
            return {}
        return found if isinstance(found, dict) else {}

    def _read_texts(self) -> None:
        legal = hubfiles.legal_files(self.paths)
        for relative in legal[:MAX_TEXTS]:
            if (data := self._bytes(relative)) is not None:
                text, note = text_file(one_line(relative), data)
                self.texts.append(text)
                self.notes += [note] if note else []
        if len(legal) > MAX_TEXTS:
            self.notes.append(f"{len(legal)} licence texts: {MAX_TEXTS} were read")
            self.unread += self.notes[-1:]
        for relative in hubfiles.unreadable_files(self.paths)[:MAX_TEXTS]:
            self.notes.append(f"{one_line(relative)} is no plain text and was not read")
            self.unread += self.notes[-1:]

    def _read_weights(self) -> None:
        """The headers, of split files the first part's only."""
        names = [p for p in self.paths if p.lower().endswith((".gguf", ".safetensors"))]
        first = [p for p in names if (shard := _SHARD.search(p)) is None or int(shard[1]) == 1]
        chosen = first or names  # a folder that holds only a later part
        for relative in chosen[:MAX_WEIGHTS]:
            self._read_header(relative)
        if len(chosen) > MAX_WEIGHTS:
            self.notes.append(f"{len(chosen)} weight files: the headers of {MAX_WEIGHTS} were read")

    def _read_header(self, relative: str) -> None:
        if not self._open():
            return
        reader = (
            gguf.read_gguf if relative.lower().endswith(".gguf") else safetensors.read_safetensors
        )
        try:
            facts = reader(self.paths[relative], one_line(relative))
        except SourceError as error:
            self.notes.append(one_line(str(error), 400))
            return
        self.weights.append((one_line(relative), facts))

    # Together --------------------------------------------------------------------------------

    def facts(self) -> ModelFacts:
        """What all files say together."""
        data = self.card.data
        headers = [facts for _, facts in self.weights]
        tags = dict.fromkeys((*data.tags, *(t for h in headers for t in h.tags)))
        stated = [
            ("README.md", hubfacts.declared(data, ())),
            *((n, h.declared) for n, h in self.weights),
        ]
        return ModelFacts(
            id=self.place.id,
            source="folder",
            revision=self.place.revision,
            declared=joined([d for _, d in stated]),
            texts=(*self.texts, *(t for h in headers for t in h.texts)),
            bases=self._bases(headers),
            datasets=data.datasets,
            modalities=modalities.modalities(data.pipeline_tag, data.tags, self.config),
            tags=tuple(tags),
            card=self.card.prose,
            config=self._evidence(stated),
            unread=tuple(dict.fromkeys(self.unread)),
            notes=tuple(dict.fromkeys((*self.notes, *self._header_notes()))),
        )

    def _header_notes(self) -> Iterator[str]:
        for name, facts in self.weights:
            yield from (f"{name}: {note}" for note in facts.notes)

    def _bases(self, headers: list[ModelFacts]) -> tuple[Base, ...]:
        """Bases by card and configuration, then by headers; a base on somebody's disk stays a base."""
        found = hubfacts.bases(
            self.place.id,
            api=None,
            tags=self.card.data.tags,
            card=self.card.data,
            adapter=self.adapter,
            merge=self.merge,
            config=self.config,
        )
        together = (*found, *self._unclear(found), *(b for h in headers for b in h.bases))
        own = self.place.id.lower()
        return tuple({b.id.lower(): b for b in reversed(together) if b.id.lower() != own}.values())[
            ::-1
        ]

    def _unclear(self, found: tuple[Base, ...]) -> Iterator[Base]:
        """Parents named by a path on somebody's disk: which models they are, somebody must say."""
        ids = {b.id.lower() for b in found}
        named = self.adapter.get("base_model_name_or_path")
        if isinstance(named, str) and named and hub_id(named).lower() not in ids:
            yield Base(id=one_line(named), relation="adapter", source="adapter_config")
        for part in _merged(self.merge):
            if hub_id(part).lower() not in ids:
                yield Base(id=one_line(part), relation="merge", source="mergekit_config")

    def _evidence(self, stated: list[tuple[str, Declared]]) -> dict[str, str]:
        """Configuration, then what the first header adds; who declares what; the quantization."""
        config: dict[str, str] = {}
        for _, facts in self.weights[:1]:
            config.update(facts.config)
        config.pop("declared:header", None)
        config.update(hubfacts.evidence(self.config, {}, 0))
        config.update(_quantization(self.config))
        for where, declared in stated:
            if line := ", ".join((*declared.tags, *filter(None, [declared.name]))):
                config[f"declared:{where}"] = line
        config.update(self._quantizations())
        return config

    def _quantizations(self) -> Mapping[str, str]:
        """All that lie here, where the weights are of several."""
        kinds = sorted({q for _, f in self.weights if (q := f.config.get("quantization"))})
        return {"quantizations": ", ".join(kinds)} if len(kinds) > 1 else {}


def _matters(relative: str) -> bool:
    """Whether a file may say something of licence or lineage."""
    known = relative in ("README.md", "config.json", "adapter_config.json", *_MERGES)
    weights = relative.lower().endswith((".gguf", ".safetensors"))
    legal = hubfiles.legal_files([relative]) or hubfiles.unreadable_files([relative])
    return known or weights or bool(legal)


def _quantization(config: Mapping[str, Any]) -> dict[str, str]:
    """By config.json, which says more than a header's types."""
    stated = config.get("quantization_config") or config.get("quantization")
    found = from_config(stated) if isinstance(stated, dict) else None
    if found is None:
        return {}
    return {"quantization": found.name, "quantization_source": found.source}


_MERGED = re.compile(
    r"""^[ \t-]*['"]?(?:model|base_model|source_model)['"]?[ \t]*:[ \t]*['"]?([^\s'"#{}]+)""", re.M
)


def _merged(merge: str) -> list[str]:
    """The models that a merge's configuration names, ids and paths, broken YAML or not."""
    named = [part for line in _MERGED.findall(merge) for part in line.split("+") if part]
    return list(dict.fromkeys(named))[:MAX_WEIGHTS]
