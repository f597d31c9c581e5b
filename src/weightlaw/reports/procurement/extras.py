"""Libraries that only one format needs: imported when it is written, and named where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from weightlaw.errors import UsageError


def need(module: str, extra: str) -> Any:
    """The module. Raises UsageError with the extra to install where it is not there."""
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(
            f"this format needs {error.name or module}, which is not installed: pip install 'weightlaw[{extra}]'"
        ) from None
