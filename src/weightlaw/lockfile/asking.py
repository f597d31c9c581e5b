"""Asking the sources for a lock or against one: what was found, and what kept a source from answering."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, structs

from weightlaw.catalog.store import Catalog
from weightlaw.domain.models import ModelFacts
from weightlaw.errors import SourceError, UnknownModel
from weightlaw.lineage.fetching import MAX_FETCHED, Progress, fetch_ancestors
from weightlaw.lineage.graph import MAX_ANCESTORS, Lineage
from weightlaw.lockfile.locking import Seen
from weightlaw.policy.about import about
from weightlaw.references.parsing import Reference
from weightlaw.sources.artefacts import ArtefactSource
from weightlaw.sources.base import Source
from weightlaw.sources.gathering import Gatherer

_UNREAD = re.compile(r"(?P<path>.+?) was not read: (?P<why>.+)\Z", re.DOTALL)
_SETTLED = ("it is behind the gate", "the Hub does not have it", "only plain texts are")
"""Reasons that asking again would not change; any other may be a cut line."""


class Listening:
    """A source that remembers the errors it met, by model: the kinds matter here, not only the words."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.errors: dict[str, SourceError] = {}

    def fetch(self, model_id: str, revision: str | None = None) -> ModelFacts:
        """As the source does it. Raises as the source does."""
        try:
            return self._source.fetch(model_id, revision)
        except SourceError as error:
            self.errors[model_id.lower()] = error
            raise

    def prefetch(self, wanted: Sequence[tuple[str, str | None]]) -> None:
        """As the source does it."""
        self._source.prefetch(wanted)


class Unread(Struct, frozen=True, kw_only=True):
    """A file that the source listed and that could not be read."""

    path: str
    why: str
    settled: bool
    """Asking again would not help."""


def unread(facts: ModelFacts) -> Iterator[Unread]:
    """What a source's notes say of files that it could not read."""
    for note in facts.notes:
        if match := _UNREAD.match(note):
            why = match["why"]
            yield Unread(path=match["path"], why=why, settled=why.startswith(_SETTLED))


class Asking:
    """One run's questions. `hub` None: no network. `date`: the day that facts found now shall state."""

    def __init__(self, catalog: Catalog, hub: Source | None, date: str = "") -> None:
        self.catalog = catalog
        self.date = date
        self._listening = Listening(hub) if hub is not None else None
        self.sources = Gatherer(catalog, self._listening)
        self.lineage = Lineage(
            catalog,
            self.sources.facts,
            limit=MAX_ANCESTORS if hub is None else MAX_FETCHED,
            why=self.sources.why,
        )

    def prefetch(
        self, wanted: Iterable[tuple[str, str | None]], progress: Progress | None = None
    ) -> None:
        """Let the Hub tell about models and all their bases, several at a time."""
        if self.offline:
            return
        asked = list(wanted)
        self.sources.prefetch(asked)
        known = (self.sources.facts(*each) for each in asked)
        models = [facts for facts in known if facts is not None]
        fetch_ancestors(models, self.sources.facts, self.sources.prefetch, progress)

    @property
    def offline(self) -> bool:
        """Whether the Hub is left alone."""
        return self._listening is None

    def error(self, model_id: str) -> SourceError | None:
        """What kept the Hub from telling about a model, if something did."""
        return self._listening.errors.get(model_id.lower()) if self._listening else None

    def artefact_error(self, reference: Reference) -> SourceError | None:
        """What kept a file, a folder or an Ollama name from being read; asked a second time to learn the kind."""
        if reference.target not in self.sources.trouble:
            return None
        try:
            ArtefactSource(offline=self.offline).fetch(reference)
        except SourceError as error:
            return error
        return SourceError(self.sources.trouble[reference.target])

    def see(self, facts: ModelFacts, reference: Reference, **more: str | None) -> Seen:
        """Everything about one model, its bases included; `more` are fields of `Seen`."""
        facts = self._dated(facts)
        subject = self.lineage.assemble(facts)
        ancestors = self._ancestors(facts)
        return Seen(
            reference=reference.text,
            family=more.get("family"),
            facts=facts,
            subject=subject,
            about=about(facts, self.catalog, self.sources.facts, facts.revision),
            ancestors=ancestors,
            concluded={i: self._licenses(f) for i, f in ancestors.items() if f is not None},
            notes=(note,) if (note := more.get("note")) else (),
        )

    def _ancestors(self, facts: ModelFacts) -> dict[str, ModelFacts | None]:
        """What is known of each base, up to the roots; the lineage has asked for them, so this asks nobody anew."""
        found: dict[str, ModelFacts | None] = {}
        queue = deque(facts.bases)
        while queue and len(found) < MAX_FETCHED:
            base = queue.popleft()
            if base.id not in found:
                known = self.sources.facts(base.id)
                found[base.id] = self._dated(known) if known else None
                queue.extend(known.bases if known else ())
        return found

    def _dated(self, facts: ModelFacts) -> ModelFacts:
        """Facts of this day say the day that was given: the same inputs give the same lock."""
        if not self.date or facts.source == "catalogue":
            return facts
        return structs.replace(facts, as_of=self.date)

    def _licenses(self, facts: ModelFacts) -> tuple[str, ...]:
        found = self.lineage.conclusion(facts).bindings
        return tuple(dict.fromkeys(b.entry.id for b in found))

    def incomplete(self, seen: Seen) -> str:
        """Why what was seen may not be all: a base or a file that a cut line kept away. Empty: nothing was."""
        for base in seen.ancestors:
            error = self.error(base)
            if error is not None and not isinstance(error, UnknownModel):
                return f"its base {base}: {error}"
        for facts in (seen.facts, *seen.ancestors.values()):
            for lost in unread(facts) if facts is not None else ():
                if not lost.settled and facts is not None:
                    return f"{lost.path} of {facts.id} was not read: {lost.why}"
        return ""
