"""Laws of the whole reading: deterministic, placed, named, monotone, bounded, whatever the text."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weightlaw.domain.terms import Terms
from weightlaw.reading.facts import Reading, clauses, facts_json, read_facts

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCORER = ROOT.parent / "shared" / "tools" / "score_facts.py"
TEXTS = ROOT.parent / "shared" / "corpus" / "texts"

CLAUSES = (
    "The licensor grants you a worldwide license to use, modify and distribute the model for any purpose.",
    "The model may be used for non-commercial purposes only.",
    "If your products have more than 5 million monthly active users, you must request a license.",
    "Companies with less than $1,000,000 in annual revenue may use it.",
    "This license does not apply in the European Union.",
    'You must prominently display "Built with Nimbus" on your website.',
    'You shall include "Nimbus" at the beginning of the name of any such AI model.',
    "You must give every recipient a copy of this license.",
    "You agree not to use the model for military purposes or to harm minors.",
    "You will not use the outputs to improve any other model.",
    "We may terminate this license at any time.",
    "您不得将本模型用于商业用途。",
    "(a) 1. i. §",
    "\n\n",
    "\n- ",
    "; ",
)


def checked(text: str) -> Reading:
    """A reading that keeps to what every reading must."""
    reading = read_facts(text)
    for clause in clauses(reading.terms):
        assert clause.start is not None
        assert clause.end is not None
        assert 0 <= clause.start < clause.end <= len(text)
        assert clause.section
        assert 0 < clause.confidence <= 1
        assert clause.pattern
    for place in reading.unread:
        assert 0 <= place.start < place.end <= len(text)
        assert place.mentions
    return reading


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read(text: str) -> None:
    assert checked(text) == read_facts(text)


@given(st.lists(st.sampled_from(CLAUSES), max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_mixture_of_clauses_is_read(some: list[str]) -> None:
    reading = checked(" ".join(some))
    assert msgspec.convert(facts_json(reading), Terms) == reading.terms


ORDER = {None: 0, "yes": 0, "conditional": 1, "unclear": 2, "no": 3}


@given(
    st.lists(st.sampled_from(CLAUSES[:9]), max_size=5, unique=True),
    st.sampled_from(CLAUSES[1:5]),
)
@settings(max_examples=150, deadline=None)
def test_adding_a_restriction_makes_nothing_milder(some: list[str], more: str) -> None:
    def value(terms: Terms, name: str) -> int:
        clause = getattr(terms, name)
        return ORDER[clause.value if clause else None]

    before = read_facts("\n\n".join([CLAUSES[0], *some])).terms
    after = read_facts("\n\n".join([CLAUSES[0], *some, more])).terms
    if any("less than" in one for one in (*some, more)):
        return  # a permission for some: it opens what was closed
    for name in ("commercial_use", "redistribution", "derivatives"):
        assert value(after, name) >= value(before, name)
    assert len(after.thresholds) >= len(before.thresholds)
    assert len(after.territory) >= len(before.territory)


@pytest.mark.parametrize(
    "bar",
    [
        "Commercial use without permission is prohibited.",
        "If you use the model commercially, you must contact us for a license.",
        "The model may be used for research purposes only.",
    ],
)
def test_a_cap_softens_no_bar(bar: str) -> None:
    """What holds for everybody is not read as holding for the large only because a size is named."""
    for text in (f"{CLAUSES[0]}\n\n{bar}", f"{CLAUSES[0]}\n\n{CLAUSES[2]}\n\n{bar}"):
        use = read_facts(text).terms.commercial_use
        assert use is not None
        assert use.value == "no"


def test_every_fact_names_its_pattern_and_shows_its_words() -> None:
    text = "Preamble.\n\n4. Size. If your product has more than 7 million monthly active users, you must request a license."
    (size,) = checked(text).terms.thresholds
    assert size.section == "4"
    assert size.pattern == "threshold.monthly_active_users"
    assert text[size.start : size.end].startswith("If your product has more than 7 million")


def test_nothing_is_assumed_of_nothing() -> None:
    assert read_facts("") == Reading(terms=Terms())


HOSTILE = {
    "one sentence without end": "you must not use the model if " * 8000,
    "numbers only": "1.1.1 (a) i. " * 20_000,
    "quotation marks": '"' * 200_000,
    "open quotations": "You must display “" * 10_000,
    "brackets": "((((<<<<&&&&" * 20_000,
    "tags": "<p" * 100_000,
    "thresholds": "If you have more than 5 million monthly active users you must request a license. "
    * 3000,
    "different thresholds": " ".join(
        f"More than {n} million monthly active users must pay." for n in range(3000)
    ),
    "not not not": "may not " * 30_000,
    "commas": "solely, only, for, " * 15_000,
    "NUL": "\x00" * 200_000,
    "Chinese": "不得用于商业用途，" * 20_000,
    "list without end": "You shall not:\n" + "- use it for military purposes\n" * 8000,
    "nested lists": "".join(f"{' ' * n}({'abcdefgh'[n % 8]}) you shall:\n" for n in range(3000)),
    "surrogates": "\ud800 you must not \udfff" * 5000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_in_bounded_time(name: str) -> None:
    text = HOSTILE[name]
    start = time.perf_counter()
    checked(text)
    assert time.perf_counter() - start < 6, "200 KB must take a second or so, whatever they are"


@pytest.mark.parametrize(
    "name", ["thresholds", "not not not", "one sentence without end", "Chinese"]
)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    def seconds(text: str) -> float:
        start = time.perf_counter()
        read_facts(text)
        return time.perf_counter() - start

    text = HOSTILE[name]
    seconds(text)
    small = min(seconds(text) for _ in range(3))
    assert seconds(text * 8) < 8 * small * 4 + 0.2


def test_the_module_prints_a_line_a_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "LICENSE"
    path.write_bytes(b"This license does not apply in Brazil.\xff")
    command = [sys.executable, "-m", "weightlaw.reading.facts", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    row = json.loads(done.stdout)
    assert row["file"] == str(path)
    assert len(row["sha256"]) == 64
    assert row["facts"]["territory"][0]["excluded"] == ["BR"]


@pytest.mark.skipif(
    not SCORER.exists(), reason="the corpus and its scorer (../shared) are not here"
)
def test_the_corpus_is_read_well() -> None:
    reader = [sys.executable, "-m", "weightlaw.reading.facts"]
    command = [sys.executable, str(SCORER), "--min", "0.97", "--", *reader]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    lines = {line.split("  ")[0]: line.split() for line in done.stdout.splitlines()}
    for kind in ("thresholds", "territory", "threshold terms", "attribution_display"):
        assert float(lines[kind][-2]) >= 0.95, done.stdout
    assert float(done.stdout.split("evidence placed ")[1].split()[0]) >= 0.97
