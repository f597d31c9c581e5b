"""Whose figures are meant: a name, a Hub id, a closed model, an artefact with its quantization."""

from __future__ import annotations

from msgspec import Struct

from weightlaw.catalog.names import squeeze
from weightlaw.catalog.store import Catalog
from weightlaw.errors import UsageError
from weightlaw.references.quantization import Quantization, from_name
from weightlaw.scores.store import Scores
from weightlaw.scores.values import Figure


class Subject(Struct, frozen=True, kw_only=True):
    """One model as the figures know it."""

    name: str
    """As it was asked for."""
    keys: tuple[str, ...]
    """Hub ids, API names or sources' own spellings, in lower case."""
    quantization: Quantization | None = None
    """Of the artefact that was named, if it says so: its figures are those of other weights."""

    def means(self, figure: Figure) -> bool:
        """Whether a figure is of this model."""
        return figure.key.casefold() in self.keys or figure.name.casefold() in self.keys


def subject(text: str, scores: Scores, catalog: Catalog) -> Subject:
    """The model that `text` names. Raises UsageError where it names several with figures, or none known.

    `org/Model:Q4_K_M`, `model:8b-q4_K_M` and ids of GGUF repositories name an artefact: its base's figures are
    found, and are marked as those of other weights.
    """
    found = subjects(text, scores, catalog)
    if len(found) > 1:
        names = ", ".join(s.keys[0] for s in found[:6])
        raise UsageError(f"{ascii(text)[:60]} names several models: say which: {names}")
    return found[0]


def subjects(text: str, scores: Scores, catalog: Catalog) -> list[Subject]:
    """All models with figures that `text` names, at least one. Raises UsageError."""
    plain = text.strip()
    name, quantization = _artefact(plain)
    known = _known(scores)
    if squeeze(name) in known:
        keys = tuple(sorted(known[squeeze(name)]))
        return [Subject(name=plain, keys=keys, quantization=quantization)]
    _, models = catalog.named(name.split("@")[0])
    model = catalog.model(name)
    ids = [model.id] if model else [m.id for m in models]
    found = [_with_base(plain, i, quantization, catalog, known) for i in ids]
    if kept := [s for s in found if s is not None]:
        return kept
    what = "no figure is known of" if ids else "no model and no figure is known by the name of"
    raise UsageError(f"{what} {ascii(plain)[:60]}; `weightlaw scores show` lists benchmarks")


def _artefact(text: str) -> tuple[str, Quantization | None]:
    """Name and quantization of `name:TAG`, else of a repository whose name says it."""
    head, colon, tag = text.rpartition(":")
    if colon and (found := from_name(tag)) and not found.full_precision:
        return head, found
    found = from_name(text)
    return text, None if found is None or found.full_precision else found


def _known(scores: Scores) -> dict[str, set[str]]:
    """Squeezed spelling -> keys in lower case, for Hub ids, their last parts and closed models."""
    found: dict[str, set[str]] = {}
    for figure in scores.all_figures():
        key = figure.key.casefold()
        for name in (key, key.split("/")[-1], figure.name):
            found.setdefault(squeeze(name), set()).add(key)
    return found


def _with_base(
    text: str,
    model_id: str,
    quantization: Quantization | None,
    catalog: Catalog,
    known: dict[str, set[str]],
) -> Subject | None:
    """The model if it has figures, else the base that it is a quantized copy of."""
    if squeeze(model_id) in known:
        return Subject(name=text, keys=(model_id.casefold(),), quantization=quantization)
    model = catalog.model(model_id)
    for base in model.bases if model else ():
        if base.relation == "quantized" and squeeze(base.id) in known:
            stored = quantization or from_name(model_id)
            return Subject(name=text, keys=(base.id.casefold(),), quantization=stored)
    return None
