"""numpy and scipy, imported when a number is first computed; they belong to the extra `trial`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from weightlaw.errors import UsageError

EXTRA = "this needs the extra: pip install 'weightlaw[trial]'"


def numpy() -> Any:
    """The module numpy. Raises UsageError where it is not installed."""
    return _need("numpy")


def special() -> Any:
    """The module scipy.special. Raises UsageError where it is not installed."""
    return _need("scipy.special")


def _need(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise UsageError(EXTRA) from None
