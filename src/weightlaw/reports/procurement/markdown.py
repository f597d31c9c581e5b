"""Markdown: for tickets, wikis and pull requests. Text from outside shows as text there too."""

from __future__ import annotations

import re
from typing import Any

from weightlaw.reports.procurement import templating
from weightlaw.reports.procurement.mdf import Form
from weightlaw.reports.procurement.terms import SILENT
from weightlaw.reports.procurement.view import Report

_BLANK_LINES = re.compile(r"\n{3,}")


def render(report: Report, templates: str = "") -> bytes:
    """The report. `templates`: a folder with templates in place of ours. Raises UsageError."""
    return _filled("report.md.j2", report, templates)


def render_form(form: Form, templates: str = "") -> bytes:
    """The Model Documentation Form."""
    return _filled("mdf.md.j2", form, templates)


def _filled(file: str, view: Any, templates: str) -> bytes:
    made = templating.environment(templates, finalize=_escaped)
    text = templating.render(made, file, view, silence=SILENT)
    return _BLANK_LINES.sub("\n\n", text).encode("utf-8", "replace")


def _escaped(value: Any) -> Any:
    """What a template puts out: escaped for Markdown, unless a template made it."""
    from markupsafe import Markup

    return value if hasattr(value, "__html__") else Markup(templating.markdown(str(value)))
