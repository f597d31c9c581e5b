"""An invented world of models for tests of lineage."""

from __future__ import annotations

from collections.abc import Callable

from weightlaw.catalog.store import load
from weightlaw.domain.models import Base, Declared, ModelFacts, Relation
from weightlaw.lineage.binding import Gap, Subject
from weightlaw.lineage.graph import Lineage

CATALOG = load()
LLAMA = "LicenseRef-weightlaw-llama-3.1"


def model(
    model_id: str,
    tag: str = "",
    *bases: str | tuple[str, Relation],
    card: str = "",
    tags: tuple[str, ...] = (),
    config: dict[str, str] | None = None,
    datasets: tuple[str, ...] = (),
) -> ModelFacts:
    """A model as the Hub would tell it; `bases` are ids (made by fine-tuning) or ids with the relation."""
    pairs = [(b, "finetune") if isinstance(b, str) else b for b in bases]
    return ModelFacts(
        id=model_id,
        source="hub",
        declared=Declared(tags=(tag,) if tag else ()),
        bases=tuple(Base(id=i, relation=r, source="card") for i, r in pairs),  # type: ignore[arg-type]
        card=card,
        tags=tags,
        config=config or {},
        datasets=datasets,
    )


class World:
    """Models by their ids, in any case of letters; counts what was asked for."""

    def __init__(self, *models: ModelFacts, renamed: dict[str, str] | None = None) -> None:
        self.models = {m.id.lower(): m for m in models}
        self.renamed = {old.lower(): new.lower() for old, new in (renamed or {}).items()}
        self.asked: list[str] = []

    def fetch(self, model_id: str) -> ModelFacts | None:
        """A model, under its present name."""
        self.asked.append(model_id)
        key = model_id.lower()
        return self.models.get(self.renamed.get(key, key))

    def subject(self, model_id: str, limit: int = 500_000) -> Subject:
        """A model with all that binds it."""
        facts = self.models[model_id.lower()]
        return Lineage(CATALOG, self.fetch, limit=limit).assemble(facts)


def subject_of(*models: ModelFacts) -> Subject:
    """The first of some models, with the others as the world."""
    return World(*models).subject(models[0].id)


def ids(subject: Subject) -> set[str]:
    """The licences that bind, policies left out."""
    return {b.entry.id for b in subject.bindings if b.entry.kind == "license"}


def ways(subject: Subject) -> dict[str, tuple[str, ...]]:
    """The way to each licence."""
    return {b.entry.id: b.through for b in subject.bindings if b.entry.kind == "license"}


def of_kind(subject: Subject, kind: str) -> list[Gap]:
    """The doubts of one kind."""
    return [gap for gap in subject.gaps if gap.kind == kind]


Fetch = Callable[[str], ModelFacts | None]
