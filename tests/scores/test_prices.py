"""List prices by model: nothing blended, nothing guessed."""

from __future__ import annotations

import pytest

from weightlaw.catalog.store import load as load_catalog
from weightlaw.scores.prices import cheapest, prices_of
from weightlaw.scores.store import load


@pytest.mark.parametrize(
    ("model", "provider", "price"),
    [
        ("moonshotai/Kimi-K3", "moonshot", (3, 15)),
        ("gpt-4o", "openai", (2.5, 10)),
        ("zai-org/GLM-4.7", "cerebras", (2.25, 2.75)),
    ],
)
def test_price(model: str, provider: str, price: tuple[float, float]) -> None:
    found = prices_of(model, load(), load_catalog())
    assert price in {(p.input, p.output) for p in found if p.provider == provider}
    assert cheapest(found) == found[0]
    assert all(load().source(p.source).license == "MIT" for p in found)


def test_no_price_is_not_free() -> None:
    assert prices_of("org/nobody-offers-it", load(), load_catalog()) == ()
    assert cheapest(()) is None
    assert all(p.input > 0 or p.output > 0 for p in load().all_prices())


def test_open_weights_do_not_take_a_closed_model_s_price() -> None:
    """The API model qwen3.8-max is not the repository that is called so elsewhere."""
    for hub in ("Qwen/Qwen3.8-2.4T-A95B", "openai/gpt-oss-120b"):
        assert all(p.weights != "closed" for p in prices_of(hub, load(), load_catalog()))
