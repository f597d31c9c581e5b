"""HTML: one self-contained file without a script. Its own policy lets nothing run and nothing be fetched."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING

from weightlaw import datafiles
from weightlaw.errors import UsageError
from weightlaw.trial.documents import phrases
from weightlaw.trial.documents.cleaning import cleaned
from weightlaw.trial.results import Results
from weightlaw.trial.templates import template
from weightlaw.trial.wording import capital, chance, percent, points, seen, share_text, span

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_STYLES = (("report", "report.css"), ("trial", "report.css"))
"""The procurement report's style, and what a trial adds."""


def render(results: Results) -> str:
    """The page. Raises UsageError where a template is missing."""
    from jinja2 import TemplateError
    from markupsafe import Markup

    style = "".join(template(*parts) for parts in _STYLES)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    try:
        return (
            _environment()
            .get_template("report.html.j2")
            .render(
                r=cleaned(results),
                style=Markup(style),
                allowed=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
            )
        )
    except TemplateError as error:
        raise UsageError(f"the template of the trial's report: {error}") from None


def _environment() -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined  # heavy: only where a page is made
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(os.path.dirname(datafiles.path("templates", "trial", "x"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        x=x,
        percent=percent,
        capital=capital,
        chance=chance,
        points=points,
        told=share_text,
        could=seen,
        range=phrases.range_text,
        usd=phrases.usd,
        seconds=phrases.seconds,
        times=phrases.times,
        many=phrases.many,
        artefact=phrases.artefact_text,
        month=phrases.month_text,
        uncounted=phrases.uncounted_text,
        ratio=phrases.ratio_text,
        side=phrases.side_text,
        agreement=phrases.agreement_text,
        judged=phrases.judge_text,
        missing=phrases.missing_texts,
        elo_x=elo_x,
        won=phrases.won_text,
    )
    made.globals.update(span=span, corrected=corrected)
    return made


def x(share: float) -> str:
    """A share as a place across a drawing, with a margin on both sides."""
    return f"{2 + share * 96:.2f}%"


def elo_x(elo: float) -> str:
    """A gap between -600 and 600 Elo as a place across a drawing; what lies outside stands at the end."""
    return x((min(max(elo, -600.0), 600.0) + 600) / 1200)


def corrected(p: float, adjusted: float | None) -> str:
    """The p that decides: after Holm's correction where there is one."""
    return chance(p) if adjusted is None else chance(adjusted)
