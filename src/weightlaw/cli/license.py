"""`weightlaw license list|show|diff`."""

from __future__ import annotations

import argparse
import os

from msgspec import structs

from weightlaw.catalog.store import Catalog, load
from weightlaw.cli import options
from weightlaw.domain.licenses import LicenseEntry
from weightlaw.errors import UsageError
from weightlaw.reports import license_report


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    p = options.new_parser("license", "The licence knowledge.")
    actions = p.add_subparsers(dest="action", required=True, metavar="list|show|diff")
    listing = actions.add_parser(
        "list", help="all licences, or those of a family", allow_abbrev=False
    )
    listing.add_argument("--family", help="only this family, e.g. community")
    listing.add_argument("--osi", action="store_true", help="only those that OSI approved")
    listing.add_argument("--all", action="store_true", help="the whole SPDX list too")
    options.add_output(listing, "text", "json")
    show = actions.add_parser("show", help="what licences demand, by section", allow_abbrev=False)
    show.add_argument(
        "licenses", metavar="LICENCE", nargs="+", help="an id, a tag, a name or a SHA-256"
    )
    options.add_output(show, "text", "json")
    diff = actions.add_parser(
        "diff", help="how the terms of two licences differ", allow_abbrev=False
    )
    diff.add_argument("old", metavar="A", help="a licence by any of its names, or a file")
    diff.add_argument("new", metavar="B")
    options.add_output(diff, "text", "json")
    return p


def run(args: argparse.Namespace) -> int:
    """Show or compare."""
    catalog = load()
    text = {"list": _list, "show": _show, "diff": _diff}[args.action](args, catalog)
    options.write(text, args.output)
    return 0


def _list(args: argparse.Namespace, catalog: Catalog) -> str:
    ids = catalog.license_ids()
    if args.all:
        ids = sorted({*ids, *catalog.spdx_ids()})
    found = (catalog.license(i) for i in ids)
    entries = [
        e
        for e in found
        if e is not None
        and (not args.family or e.facts.family == args.family)
        and (not args.osi or e.osi_approved)
    ]
    return license_report.render_list(entries, args.format)


def _show(args: argparse.Namespace, catalog: Catalog) -> str:
    entries = [find(name, catalog) for name in args.licenses]
    if args.format == "json":
        return license_report.render_json(entries)
    return "\n".join(license_report.render_text(e) for e in entries)


def _diff(args: argparse.Namespace, catalog: Catalog) -> str:
    """Two entries by what people read in them; as soon as one side is a file, both as the reader reads them."""
    if not (os.path.isfile(args.old) or os.path.isfile(args.new)):
        old, new = find(args.old, catalog), find(args.new, catalog)
        return license_report.render_diff(old, new, args.format, catalog)
    sides = (_as_read(args.old, catalog), _as_read(args.new, catalog))
    return license_report.render_diff(*sides, args.format, catalog)


def _as_read(name: str, catalog: Catalog) -> LicenseEntry:
    """A file, or a licence by any of its names, with the terms that the reader finds in its text."""
    from weightlaw.reading.examining import examine  # heavy: only where a file is compared
    from weightlaw.reading.knownreadings import known_reading

    if os.path.isfile(name):
        with open(name, "rb") as file:
            reading = examine(file.read(9_000_000), name)
        return LicenseEntry(id=name, name=name, facts=reading.terms)
    entry = find(name, catalog)
    terms = known_reading(entry.id)
    if terms is None:
        raise UsageError(
            f"{entry.id}: its text was never read here, so a file cannot be compared with it"
        )
    return structs.replace(entry, facts=terms, incorporates=())


def find(name: str, catalog: Catalog) -> LicenseEntry:
    """A licence by any of its names. Raises UsageError with near names."""
    if entry := catalog.find_license(name):
        return entry
    hint = license_report.near_licenses(name, catalog)
    raise UsageError(f"no licence {ascii(name)[:60]} is known{hint}")
