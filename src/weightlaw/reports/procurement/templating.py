"""Templates of the report: ours, or the organization's in their place. Sandboxed, and escaped by default."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from weightlaw import datafiles
from weightlaw.errors import UsageError
from weightlaw.reports.procurement.view import source_of

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

FOLDER = datafiles.path("templates", "report")


def text_of(file: str, folder: str = "") -> str:
    """A template's own text: the organization's in `folder` if it has one, else ours. Raises UsageError."""
    for place in (folder, FOLDER):
        path = os.path.join(place, file) if place else ""
        if path and os.path.isfile(path):
            with open(path, encoding="utf-8") as opened:
                return opened.read()
    raise UsageError(f"there is no template {file} in {FOLDER}: reinstall weightlaw")


def environment(
    folder: str = "", finalize: Callable[[Any], Any] | None = None
) -> SandboxedEnvironment:
    """An environment in which templates see the view and nothing else of the system."""
    from jinja2 import FileSystemLoader, StrictUndefined  # heavy: only where a template is rendered
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([folder, FOLDER] if folder else [FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
    )
    made.filters.update(
        x=x, place=section, first_of=first_of, mark=mark, even=even, source=source_of
    )
    return made


def render(made: SandboxedEnvironment, file: str, report: Any, **more: Any) -> str:
    """A template filled with the view. Raises UsageError, with file and line, where a template is wrong."""
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    try:
        return made.get_template(file).render(report=report, **more)
    except TemplateNotFound as error:
        raise UsageError(f"there is no template {error.name}") from None
    except TemplateSyntaxError as error:
        raise UsageError(f"template {error.name}, line {error.lineno}: {error.message}") from None
    except (TemplateError, TypeError, ValueError, OverflowError) as error:
        raise UsageError(f"template {file}: {error}") from None


def x(at: int) -> str:
    """A place of the view (0 to 1000) as a share of a drawing's width, with a margin on both sides."""
    return f"{2 + at * 0.096:.2f}%"


def section(text: str) -> str:
    """`section 2`, or the text's own word."""
    return f"section {text}" if text[:1].isdigit() else text


def first_of(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The first few, unless all but one would be shown anyway."""
    return names if len(names) <= count + 1 else names[:count]


def mark(verdict: str) -> str:
    """A sign that tells a verdict without color."""
    return {"allowed": "✓", "conditional": "◐", "review": "?", "denied": "✕"}.get(verdict, "?")


T = TypeVar("T")


def even(items: Sequence[T], most: int) -> list[list[T]]:
    """Groups of at most `most`, as alike in size as can be: five in groups of four are three and two."""
    groups = -(-len(items) // most)
    size = -(-len(items) // groups) if groups else 1
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


_MARKUP = re.compile(r"([\\`*_\[\]|~$])")
_START = re.compile(r"([#+=>-]|\d+[.)](?=\s|$))")
"""What would begin a list, a heading or a quotation at the start of a line."""


def markdown(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no address that turns into a link, no mention."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _MARKUP.sub(r"\\\1", plain)
    if begin := _START.match(plain):
        plain = f"{plain[: begin.end() - 1]}\\{plain[begin.end() - 1 :]}"
    return plain.replace("://", ":&#47;&#47;").replace("@", "&#64;").replace("www.", "www&#46;")
