"""All sources together: what is known of a model, live facts joined with the catalogue's, each asked once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from weightlaw.catalog.store import Catalog
from weightlaw.domain.models import Base, CatalogModel, ModelFacts
from weightlaw.errors import SourceError, UsageError
from weightlaw.references.parsing import Reference, parse_reference, printable
from weightlaw.sources.base import Source
from weightlaw.sources.catalogue import facts_of


class Gatherer:
    """One run's facts. `hub` None: no network, the embedded catalogue and this machine answer alone."""

    def __init__(self, catalog: Catalog, hub: Source | None) -> None:
        self.catalog = catalog
        self.hub = hub
        self.trouble: dict[str, str] = {}
        """Why a model that was asked for could not be told, by its id."""
        self.looked: dict[str, ModelFacts] = {}
        """What the caller has seen of artefacts itself, by their reference: they are not asked for again."""
        self._facts: dict[tuple[str, str | None], ModelFacts | None] = {}
        self._artefacts: dict[str, ModelFacts | None] = {}

    def why(self, model_id: str) -> str:
        """What hindered that a model be told, in a sentence; empty where nothing did."""
        return self.trouble.get(model_id, "")

    def prefetch(self, wanted: Sequence[tuple[str, str | None]]) -> None:
        """Let a live source fetch what will be asked for, several at a time."""
        if self.hub is not None and len(wanted) > 1:
            self.hub.prefetch(sorted(set(wanted), key=str))

    def facts(self, model_id: str, revision: str | None = None) -> ModelFacts | None:
        """What is known of a model by its Hub id, or of an artefact by its reference; None: nothing."""
        key = (model_id.lower(), revision)
        if key not in self._facts:
            found = self._facts[key] = self._fetch(model_id, revision)
            if found is not None and revision is None:  # by its present name too, if renamed
                self._facts.setdefault((found.id.lower(), None), found)
        return self._facts[key]

    def _fetch(self, model_id: str, revision: str | None) -> ModelFacts | None:
        if model_id.startswith("ollama:"):
            return self._named_artefact(model_id)
        known = self.catalog.model(model_id)
        embedded = facts_of(known) if known else None
        if self.hub is None or model_id.count("/") != 1:
            return _without_revision(embedded, revision)
        try:
            live = self.hub.fetch(model_id, revision)
        except SourceError as error:
            self.trouble[model_id] = str(error)
            return _noted(embedded, f"from the catalogue: {error}")
        return join(live, known or self.catalog.model(live.id))

    def _named_artefact(self, text: str) -> ModelFacts | None:
        try:
            return self.artefact(parse_reference(text))
        except UsageError:
            return None

    def artefact(self, reference: Reference) -> ModelFacts | None:
        """A file, a folder or an Ollama name: what it holds, joined with the model it is known to be."""
        if reference.text not in self._artefacts:
            self._artefacts[reference.text] = self._artefact(reference)
        return self._artefacts[reference.text]

    def _artefact(self, reference: Reference) -> ModelFacts | None:
        from weightlaw.sources.artefacts import ArtefactSource, twin  # only where one is named

        try:
            found = self.looked.get(reference.text)
            found = found or ArtefactSource(offline=self.hub is None).fetch(reference)
        except SourceError as error:
            known = twin(reference, None, self.catalog)
            self.trouble[reference.target] = str(error)
            told = f"{printable(reference.target)} itself was not looked at: {error}"
            return self._of_twin(known, told) if known else None
        known = twin(reference, found, self.catalog)
        return join(found, known) if known else found

    def _of_twin(self, known: CatalogModel, note: str) -> ModelFacts | None:
        return _noted(self.facts(known.id), note)


def _without_revision(embedded: ModelFacts | None, revision: str | None) -> ModelFacts | None:
    if revision is None:
        return embedded
    return _noted(embedded, f"the catalogue knows no revisions; {revision} was not looked at")


def _noted(facts: ModelFacts | None, note: str) -> ModelFacts | None:
    if facts is None:
        return None
    return msgspec.structs.replace(facts, notes=(*facts.notes, note))


def join(live: ModelFacts, known: CatalogModel | None) -> ModelFacts:
    """Live facts, with what the catalogue adds: the concluded licence, modalities, distilled bases."""
    if known is None:
        return live
    embedded = facts_of(known)
    confirmed = bool(live.declared.tags) and _same_declared(live, embedded)
    return msgspec.structs.replace(
        live,
        license=embedded.license,
        policies=embedded.policies,
        license_confidence="high" if confirmed else embedded.license_confidence,
        license_source=embedded.license_source,
        modalities=live.modalities or embedded.modalities,
        bases=_joined_bases(live, embedded),
        notes=(*live.notes, *embedded.notes),
    )


def _same_declared(live: ModelFacts, embedded: ModelFacts) -> bool:
    def plain(facts: ModelFacts) -> tuple[object, str]:
        return tuple(t.lower() for t in facts.declared.tags), facts.declared.name.lower()

    return plain(live) == plain(embedded)


def _joined_bases(live: ModelFacts, embedded: ModelFacts) -> tuple[Base, ...]:
    """The live source's bases and the catalogue's; for an artefact the model that it is a copy of."""
    bases = [*live.bases]
    if live.id.lower() != embedded.id.lower():
        twin = Base(id=embedded.id, relation="quantized", source="catalogue")
        bases.append(twin)
    named = {b.id.lower() for b in live.bases}
    bases += [b for b in embedded.bases if b.id.lower() not in named]
    return tuple(dict.fromkeys(bases))
