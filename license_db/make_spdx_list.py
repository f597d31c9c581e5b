"""Makes license_db/spdx-list.tsv, the plain list of SPDX licence ids.

Run by hand when the list has grown:

    python license_db/make_spdx_list.py LIST.tsv --version 6.12.0 --read 2026-11-24

LIST.tsv has a header line `spdx_id`, `name`, `osi_approved` (more columns are ignored, lines that
begin with # too); the values of `osi_approved` are `true` and `false`. It is taken from the npm
package spdx-license-list (CC0-1.0), which follows the SPDX licence list. The output is sorted by id
and written beside this script. It holds ids, names and OSI approval, and no terms: what a licence
asks is said only by an entry below license_db/spdx/, which rests on a text that was read.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

OUTPUT = Path(__file__).resolve().parent / "spdx-list.tsv"
COLUMNS = ("spdx_id", "name", "osi_approved")
HEADER = """\
# SPDX licence ids, their names and whether OSI approved them. Made by make_spdx_list.py; do not edit.
# Source: npm package spdx-license-list {version} (CC0-1.0), which follows the SPDX licence list; read {read}.
# No terms: an id that has no file below spdx/ is known by name only.
"""


def read_list(file: Path) -> list[tuple[str, str, str]]:
    """The rows of the input, sorted by id. Raises ValueError with the line of what is wrong."""
    lines = file.read_text(encoding="utf-8").splitlines()
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if not numbered:
        raise ValueError(f"{file}: no rows")
    rows = list(csv.reader((line for _, line in numbered), delimiter="\t", quoting=csv.QUOTE_NONE))
    missing = [column for column in COLUMNS if column not in rows[0]]
    if missing:
        raise ValueError(f"{file}:{numbered[0][0]}: no column {', '.join(missing)}")
    at = [rows[0].index(column) for column in COLUMNS]
    found: dict[str, tuple[str, str, str]] = {}
    for (number, _), row in zip(numbered[1:], rows[1:], strict=True):
        if len(row) <= max(at):
            raise ValueError(f"{file}:{number}: too few columns")
        spdx_id, name, approved = (row[i].strip() for i in at)
        if not spdx_id or spdx_id in found:
            raise ValueError(f"{file}:{number}: id {spdx_id!r} is empty or comes twice")
        if approved not in ("true", "false"):
            raise ValueError(f"{file}:{number}: osi_approved is {approved!r}, not true or false")
        found[spdx_id] = (spdx_id, name, approved)
    return sorted(found.values(), key=lambda row: (row[0].casefold(), row[0]))


def main(arguments: list[str] | None = None) -> int:
    """Write the list; exit code 2 if the input is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("list", type=Path, help="TSV with columns spdx_id, name, osi_approved")
    parser.add_argument("--version", required=True, help="version of spdx-license-list")
    parser.add_argument("--read", required=True, help="UTC date on which it was read")
    options = parser.parse_args(arguments)
    try:
        rows = read_list(options.list)
    except (OSError, UnicodeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    text = HEADER.format(version=options.version, read=options.read) + "id\tname\tosi_approved\n"
    text += "".join("\t".join(row) + "\n" for row in rows)
    OUTPUT.write_text(text, encoding="utf-8", newline="\n")
    print(f"{OUTPUT}: {len(rows)} licences")
    return 0


if __name__ == "__main__":
    sys.exit(main())
