"""PDF by typst: no system libraries and no system fonts, so the same view gives the same bytes everywhere; tagged (PDF/UA-1).

The template and the view are handed over in memory: a template can read neither files nor the network's packages.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile

import msgspec

from weightlaw.errors import UsageError
from weightlaw.reports.procurement.extras import need
from weightlaw.reports.procurement.tables import (
    FEW,
    Table,
    brief,
    sheet_rows,
    sheet_sources,
    tables,
    terms_side_by_side,
)
from weightlaw.reports.procurement.templating import even, text_of
from weightlaw.reports.procurement.view import ModelSheet, Report

STANDARD = "ua-1"
_LOADING = re.compile(r"\b(import|include|eval|std)\b")
"""What could load code that is not in the template: packages, or text that is run."""
_TERMS, _SHEETS = 4, 5
"""Columns beside the names of rows on a page."""


def render(report: Report, templates: str = "") -> bytes:
    """The document. Raises UsageError where typst is missing or a template of one's own is wrong."""
    typst = need("typst", "pdf")
    files = {"main.typ": _template(templates), "data.json": _data(report)}
    stamp = dt.datetime.fromisoformat(report.date).replace(tzinfo=dt.UTC)
    fonts = [templates] if templates else []
    with tempfile.TemporaryDirectory() as empty:
        try:
            made = typst.compile(
                files,
                format="pdf",
                root=empty,
                font_paths=fonts,
                ignore_system_fonts=True,
                pdf_standards=[STANDARD],
                timestamp=stamp,
                package_path=empty,
                package_cache_path=empty,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise UsageError(f"template report.typ: {error}") from None
    data: bytes = made
    return data


def _template(folder: str) -> bytes:
    """The template. Raises UsageError where it could load anything: packages come over the network."""
    text = text_of("report.typ", folder)
    if found := _LOADING.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UsageError(
            f"template report.typ, line {line}: {found[0]!r} may not stand in it: a template loads no other code"
        )
    return text.encode()


def _data(report: Report) -> bytes:
    return msgspec.json.encode(
        {
            "report": report,
            "tables": tables(report),
            "terms": terms_side_by_side(report, _TERMS),
            "sheets": _sheets(report),
        }
    )


def _sheets(report: Report) -> list[Table]:
    """The models side by side, a few a table; many of them in brief."""
    if len(report.sheets) > FEW:
        return [brief(report)]
    return [_sheet_table(group, report.sheet_names) for group in even(report.sheets, _SHEETS)]


def _sheet_table(group: list[ModelSheet], names: tuple[str, ...]) -> Table:
    cells = [sheet_rows(sheet) for sheet in group]
    return Table(
        id="models",
        title="Models",
        heads=("", *(s.model for s in group)),
        widths=(12, *(88 // len(group) for _ in group)),
        rows=(
            ("Verdict", *(s.verdict for s in group)),
            *((name, *(column[n] for column in cells)) for n, name in enumerate(names)),
            ("Sources", *(sheet_sources(s) for s in group)),
        ),
    )
