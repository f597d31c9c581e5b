"""Ids and times of a document: derived from what it says, so that the same content has the same id."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from weightlaw.reports.sbom.view import Bill

_NAMESPACE = UUID("5a2c5f5e-8f0b-5d6e-9c52-3d7f0e6b1a47")
"""Fixed once for all documents of weightlaw."""


def document_uuid(bill: Bill, form: str) -> UUID:
    """The id of the document in one format."""
    return uuid5(_NAMESPACE, f"{form}:{bill.digest}")


def time_of(day: str) -> datetime | None:
    """A day as a time; None for no day and for one that does not exist."""
    try:
        return datetime.fromisoformat(day) if day else None
    except ValueError:
        return None
