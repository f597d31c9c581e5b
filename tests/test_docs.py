"""What is generated is up to date, and everything is documented."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from weightlaw.cli.main import COMMANDS
from weightlaw.policy.rules import NAMES, all_rules, module

ROOT = Path(__file__).parents[1]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_current() -> None:
    """`python docs/generate.py` would change nothing (help texts are wrapped alike on 3.11 and 3.13 only
    for the same Python, so the page of commands is compared without white space)."""
    for name, text in _generator().pages().items():
        stored = (ROOT / "docs" / name).read_text(encoding="utf-8")
        if name == "commands.md":
            assert _words(stored) == _words(text), name
        else:
            assert stored == text, f"run python docs/generate.py ({name})"


def _words(text: str) -> str:
    return "".join(text.replace("options:", "").split())


@pytest.mark.parametrize("name", NAMES)
def test_names_agree(name: str) -> None:
    """A rule's id, name and file carry the same name, and no file is left out of the table."""
    rule = module(name).RULE
    folder = ROOT / "src" / "weightlaw" / "policy" / "rules"
    assert sorted(f.stem for f in folder.glob("wl*.py")) == list(NAMES)
    assert name == f"{rule.id.lower()}_{rule.name.replace('-', '_')}"
    assert all_rules()[rule.id] is rule
    assert rule.title.endswith(".")
    assert rule.why
    assert rule.remedy


def test_readme_names_every_command() -> None:
    """A command that the README does not name is not there for its users."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"weightlaw {command}" in readme, command
