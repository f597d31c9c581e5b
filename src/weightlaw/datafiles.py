"""Where the data folders are: in the checkout, or beside the code in an installed package."""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(_PACKAGE, "_data")
CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))


def is_checkout() -> bool:
    """Whether this code runs from a checkout (an editable install does)."""
    return os.path.isfile(os.path.join(CHECKOUT, "pyproject.toml")) and os.path.isdir(
        os.path.join(CHECKOUT, "license_db")
    )


def path(*parts: str) -> str:
    """The path of a data file or folder, e.g. `path("policies")`."""
    return os.path.join(CHECKOUT if is_checkout() else DATA, *parts)
