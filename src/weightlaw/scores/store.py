"""The figures at run time: one compiled file of their own, decoded series by series."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from weightlaw.catalog.names import squeeze
from weightlaw.errors import UsageError, WeightlawError
from weightlaw.scores.values import Figure, Identity, Price, Series, Source

FORMAT = 1
DEFAULT_FILE = "weightlaw-scores.json"
"""Where `scores import` writes and the other commands look, in the working directory."""
IMPORTED = ("epoch", "arena", "hub", "csv")
"""The formats of files that `scores import` reads."""
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_COMPILED = os.path.join(_PACKAGE, "_data", "scores.json")
_CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))


class CompiledScores(msgspec.Struct, frozen=True, kw_only=True):
    """The layout of the compiled file. Raw members are decoded when they are asked for."""

    format: int
    date: str
    sources: tuple[Source, ...]
    series: tuple[Series, ...]
    figures: dict[str, msgspec.Raw]
    identities: msgspec.Raw
    prices: msgspec.Raw
    releases: msgspec.Raw
    parameters: msgspec.Raw


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """Figures that a user imported, with the series and sources they need."""

    schema: str = "weightlaw.scores-import/1"
    sources: tuple[Source, ...] = ()
    series: tuple[Series, ...] = ()
    figures: tuple[Figure, ...] = ()


class Scores:
    """Figures by series and by model, prices and release dates. Everything it returns is frozen."""

    def __init__(self, data: bytes, extra: Extra | None = None) -> None:
        self._data = msgspec.json.decode(data, type=CompiledScores)
        if self._data.format != FORMAT:
            raise WeightlawError("the compiled figures are of another version: reinstall weightlaw")
        self._extra = extra or Extra()
        self._figures: dict[str, tuple[Figure, ...]] = {}
        self._series = {s.id: s for s in (*self._extra.series, *self._data.series)}
        self._sources = {s.id: s for s in (*self._extra.sources, *self._data.sources)}

    @property
    def date(self) -> str:
        """UTC date of the newest embedded publication."""
        return self._data.date

    @property
    def series(self) -> tuple[Series, ...]:
        """All series, the embedded ones first."""
        embedded = self._data.series
        ids = {s.id for s in embedded}
        return (*embedded, *(s for s in self._extra.series if s.id not in ids))

    def one(self, series_id: str) -> Series:
        """The series with this id. Raises KeyError."""
        return self._series[series_id]

    def source(self, source_id: str) -> Source:
        """The source with this id. Raises KeyError."""
        return self._sources[source_id]

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources, for the attribution that their licences ask for."""
        return tuple(self._sources.values())

    def figures(self, series_id: str) -> tuple[Figure, ...]:
        """All figures of one series, embedded and imported."""
        if series_id not in self._figures:
            raw = self._data.figures.get(series_id)
            embedded = msgspec.json.decode(raw, type=tuple[Figure, ...]) if raw else ()
            added = tuple(f for f in self._extra.figures if f.series == series_id)
            self._figures[series_id] = embedded + added
        return self._figures[series_id]

    def all_figures(self) -> Iterator[Figure]:
        """Every figure, series by series."""
        for series in self.series:
            yield from self.figures(series.id)

    def benchmark(self, name: str, style: str = "") -> tuple[Series, ...]:
        """The series of a benchmark by its name, an alias or a series id. Raises UsageError.

        An id means the one series; a name all of the benchmark, the embedded ones first.
        """
        wanted = squeeze(name)
        named = {s.benchmark for s in self.series if wanted in _names(s)}
        found = [s for s in self.series if s.benchmark in named]
        if name in self._series:
            found = [self._series[name]]
        if not found:
            known = ", ".join(dict.fromkeys(s.benchmark for s in self.series))
            raise UsageError(f"no benchmark {ascii(name)[:60]} is known; known: {known}")
        kept = tuple(s for s in found if not style or s.style == style)
        if not kept:
            raise UsageError(f"{found[0].benchmark} has no view with style control {style}")
        return kept

    def main_series(self, name: str, style: str = "") -> Series:
        """The one series that a ranking by this benchmark uses: independent, default view first."""
        return self.benchmark(name, style)[0]

    def of_model(self, keys: Iterable[str]) -> list[Figure]:
        """The figures of models, by Hub id, closed model's name or a source's own spelling."""
        wanted = {k.casefold() for k in keys}
        return [f for f in self.all_figures() if wanted & {f.key.casefold(), f.name.casefold()}]

    def identities(self) -> tuple[Identity, ...]:
        """What the sources' names mean, with the basis of each line."""
        return msgspec.json.decode(self._data.identities, type=tuple[Identity, ...])

    def releases(self) -> dict[str, str]:
        """Model -> UTC date of its release, as Epoch AI states it."""
        return msgspec.json.decode(self._data.releases, type=dict[str, str])

    def parameters(self) -> dict[str, tuple[float, float]]:
        """Series -> difficulty and slope in Epoch's index."""
        return msgspec.json.decode(self._data.parameters, type=dict[str, tuple[float, float]])

    def all_prices(self) -> tuple[Price, ...]:
        """All list prices."""
        return msgspec.json.decode(self._data.prices, type=tuple[Price, ...])


def _names(series: Series) -> set[str]:
    return {squeeze(n) for n in (series.id, series.benchmark, *series.aliases)}


@lru_cache(maxsize=1)
def load() -> Scores:
    """The embedded figures, loaded once. In a checkout they are compiled anew when sources changed."""
    return Scores(_bytes())


def load_with(path: str | None) -> Scores:
    """The embedded figures and those of a file that `scores import` wrote. Raises UsageError."""
    if path is None:
        return load()
    try:
        with open(path, "rb") as file:
            extra = msgspec.json.decode(file.read(), type=Extra)
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{path} is no file of imported figures: {error}") from None
    return Scores(_bytes(), extra)


def _bytes() -> bytes:
    if _stale():
        from weightlaw.scores.compiling import main

        main(_CHECKOUT, _COMPILED)
    try:
        with open(_COMPILED, "rb") as file:
            return file.read()
    except OSError as error:
        raise WeightlawError(f"the embedded figures are damaged ({error}): reinstall") from None


def _stale() -> bool:
    """Whether this is a checkout whose figures are newer than the compiled file."""
    sources = os.path.join(_CHECKOUT, "catalog", "scores")
    if not os.path.isfile(os.path.join(_CHECKOUT, "pyproject.toml")) or not os.path.isdir(sources):
        return False
    try:
        compiled = os.stat(_COMPILED).st_mtime_ns
    except OSError:
        return True
    files = [os.path.join(top, f) for top, _, names in os.walk(sources) for f in names]
    files.append(os.path.join(_CHECKOUT, "catalog", "hosts.tsv"))
    return any(f.endswith(".tsv") and os.stat(f).st_mtime_ns > compiled for f in files)
