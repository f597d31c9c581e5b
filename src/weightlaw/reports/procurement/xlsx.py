"""XLSX: one sheet a table, with filters and frozen heads. Every text is written as text, never as a formula."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

from weightlaw.reports.procurement.extras import need
from weightlaw.reports.procurement.tables import Table, tables, terms_by_license
from weightlaw.reports.procurement.view import Report

_NUMBERS = frozenset({"Input", "Output", "Duties", "Depth", "No.", "Evidence"})
"""Columns of our own counts and prices: numbers, so that they can be summed. All else is text."""
_MAX_WIDTH = 60
_LINE, _TALLEST = 13.5, 400.0
"""Height of a line, and of the tallest row that a spreadsheet takes, in points."""
_LOOK: dict[str, dict[str, object]] = {
    "allowed": {"bg_color": "#E2EFDA"},
    "conditional": {"bg_color": "#FFF2CC"},
    "review": {"bg_color": "#E4DFEC", "italic": True},
    "denied": {"bg_color": "#C00000", "font_color": "#FFFFFF", "bold": True},
}


def render(report: Report, templates: str = "") -> bytes:
    """The workbook; the same bytes for the same view. Raises UsageError where xlsxwriter is missing."""
    xlsxwriter = need("xlsxwriter", "report")
    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {"title": report.title[:250], "created": dt.datetime.fromisoformat(report.date)}
    )
    sheets = _Sheets(book)
    for table in _ordered(report):
        sheets.add(table, _head(report) if table.id == "decision" else ())
    book.close()
    return out.getvalue()


def _ordered(report: Report) -> list[Table]:
    made = list(tables(report))
    at = next(n for n, table in enumerate(made) if table.id == "swaps")
    return [*made[:at], terms_by_license(report), *made[at:]]


def _head(report: Report) -> tuple[str, ...]:
    said = "; ".join(f"{f.name}: {f.cell.text}" for f in report.deployment if f.cell.text)
    policy = f"policy {report.policy}" if report.policy else "no policy of the organization"
    return (
        report.headline,
        f"{report.title}  {report.date}; {report.organization or 'organization not named'}; {policy}; weightlaw {report.weightlaw}",
        said,
    )


def _height(row: tuple[str, ...], widths: tuple[int, ...]) -> float:
    """Room for the longest text: not every program finds the height of wrapped rows itself."""
    lines = max(
        -(-len(text) // min(width, _MAX_WIDTH)) for text, width in zip(row, widths, strict=True)
    )
    return min(_LINE * max(lines, 1) + 2, _TALLEST)


class _Sheets:
    """Writes tables as sheets of one workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        base = {"text_wrap": True, "valign": "top", "font_size": 10}
        self.text = book.add_format(base)
        self.head = book.add_format({**base, "bold": True, "bottom": 2})
        self.large = book.add_format({"bold": True, "font_size": 15, "valign": "top"})
        self.soft = book.add_format({"font_size": 10, "font_color": "#505050", "valign": "top"})
        self.verdicts = {name: book.add_format({**base, **look}) for name, look in _LOOK.items()}

    def add(self, table: Table, head: tuple[str, ...]) -> None:
        """One table under an optional head of lines; its note stands below it."""
        sheet = self.book.add_worksheet(table.title[:31])
        for line, text in enumerate(head):
            sheet.write_string(line, 0, text, self.soft if line else self.large)
        top = len(head) + 1 if head else 0
        self._columns(sheet, table, top)
        for number, row in enumerate(table.rows, top + 1):
            sheet.set_row(number, _height(row, table.widths))
            for column, text in enumerate(row):
                self._cell(sheet, number, column, text, table.heads[column])
        end = top + max(len(table.rows), 1)
        if not table.rows:
            sheet.write_string(top + 1, 0, table.empty, self.text)
        sheet.autofilter(top, 0, end, len(table.heads) - 1)
        if table.note:
            sheet.write_string(end + 2, 0, table.note, self.soft)

    def _columns(self, sheet: Any, table: Table, top: int) -> None:
        for column, (title, width) in enumerate(zip(table.heads, table.widths, strict=True)):
            sheet.set_column(column, column, min(width, _MAX_WIDTH))
            sheet.write_string(top, column, title, self.head)
        sheet.freeze_panes(top + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)

    def _cell(self, sheet: Any, row: int, column: int, text: str, title: str) -> None:
        if title in _NUMBERS and text:
            sheet.write_number(row, column, float(text), self.text)
        else:
            look = self.verdicts.get(text, self.text) if title == "Verdict" else self.text
            sheet.write_string(row, column, text, look)
