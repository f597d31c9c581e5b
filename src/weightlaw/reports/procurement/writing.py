"""From a file's name to its format and its bytes."""

from __future__ import annotations

import os
from importlib import import_module

from weightlaw.errors import UsageError
from weightlaw.reports.procurement.view import Report

FORMATS = {
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".xlsx": "xlsx",
    ".docx": "docx",
    ".md": "markdown",
    ".json": "json",
}
FORM_FORMATS = ("markdown", "json")


def format_of(path: str, form: bool = False) -> str:
    """The format that a file's name means. Raises UsageError."""
    found = FORMATS.get(os.path.splitext(path)[1].lower())
    if found is None:
        raise UsageError(f"{path!r}: the name must end in one of {', '.join(FORMATS)}")
    if form and found not in FORM_FORMATS:
        raise UsageError("--form mdf is written as .md or .json")
    return found


def rendered(report: Report, form: str, templates: str = "") -> bytes:
    """The report in one format. Raises UsageError where a library of it is missing."""
    module = import_module(f"weightlaw.reports.procurement.{form}")
    data: bytes = module.render(report, templates)
    return data


def save(data: bytes, path: str) -> None:
    """Write a file that only appears once it is whole; a pipe or a device is written as it is. Raises UsageError."""
    special = os.path.exists(path) and not os.path.isfile(path)
    target = path if special else f"{path}.{os.getpid()}.new"
    try:
        with open(target, "wb") as file:
            file.write(data)
        if not special:
            os.replace(target, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
