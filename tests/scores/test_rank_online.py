"""`rank --online`: the Hub's word decides, what it does not know falls back as in `check`, a dead Hub allows nothing new."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.loopback import LoopbackHub, hub, hub_home
from tests.sources.conftest import only_loopback
from weightlaw.catalog.store import Catalog
from weightlaw.cli.main import main
from weightlaw.domain.models import CatalogModel, ModelFamily

__all__ = ["hub", "hub_home", "only_loopback"]

Capture = pytest.CaptureFixture[str]
MODEL = "zai-org/GLM-5.2"
FREE = "---\nlicense: mit\n---\n"


def ranked(capsys: Capture, *args: str) -> dict[str, Any]:
    """Model -> verdict, for the models that were asked for."""
    code = main(["rank", *args, "--no-policy", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    sections = ("deployable", "review", "denied")
    return {e["figure"]["model"]: e["verdict"] for s in sections for e in found[s]} | {"code": code}


def test_the_card_of_today_counts(hub: LoopbackHub, capsys: Capture) -> None:
    """A licence that has changed on the Hub since the catalogue was made is the one that is judged."""
    assert ranked(capsys, MODEL)[MODEL] == "allowed"
    assert hub.requests == []
    hub.add(MODEL, card="---\nlicense: cc-by-nc-4.0\n---\n")
    found = ranked(capsys, MODEL, "--online")
    assert found[MODEL] != "allowed"
    assert hub.asked(MODEL)


def test_the_order_is_the_boards(hub: LoopbackHub, capsys: Capture) -> None:
    """The Hub decides on verdicts, never on figures."""
    for model in (MODEL, "zai-org/GLM-4.7"):
        hub.add(model, card=FREE)
    main(["rank", "--no-policy", "--format", "json", "--online", MODEL, "zai-org/GLM-4.7"])
    found = json.loads(capsys.readouterr().out)
    assert [e["figure"]["model"] for e in found["deployable"]] == [MODEL, "zai-org/GLM-4.7"]


def test_a_model_outside_the_catalogue(
    hub: LoopbackHub, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the catalogue lacks is for review offline and judged online."""
    forget(monkeypatch, MODEL)
    assert ranked(capsys, MODEL)[MODEL] == "review"
    hub.add(MODEL, card=FREE)
    assert ranked(capsys, MODEL, "--online")[MODEL] == "allowed"


def forget(monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    """A catalogue that has never heard of one model."""
    known, named = Catalog.model, Catalog.named

    def without(self: Catalog, model_id: str) -> CatalogModel | None:
        return None if model_id.lower() == model.lower() else known(self, model_id)

    def unnamed(self: Catalog, name: str) -> tuple[ModelFamily | None, tuple[CatalogModel, ...]]:
        family, models = named(self, name)
        return family, tuple(m for m in models if m.id.lower() != model.lower())

    monkeypatch.setattr(Catalog, "model", without)
    monkeypatch.setattr(Catalog, "named", unnamed)


def test_a_dead_hub_allows_nothing(hub: LoopbackHub, capsys: Capture) -> None:
    """A server that does not answer never turns a model deployable that is not so offline."""
    offline = ranked(capsys)
    hub.fail("/", status=500)
    online = ranked(capsys, "--online")
    mild = {"allowed", "conditional"}
    assert {m for m, v in online.items() if v in mild} <= {
        m for m, v in offline.items() if v in mild
    }
