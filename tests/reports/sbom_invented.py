"""Models under invented texts for the tests of SBOMs and notices, and how their documents are had."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.lock.texts import MIT, ZEPHYR
from tests.loopback import LoopbackHub
from weightlaw.catalog.store import load
from weightlaw.cli import main
from weightlaw.domain.deployment import Deployment
from weightlaw.policy.house import House
from weightlaw.reports.sbom.building import build
from weightlaw.reports.sbom.dossier import gather
from weightlaw.reports.sbom.view import Bill
from weightlaw.sources.hub import HubSource

ROOT, TUNED, FREE = "herd/zephyr-7b", "someone/zephyr-tuned", "someone/breeze-1b"
FORMATS = ("spdx-2.3", "spdx-3.0", "cyclonedx-1.6", "cyclonedx-1.7")
NOTICE = "Breeze holds wind by Someone.\n\x1b[31mred\x1b[0m\n"


def add_models(hub: LoopbackHub) -> dict[str, str]:
    """A base under an invented text, what was tuned from it, and a free model; their commits by id."""
    card = "---\nlicense: other\nlicense_name: zephyr\n---\n# Zephyr\n"
    tuned = f"---\nlicense: mit\nbase_model: {ROOT}\ndatasets: [someone/winds]\n---\n# Tuned\n"
    config = {"model_type": "zephyr", "architectures": ["ZephyrForCausalLM"]}
    return {
        ROOT: hub.add(ROOT, card=card, files={"LICENSE": ZEPHYR}, config=config),
        TUNED: hub.add(TUNED, card=tuned, base_models=[ROOT], config=config),
        FREE: hub.add(
            FREE, card="---\nlicense: mit\n---\n# Free\n", files={"LICENSE": MIT, "NOTICE": NOTICE}
        ),
    }


def bill_of(
    references: Iterable[str], deployment: Deployment = Deployment(), *, live: bool = True
) -> Bill:
    """The view of some models, from the loopback Hub or from the catalogue alone."""
    hub = HubSource() if live else None
    return build(gather(references, deployment, House(), catalog=load(), hub=hub), load())


def run(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    """The command line, with both commands known to it."""
    for command in ("sbom", "notices"):
        monkeypatch.setitem(main.COMMANDS, command, "")
    return main.main(list(args))


def read(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
