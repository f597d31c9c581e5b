"""The NOTICE that is handed on: which models, under which licences, with the notices that are prescribed or shipped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from weightlaw.reports.notices.view import Copy, Notices
from weightlaw.reports.sbom.plaintext import safe

_LINE = "-" * 72
_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def notice_file(notices: Notices, copies: Mapping[str, bytes]) -> str:
    """The text; empty where no licence asks for copies or notices."""
    if not (notices.copies or notices.missing or notices.prescribed):
        return ""
    lines = ["NOTICE", "", *_models(notices), *_prescribed(notices)]
    for copy in notices.copies:
        if not copy.licenses:
            lines += _shipped(copy, copies[copy.path])
    return "\n".join(lines).rstrip() + "\n"


def _models(notices: Notices) -> Iterator[str]:
    """Each model with its licences and where their texts are."""
    concerned = {
        m for i in (*notices.copies, *notices.missing, *notices.prescribed) for m in i.models
    }
    told: set[str] = set()
    for line in notices.models:
        name = f"{line.model}@{line.revision}" if line.revision else line.model
        if name not in concerned or name in told:
            continue
        told.add(name)
        yield f"Model: {safe(name)}"
        for each in line.licenses:
            through = f" (through {' -> '.join(each.through)})" if each.through else ""
            yield f"  {safe(each.name)}{safe(through)}"
        for copy in notices.copies:
            if name in copy.models:
                yield f"  text: {copy.path}"
        yield ""


def _prescribed(notices: Notices) -> Iterator[str]:
    texts = dict.fromkeys(safe(item.text) for item in notices.prescribed)
    if texts:
        yield _LINE
        yield ""
        yield from (line for text in texts for line in (text, ""))


def _shipped(copy: Copy, data: bytes) -> Iterator[str]:
    """A shipped notice as it is, but for characters that would steer a terminal; the copy has every byte."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    yield _LINE
    yield f"{safe(copy.source, 300)} of {safe(copy.shipped_by, 300)}:"
    yield ""
    yield _STEERS.sub("?", text).rstrip()
    yield ""
