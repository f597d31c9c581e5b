"""`.gitignore` where git itself is not at hand: the patterns of gitignore(5), read folder by folder."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct


class Pattern(Struct, frozen=True):
    """One line of a `.gitignore`."""

    expression: str
    negated: bool
    folders_only: bool


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def parse(text: str) -> tuple[Pattern, ...]:
    """The patterns of one file, in order."""
    return tuple(p for line in text.splitlines() if (p := _pattern(line)) is not None)


def _pattern(line: str) -> Pattern | None:
    line = re.sub(r"(?<!\\)\s+\Z", "", line)
    if not line or line.startswith("#") or len(line) > 1000:
        return None
    negated = line.startswith("!")
    line = line[1:] if negated else line
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    anchored = "/" in line
    body = _translate(line.lstrip("/"))
    return Pattern(body if anchored else rf"(?:.*/)?{body}", negated, folders_only)


def _translate(glob: str) -> str:
    """A glob of gitignore as a regular expression; `**` crosses folders, `*` does not."""
    out, i = "", 0
    while i < len(glob):
        if glob.startswith("**/", i):
            out, i = out + r"(?:[^/]+/)*", i + 3
        elif glob.startswith("**", i):
            out, i = out + ".*", i + 2
        elif glob[i] == "*":
            out, i = out + "[^/]*", i + 1
        elif glob[i] == "?":
            out, i = out + "[^/]", i + 1
        elif glob[i] == "[" and "]" in glob[i + 2 :]:
            end = glob.index("]", i + 2)
            inner = glob[i + 1 : end].replace("\\", "\\\\")
            out, i = out + "[" + (f"^{inner[1:]}" if inner[0] in "!^" else inner) + "]", end + 1
        elif glob[i] == "\\" and i + 1 < len(glob):
            out, i = out + re.escape(glob[i + 1]), i + 2
        else:
            out, i = out + re.escape(glob[i]), i + 1
    return out


def ignored(path: str, folder: bool, rules: list[tuple[str, tuple[Pattern, ...]]]) -> bool:
    """Whether `path` is ignored by the rules of its folders, the outermost first; the last match decides."""
    verdict = False
    for base, patterns in rules:
        inner = path[len(base) :]
        for pattern in patterns:
            if pattern.folders_only and not folder:
                continue
            try:
                if _compiled(pattern.expression).fullmatch(inner):
                    verdict = not pattern.negated
            except re.error:
                continue
    return verdict


def glob_expression(glob: str) -> re.Pattern[str]:
    """A user's `--include`/`--exclude` glob, matched like a line of `.gitignore`, and everything below it."""
    line = glob.strip().rstrip("/")
    body = _translate(line.lstrip("./") if line.startswith("./") else line.lstrip("/"))
    prefix = "" if "/" in line else "(?:.*/)?"
    return re.compile(rf"{prefix}{body}(?:/.*)?\Z")
