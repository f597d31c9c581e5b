"""What rules of the house ask about a model beyond its licences: who made it, and how it is stored."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.models import ModelFacts

MAX_MAKERS = 500
FULL_PRECISION = "full"
"""How `quantization` reads where the weights are known not to be quantized."""


class Maker(Struct, frozen=True):
    """A model, or one that it was made from, with who made it; None: not known."""

    id: str
    developer: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2 of the developer's seat."""


class About(Struct, frozen=True, kw_only=True):
    """The model itself first, then everything it was made from."""

    makers: tuple[Maker, ...] = ()
    quantization: str | None = None
    """`Q4_K_M`, `AWQ-4bit`, ...; `full` for full precision; None: nothing says."""
    pinned: bool = False
    """Whether the reference named a commit."""


def about(
    facts: ModelFacts,
    catalog: Catalog,
    fetch: Callable[[str], ModelFacts | None],
    revision: str | None = None,
    *,
    stored: bool = True,
) -> About:
    """Look up the makers of a model and its ancestors.

    `fetch` gives the facts about a base; `revision` is what the reference named, if it named one. How the weights
    are stored is looked up with `stored` only, for it is slow to find out.
    """
    makers = [_maker(facts.id, catalog)]
    seen = {facts.id.lower()}
    queue = deque(facts.bases)
    while queue and len(makers) < MAX_MAKERS:
        base = queue.popleft()
        if base.id.lower() in seen:
            continue
        seen.add(base.id.lower())
        makers.append(_maker(base.id, catalog))
        found = fetch(base.id)
        queue.extend(found.bases if found else ())
    stored_as = _quantization(facts) if stored else None
    pinned = bool(revision and re.fullmatch(r"[0-9a-f]{7,64}", revision))
    return About(makers=tuple(makers), quantization=stored_as, pinned=pinned)


def _maker(model_id: str, catalog: Catalog) -> Maker:
    known = catalog.model(model_id)
    if known is None:
        return Maker(model_id)
    return Maker(model_id, known.developer or None, known.country or None)


def _quantization(facts: ModelFacts) -> str | None:
    from weightlaw.references.quantization import quantization_of  # only where a rule asks

    found = quantization_of(facts)
    if found is None:
        stated = facts.source != "catalogue" and facts.config  # it would say so if they were
        return FULL_PRECISION if stated else None
    return FULL_PRECISION if found.full_precision else found.name
