"""Arrows point inward only, and the core stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import weightlaw

ROOT = Path(weightlaw.__file__).parent
RANKS = {
    "domain": 0,
    "catalog": 1,
    "references": 2,
    "sources": 2,
    "reading": 2,
    "scores": 2,
    "lineage": 3,
    "policy": 4,
    "scanning": 4,
    "lockfile": 4,
    "trial": 5,
    "reports": 5,
    "cli": 6,
}
HEAVY = {
    "huggingface_hub",
    "requests",
    "jinja2",
    "spdx_tools",
    "rich",
    "re2",
    "yaml",
    "importlib.metadata",
}


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("room", sorted(RANKS))
def test_arrows_point_inward(room: str) -> None:
    """No room imports one that stands further out."""
    for file in (ROOT / room).rglob("*.py"):
        for name in _imports(file):
            parts = name.split(".")
            if parts[0] == "weightlaw" and len(parts) > 1 and parts[1] in RANKS:
                assert RANKS[parts[1]] <= RANKS[room], f"{file.relative_to(ROOT)} imports {name}"


def test_nobody_but_the_command_line_knows_the_trial() -> None:
    """The gap test is an extra in a room of its own."""
    for file in ROOT.rglob("*.py"):
        if file.relative_to(ROOT).parts[0] in ("trial", "cli"):
            continue
        assert not any(n.startswith("weightlaw.trial") for n in _imports(file)), file


def test_domain_imports_only_msgspec() -> None:
    """The values know nobody: the standard library, msgspec, and the errors."""
    allowed = {"msgspec", "weightlaw", *sys.stdlib_module_names}
    for file in (ROOT / "domain").glob("*.py"):
        for name in _imports(file):
            assert name.split(".")[0] in allowed, f"{file.name} imports {name}"
            if name.startswith("weightlaw."):
                assert name.startswith(("weightlaw.domain.", "weightlaw.errors")), name


def test_check_stays_light() -> None:
    """An offline check imports none of the heavy libraries."""
    code = (
        "import sys; from weightlaw.cli.main import main; "
        "main(['check', 'llama4', '--mau', '900M', '--offline']); "
        f"print(sorted(set(sys.modules) & {HEAVY!r}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd="/"
    )
    assert done.stderr.strip() == "[]"


def test_offline_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--offline` never opens a socket."""
    import socket

    from weightlaw.cli.main import main

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    assert main(["check", "llama4", "--mau", "900M", "--offline", "--output", "/dev/null"]) == 1
