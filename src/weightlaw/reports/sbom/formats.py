"""The formats, each with the library that it needs, imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from weightlaw.errors import UsageError
from weightlaw.reports.sbom.view import Bill

Render = Callable[[Bill], str]
FORMATS = ("spdx-2.3", "spdx-3.0", "cyclonedx-1.6", "cyclonedx-1.7")
_EXTRA = 'pip install "weightlaw[sbom]"'


def renderer(form: str, *, validate: bool = False) -> Render:
    """What renders a view in one of FORMATS. Raises UsageError where a library is missing, and says how to get it.

    SPDX documents are always validated. `validate` holds CycloneDX against the official schema as well, which the tests
    do for all that can be in a view: its check of addresses takes a tenth of a second each.
    """
    module, _, version = form.partition("-")
    name = {"spdx-2.3": "spdx23", "spdx-3.0": "spdx3"}.get(form, module)
    try:
        found = import_module(f"weightlaw.reports.sbom.{name}")
        render: Render = (
            found.render if module == "spdx" else found.renderer(version, validate=validate)
        )
    except ImportError as error:
        if (error.name or "").startswith("weightlaw"):
            raise
        raise UsageError(
            f"--format {form} needs {error.name or 'a library'}, which is not installed: {_EXTRA}"
        ) from None
    return render
