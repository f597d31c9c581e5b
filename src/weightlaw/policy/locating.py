"""Where the policy is, found without loading what reads it."""

from __future__ import annotations

import os

from weightlaw.errors import UsageError

FILE_NAME = "weightlaw.yaml"
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
    """The policy file of one folder. Raises UsageError where there are two."""
    own = os.path.join(folder, FILE_NAME)
    project = os.path.join(folder, PROJECT_FILE)
    speaks = _has_table(project)
    if os.path.isfile(own):
        if speaks:
            raise UsageError(f"{own} and [{TABLE}] in {PROJECT_FILE} both hold a policy: keep one")
        return own
    return project if speaks else None


def _has_table(project: str) -> bool:
    """Whether a pyproject.toml speaks to weightlaw: a line that opens the table or one below it."""
    try:
        with open(project, "rb") as file:
            data = file.read()
    except OSError:
        return False
    if TABLE.encode() not in data:
        return False
    lines = (line.strip().lstrip(b"[").lstrip() for line in data.splitlines() if b"[" in line)
    return any(line.startswith((b"tool.weightlaw]", b"tool.weightlaw.")) for line in lines)
