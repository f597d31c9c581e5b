"""`--wide`: every string that equals a model's id that the catalogue knows, wherever it stands. Told, never judged."""

from __future__ import annotations

import re

from weightlaw.scanning.deciding import known_id
from weightlaw.scanning.values import Mention, SourceFile

_QUOTED = re.compile(r"""["'`](?P<value>[A-Za-z0-9][\w.-]{1,95}/[\w.-]{2,95})["'`]""", re.A)


def find(source: SourceFile, told: set[int]) -> list[Mention]:
    """Mentions beyond those `told`, by their offsets; certainty `dynamic`, for nobody knows what becomes of them."""
    return [
        Mention(m.start("value"), m["value"], "hub", "wide", "dynamic")
        for m in _QUOTED.finditer(source.text)
        if m.start("value") not in told and known_id(m["value"])
    ]
