"""The protocol that all sources speak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from weightlaw.domain.models import ModelFacts


class Source(Protocol):
    """A place that knows models by their Hub id."""

    def fetch(self, model_id: str, revision: str | None = None) -> ModelFacts:
        """The facts about one model.

        Raises `UnknownModel` if the source says that there is none (or none for this caller), and
        `SourceError` if it could not answer.
        """
        ...

    def prefetch(self, wanted: Sequence[tuple[str, str | None]]) -> None:
        """Fetch several models at a time, politely; later `fetch` calls answer from it. Raises nothing for a model."""
        ...
