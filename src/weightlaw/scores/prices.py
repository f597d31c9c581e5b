"""List prices of models: USD a million tokens, input and output apart, by provider, with the day of the list.

A price is never blended into one number: what a token costs depends on how many go in and come out. Source:
models.dev (2026-07-02) and litellm 1.109.1, both MIT; see `catalog/scores/README.md`.
"""

from __future__ import annotations

from weightlaw.catalog.names import squeeze
from weightlaw.catalog.store import Catalog
from weightlaw.scores.store import Scores
from weightlaw.scores.values import Price


def prices_of(model: str, scores: Scores, catalog: Catalog) -> tuple[Price, ...]:
    """All list prices of a model, cheapest output first. Empty: none known, which is not free.

    `model` is a Hub id or a closed model's API name. A host's id counts as the model where the list of hosts
    says so, or where it is exactly a name of this one model in the catalogue.
    """
    wanted = squeeze(model)
    found = [p for p in scores.all_prices() if _is(p, model, wanted, catalog)]
    return tuple(sorted(found, key=lambda p: (p.output, p.input, p.provider, p.id)))


def _is(price: Price, model: str, wanted: str, catalog: Catalog) -> bool:
    if price.model:
        return price.model.casefold() == model.casefold()
    last = price.id.rsplit("/", 1)[-1]
    if "/" not in model:
        return price.weights != "open" and squeeze(last) == wanted
    if price.weights == "closed":
        return False
    family, models = catalog.named(last)
    return family is None and [m.id.casefold() for m in models] == [model.casefold()]


def cheapest(prices: tuple[Price, ...]) -> Price | None:
    """The price with the cheapest output tokens, None where there is none."""
    return prices[0] if prices else None
