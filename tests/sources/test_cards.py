"""Model cards as they are in the wild: everything that can be had is had, and nothing raises."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.loopback import SHARED, needs_shared
from weightlaw.sources.cards import CardData, card_data, merge, read_card, statements_on_license
from weightlaw.sources.frontmatter import split


def licenses(front: str) -> tuple[str, ...]:
    return read_card(f"---\n{front}\n---\n# Model\n").data.licenses


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("license: mit", ("mit",)),
        ("license: 'mit' # really", ("mit",)),
        ("license: [mit, apache-2.0]", ("mit", "apache-2.0")),
        ("license:\n- apache-2.0\n- bsd-3-clause", ("apache-2.0", "bsd-3-clause")),
        ("license: no", ("no",)),
        ("license: null", ()),
        ("license:", ()),
        ("license: false", ("false",)),
        ("license: 3", ("3",)),
        ("license: {name: mit}", ()),
        ("license: mit\nlicense: llama3", ("mit", "llama3")),
        ("\tlicense: mit", ("mit",)),
        ("license:\tmit", ("mit",)),
        ("language: [en\nlicense: mit", ("mit",)),
        ("title: a: b: c\nlicense:\n- mit\n- gpl-3.0\ntags: [x]", ("mit", "gpl-3.0")),
        ("x: !!python/object:os.system {}\nlicense: mit", ("mit",)),
        ("na\0me: x\nlicense: mit", ("mit",)),
        ("a: &a [*a]\nlicense: mit", ("mit",)),
        ("licence: mit", ("mit",)),
        ("licence: license", ()),
        ("- license: mit", ("mit",)),
        ("just words", ()),
        ("model-index:\n- name: x\n  license: wrong\nlicense: mit", ("mit",)),
    ],
)
def test_licenses(front: str, expected: tuple[str, ...]) -> None:
    """Every spelling of a licence declaration that was met, broken ones included."""
    assert licenses(front) == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_all_fields(newline: str) -> None:
    """Every field that is read, and the prose behind them."""
    text = """---
license: other
license_name: my-license
license_link: >-
  https://example.org/LICENSE
base_model:
- a/b
- c/d
base_model_relation: merge
tags: [x, y]
datasets: z/w
pipeline_tag: image-text-to-text
library_name: transformers
extra_gated_prompt: |
  You agree
  to this.
---
# Title
""".replace("\n", newline)
    card = read_card(text)
    assert card.data == CardData(
        licenses=("other",),
        license_name="my-license",
        license_link="https://example.org/LICENSE",
        base_models=("a/b", "c/d"),
        base_model_relation="merge",
        tags=("x", "y"),
        datasets=("z/w",),
        pipeline_tag="image-text-to-text",
        library_name="transformers",
        extra_gated_prompt="You agree\nto this.\n"
        if newline == "\n"
        else card.data.extra_gated_prompt,
    )
    assert card.prose == f"# Title{newline}"
    assert card.notes == ()


def test_broken_is_said() -> None:
    """What was broken stands in the notes, with its place."""
    card = read_card("---\nlicense: mit\nlicense: llama3\n---\n")
    assert card.notes == (
        "the card's front matter is broken and was read line by line: "
        "README.md:2:1: the key 'license' is given twice",
    )
    assert "no front matter" in read_card("# Model\nlicense: mit").notes[0]
    assert "does not end" in read_card("---\nlicense: mit\n# Model").notes[0]
    assert read_card("---\nlicense: mit\n# Model\nlicense: gpl").data.licenses == ("mit",)


def test_broken_values_below() -> None:
    """Folded text and lists are found line by line too."""
    card = read_card(
        "---\nx: [\nlicense_link: >-\n  https://a.example/L\n  ICENSE\nbase_model:\n- a/b\n\n- 'c/d'\n---\n"
    )
    assert card.data.license_link == "https://a.example/L ICENSE"
    assert card.data.base_models == ("a/b", "c/d")


@pytest.mark.parametrize(
    "text",
    [
        "---\n" + "license: x\n" * 200_000 + "x: [\n---\n",
        "---\n" + "license:\n" * 200_000 + "---\n",
        "---\n" + "[" * 500_000 + "\n---\n",
        "---\n" * 300_000,
        "\n" * 1_000_000 + "-",
        "---\nmodel-index:\n" + "- a: 1\n" * 500_000 + "license: mit\n---\n",
        "license " * 200_000,
        "see the license. " * 100_000,
    ],
)
def test_monsters_cost_little(text: str) -> None:
    """Size alone neither raises nor hangs."""
    start = time.perf_counter()
    statements_on_license(read_card(text).prose)
    assert time.perf_counter() - start < 5


def test_long_tables_hide_no_license() -> None:
    """Benchmark tables of a megabyte stand before the licence in some cards."""
    table = "model-index:\n" + "- results:\n    value: 1\n" * 60_000
    assert read_card(f"---\n{table}license: mit\n---\n").data.licenses == ("mit",)


PIECES = st.sampled_from(
    [
        "---",
        "\n",
        "license:",
        " mit",
        "\t",
        "- ",
        "[",
        "]",
        "\0",
        "'",
        ">-",
        "base_model: a/b",
        "#",
        ":",
        "\r",
        "é",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read(text: str) -> None:
    """Nothing raises, with or without fences around it, and every statement is where it says."""
    for card in (read_card(text), read_card(f"---\n{text}\n---\n{text}")):
        for found in statements_on_license(card.prose):
            assert card.prose[found.offset : found.offset + len(found.text)] == found.text
            assert 0 < len(found.text) <= 300


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KEYS = st.sampled_from(
    ["license", "licence", "license_link", "base_model", "tags", "extra_gated_prompt"]
)


@given(st.dictionaries(KEYS, VALUES))
def test_any_values_are_read(raw: dict[str, object]) -> None:
    """The Hub's `cardData` may hold anything under any key."""
    data, _ = card_data(raw)
    assert all(isinstance(v, str) and v for v in (*data.licenses, *data.base_models, *data.tags))


def test_merge_keeps_declarations_together() -> None:
    """A name belongs to the tag it stands beside."""
    api = CardData(licenses=("mit",))
    readme = CardData(licenses=("other",), license_name="x", base_models=("a/b",))
    assert merge(api, readme) == CardData(licenses=("mit",), base_models=("a/b",))
    assert merge(CardData(), readme) == readme
    assert merge(CardData(tags=("t",)), readme).license_name == "x"


def test_statements() -> None:
    """Sentences around the word, without code; tables by the row."""
    prose = (
        "A model. It is licensed under MIT. Nice.\n"
        "```\nlicense = 1\n```\n"
        "| License | CC BY-NC |\n"
        "For research purposes only.\n" + "x " * 400 + "license" + " y" * 400
    )
    texts = [s.text for s in statements_on_license(prose)]
    assert texts[:3] == [
        "It is licensed under MIT.",
        "| License | CC BY-NC |",
        "For research purposes only.",
    ]
    assert len(texts) == 4
    assert "license" in texts[3]


@needs_shared
def test_real_cards() -> None:
    """All 100 real cards: a licence wherever their front matter has one."""
    silent = []
    for path in sorted((SHARED / "hub" / "cards").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        card = read_card(text)
        front = split(text).front or ""
        if "license:" in front and not card.data.licenses:
            silent.append(path.name)
    assert silent == []


@needs_shared
def test_real_broken_card() -> None:
    """Its YAML breaks in the third line; everything is in it nevertheless."""
    card = read_card((SHARED / "hub" / "cards" / "_broken__LungTTA.md").read_text(encoding="utf-8"))
    assert card.data.licenses == ("other",)
    assert card.data.license_name == "stable-audio-community"
    assert card.data.pipeline_tag == "text-to-audio"
    assert len(card.notes) == 1
