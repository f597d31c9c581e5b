"""The answer of `trial route` for a terminal and as JSON `weightlaw.trial-route/1`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weightlaw.trial.documents.cleaning import cleaned
from weightlaw.trial.documents.json import schema_of, written
from weightlaw.trial.documents.lines import entry, item, part
from weightlaw.trial.documents.phrases import usd, won_text
from weightlaw.trial.results import Range
from weightlaw.trial.routes import Policy, RouteReport, TagRoute
from weightlaw.trial.wording import chance, percent, points, share_text, span


def render_json(report: RouteReport) -> str:
    """Two-space indented UTF-8, the same bytes for the same report."""
    return written(report)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    return schema_of(RouteReport)


def render(report: RouteReport) -> str:
    """80 columns: the advice first."""
    r = cleaned(report)
    lines = [*_head(r), *_tags(r), *_policies(r), *part("Notes")]
    for note in r.notes:
        lines += item(note)
    return "\n".join(lines) + "\n"


def _head(r: RouteReport) -> Iterator[str]:
    yield from item(r.sentence, "", "")
    yield ""
    word = r.license.verdict if r.license else r.license_note
    yield from item(f"Licence of {r.open_model}: {word}", "- ", "  ")
    if r.state == "incomplete":
        yield from item("Answers or votes are missing: see `weightlaw trial report`", "- ", "  ")
    yield from item(
        f"{r.open_model} (open) against {r.closed_model} (closed), margin {points(r.margin)}",
        "- ",
        "  ",
    )


def _tags(r: RouteReport) -> Iterator[str]:
    yield from part("Tags, corrected for each other")
    for tag in r.tags:
        yield from _tag(tag)
    if r.untagged:
        yield from item(f"{r.untagged} prompts have no tag and stay with {r.closed_model}")
    if r.several:
        yield from item(f"{r.several} prompts have several tags and go only where all of them go")


def _tag(t: TagRoute) -> Iterator[str]:
    c = t.comparison
    yield from item(
        f"{t.tag}: {'may go to the open model: ' if t.recommended else 'stays: '}{t.why}"
    )
    if not c.prompts:
        return
    yield from entry("won", f"{won_text(c)}; of {t.prompts} prompts")
    if c.share.of:
        p = chance(c.p if c.adjusted is None else c.adjusted)
        yield from entry(
            "share", f"{percent(c.share.share)} ({span(c.share.low, c.share.high)}), {p}"
        )


def _policies(r: RouteReport) -> Iterator[str]:
    yield from part("What each routing saves and risks")
    for policy in r.policies:
        yield from _policy(policy)
    if r.left_out:
        yield from item(f"{r.left_out:,} further combinations are not listed")


def _policy(p: Policy) -> Iterator[str]:
    mark = " (recommended)" if p.recommended else ""
    yield from item(
        f"{', '.join(p.tags)}{mark}: {share_text(p.routed)} of prompts to the open model"
    )
    if not p.routed.count:
        yield from entry("", "each prompt with such a tag has another one besides: nothing is sent")
        return
    yield from entry(
        "saves", f"{usd(p.saved_per_thousand)} for 1,000 requests; {_share(p.share_saved)}"
    )
    if p.saved_per_month.value is not None:
        yield from entry("a month", usd(p.saved_per_month))
    unjudged = f"; {p.unjudged} routed prompts not judged" if p.unjudged else ""
    yield from entry(
        "risks", f"{share_text(p.worse)}; at most {percent(p.worse_at_most)}{unjudged}"
    )
    yield from entry("of them", f"better {p.better}, ties {p.ties}, worse {p.worse.count}")


def _share(r: Range) -> str:
    if r.value is None:
        return "share of the cost not known"
    held = "" if r.low is None else f" ({span(r.low, r.high)})"
    return f"{percent(r.value)}{held} of the closed model's cost"
