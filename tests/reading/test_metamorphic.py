"""Edits of real license texts: the facts follow the edit, and nothing else in the facts moves.

Generated for every text of the corpus, which is not part of the project: without it these are skipped. Values are
compared, not places: an edit moves everything behind it.
"""

from __future__ import annotations

import itertools
import pathlib
import random
import re
from typing import Any

import msgspec
import pytest

from weightlaw.domain.terms import Terms
from weightlaw.reading.facts import clauses, read_facts

TEXTS = pathlib.Path(__file__).resolve().parents[3] / "shared" / "corpus" / "texts"
PATHS = sorted(TEXTS.glob("*.txt"))
PLACE = {"section", "start", "end", "confidence", "summary", "pattern"}
DERIVED = {"family", "commercial_use", "redistribution", "derivatives", "hosting", "outputs"}
"""What is read from several places together, so that an edit of one kind may rightly move it."""

pytestmark = pytest.mark.skipif(not PATHS, reason="the corpus of texts (../shared) is not here")
each_text = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def values(terms: Terms) -> dict[str, Any]:
    """The facts without their places."""
    return {name: _bare(getattr(terms, name)) for name in terms.__struct_fields__}


def _bare(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_bare(one) for one in value]
    if not isinstance(value, msgspec.Struct):
        return value
    return {key: one for key, one in msgspec.structs.asdict(value).items() if key not in PLACE}


def moved(before: Terms, after: Terms) -> set[str]:
    """The kinds of facts that differ."""
    old, new = values(before), values(after)
    return {name for name in old if old[name] != new[name]}


def paragraphs(text: str) -> list[int]:
    """The places between two paragraphs, none behind words that announce something."""
    return [m.end() for m in re.finditer(r"\.\s*\n[ \t]*\n(?=[ \t]*\S)", text)] or [len(text)]


def inserted(text: str, sentence: str, seed: str) -> str:
    place = random.Random(seed).choice(paragraphs(text))
    return f"{text[:place]}{sentence}\n\n{text[place:]}"


INSERTED = {
    "non-commercial": ("The licensed model may be used for non-commercial purposes only.", DERIVED),
    "territory": (
        "This license does not apply in Brazil and Japan.",
        {"territory", "redistribution", "derivatives", "hosting", "family"},
    ),
    "attribution": (
        'You must prominently display "Powered by Nimbus" on your website.',
        {"attribution_display", "family"},
    ),
    "user cap": (
        "If your products or services have more than 40 million monthly active users, you must request a "
        "license from the licensor.",
        {"thresholds", "commercial_use", "hosting", "family"},
    ),
}


@each_text
@pytest.mark.parametrize("kind", INSERTED)
def test_inserted_clause(path: pathlib.Path, kind: str) -> None:
    text = path.read_text()
    sentence, may_move = INSERTED[kind]
    before, after = (
        read_facts(text).terms,
        read_facts(inserted(text, sentence, path.stem + kind)).terms,
    )
    assert moved(before, after) <= may_move
    if kind == "non-commercial":
        assert after.commercial_use is not None
        assert after.commercial_use.value == "no"
    elif kind == "territory":
        assert {"BR", "JP"} <= {place for one in after.territory for place in one.excluded}
    elif kind == "attribution":
        assert "Powered by Nimbus" in {one.text for one in after.attribution_display}
    else:
        cap = next(one for one in after.thresholds if one.value == 40_000_000)
        assert (cap.metric, cap.consequence) == ("monthly_active_users", "request_license")


def sized() -> list[Any]:
    """Every threshold of the corpus: the text and its number."""
    found = []
    for path in PATHS:
        terms = read_facts(path.read_text()).terms
        found += [
            pytest.param(path, n, id=f"{path.stem}-{n}") for n in range(len(terms.thresholds))
        ]
    return found


NUMBER = re.compile(r"\d[\d,]*(?: million)?")


def edited(text: str, old: str, new: str) -> str:
    """A size written otherwise, wherever the text states it."""
    return text.replace(old, new)


def number_of(text: str, terms: Terms, which: int) -> str:
    """How the number of a threshold is written."""
    one = terms.thresholds[which]
    for match in NUMBER.finditer(text, one.start or 0, one.end or 0):
        figures = match[0].replace(",", "").replace(" million", "000000")
        if int(figures) == one.value:
            return match[0]
    raise AssertionError("the evidence of a threshold shows its number")


@pytest.mark.parametrize(("path", "which"), sized())
def test_number_changed(path: pathlib.Path, which: int) -> None:
    text = path.read_text()
    before = read_facts(text).terms
    after = read_facts(edited(text, number_of(text, before, which), "123 million")).terms
    assert moved(before, after) == {"thresholds"}
    assert 123_000_000 in {one.value for one in after.thresholds}
    assert len(after.thresholds) == len(before.thresholds)


@pytest.mark.parametrize(("path", "which"), sized())
def test_unit_changed(path: pathlib.Path, which: int) -> None:
    text = path.read_text()
    before = read_facts(text).terms
    written = number_of(text, before, which)
    if "million" not in written:
        pytest.skip("the number is written in figures")
    after = read_facts(edited(text, written, written.replace("million", "thousand"))).terms
    assert moved(before, after) == {"thresholds"}
    assert before.thresholds[which].value / 1000 in {one.value for one in after.thresholds}


@pytest.mark.parametrize(("path", "which"), sized())
def test_currency_changed(path: pathlib.Path, which: int) -> None:
    text = path.read_text()
    before = read_facts(text).terms
    if before.thresholds[which].currency is None:
        pytest.skip("not money")
    changed = text
    for old, new in (("USD $", "€"), ("US $", "€"), ("$", "€"), ("US dollars", "euros")):
        changed = edited(changed, old, new)
    after = read_facts(changed).terms
    assert moved(before, after) == {"thresholds"}
    assert "EUR" in {one.currency for one in after.thresholds}


@each_text
def test_cap_removed(path: pathlib.Path) -> None:
    text = path.read_text()
    before = read_facts(text).terms
    if not before.thresholds:
        pytest.skip("no threshold")
    spans = [(one.start or 0, one.end or 0) for one in before.thresholds]
    shared = {
        name
        for name in before.__struct_fields__
        for clause in clauses(Terms(**{name: getattr(before, name)}))
        if any((clause.start or 0) < end and start < (clause.end or 0) for start, end in spans)
    }
    changed = text
    for start, end in sorted(set(spans), reverse=True):
        changed = changed[:start] + changed[end:]
    after = read_facts(changed).terms
    gone = {(one.metric, one.value) for one in before.thresholds}
    stated_again = text.lower().count("million") > 1 or "1,000,000" in changed
    assert stated_again or not gone & {(one.metric, one.value) for one in after.thresholds}
    assert moved(before, after) <= shared | DERIVED | {"thresholds"}


@each_text
def test_paragraph_dropped(path: pathlib.Path) -> None:
    """A paragraph on which no fact rests takes none with it, save what is read from several places."""
    text = path.read_text()
    before = read_facts(text).terms
    spans = [(one.start or 0, one.end or 0) for one in clauses(before)]
    bounds = [0, *paragraphs(text), len(text)]
    pieces = [(a, b) for a, b in itertools.pairwise(bounds) if a < b]
    random.Random(path.stem).shuffle(pieces)
    free = [(a, b) for a, b in pieces if not any(start < b and a < end for start, end in spans)]
    for a, b in free[:5]:
        after = read_facts(text[:a] + text[b:]).terms
        assert moved(_settled(before), _settled(after)) <= DERIVED | {"use_restrictions"}


def _settled(terms: Terms) -> Terms:
    """Without what a clause takes from elsewhere in the text: an exception, a use over the network."""
    sizes = tuple(msgspec.structs.replace(one, exception="") for one in terms.thresholds)
    alike = terms.share_alike and msgspec.structs.replace(terms.share_alike, when=())
    return msgspec.structs.replace(terms, thresholds=sizes, share_alike=alike)


NAMES = (
    "Llama", "LLAMA", "LLaMA", "Meta Platforms", "Meta", "Gemma", "Google", "Qwen", "Tongyi Qianwen", "Alibaba Cloud", "DeepSeek", "EXAONE",
    "LG AI Research", "Falcon", "FLUX", "Black Forest Labs", "Stability AI", "Kimi", "Moonshot", "NVIDIA", "Tencent Hunyuan", "Tencent",
    "Hunyuan", "MiniMax", "LTXV", "Lightricks", "DBRX", "Databricks", "Chameleon", "SEER", "Apple", "Mistral AI", "Mistral", "xAI", "Nexusflow",
    "ModelGo", "AlphaFold", "Cohere", "BigScience", "BigCode", "DeepFloyd",
)  # fmt: skip
RENAMED = {name: f"Quoll{chr(97 + n % 26)}{chr(97 + n // 26)}" for n, name in enumerate(NAMES)}
ANY_NAME = re.compile("|".join(sorted(map(re.escape, NAMES), key=len, reverse=True)))


def rename(text: str) -> str:
    return ANY_NAME.sub(lambda found: RENAMED[found[0]], text)


def unlinked(text: str) -> str:
    """Addresses are not names: they stay, so they are taken out of both sides."""
    return re.sub(r"https?://\S+|\S+@\S+|www\.\S+", "https://example.org/policy", text)


@each_text
def test_renamed(path: pathlib.Path) -> None:
    text = unlinked(path.read_text())
    before, after = values(read_facts(text).terms), values(read_facts(rename(text)).terms)
    wanted = msgspec.json.decode(rename(msgspec.json.encode(before).decode()))
    assert msgspec.json.decode(msgspec.json.encode(after)) == wanted


WRAPPED = re.compile(r"(?<=\S)[ \t]+(?=\S)")


@each_text
def test_wrapped_again(path: pathlib.Path) -> None:
    """Line ends of Windows and quotation marks of a typewriter say nothing."""
    text = path.read_text()
    before = values(read_facts(text).terms)
    after = values(read_facts(text.replace("\n", "\r\n")).terms)
    assert after == before
