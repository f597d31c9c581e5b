"""HTML: one self-contained file that runs nothing but its own filter script, whose hash its policy names."""

from __future__ import annotations

import base64
import hashlib

from weightlaw.reports.procurement import templating
from weightlaw.reports.procurement.tables import FEW, brief
from weightlaw.reports.procurement.terms import SILENT
from weightlaw.reports.procurement.view import Report


def render(report: Report, templates: str = "") -> bytes:
    """The page. `templates`: a folder with templates in place of ours. Raises UsageError."""
    from markupsafe import Markup

    style = templating.text_of("report.css", templates)
    script = templating.text_of("report.js", templates)
    text = templating.render(
        templating.environment(templates),
        "report.html.j2",
        report,
        style=Markup(style),
        script=Markup(script),
        silence=SILENT,
        brief=brief(report) if len(report.sheets) > FEW else None,
        allowed=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'",
    )
    return text.encode("utf-8", "replace")


def _hash(text: str) -> str:
    """The hash by which a content security policy lets exactly this text run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
