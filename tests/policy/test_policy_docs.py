"""The documentation on policies: its example works, the reference is complete, generated pages are current."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from weightlaw import plainyaml
from weightlaw.catalog.store import load
from weightlaw.checking import cases
from weightlaw.policy import houserules, policyyaml
from weightlaw.policy.extends import Layer, Merged, from_disk, layers_of
from weightlaw.policy.policydocs import pages
from weightlaw.policy.policyfile import policy_of
from weightlaw.policy.policytests import run
from weightlaw.policy.policywords import KEYS
from weightlaw.policy.validating import remarks

DOCS = Path(__file__).parents[2] / "docs"


def blocks() -> list[str]:
    text = (DOCS / "policy.md").read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def test_the_example_works() -> None:
    """The page's blocks are one policy: it loads, there is nothing to remark, and its tests pass."""
    parts = blocks()
    policy = "".join(p for p in parts if "weightlaw.tests.yaml" not in p)
    (tests,) = (p for p in parts if "weightlaw.tests.yaml" in p)
    reach = from_disk(offline=True)
    layers = layers_of(policy, "weightlaw.yaml", reach, "")
    house = policy_of(layers, load(), "2026-11-24", reach).house
    assert remarks(house, Merged(layers), load()) == ()
    layer = Layer(
        name="weightlaw.tests.yaml", document=plainyaml.parse(tests, "weightlaw.tests.yaml")
    )
    results = run(layers, layer, load(), lambda name: cases([name]), reach)
    assert [(r.case, r.failures) for r in results if r.failures] == []
    named = {rule.name for rule in house.rules if rule.source.startswith("weightlaw.yaml")}
    assert all(name in tests for name in named), "every rule of the example has a case"


def test_generated_pages_are_current() -> None:
    """`python docs/generate.py` makes the reference and the packs' pages."""
    for name, text in pages().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, name
    made = {f"packs/{p.name}" for p in (DOCS / "packs").glob("*.md")}
    assert made <= set(pages())


def test_every_key_has_words() -> None:
    """No key of the file is without its meaning, and none that is gone keeps one."""
    for name, words in KEYS.items():
        kind = getattr(policyyaml, name)
        assert {f.encode_name for f in msgspec.structs.fields(kind)} == set(words), name
    assert set(KEYS) == set(
        re.findall(r"^class (\w+)", Path(policyyaml.__file__).read_text(), re.M)
    ) | {"Preferences"}


def test_the_match_and_its_yaml_have_the_same_keys() -> None:
    """What can be written is what is tested."""
    from weightlaw.policy.matching import TESTS

    written = {f.encode_name for f in msgspec.structs.fields(policyyaml.Matching)}
    assert written == set(houserules.KEYS) == set(TESTS)


def test_the_reference_names_every_key() -> None:
    """Each key stands on the page."""
    text = (DOCS / "policy-reference.md").read_text(encoding="utf-8")
    for words in KEYS.values():
        for key in words:
            assert f"| `{key}` |" in text, key
