"""Makes the samples of the procurement report: `python docs/samples/make.py`; with `--check` it only compares.

They change whenever the knowledge does. Texts are compared byte by byte; a spreadsheet and a word processor's file part by part, for their
compression differs between machines; the PDF where the installed typst is the one that made it.
"""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent
REFERENCES = ("glm-4.7", "qwen2.5-72b", "kimi-k2", "llama4")
DATE = "2026-11-24"
NEEDS = {".xlsx": "xlsxwriter", ".docx": "docx", ".pdf": "typst"}
SUFFIXES = (".html", ".md", ".json", ".xlsx", ".docx", ".pdf")


def samples() -> dict[str, bytes]:
    """File name -> contents, for each format whose library is installed."""
    from weightlaw.cli import report as command
    from weightlaw.reports.procurement import building, markdown, mdf, writing

    parser = command.parser()
    args = parser.parse_args(
        [
            *REFERENCES,
            "--policy",
            "weightlaw.yaml",
            "--date",
            DATE,
            "--offline",
            "-o",
            "report.html",
        ]
    )
    material = command.material(args)
    view = building.build(material)
    made = {
        f"report{suffix}": writing.rendered(view, writing.FORMATS[suffix])
        for suffix in SUFFIXES
        if _installed(NEEDS.get(suffix))
    }
    form = mdf.build(material)
    return {**made, "mdf.md": markdown.render_form(form), "mdf.json": mdf.render(form)}


def _installed(module: str | None) -> bool:
    from importlib.util import find_spec

    return module is None or find_spec(module) is not None


def differing(made: dict[str, bytes]) -> list[str]:
    """The names of samples that are not as they would be made now."""
    return [name for name, data in made.items() if not _same(name, data)]


def _same(name: str, data: bytes) -> bool:
    path = HERE / name
    if not path.is_file():
        return False
    stored = path.read_bytes()
    if name.endswith((".xlsx", ".docx")):
        return _parts(stored) == _parts(data)
    if name.endswith(".pdf") and _maker(stored) != _maker(data):
        return True  # another version of typst sets the page in other bytes
    return stored == data


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _maker(data: bytes) -> bytes:
    start = data.find(b"/Creator")
    return data[start : start + 40]


def main() -> int:
    """Write all samples, or name those that differ."""
    import os

    os.chdir(HERE)
    made = samples()
    if "--check" in sys.argv[1:]:
        found = differing(made)
        print("\n".join(found) or "the samples are current")
        return 1 if found else 0
    for name, data in made.items():
        (HERE / name).write_bytes(data)
    print(f"wrote {', '.join(made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
