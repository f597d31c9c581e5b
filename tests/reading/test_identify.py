"""Which licences a text is: by its words, all of them, wherever and however they stand."""

from __future__ import annotations

import html
import itertools
import random
import re
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weightlaw.errors import DataError
from weightlaw.reading.decode import decode
from weightlaw.reading.fingerprints import Index, load
from weightlaw.reading.identify import Match, identify

# Invented for these tests; nobody licenses anything under it.
ZEBRA = (Path(__file__).parent / "zebra_license.txt").read_text(encoding="utf-8")
MINE = "LicenseRef-weightlaw-zebra"
SENTENCE = re.compile(r"[^.;:。\n]{25,}[.;:。]")
INSERTED = [
    "You may not use the Model for any commercial purpose.",
    "If your monthly active users exceed 100 million, you must request a license.",
    "Good luck to all of you.",
    "商业用途需要书面许可。",
    "No commercial use.",
]
# Notices of copyright may be others, so that changing one does not count.
NOTICE = re.compile(r"^\W*(copyright|\(c\)|©)", re.I)


def read(text: str, index: Index, name: str = "LICENSE") -> tuple[Match, ...]:
    return identify(decode(text.encode(), name), index)


def paragraphs(text: str) -> list[str]:
    return re.split(r"\n[ \t]*\n", text)


def in_html(text: str) -> str:
    body = "\n".join(f"<p>{html.escape(p)}</p>" for p in paragraphs(text))
    return f"<!DOCTYPE html>\n<html><body>{body}</body></html>"


def in_markdown(text: str) -> str:
    marks = itertools.cycle(["* ", "> ", "- "])
    return "\n\n".join(("## " if len(p) < 60 else next(marks)) + p for p in paragraphs(text))


def other_quotes(text: str) -> str:
    if "“" in text or "’" in text:
        return text.translate(str.maketrans("“”‘’–", "\"\"''-"))
    return re.sub(r'"([^"]*)"', r"“\1”", text).replace("'", "’")


WRAPPED: dict[str, Callable[[str], str]] = {
    "markdown": in_markdown,
    "quoted": lambda text: "\n".join("> " + line for line in text.split("\n")),
    "fenced": lambda text: f"```\n{text}\n```\n",
    "commented": lambda text: "\n".join(" * " + line for line in text.split("\n")),
    "html": in_html,
    "html lines": lambda t: f"<div>{html.escape(t)}</div>".replace("\n", "<br/>\n"),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "60 columns": lambda t: "\n\n".join(textwrap.fill(p, 60) for p in paragraphs(t)),
    "one paragraph": lambda text: textwrap.fill(text, 60),
    "quotes": other_quotes,
    "title and notice": lambda t: (
        f"LICENSE\n=======\n\nCopyright (c) 2024 Some Holder, Inc.\n\n{t}"
    ),
}


def expect(slug: str) -> str:
    return {"openmdw-1.0": "OpenMDW-1.0"}.get(slug, slug).removeprefix("control-").casefold()


def is_exactly(slug: str, match: Match) -> bool:
    name = (match.id or "").removeprefix("LicenseRef-weightlaw-").casefold()
    return match.match == "exact" and name == expect(slug).casefold()


def test_every_text_is_exactly_itself(corpus: dict[str, str], index: Index) -> None:
    wrong = {
        slug: found for slug, text in corpus.items() if not _alone(slug, found := read(text, index))
    }
    assert not wrong


def _alone(slug: str, found: tuple[Match, ...]) -> bool:
    return len(found) == 1 and is_exactly(slug, found[0]) and not found[0].changes


@pytest.mark.parametrize("how", WRAPPED)
def test_however_it_is_wrapped(how: str, corpus: dict[str, str], index: Index) -> None:
    name = "LICENSE.md" if how == "markdown" else "LICENSE"
    wrong = {}
    for slug, text in corpus.items():
        found = read(WRAPPED[how](text), index, name)
        if not _alone(slug, found):
            wrong[slug] = found
    assert not wrong


def test_two_in_one_file_are_two(
    corpus: dict[str, str], index: Index, chance: random.Random
) -> None:
    twins = [(a, b) for a, b in itertools.permutations(corpus, 2) if a[:5] == b[:5]]
    pairs = chance.sample(twins, 60) + [tuple(chance.sample(sorted(corpus), 2)) for _ in range(60)]
    wrong = [(a, b) for a, b in pairs if not _two(a, b, corpus, index)]
    assert not wrong


def _two(one: str, other: str, corpus: dict[str, str], index: Index) -> bool:
    found = read(f"{corpus[one]}\n\n-----\n\n{corpus[other]}", index)
    border = len(corpus[one])
    return (
        len(found) == 2
        and is_exactly(one, found[0])
        and is_exactly(other, found[1])
        and found[0].end <= border <= found[1].start
    )


def test_all_of_them_in_one_file(corpus: dict[str, str], index: Index) -> None:
    found = read("\n\n".join(corpus.values()), index)
    assert len(found) == len(corpus)
    assert all(map(is_exactly, corpus, found))


def _edits(text: str, chance: random.Random) -> dict[str, str]:
    spans = [m.span() for m in SENTENCE.finditer(text) if not NOTICE.match(m.group())]
    a, b = chance.choice(spans)
    sentence = text[a:b]
    new = chance.choice(INSERTED)
    edits = {
        "dropped": text[:a] + text[b:],
        "doubled": f"{text[:b]} {sentence}{text[b:]}",
        "inserted": f"{text[:b]} {new}{text[b:]}",
        "inserted as a paragraph": f"{text[:b]}\n\n{new}\n\n{text[b:]}",
        "in front": f"{new}\n\n{text}",
        "behind": f"{text}\n\n{new}",
    }
    if word := re.search(r"[A-Za-z]{4,}|[\u4e00-\u9fff]", sentence):
        edits["word"] = text[: a + word.start()] + "zebra" + text[a + word.end() :]
    if digit := re.search(r"\d", sentence):
        at = a + digit.start()
        edits["number"] = text[:at] + str((int(digit.group()) + 3) % 10) + text[at + 1 :]
    return edits


def test_a_changed_sentence_is_never_exact(
    corpus: dict[str, str], index: Index, chance: random.Random
) -> None:
    exact, lost, silent, total = [], [], [], 0
    for slug, text in corpus.items():
        for _ in range(2):
            for kind, edited in _edits(text, chance).items():
                found = read(edited, index)
                total += 1
                if all(m.match == "exact" for m in found):
                    exact.append((slug, kind))
                if not any(expect(slug) in (m.nearest or "").casefold() for m in found):
                    lost.append((slug, kind))
                if not any(m.changes for m in found):
                    silent.append((slug, kind))
    # Without its last sentence a "modified MIT" is MIT; Kimi K2.9 is as near to K2.5 as to K2.6.
    exact = [e for e in exact if e[0] != "minimax-m2.1"]
    lost = [e for e in lost if not e[0].startswith(("kimi", "minimax-m2.1"))]
    assert not exact
    assert len(lost) <= total / 500, lost
    assert len(silent) <= len(corpus) / 50


def test_what_was_inserted_is_quoted(
    corpus: dict[str, str], index: Index, chance: random.Random
) -> None:
    for slug, text in corpus.items():
        new = INSERTED[0]
        at = chance.choice([m.end() for m in SENTENCE.finditer(text)])
        edited = f"{text[:at]} {new}{text[at:]}"
        changes = [c for m in read(edited, index) for c in m.changes]
        inside = [c for c in changes if c.start <= at + 2 + len(new) and at <= c.end]
        assert inside, slug
        assert all(0 <= c.start <= c.end <= len(edited) for c in changes)


def test_a_heavily_modified_text_has_its_nearest(corpus: dict[str, str], index: Index) -> None:
    text = corpus["llama-3.1"]
    for old, new in (
        ("Meta Platforms", "Acme"),
        ("Meta", "Acme"),
        ("Llama", "Zebra"),
        ("LLAMA", "ZEBRA"),
    ):
        text = text.replace(old, new)
    kept = paragraphs(text)
    (found,) = read("\n\n".join(kept[:8] + kept[9:]), index)
    assert (found.match, found.nearest) == ("modified", "LicenseRef-weightlaw-llama-3.1")
    assert 0.5 <= found.similarity < 0.9


def test_a_title_never_decides(corpus: dict[str, str], index: Index) -> None:
    (found,) = read(corpus["minimax-m2.1"], index)
    assert corpus["minimax-m2.1"].startswith("MIT License")
    assert found.id == "LicenseRef-weightlaw-minimax-m2.1"


def test_no_licence_at_all(index: Index) -> None:
    text = "The quick brown fox jumps over the lazy dog, and nobody licensed anything. " * 9
    (found,) = read(text, index)
    assert (found.match, found.id, found.changes) == ("none", None, ())
    assert found.similarity < 0.2


def test_empty_text(index: Index) -> None:
    (found,) = read("", index)
    assert (found.match, found.nearest, found.start, found.end) == ("none", None, 0, 0)


@pytest.fixture(scope="module")
def zebra(build: Callable[..., Index]) -> Index:
    return build((MINE, ZEBRA))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4,500", "4,600"),
        ("30 days", "31 days"),
        ("Do not paint", "Do paint"),
        ("c. Do not paint donkeys.\n", ""),
        ("Version 1.0", "Version 1.1"),
        ("calendar month", "calendar year"),
        ("2. Grant.", "5. Grant."),
        ("4. End.", "4. End.\n\nAnd so on."),
    ],
)
def test_one_change_is_not_exact(old: str, new: str, zebra: Index) -> None:
    assert old in ZEBRA
    (found,) = identify(ZEBRA.replace(old, new), zebra)
    assert (found.match, found.id, found.changed) == ("modified", MINE, True)
    assert 0.8 < found.similarity < 1
    assert found.changes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2. Grant", "Grant"),
        ("2. Grant", "(2) Grant"),
        ("a. Show", "- Show"),
        ("1. Definitions", "# 1. Definitions"),
        ("Zebra Model License\n", "Copyright 2031 Zebra Ltd.\n\nZebra Model License\n"),
        ("Zebra Model License\n", "License\n\nZebra Model License\n"),
    ],
)
def test_what_may_vary(old: str, new: str, zebra: Index) -> None:
    (found,) = identify(ZEBRA.replace(old, new, 1), zebra)
    assert found.match == "exact"


@pytest.mark.parametrize(
    "extra",
    [
        "Copyright 2031 Zebra Ltd. No commercial use.",
        "Copyright (c) 2031 by users who may not sell",
        "License terminates in March.",
        "Apache License 2.0",
        "Non-commercial license",
    ],
)
def test_what_looks_like_a_title_or_notice_and_is_not(extra: str, zebra: Index) -> None:
    for text in (f"{extra}\n\n{ZEBRA}", f"{ZEBRA}\n\n{extra}"):
        (found,) = identify(text, zebra)
        assert found.match == "modified"
        assert not found.changed
        assert [c.kind for c in found.changes] == ["added"]
        assert extra.rsplit(maxsplit=1)[-1].strip(".") in found.changes[0].words


def test_placeholders_titles_and_appendices(build: Callable[..., Index]) -> None:
    body = ZEBRA.split("1.0, March 2031\n")[1]
    template = (
        f"Zebra-1.0\n\nCopyright (c) <year> <owner>\n{body}\nNeither the name of Zebra nor the names of its"
        " contributors may be painted on donkeys.\n\nAPPENDIX: How to apply this paper.\n\n"
        "Fold it twice. Put it under the saddle."
    )
    index = build(("Zebra-1.0", template))
    filled = template.replace("<year> <owner>", "2031 Savanna, Inc.").replace(
        "name of Zebra", "name of Oryx"
    )
    for text in (filled, filled.split("APPENDIX")[0], filled.replace("Zebra-1.0\n", "")):
        assert [m.match for m in identify(text, index)] == ["exact"]
    for text in (
        filled.replace(" Put it under the saddle.", ""),
        filled.replace("name of Oryx", "name of whoever may sell it"),
    ):
        assert [m.match for m in identify(text, index)] == ["modified"]


def test_a_text_with_several_ids_names_the_current_one(build: Callable[..., Index]) -> None:
    names = ("GPL-9.0", "GPL-9.0-only", "GPL-9.0-or-later")
    (found,) = identify(ZEBRA, build(*((name, ZEBRA) for name in names)))
    assert (found.id, found.also) == ("GPL-9.0-only", ("GPL-9.0-or-later", "GPL-9.0"))


def test_a_licence_with_two_texts(build: Callable[..., Index]) -> None:
    other = ZEBRA.replace("4,500", "9,000")
    index = build((MINE, ZEBRA), (MINE, other))
    assert [m.match for text in (ZEBRA, other) for m in identify(text, index)] == ["exact", "exact"]
    mixed = ZEBRA.replace("4,500", "7,000")
    assert identify(mixed, index)[0].match == "modified"


def test_front_matter_is_not_counted(zebra: Index) -> None:
    card = f"---\nlicense: other\ntags: [x]\n---\n{ZEBRA}"
    (found,) = identify(decode(card.encode(), "README.md"), zebra)
    assert found.match == "exact"
    assert card[found.start : found.end].startswith("Zebra Model License")


def test_offsets_of_html_are_those_of_the_file(zebra: Index) -> None:
    page = in_html(ZEBRA.replace("4,500", "4,600"))
    (found,) = read(page, zebra)
    (change,) = found.changes
    assert "4,600" in page[change.start : change.end]


def test_the_same_answer_each_time(index: Index, corpus: dict[str, str]) -> None:
    text = corpus["yi-1.0"] + "\n\nmore\n\n" + corpus["kimi-k2"]
    assert identify(text, index) == identify(text, index)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.integers(0, 60), st.integers(0, 60))
def test_no_text_is_too_strange(noise: str, first: int, last: int) -> None:
    index = _small()
    lines = ZEBRA.split("\n")
    text = "\n".join([*lines[first:], noise, *lines[:last], noise])
    for match in identify(text, index):
        assert 0 <= match.start <= match.end <= len(text)
        assert 0 <= match.similarity <= 1
        assert (match.match == "exact") == (match.similarity == 1)
        assert all(0 <= c.start <= c.end <= len(text) for c in match.changes)


_SMALL: list[Index] = []


@pytest.fixture(autouse=True, scope="module")
def _keep_small(zebra: Index) -> None:
    _SMALL.append(zebra)


def _small() -> Index:
    return _SMALL[0]


@pytest.mark.parametrize("what", ["numbers", "line", "noise", "copies"])
def test_long_texts_take_bounded_time(what: str, index: Index, chance: random.Random) -> None:
    words = ZEBRA.split()
    text = {
        "numbers": lambda: " ".join(map(str, range(700_000))),
        "line": lambda: "x" * 4_000_000,
        "noise": lambda: " ".join(chance.choices(words, k=600_000)),
        "copies": lambda: ZEBRA * 3_000,
    }[what]()
    start = time.perf_counter()
    identify(text, index)
    assert time.perf_counter() - start < 30


def test_fingerprints_of_another_version_are_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("old")
    with pytest.raises(DataError, match="missing"):
        load(folder / "none.json")
    (folder / "bad.json").write_text("{}")
    with pytest.raises(DataError, match=r"bad\.json"):
        load(folder / "bad.json")


def test_no_words_are_kept(index: Index) -> None:
    """The file has ids, file names and numbers: nothing to read a sentence in."""
    kept = {name for text in index.texts for name in (text.id, text.source)}
    assert all(len(name) < 120 for name in kept)
    assert all(mark.kind for text in index.texts for mark in text.marks)
