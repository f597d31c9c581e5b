"""The texts of pages that come with the package."""

from __future__ import annotations

from weightlaw import datafiles
from weightlaw.errors import UsageError


def template(*parts: str) -> str:
    """One file below `templates`, by its folders and name. Raises UsageError where the installation lacks it."""
    try:
        with open(datafiles.path("templates", *parts), encoding="utf-8") as file:
            return file.read()
    except OSError:
        raise UsageError(f"there is no template {'/'.join(parts)}: reinstall weightlaw") from None
