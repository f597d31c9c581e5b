"""Writes license_db/fingerprints/ from licence texts. Maintainers run it; users never need the texts.

    python -m weightlaw.reading.compile_fingerprints --texts DIR [--texts DIR ...] [--spdx DIR]
        [--ids FILE] [--output FILE]

`--texts`: folders of `*.txt` and `*.md` and of files that `--ids` names; the id of a text is `LicenseRef-weightlaw-<file name>`, unless
`--ids` (a TSV of file name and id) says otherwise; an id of `-` leaves the file out. `--spdx`: the
`licenses` folder of the npm package spdx-license-list. The texts themselves are written nowhere.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from weightlaw.errors import DataError
from weightlaw.reading import decode, ignorable
from weightlaw.reading.fingerprints import (
    KnownText,
    Mark,
    MarkKind,
    chunk_hash,
    cut,
    default_path,
    encode,
    words_sha256,
)
from weightlaw.reading.tokens import Tokens, tokenize

PREFIX = "LicenseRef-weightlaw-"
Span = tuple[int, int, MarkKind]
_FAMILY = re.compile(r"(A|L)?GPL-\d|GFDL-\d")
_NUMBER = re.compile(
    r"^[ \t>*#\-]*\(?(\d{1,2}(?:\.\d{1,2}){0,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)、](?=[ \t\n])", re.M
)
_FINISHED = re.compile(r"(?:\n[ \t]{0,80}\n|[.:;,)”\"][ \t]{0,80}\n|\b(?:and|or)[ \t]{0,80}\n)\Z")
_ENDED = re.compile(
    r"(?:\n[ \t]{0,80}\n|[.>][ \t]{0,80}\n|^[ \t]*copyright\b[^\n]*\n)\Z", re.I | re.M
)
_NOTICE = re.compile(r"^[ \t>*#]*((?:copyright|\(c\)|©)[^\n]{0,160})$", re.I | re.M)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
# What may follow a licence or not: how to apply it, and after the LGPL the GPL that it refers to.
_APPENDIX = re.compile(
    r"^[ \t#]*(APPENDIX: How to apply|How to Apply These Terms)"
    r"|\A\s*GNU LESSER GENERAL PUBLIC LICENSE\b[^\0]+\n[ \t]*(GNU GENERAL PUBLIC LICENSE\s*\n)",
    re.I | re.M,
)
_TO_FILL_IN = re.compile(r"^[ \t]*(Copyright \[yyyy\])", re.I | re.M)
_END_MARK = re.compile(r"^[ \t#]*(END OF TERMS AND CONDITIONS)[ \t]*$", re.I | re.M)
_NAMES = re.compile(
    r"Neither the names? of\s+([^\n]{1,120}?)\s+(?=nor\s+the\s+names?\s+of)"
    r"|nor\s+the\s+names?\s+of\s+(its|their|any)\s+contributors"
    r"|SOFTWARE\s+IS\s+PROVIDED\s+BY\s+(THE[ \n]+COPYRIGHT\s+(?:HOLDER|OWNER)S?\s+AND\s+CONTRIBUTORS)"
    r"|NO\s+EVENT\s+SHALL\s+(THE[ \n]+COPYRIGHT\s+(?:HOLDER|OWNER)S?\s+OR\s+CONTRIBUTORS)\s+BE"
    r"|AND\s+(ISC|THE\s+AUTHORS?)\s+DISCLAIMS?\s+ALL|SHALL\s+(ISC|THE\s+AUTHORS?)\s+BE\s+LIABLE"
    r"|(<(?!http)[^<>@\n]{2,40}>|\[(?:yyyy|year|full ?name|name[^\]\n]{0,30}|owner)\])",
    re.I,
)


class Source(Struct, frozen=True, kw_only=True):
    """A text to take the fingerprint of."""

    id: str
    source: str
    """Which file of which collection, without its folder."""
    text: str
    title: str = ""
    """The licence's name, for SPDX licences: a title of its words may be absent."""
    spdx: bool = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile and report what was written."""
    chosen = options(arguments)
    texts = sources(chosen)
    data = compile_texts(texts)
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_bytes(data)
    print(f"{chosen.output}: {len(texts)} texts, {len(data):,} bytes", file=sys.stderr)
    return 0


def sources(chosen: argparse.Namespace) -> list[Source]:
    """All texts that the options name."""
    found = [*_from_folders(chosen.texts, _ids(chosen.ids))]
    if chosen.spdx:
        found.extend(_from_spdx(chosen.spdx))
    return found


def compile_texts(sources: Sequence[Source]) -> bytes:
    """The file of fingerprints for these texts. Texts of the same words become one, with several ids."""
    groups: dict[str, list[tuple[Source, Tokens]]] = {}
    for source in sources:
        tokens = tokenize(source.text)
        if tokens.words:
            groups.setdefault(words_sha256(tokens.words), []).append((source, tokens))
    names = _names([{source.id for source, _ in group} for group in groups.values()])
    return encode([_known(digest, group, names) for digest, group in groups.items()])


def _names(groups: list[set[str]]) -> dict[str, set[str]]:
    """For each id all ids that have a text in common with it, its own included."""
    together: dict[str, set[str]] = {}
    for group in groups:
        united = set().union(*(together.get(name, {name}) for name in group))
        together.update(dict.fromkeys(united, united))
    return together


def _known(
    digest: str, group: list[tuple[Source, Tokens]], names: dict[str, set[str]]
) -> tuple[KnownText, list[tuple[int, int]]]:
    source, tokens = min(group, key=lambda g: (_preference(g[0].id), g[0].source))
    ids = sorted(names[source.id], key=_preference)
    spans = _spans(source, tokens)
    starts = _starts(tokens.words, spans)
    pairs = list(pairwise(starts))
    known = KnownText(
        id=ids[0],
        also=tuple(ids[1:]),
        source=source.source,
        sha256=digest,
        words=len(tokens),
        chunks=len(pairs),
        marks=tuple(
            Mark(bisect_left(starts, a), bisect_left(starts, b), kind) for a, b, kind in spans
        ),
    )
    return known, [(chunk_hash(tokens.words[a:b]), b - a) for a, b in pairs]


def _preference(name: str) -> tuple[bool, bool, bool, int, str]:
    """SPDX ids before our own, `-only` before the deprecated bare id and before `-or-later`."""
    bare = bool(_FAMILY.match(name)) and not name.endswith(("-only", "-or-later"))
    own = name.startswith(PREFIX)
    return own, bare, name.endswith("-or-later"), len(name), name


def _starts(words: list[str], spans: list[Span]) -> list[int]:
    """Where chunks start: no chunk crosses the edge of a part that may vary."""
    edges = sorted({0, len(words), *(edge for a, b, _ in spans for edge in (a, b))})
    inner = (a + start for a, b in pairwise(edges) for start in cut(words[a:b])[:-1])
    return [*inner, len(words)]


def _spans(source: Source, tokens: Tokens) -> list[Span]:
    """The parts that may vary, as stretches of words; of two that overlap the first found counts."""
    parts: list[Span] = []
    appendices: list[Span] = []
    if source.spdx:
        parts.extend(_title(source, tokens))
        appendices.extend(_appendices(tokens))
    parts.extend(_apart(_merged(_notices(tokens)), parts))
    if source.spdx:
        parts.extend(_apart(_words_of(tokens, _NAMES, "name"), parts))
    parts.extend(_apart(_numbers(tokens), parts))
    return sorted([*parts, *appendices])


def _title(source: Source, tokens: Tokens) -> Iterator[Span]:
    names = frozenset(tokenize(f"{source.title} {source.id}").words)
    if match := _PARAGRAPH.search(source.text, tokens.starts[0]):
        last = bisect_left(tokens.starts, match.start())
        if 0 < last <= 24 and _is_title(tokens, last, names):
            yield 0, last, "title"


def _appendices(tokens: Tokens) -> Iterator[Span]:
    yield from _words_of(tokens, _END_MARK, "appendix")
    if match := _APPENDIX.search(tokens.text):
        first = bisect_left(tokens.starts, match.start(match.lastindex or 0))
        # Apache's notice is often there without the words on how to use it.
        notice = _TO_FILL_IN.search(tokens.text, match.end())
        middle = bisect_left(tokens.starts, notice.start(1)) if notice else len(tokens)
        yield from ((a, b, "appendix") for a, b in pairwise([first, middle, len(tokens)]) if a < b)


def _is_title(tokens: Tokens, last: int, names: frozenset[str]) -> bool:
    """A heading of the licence's name, version, date and address, and no notice."""
    dated = "january february march april may june july august september october november december"
    known = (
        names
        | set(dated.split())
        | {"http", "www", "apache", "org", "licenses", "free", "document"}
    )
    return all(
        ignorable.title(tokens, at, at + 1, frozenset(known)) or tokens.words[at].isdecimal()
        for at in range(last)
    )


def _words_of(tokens: Tokens, pattern: re.Pattern[str], kind: MarkKind) -> list[Span]:
    found: list[Span] = []
    for match in pattern.finditer(tokens.text):
        start, end = match.span(match.lastindex or 0)
        first, last = bisect_left(tokens.starts, start), bisect_left(tokens.starts, end)
        if first < last:
            found.append((first, last, kind))
    return found


def _notices(tokens: Tokens) -> list[Span]:
    found = _words_of(tokens, _NOTICE, "copyright")
    return [
        s for s in found if ignorable.notice(tokens, s[0], s[1]) and _opens(tokens, s[0], _ENDED)
    ]


def _numbers(tokens: Tokens) -> list[Span]:
    """List numbers. One opens a line after a finished one: "Version\\n2.0 of the" has none."""
    found = _words_of(tokens, _NUMBER, "number")
    return [
        s
        for s in found
        if s[1] == s[0] + 1
        and ignorable.list_number(tokens, s[0])
        and _opens(tokens, s[0], _FINISHED)
    ]


def _opens(tokens: Tokens, at: int, finished: re.Pattern[str]) -> bool:
    """Whether the line before that of word `at` is finished, so that a part of its own begins here."""
    line = tokens.text.rfind("\n", 0, tokens.starts[at]) + 1
    return not line or bool(finished.search(tokens.text[max(0, line - 200) : line]))


def _merged(spans: list[Span]) -> list[Span]:
    """Notices that follow each other are one part."""
    out: list[Span] = []
    for first, last, kind in spans:
        if out and out[-1][1] == first:
            first = out.pop()[0]
        out.append((first, last, kind))
    return out


def _apart(spans: list[Span], others: list[Span]) -> list[Span]:
    return [s for s in spans if not any(s[0] < b and a < s[1] for a, b, _ in others)]


def _from_folders(folders: list[Path], ids: dict[str, str]) -> Iterator[Source]:
    files = [
        f
        for folder in folders
        for f in sorted(folder.iterdir())
        if f.suffix in (".txt", ".md") or f.name in ids
    ]
    for file in files:
        name = ids.get(file.name, PREFIX + file.stem)
        if name != "-":
            text = decode.decode(file.read_bytes(), file.name).text
            spdx = not name.startswith("LicenseRef-")
            yield Source(id=name, source=file.name, text=text, title=name, spdx=spdx)


def _from_spdx(folder: Path) -> Iterator[Source]:
    for file in sorted(folder.glob("*.json")):
        entry = json.loads(file.read_text(encoding="utf-8"))
        text = entry["licenseText"].replace("\r\n", "\n")
        source = f"spdx-license-list {file.name}"
        yield Source(id=file.stem, source=source, text=text, title=entry["name"], spdx=True)


def _ids(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    wrong = [
        f"{file}:{n}: not a file name, a tab and an id"
        for n, r in enumerate(rows, 1)
        if len(r) != 2
    ]
    if wrong:
        raise DataError(wrong)
    return dict(rows)


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line of the compilers."""
    parser = argparse.ArgumentParser(prog="compile_fingerprints", description=__doc__)
    parser.add_argument("--texts", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--spdx", type=Path, metavar="DIR")
    parser.add_argument("--ids", type=Path, metavar="FILE")
    parser.add_argument("--output", type=Path, default=default_path(), metavar="FILE")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
