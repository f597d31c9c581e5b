"""What the extra `trial` brings, imported when it is first needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from weightlaw.errors import UsageError

EXTRA = "this needs the extra: pip install 'weightlaw[trial]'"


def need(module: str) -> Any:
    """A module of the extra. Raises UsageError where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        raise UsageError(EXTRA) from None
