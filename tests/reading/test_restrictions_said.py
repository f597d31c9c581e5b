"""Ways to restrict, put anywhere into texts that permit all: each is read, or told, and none is ever allowed.

The sentences are in `restrictions_said.yaml`, which anyone can extend. The class of mistakes meant here is the worst:
a text that is taken for a permissive one though a sentence in it caps, excludes or forbids.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.lock.texts import MIT
from weightlaw.checking import check
from weightlaw.domain.terms import Terms
from weightlaw.domain.verdict import Verdict
from weightlaw.plainyaml import parse
from weightlaw.reading.facts import Reading, read_facts
from weightlaw.reading.fingerprints import Index
from weightlaw.reading.identify import identify

FILE = Path(__file__).with_name("restrictions_said.yaml")
OURS = """\
Wide Open License 1.0

1. Grant. You may use, copy, modify and distribute the Model and what you make from it, for any purpose, also in
products that you sell.

2. Notice. Keep this text with every copy that you hand on.

3. No promises. The Model comes as is, and nobody is liable for what its use causes.
"""
TEXTS = {"ours": OURS, "MIT": MIT}
PLACE = {"section", "start", "end", "confidence", "summary", "pattern"}
BESIDE = {"notice", "termination", "governing_law", "patent", "indemnity_by_licensee"}
"""Facts that restrict no use: a sentence that moved only these was not understood."""
READ = 0.85
"""At least this part of the sentences is read as the fact that it states; the others are told as unread."""


def _said() -> list[Any]:
    """Every sentence with the facts of which it states one."""
    rows = parse(FILE.read_text(encoding="utf-8"), FILE.name).data
    return [
        pytest.param(
            sentence, tuple(row["read"].split(" or ")), id=f"{row['kind']}: {sentence[:60]}"
        )
        for row in rows
        for sentence in row["said"]
    ]


def _into(text: str, sentence: str) -> str:
    """The text with a paragraph more, at a place that is the same for a sentence each time."""
    places = [0, *(m.end() for m in re.finditer(r"\n[ \t]*\n", text)), len(text)]
    place = random.Random(sentence).choice(places)
    return (
        f"{text[:place]}{sentence}\n\n{text[place:]}"
        if place < len(text)
        else f"{text}\n{sentence}\n"
    )


def _bare(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_bare(one) for one in value]
    if not isinstance(value, msgspec.Struct):
        return value
    return {k: _bare(v) for k, v in msgspec.structs.asdict(value).items() if k not in PLACE}


def _moved(before: Terms, after: Terms) -> set[str]:
    return {
        name
        for name in before.__struct_fields__
        if _bare(getattr(before, name)) != _bare(getattr(after, name))
    }


def _is_told(text: str, sentence: str, reading: Reading) -> bool:
    """Whether the sentence moved a fact that restricts, or is told as one that was not understood."""
    return bool(reading.unread) or bool(_moved(read_facts(text).terms, reading.terms) - BESIDE)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_texts_permit_all(text: str) -> None:
    """What the sentences are put into restricts nothing, and nothing of it is unread."""
    reading = read_facts(text)
    assert reading.terms.family == "permissive"
    assert reading.unread == ()


@pytest.mark.parametrize(("sentence", "kinds"), _said())
def test_a_restriction_is_read_or_told(sentence: str, kinds: tuple[str, ...]) -> None:
    for text in TEXTS.values():
        assert _is_told(text, sentence, read_facts(_into(text, sentence)))


@pytest.mark.parametrize("name", TEXTS)
def test_most_are_read_as_what_they_state(name: str) -> None:
    """To be told as unread is safe, and less than to be read: that must stay the exception."""
    before = read_facts(TEXTS[name]).terms
    missed = []
    for case in _said():
        sentence, kinds = case.values
        after = read_facts(_into(TEXTS[name], sentence)).terms
        if not _moved(before, after) & set(kinds):
            missed.append(sentence)
    assert len(missed) <= (1 - READ) * len(_said()), "\n".join(missed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model in a folder whose card declares the MIT License."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Quoll\n", encoding="utf-8")
    (folder / "config.json").write_text('{"model_type": "quoll"}', encoding="utf-8")
    return folder


def _verdict(folder: Path, text: str) -> Verdict:
    (folder / "LICENSE").write_text(text, encoding="utf-8")
    return check(str(folder)).verdict


def test_unchanged_text_is_allowed(folder: Path) -> None:
    """Else the next tests could not fail."""
    assert _verdict(folder, MIT) is Verdict.ALLOWED


@pytest.mark.parametrize(("sentence", "kinds"), _said())
def test_never_allowed(folder: Path, sentence: str, kinds: tuple[str, ...]) -> None:
    """Neither with the sentence in the text of the licence, nor with nothing but the sentence as the text."""
    for text in (_into(MIT, sentence), sentence + "\n"):
        assert _verdict(folder, text) in (Verdict.REVIEW, Verdict.DENIED)


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2026 Quoll AI. Free For Research.",
        "Copyright (c) 2026 Quoll Labs. Excluding EU, UK And South Korea.",
        "Copyright 2026 Quoll. Companies Below 5M MAU.",
        "Copyright (c) 2026 Quoll. Academic Research And Education.",
        "Copyright (c) 2026 Quoll, Europe Excluded",
        "COPYRIGHT (C) 2026 QUOLL. FREE FOR RESEARCH.",
        "Copyright (c) 2026 Quoll Inc. Training Of Other Models Reserved",
        "Copyright (c) 2026 Quoll Labs. Noncommercial.",
    ],
)
def test_a_restriction_in_the_copyright_line_is_a_change(line: str, index: Index) -> None:
    (found,) = identify(MIT.replace("Copyright (c) 2026 Someone", line), index)
    assert found.match == "modified"


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2024 Meadow Research",
        "Copyright 2022-2024 The Quoll Authors. All rights reserved.",
        "Copyright (c) 2019 Quoll, Inc. and its affiliates.",
        "Copyright (c) 2020 Jane Doe <jane@doe.example>",
        "Copyright (c) 2020 Jane Doe. https://doe.example",
        "Copyright (C) 2001 J. K. Doe and the Free Quoll Foundation, Inc.",
    ],
)
def test_a_holder_is_none(line: str, index: Index) -> None:
    (found,) = identify(MIT.replace("Copyright (c) 2026 Someone", line), index)
    assert found.match == "exact"


def test_a_limit_in_a_known_text_is_known(folder: Path) -> None:
    """What a licence that is known word for word says of limits is not told as unread; what is added to it is."""
    from weightlaw.reading.examining import examine

    added = "Derivatives must remain open source."
    assert examine(MIT.encode(), "LICENSE").unread == ()
    (place,) = examine(f"{MIT}\n{added}\n".encode(), "LICENSE").unread
    assert place.mentions == "a limit"
