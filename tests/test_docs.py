"""What is generated is up to date, and everything is documented."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from weightlaw.cli.main import COMMANDS
from weightlaw.policy.rules import NAMES, all_rules, module

ROOT = Path(__file__).parents[1]
MADE_ON = (3, 11)
"""The Python whose argparse laid out the page of commands."""


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_current() -> None:
    """`python docs/generate.py` would change nothing; other Pythons lay out help texts in other ways."""
    for name, text in _generator().pages().items():
        stored = (ROOT / "docs" / name).read_text(encoding="utf-8")
        if name == "commands.md" and sys.version_info[:2] != MADE_ON:
            assert all(f"## weightlaw {command}" in stored for command in COMMANDS)
        else:
            assert stored == text, f"run python docs/generate.py ({name})"


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
