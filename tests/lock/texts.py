"""Invented licence texts, and models under them."""

from __future__ import annotations

from importlib.metadata import files

from tests.loopback import LoopbackHub

ZEPHYR = """\
ZEPHYR COMMUNITY LICENSE AGREEMENT
Zephyr Version Release Date: April 5, 2025

1. Grant of rights.
a. You receive a worldwide, royalty-free license to use, reproduce, distribute, modify the Zephyr Materials and to
create derivative works of them.
b. Whoever distributes the Zephyr Materials shall provide a copy of this Agreement, and prominently display
"Built with Zephyr" on a related website.

2. Large providers. If, on the Zephyr version release date, Licensee and its affiliates together had more than 700 million
monthly active users, Licensee must request a license from Zephyr Labs and may not exercise any right under this
Agreement before Zephyr Labs has granted it.
"""


def _mit() -> str:
    """The MIT License as PyYAML, which is installed wherever the tests run, ships it."""
    shipped = next(f for f in files("PyYAML") or () if f.name == "LICENSE").read_text()
    grant = shipped[shipped.index("Permission is hereby") :]
    return f"MIT License\n\nCopyright (c) 2026 Someone\n\n{grant}"


MIT = _mit()
BARRED = "Commercial use of the Software is prohibited.\n\nThe above copyright notice"
MIT_BARRED = MIT.replace("The above copyright notice", BARRED)
MODEL = "someone/zephyr-7b"
FREE = "someone/breeze-1b"


def add_zephyr(hub: LoopbackHub, text: str = ZEPHYR, **more: str) -> str:
    """A model under an invented text; returns the commit."""
    card = (
        "---\nlicense: other\nlicense_name: zephyr\npipeline_tag: text-generation\n---\n# Zephyr\n"
    )
    return hub.add(MODEL, card=card, files={"LICENSE": text, **more})


def add_free(hub: LoopbackHub, text: str = MIT, tag: str = "mit", **more: str) -> str:
    """A model under MIT; returns the commit."""
    card = f"---\nlicense: {tag}\npipeline_tag: text-generation\n---\n# Breeze\n"
    return hub.add(FREE, card=card, files={"LICENSE": text, **more})
