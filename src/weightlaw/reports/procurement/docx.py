"""DOCX that people go on editing: the word processor's own headings, lists and tables.

An organization's own `report.docx` in the folder of templates gives its styles, page and header.
"""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from io import BytesIO
from typing import Any

from weightlaw.reports.procurement.extras import need
from weightlaw.reports.procurement.tables import (
    FEW,
    Table,
    brief,
    listed,
    sheet_rows,
    sheet_sources,
    tables,
    terms_side_by_side,
)
from weightlaw.reports.procurement.templating import mark
from weightlaw.reports.procurement.view import Decision, Node, Report

_EPOCH = (1980, 1, 1, 0, 0, 0)
_SKIPPED = {"decision", "lineage", "models", "evidence"}
"""Tables that stand in another form here, or are too wide for a page as they are."""
_LANDSCAPE_WIDTH = 15_100
"""Width of the text in twentieths of a point: A4 across, with margins of 15 mm."""


def render(report: Report, templates: str = "") -> bytes:
    """The document; the same bytes for the same view. Raises UsageError where python-docx is missing."""
    docx = need("docx", "report")
    own = os.path.join(templates, "report.docx") if templates else ""
    document = docx.Document(own) if own and os.path.isfile(own) else _styled(docx.Document())
    _properties(document, report)
    _Writer(document, report).write()
    out = BytesIO()
    document.save(out)
    return _stable(out.getvalue())


def _properties(document: Any, report: Report) -> None:
    core = document.core_properties
    day = dt.datetime.fromisoformat(report.date)
    core.title, core.author, core.created, core.modified = report.title[:250], "weightlaw", day, day
    core.last_modified_by, core.comments, core.revision = "weightlaw", "", 1


def _stable(data: bytes) -> bytes:
    """The same package without the clock: every part dated 1980."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return out.getvalue()


def _styled(document: Any) -> Any:
    """A sober look for the bare default: A4 across, black headings, small tables."""
    shared = need("docx.shared", "report")
    across = need("docx.enum.section", "report").WD_ORIENT.LANDSCAPE
    Mm, Pt, RGBColor = shared.Mm, shared.Pt, shared.RGBColor  # noqa: N806
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = across, Mm(297), Mm(210)
    page.left_margin = page.right_margin = Mm(15)
    page.top_margin = page.bottom_margin = Mm(11)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Calibri", Pt(9)
    document.styles["Normal"].paragraph_format.space_after = Pt(2)
    for name, size in (("Title", 15), ("Heading 1", 13), ("Heading 2", 11), ("Heading 3", 10.5)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb, style.font.bold = (
            Pt(size),
            RGBColor(0, 0, 0),
            name != "Title",
        )
        style.element.rPr.rFonts.attrib.clear()
        style.font.name = "Georgia"
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(5), Pt(1)
    return document


class _Writer:
    """Writes the parts in the order of the report."""

    def __init__(self, document: Any, report: Report) -> None:
        self.document, self.report = document, report
        self.element = need("docx.oxml", "report").OxmlElement
        self.qn = need("docx.oxml.ns", "report").qn

    def write(self) -> None:
        """Everything, page one first."""
        report = self.report
        self._opening()
        made = {table.id: table for table in tables(report)}
        self._page_one(made["tasks"])
        for table in made.values():
            if table.id == "swaps":
                self._lineage()
                for terms in terms_side_by_side(report, 4):
                    self._table(terms)
            if table.id not in _SKIPPED | {"tasks"}:
                self._table(table)
        self._models()
        self._evidence()

    def _opening(self) -> None:
        report = self.report
        self.document.add_paragraph(report.title)
        self.document.add_heading(report.headline, 0)
        policy = f"policy {report.policy}" if report.policy else "no policy of the organization"
        organization = f"{report.organization}; " if report.organization else ""
        self._text(
            f"{report.date}; {organization}{policy}; weightlaw {report.weightlaw}, knowledge of {report.knowledge.date}"
        )
        self._text("; ".join(f"{f.name}: {f.cell.text}" for f in report.deployment if f.cell.text))

    def _page_one(self, tasks: Table) -> None:
        self.document.add_heading("Decision", 1)
        heads = ("Verdict", "Models", "What decides", "Largest deployment allowed", "Next step")
        rows = tuple(_decided(d) for d in self.report.decisions)
        self._grid(heads, (10, 17, 28, 20, 25), rows, bold={0})
        self._table(tasks)
        self.document.add_heading("Sign-off", 2)
        boxes = "☐ approved  ☐ approved with the duties  ☐ rejected"
        signed = tuple((role, boxes, "", "", "") for role in self.report.signatures)
        self._grid(("Role", "Decision", "Name", "Date", "Signature"), (16, 36, 18, 12, 18), signed)

    def _lineage(self) -> None:
        self.document.add_heading("Lineage", 1)
        for node in self.report.lineages:
            self._node(node, 0)
        if self.report.rootless:
            names = listed(self.report.rootless, 12)
            self._text(
                f"No base is known for {names}. That nobody names one does not show that there is none."
            )

    def _node(self, node: Node, depth: int) -> None:
        style = ("List Bullet", "List Bullet 2", "List Bullet 3")[min(depth, 2)]
        made = f"made by {node.relation} from " if node.relation else ""
        said = f" (says {node.said_by})" if node.said_by else ""
        self.document.add_paragraph(
            f"{made}{node.id}: {node.license or 'no licence known'}{said}", style=style
        )
        for base in node.bases:
            self._node(base, depth + 1)

    def _models(self) -> None:
        """One block a model for a few, a table of the most telling fields for many."""
        report = self.report
        if len(report.sheets) > FEW:
            self._table(brief(report))
            return
        self.document.add_heading("Models", 1)
        for sheet in report.sheets:
            self.document.add_heading(f"{sheet.model}: {sheet.verdict}", 3)
            cells = tuple(zip(report.sheet_names, sheet_rows(sheet), strict=True))
            self._grid(("Field", "What is known"), (22, 78), cells, bold={0})
            self._text(sheet_sources(sheet))

    def _evidence(self) -> None:
        table = next(t for t in tables(self.report) if t.id == "evidence")
        rows = tuple(_proved(row) for row in table.rows)
        self.document.add_heading("Evidence", 1)
        self._grid(
            (
                "No.",
                "Licence and section",
                "What it says",
                "Source, commit, date, SHA-256",
                "Models, rules",
            ),
            (5, 19, 32, 26, 18),
            rows,
        )
        self._text(
            f"weightlaw {self.report.weightlaw}. The same inputs give the same bytes. Not legal advice."
        )

    def _table(self, table: Table) -> None:
        self.document.add_heading(table.title, 1)
        if table.rows:
            total = sum(table.widths)
            self._grid(table.heads, tuple(round(100 * w / total) for w in table.widths), table.rows)
        else:
            self._text(table.empty)
        if table.note:
            self._text(table.note)

    def _text(self, text: str) -> None:
        if text:
            self.document.add_paragraph(text)

    def _grid(
        self,
        heads: tuple[str, ...],
        widths: tuple[int, ...],
        rows: tuple[tuple[str, ...], ...],
        bold: set[int] | frozenset[int] = frozenset(),
    ) -> None:
        """A table in the style `Table Grid`; its first row is a head that repeats on every page.

        Written element by element: the library's own way takes minutes for thousands of cells.
        """
        table = self.document.add_table(rows=0, cols=len(heads), style="Table Grid")
        table.autofit = False
        sizes = [str(_LANDSCAPE_WIDTH * w // 100) for w in widths]
        for column, size in zip(table._tbl.tblGrid, sizes, strict=True):
            column.set(self.qn("w:w"), size)
        table._tbl.append(self._row(heads, sizes, set(range(len(heads))), head=True))
        for row in rows:
            table._tbl.append(self._row(row, sizes, bold))
        self._gap()

    def _gap(self) -> None:
        """A few points of space: two tables that touch would become one."""
        points = need("docx.shared", "report").Pt
        space = self.document.add_paragraph().paragraph_format
        space.line_spacing, space.space_after = points(4), points(0)

    def _row(
        self,
        cells: tuple[str, ...],
        sizes: list[str],
        bold: set[int] | frozenset[int],
        head: bool = False,
    ) -> Any:
        row = self._new("w:tr")
        properties = self._new("w:trPr", row)
        self._new("w:cantSplit", properties)
        if head:
            self._new("w:tblHeader", properties)
        for number, (text, size) in enumerate(zip(cells, sizes, strict=True)):
            self._cell(row, text, size, number in bold, head)
        return row

    def _cell(self, row: Any, text: str, size: str, bold: bool, head: bool) -> None:
        cell = self._new("w:tc", row)
        properties = self._new("w:tcPr", cell)
        self._new("w:tcW", properties, w=size, type="dxa")
        if head:
            self._new("w:shd", properties, val="clear", color="auto", fill="EDEDED")
        paragraph = self._new("w:p", cell)
        self._new("w:spacing", self._new("w:pPr", paragraph), before="0", after="0")
        run = self._new("w:r", paragraph)
        look = self._new("w:rPr", run)
        if bold:
            self._new("w:b", look)
        self._new("w:sz", look, val="16")
        said = self._new("w:t", run)
        said.text = text
        said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _new(self, tag: str, parent: Any = None, **attributes: str) -> Any:
        made = self.element(tag)
        for name, value in attributes.items():
            made.set(self.qn(f"w:{name}"), value)
        if parent is not None:
            parent.append(made)
        return made


def _decided(d: Decision) -> tuple[str, ...]:
    instead = f" Instead: {d.instead}." if d.instead else ""
    proof = f" (evidence {d.proof})" if d.proof else ""
    clause = d.clause or "no licence is known"
    verdict = f"{mark(d.verdict)} {d.verdict}"
    return (
        verdict,
        listed(d.models, 3),
        f"{clause}: {d.reason}{proof}",
        d.largest,
        d.next_step + instead,
    )


def _proved(row: tuple[str, ...]) -> tuple[str, ...]:
    number, licensed, says, quote, place, source, commit, date, digest, rules, models = row
    quoted = f" “{quote}” {place}" if quote else ""
    few = ", ".join(models.split(", ")[:3]) + (" …" if models.count(", ") > 2 else "")
    return (
        number,
        licensed,
        says + quoted,
        f"{source}; {commit}; {date}; {digest}",
        f"{few} {rules}".strip(),
    )
