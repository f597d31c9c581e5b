"""`weightlaw read FILE...`: what a licence text demands, with places."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from weightlaw.cli import options
from weightlaw.errors import NothingChecked, UsageError, WeightlawError
from weightlaw.references.parsing import printable

if TYPE_CHECKING:
    from weightlaw.reading.examining import TextReading

EPILOG = """\
FILE is a licence text: plain text, Markdown, HTML or (with the extra pdf-read) PDF; `-` is standard input.
A Hub id, a Hub address or an https address reads the licence files there.

examples:
  weightlaw read LICENSE
  weightlaw read LICENSE USE_POLICY.md --format jsonl
  weightlaw read meta-llama/Llama-3.1-8B-Instruct
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser(
        "read", "Which licence a text is, what it demands, what was changed.", EPILOG
    )
    p.add_argument("files", metavar="FILE", nargs="+", help="a file, - or a Hub id or address")
    options.add_output(p, "text", "json", "jsonl")
    p.add_argument("--offline", action="store_true", help="ask no server: files only")
    p.add_argument("--allow-private-links", action="store_true", help=argparse.SUPPRESS)
    return p


def run(args: argparse.Namespace) -> int:
    """Read, print. 0 when all could be read, 3 when none could, 2 when some could not."""
    from weightlaw.reading.examining import examine

    readings: list[TextReading] = []
    troubles: list[str] = []
    for name in args.files:
        try:
            readings.extend(examine(data, label) for label, data in _inputs(name, args))
        except WeightlawError as error:
            troubles.append(str(error))
    if not readings:
        raise NothingChecked("\n".join(troubles) or "nothing was read")
    options.write(_render(readings, args.format), args.output)
    for trouble in troubles:
        print(f"weightlaw: {trouble}", file=sys.stderr)
    return 2 if troubles else 0


def _inputs(name: str, args: argparse.Namespace) -> Iterator[tuple[str, bytes]]:
    """Label and bytes of everything that one argument means."""
    import os

    if name == "-":
        yield "<stdin>", sys.stdin.buffer.read(9_000_000)
    elif os.path.isfile(name):
        yield name, _file(name)
    elif name.lower().startswith(("http://", "https://", "hf://")) or _like_an_id(name):
        yield from _remote(name, args)
    elif os.path.isdir(name):
        raise UsageError(f"{printable(name)} is a folder: name the licence files in it")
    else:
        raise UsageError(f"{printable(name)}: no such file")


def _like_an_id(name: str) -> bool:
    from weightlaw.references.parsing import parse_reference

    try:
        return parse_reference(name).kind == "hub"
    except UsageError:
        return False


def _file(name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            return file.read(9_000_000)  # one more than is ever read: too long is told as such
    except OSError as error:
        raise UsageError(f"{printable(name)}: {error.strerror or error}") from None


def _remote(name: str, args: argparse.Namespace) -> Iterator[tuple[str, bytes]]:
    """The licence files of a Hub repository, or the page at an address."""
    from weightlaw.references.parsing import parse_reference

    if args.offline:
        raise UsageError(f"{printable(name)}: not a file here, and --offline asks no server")
    try:
        reference = parse_reference(name)
    except UsageError:
        from weightlaw.sources.links import fetch_text

        text, final, _ = fetch_text(name, allow_private=args.allow_private_links)
        yield final, text.encode()
        return
    from weightlaw.sources.hub import HubSource

    facts = HubSource(allow_private_links=args.allow_private_links).fetch(
        reference.target, reference.revision
    )
    if not facts.texts:
        raise NothingChecked(f"{facts.id} ships no licence text that could be read")
    for file in facts.texts:
        yield f"{facts.id}/{file.path}", file.text.encode()


def _render(readings: list[TextReading], form: str) -> str:
    from weightlaw.reports import reading_report

    if form == "jsonl":
        return reading_report.render_jsonl(readings)
    if form == "json":
        return reading_report.render_json(readings)
    return reading_report.render_text(readings)
