"""What may be deployed in place of a denied model, in lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from weightlaw.scores.levels import Level
from weightlaw.scores.replacing import Instead, Replacement

_SAID = {
    "better": "better",
    "at its level": "inside the interval: no difference shown",
    "below its level": "below its level, and nothing allowed comes up to it",
    "not known": "a figure has no interval, so whether that is chance is not known",
}


def instead_lines(found: Iterable[Instead]) -> Iterator[str]:
    """The best that may be deployed with its figure, then each denied model's figure and the difference."""
    heads: dict[str, list[Instead]] = {}
    for item in found:
        heads.setdefault(_head(item), []).append(item)
    for head, items in heads.items():
        yield head
        measured = [i.replacement for i in items if i.replacement is not None]
        yield from map(_difference, measured)
        yield from _sources(measured)


def _head(item: Instead) -> str:
    """The replacement and its own figure, or that none is named and why."""
    found = item.replacement
    if found is None:
        return f"none named for {item.instead_of}: {item.why}."
    n = found.duties
    duties = f", {n} {'duty' if n == 1 else 'duties'}" if n else ""
    licenses = f" ({', '.join(found.licenses[:2])})" if found.licenses else ""
    return (
        f"{found.model}: {found.verdict.value}{duties}{licenses}; {found.benchmark} {figure(found.figure)}, "
        f"{found.date}: the best that the catalogue knows to be deployable like this."
    )


def _difference(found: Replacement) -> str:
    head = f"against {found.instead_of} {figure(found.denied_figure)}: {found.difference:+.1f} {found.unit}"
    if found.low is None or found.high is None:
        return f"{head}; {_SAID[found.level]}."
    return f"{head}, 95% interval {found.low:+.1f} to {found.high:+.1f}; {_SAID[found.level]}."


def _sources(found: Sequence[Replacement]) -> Iterator[str]:
    for source in dict.fromkeys(r.source for r in found):
        yield f"figures: {source}"


def figure(level: Level) -> str:
    """`1470.4 [1465.5, 1475.3]`, with the effort where there is one."""
    known = level.low is not None and level.high is not None
    limits = f"[{level.low:.1f}, {level.high:.1f}]" if known else "[no interval]"
    return f"{level.score:.1f} {limits}{f' at effort {level.effort}' if level.effort else ''}"
