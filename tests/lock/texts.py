"""Invented licence texts, and models under them."""

from __future__ import annotations

from tests.loopback import LoopbackHub

ZEPHYR = """\
ZEPHYR COMMUNITY LICENSE AGREEMENT
Zephyr Version Release Date: April 5, 2025

1. Grant of rights.
a. You are granted a worldwide, royalty-free license to use, reproduce, distribute, copy, create derivative works of,
and make modifications to the Zephyr Materials.
b. If you distribute the Zephyr Materials, you shall provide a copy of this Agreement, and prominently display
"Built with Zephyr" on a related website.

2. Additional Commercial Terms. If, on the Zephyr version release date, the monthly active users of the products or
services made available by or for Licensee, or Licensee's affiliates, is greater than 700 million monthly active users
in the preceding calendar month, you must request a license from Zephyr Labs, which Zephyr Labs may grant to you in its
sole discretion, and you are not authorized to exercise any of the rights under this Agreement unless or until Zephyr
Labs otherwise expressly grants you such rights.
"""
MIT = """\
MIT License

Copyright (c) 2026 Someone

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""
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
