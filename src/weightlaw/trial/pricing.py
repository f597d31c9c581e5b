"""What a candidate's tokens cost: the trial's own price, else the catalogue's where it has just one. Never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from weightlaw.trial.trialfile import is_loopback
from weightlaw.trial.values import Candidate, Price


def price_of(candidate: Candidate) -> tuple[Price | None, str]:
    """USD a million tokens, and why there is no price where there is none."""
    if candidate.price is not None:
        return candidate.price, ""
    if is_loopback(candidate.url):
        return None, "no price: it runs on this machine; write price: to count what that costs"
    found = list(_listed(candidate))
    if len({(p.input, p.output) for p in found}) == 1:
        return max(found, key=lambda p: p.date), ""
    if found:
        return None, "the catalogue has several list prices for it there: write price:"
    return None, "the catalogue knows no list price for it there: write price:"


def _listed(candidate: Candidate) -> Iterator[Price]:
    """The catalogue's prices of this model at the provider whose name the endpoint's host carries."""
    from weightlaw.catalog.store import load as load_catalog
    from weightlaw.scores.prices import prices_of
    from weightlaw.scores.store import load

    scores, catalog = load(), load_catalog()
    dates = {s.id: s.date for s in scores.sources}
    host = urlsplit(candidate.url).hostname or ""
    models = dict.fromkeys(m for m in (candidate.model, candidate.reference) if m)
    for price in (p for m in models for p in prices_of(m, scores, catalog)):
        if _at(price.provider, host):
            yield Price(
                input=price.input,
                output=price.output,
                source=f"list price of {price.provider} ({price.source})",
                date=dates.get(price.source, ""),
            )


def _at(provider: str, host: str) -> bool:
    """Whether a host is a provider's: `openai` at api.openai.com, `xai` at api.x.ai, `google` at googleapis.com."""
    stem = provider.replace("_", "-").split("-")[0]
    labels = host.lower().split(".")
    pairs = [a + b for a, b in pairwise(labels)]
    words = [*labels, *pairs, *(part for label in labels for part in label.split("-"))]
    return stem in words or (len(stem) > 4 and any(label.startswith(stem) for label in labels))
