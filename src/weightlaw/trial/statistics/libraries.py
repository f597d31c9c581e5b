"""numpy and scipy, imported when a number is first computed."""

from __future__ import annotations

from typing import Any

from weightlaw.trial.extra import need


def numpy() -> Any:
    """The module numpy. Raises UsageError where it is not installed."""
    return need("numpy")


def special() -> Any:
    """The module scipy.special. Raises UsageError where it is not installed."""
    return need("scipy.special")
