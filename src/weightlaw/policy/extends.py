"""Policies that build on others: layers are found, cycles refused, and merged with who overrides whom.

Rules, deployments and keys of the organization go by name, and the later word wins; denied licences, waivers and kept duties
add up. Every value knows the file and line it comes from.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from weightlaw import plainyaml
from weightlaw.errors import DataError, UsageError, WeightlawError
from weightlaw.policy import packs
from weightlaw.policy.house import MAX_READ

MAX_BYTES = 1_000_000
MAX_LAYERS = 30
_BY_KEY = ("organization", "rules", "deployments")
_ADDED = ("waivers", "duties_kept")
_PREFERENCES = ("licenses", "families")
_KINDS: dict[str, type] = {
    **dict.fromkeys((*_BY_KEY, *_PREFERENCES), dict),
    **dict.fromkeys(_ADDED, list),
}
_OWN = ("version", "about", "extends")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(MAX_READ)


class Reach(Struct, frozen=True):
    """How policies and the files they speak of are reached; the merge gate reads them from the base revision."""

    read: Callable[[str], bytes]
    offline: bool = False
    allow_private: bool = False
    own: Callable[[str], bytes] = _read
    """How the packs are reached, which lie in weightlaw's own folder."""


class Layer(Struct, frozen=True, kw_only=True):
    """One policy file as parsed."""

    name: str
    """As errors name it: a path, `pack:osi-only`, an address."""
    document: plainyaml.Document
    folder: str | None = None
    """Where its relative files are; None where it has no folder."""
    overlay: bool = False
    """What a test sets in place of the policy's own; it lends the policy no name."""

    @property
    def data(self) -> dict[str, Any]:
        """The file's mapping; an empty file is an empty one."""
        data = self.document.data
        return data if isinstance(data, dict) else {}

    def place(self, path: plainyaml.Path) -> str:
        """`name:line:column` of a value."""
        line, column = self.document.mark(path)
        return f"{self.name}:{line}:{column}"


class Override(Struct, frozen=True):
    """A value that a later policy replaces."""

    what: str
    by: str
    of: str


class Merged:
    """All layers as one policy."""

    def __init__(self, layers: list[Layer]) -> None:
        self.layers = layers
        self.data: dict[str, Any] = {}
        self.overrides: list[Override] = []
        self._from: dict[plainyaml.Path, tuple[Layer, plainyaml.Path]] = {}
        for layer in layers:
            self._add(layer)

    @property
    def name(self) -> str:
        """The name of the policy itself."""
        return next(layer.name for layer in reversed(self.layers) if not layer.overlay)

    def origin(self, path: plainyaml.Path) -> tuple[Layer, plainyaml.Path]:
        """The layer that a value comes from, and its path there."""
        for end in range(len(path), -1, -1):
            if found := self._from.get(path[:end]):
                layer, start = found
                return layer, (*start, *path[end:])
        return self.layers[-1], path

    def place(self, path: plainyaml.Path) -> str:
        """`name:line:column` of a value."""
        layer, own = self.origin(path)
        return layer.place(own)

    def line(self, path: plainyaml.Path) -> str:
        """`name:line` of a value."""
        return self.place(path).rsplit(":", 1)[0]

    def _add(self, layer: Layer) -> None:
        for key, value in layer.data.items():
            if key in _OWN:
                self.data[key] = value
                self._from[(key,)] = (layer, (key,))
            elif isinstance(value, _KINDS.get(key, object)):
                self._add_part(key, value, layer)

    def _add_part(self, key: str, value: Any, layer: Layer) -> None:
        """One part of the right shape; what is of another was told when shapes were checked."""
        if key in _ADDED:
            self._extend((key,), value, layer)
        elif key in _PREFERENCES:
            self._preferences(key, value, layer)
        elif key in _BY_KEY:
            for name, item in value.items():
                self._set((key, name), item, layer)
        else:
            self._set((key,), value, layer)

    def _preferences(self, key: str, value: dict[str, Any], layer: Layer) -> None:
        for name, items in value.items():
            if name == "deny":
                self._extend((key, name), items if isinstance(items, list) else [], layer)
            else:
                self._set((key, name), items, layer)

    def _parent(self, path: plainyaml.Path) -> dict[Any, Any]:
        """The mapping that holds a value, made where it is not there yet."""
        target: dict[Any, Any] = self.data
        for step in path[:-1]:
            target = target.setdefault(step, {})
        return target

    def _set(self, path: plainyaml.Path, value: Any, layer: Layer) -> None:
        target = self._parent(path)
        if path[-1] in target and target[path[-1]] != value:
            what = ".".join(str(p) for p in path)
            by = layer.place(path).rsplit(":", 1)[0]
            self.overrides.append(Override(what, by, self.line(path)))
        target[path[-1]] = value
        self._from[path] = (layer, path)

    def _extend(self, path: plainyaml.Path, items: list[Any], layer: Layer) -> None:
        target = self._parent(path)
        held = target.setdefault(path[-1], [])
        for index, item in enumerate(items):
            self._from[(*path, len(held))] = (layer, (*path, index))
            held.append(item)


def in_order(problems: list[str]) -> list[str]:
    """Problems once each, by file, line and column."""
    import re

    def place(problem: str) -> tuple[str, int, int]:
        match = re.match(r"(.*?):(\d+):(\d+): ", problem)
        return (match[1], int(match[2]), int(match[3])) if match else (problem, 0, 0)

    return sorted(dict.fromkeys(problems), key=place)


def read_layers(path: str, reach: Reach) -> list[Layer]:
    """The file and everything it extends, the first base first. Raises DataError with all problems."""
    finder = _Finder(reach)
    finder.add_file(path, path, ())
    return finder.done()


def layers_of(text: str, name: str, reach: Reach, folder: str | None = None) -> list[Layer]:
    """The same for a policy whose text is at hand."""
    finder = _Finder(reach)
    finder.add_text(text, name, folder, (name,))
    return finder.done()


class _Finder:
    """Follows `extends`, depth first, each policy once."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.layers: list[Layer] = []
        self.problems: list[str] = []
        self._done: set[str] = set()

    def done(self) -> list[Layer]:
        """All layers. Raises DataError with what is wrong with them, keys and types on other lines too."""
        if not self.problems:
            return self.layers
        from weightlaw.policy.policyshape import check_shape

        lines = {":".join(problem.split(":")[:2]) for problem in self.problems}
        shapes = (problem for layer in self.layers for problem in check_shape(layer))
        others = (s for s in shapes if ":".join(s.split(":")[:2]) not in lines)
        raise DataError(in_order([*self.problems, *others]))

    def add_file(self, path: str, name: str, chain: tuple[str, ...]) -> None:
        """A file by its path; errors of reading it are raised, for the caller knows where it was named."""
        key = os.path.realpath(path)
        if self._enter(key, name, chain):
            self.add_text(_text(self.reach.read, path), name, os.path.dirname(path), (*chain, key))

    def add_text(self, text: str, name: str, folder: str | None, chain: tuple[str, ...]) -> None:
        try:
            layer, problems = _layer(text, name, folder)
        except DataError as error:
            self.problems.extend(error.problems)
            return
        self.problems.extend(problems)
        extends = layer.data.get("extends")
        for index, item in enumerate(extends if isinstance(extends, list) else ()):
            self._base(item, layer, ("extends", index), chain)
        self.layers.append(layer)

    def _enter(self, key: str, name: str, chain: tuple[str, ...]) -> bool:
        if key in chain:
            way = " -> ".join(os.path.basename(k) for k in (*chain[chain.index(key) :], key))
            raise UsageError(f"extends itself: {way}")
        if len(self._done) >= MAX_LAYERS:
            raise UsageError(f"more than {MAX_LAYERS} policies build on each other")
        fresh = key not in self._done
        self._done.add(key)
        return fresh

    def _base(self, item: Any, layer: Layer, at: plainyaml.Path, chain: tuple[str, ...]) -> None:
        """One item of `extends`; what is wrong with it is told at its place."""
        if not isinstance(item, dict):
            return  # told when the file's shape is checked
        named = [key for key in ("pack", "file", "url") if item.get(key)]
        try:
            if len(named) != 1:
                raise UsageError("name exactly one of pack, file and url")
            self._follow(named[0], item, layer, chain)
        except WeightlawError as error:
            self.problems.append(f"{layer.place(at)}: {error}")

    def _follow(
        self, kind: str, item: dict[str, Any], layer: Layer, chain: tuple[str, ...]
    ) -> None:
        word = str(item[kind])
        if kind == "pack":
            path = packs.pack_path(word)
            if self._enter(f"pack:{word}", word, chain):
                text = _text(self.reach.own, path)
                self.add_text(text, f"pack:{word}", None, (*chain, f"pack:{word}"))
        elif kind == "file":
            if layer.folder is None:
                raise UsageError("only a file can extend a file: use pack or url")
            path = os.path.normpath(os.path.join(layer.folder, word))
            self.add_file(path, path, chain)
        else:
            self._follow_url(word, str(item.get("sha256", "")), chain)

    def _follow_url(self, url: str, sha256: str, chain: tuple[str, ...]) -> None:
        if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
            raise UsageError("an address needs `sha256`: 64 letters from 0 to f")
        if self._enter(url, url, chain):
            data = packs.fetch_pinned(
                url, sha256, offline=self.reach.offline, allow_private=self.reach.allow_private
            )
            self.add_text(data.decode("utf-8", "replace"), url, None, (*chain, url))


def _layer(text: str, name: str, folder: str | None) -> tuple[Layer, list[str]]:
    problems: list[str] = []
    if name.endswith(".toml"):
        from weightlaw.policy.tomlpolicy import parse

        document = parse(text, name)
    else:
        document, problems = plainyaml.read(text, name)
    if document.data is not None and not isinstance(document.data, dict):
        what = f"{name}:1:1: a policy is a mapping: organization, deployments, rules, ..."
        raise DataError([*problems, what])
    return Layer(name=name, document=document, folder=folder), problems


def from_disk(offline: bool = False, allow_private: bool = False) -> Reach:
    """Files as they are on this machine."""
    return Reach(_read, offline, allow_private)


def _text(read: Callable[[str], bytes], path: str) -> str:
    """A policy's text. Raises UsageError."""
    try:
        data = read(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path}: larger than {MAX_BYTES:,} bytes, so not a policy")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text") from None
