"""All ancestors of many models, fetched level by level: several at a time, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from weightlaw.domain.models import ModelFacts

Prefetch = Callable[[Sequence[tuple[str, str | None]]], None]
Progress = Callable[[int, int], None]
"""Called with how many bases were fetched, and how many are known to be there so far."""
CHUNK = 64
"""So many are asked for before progress is told; the source bounds how many at a time."""
MAX_FETCHED = 10_000
"""Bases that a live source is asked for in one call: a chain that somebody grows without end must end."""


def fetch_ancestors(
    models: Iterable[ModelFacts],
    fetch: Callable[[str], ModelFacts | None],
    prefetch: Prefetch,
    progress: Progress | None = None,
    limit: int = MAX_FETCHED,
) -> int:
    """Ask for every base of every model, breadth first, up to `limit`; how many were asked for.

    What a source says is kept by the source: later questions for the same base cost nothing.
    """
    seen: set[str] = set()
    level, done = list(models), 0
    while level and done < limit:
        wanted = _new(level, seen)[: limit - done]
        level = []
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            prefetch([(model_id, None) for model_id in part])
            level += [facts for model_id in part if (facts := fetch(model_id)) is not None]
            done += len(part)
            if progress is not None:
                progress(done, done + len(wanted) - start - len(part))
        seen.update(facts.id.lower() for facts in level)
    return done


def _new(level: Iterable[ModelFacts], seen: set[str]) -> list[str]:
    """The bases of one level that were not asked for yet, each in one spelling."""
    wanted: dict[str, str] = {}
    for facts in level:
        for base in facts.bases:
            key = base.id.lower()
            if key not in seen:
                wanted.setdefault(key, base.id)
    seen.update(wanted)
    return list(wanted.values())
