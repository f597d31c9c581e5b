"""Where the policy is, found without loading what reads it."""

from __future__ import annotations

import os

from weightlaw.errors import UsageError

FILE_NAME = "weightlaw.yaml"
MISNAMED = ("weightlaw.yml", ".weightlaw.yaml", ".weightlaw.yml")
"""Names that a policy may be given by mistake: it would guard nothing."""
PROJECT_FILE = "pyproject.toml"
TABLE = "tool.weightlaw"


def find_policy(start: str) -> str | None:
    """`weightlaw.yaml` or a pyproject.toml with `[tool.weightlaw]` in `start` or above, up to the repository's root.

    Raises UsageError where one folder has both.
    """
    folder = os.path.abspath(start)
    while True:
        if found := policy_in(folder):
            return found
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = parent


def policy_in(folder: str) -> str | None:
    """The policy file of one folder. Raises UsageError where there are two, or one under a wrong name."""
    own = os.path.join(folder, FILE_NAME)
    project = os.path.join(folder, PROJECT_FILE)
    told = _has_table(project)
    for name in MISNAMED:
        if os.path.lexists(wrong := os.path.join(folder, name)):
            raise UsageError(f"{wrong}: a policy is called {FILE_NAME}; rename it, or use --policy")
    if os.path.lexists(own) and not os.path.isfile(own):
        raise UsageError(f"{own} is there and is no file that can be read")
    if os.path.isfile(own):
        if told:
            raise UsageError(f"{own} and [{TABLE}] in {PROJECT_FILE} both hold a policy: keep one")
        return own
    return project if told else None


def _has_table(project: str) -> bool:
    """Whether a pyproject.toml speaks to weightlaw."""
    try:
        with open(project, "rb") as file:
            return speaks(file.read())
    except OSError:
        return False


def speaks(data: bytes) -> bool:
    """Whether a project file has the table, however TOML lets it be written; one that is no TOML may."""
    if b"weightlaw" not in data:
        return False
    lines = (line.strip().lstrip(b"[").lstrip() for line in data.splitlines() if b"[" in line)
    if any(line.startswith((b"tool.weightlaw]", b"tool.weightlaw.")) for line in lines):
        return True
    import tomllib  # only where the word stands elsewhere, as in a dependency

    try:
        tool = tomllib.loads(data.decode("utf-8")).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return True
    return isinstance(tool, dict) and "weightlaw" in tool
