"""Which revision of a model a text asks for: written in the reference, or beside it in the command, mapping or settings.

A commit pins: its content cannot change. A branch or tag may be moved, and a variable may hold anything.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice

from weightlaw.scanning import surroundings
from weightlaw.scanning.keys import words
from weightlaw.scanning.values import NO_REVISION, Mention, Pin, Revision, SourceFile
from weightlaw.scanning.wordlists import word_set

_COMMIT = re.compile(r"[0-9a-f]{7,64}\Z")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[\w.-]{1,95}){0,4}\Z", re.A)
_WORTH = re.compile(
    r"revision|commit_?(?:hash|sha|id)|_sha\b|_rev\b|\w@\w|/(?:resolve|tree|blob|raw|commit)/",
    re.I,
)
_WORDS = ("revision", "commit", "_sha", "_rev", "@", "/resolve/", "/tree/", "/blob/", "/raw/")
"""Plain words, one of which every match of it holds: they are much faster to look for."""
_IN_ADDRESS = re.compile(
    r"/(?:resolve|tree|blob|raw|commits?)/(refs(?:/|%2F)\w+(?:/|%2F)[\w.-]+|[^/?#]+)"
)
_KEY = r"[A-Za-z_]*?(?:revision|commit_?(?:hash|sha|id)|commitHash|commitSha|_sha|_rev)"
_OPTION = re.compile(
    r"""--(?:model[-_]?)?(?:revision|commit[-_]hash)(?:["']?[\s,=]+(?:-\s+)?|=)["']?(?P<value>[^\s"',\\\]]+)"""
)
_PAIR = re.compile(
    rf"""(?<![\w-])["']?(?P<key>{_KEY})["']?\s{{0,3}}[:=]\s{{0,8}}(?:(?P<quote>["'`])(?P<text>[^"'`\n]{{0,150}})(?P=quote)|(?P<word>[\w$][\w.$/-]*))"""
)
_ASSIGNED = re.compile(
    r"""(?im)^[^\S\n]*(?:(?:ENV|ARG|export|set)[^\S\n]+|-[^\S\n]+)?["']?(?P<key>(?:[a-z_][\w.-]*)?(?:revision|commit[-_.]?(?:hash|sha|id)|[-_.](?:sha|rev)))["']?"""
    r"""[ \t]*(?::[ \t]*[\w.\[\]| ]{1,60}?=|[:?]?=|:[ \t]|[ \t])[ \t]*["']?(?P<value>[^\s"'#]{1,150})"""
)
_ENDS = re.compile(r"(?:[-_.]?(?:id|name|path|repo|or|dir|url|uri|source))+\Z", re.I)
_REVISION_END = re.compile(r"[-_.]?(?:revision|commit[-_.]?(?:hash|sha|id)|sha|rev)\Z", re.I)
_NO_WORDS = word_set("none null undefined nil true false")
_RUST = re.compile(
    r"with_revision\(\s{0,40}[^;]{0,300}?RepoType::\w+\s*,\s*\"(?P<value>[^\"]{1,100})\""
)
MAX_PLACES = 20_000
MAX_LOOKS = 2_000
"""In one file; the references beyond count as not pinned."""
REACH = 6_000
"""Characters on either side."""
_LISTED = re.compile(r"""\s*(?:-\s|["'])""")


class Nearby:
    """Where in a text revisions stand: what is far from all of them has none, and is not looked at."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.places: list[int] = []
        if any(word in source.lower for word in _WORDS):
            self.places = [m.start() for m in islice(_WORTH.finditer(source.text), MAX_PLACES)]
        self.left = MAX_LOOKS

    def of(self, mention: Mention) -> Revision:
        """Of the reference itself, else as its finder knows, else as what stands beside it says."""
        if (own := written(mention.text)) != NO_REVISION:
            return own
        if mention.revision is not None:
            return mention.revision
        at = bisect_left(self.places, mention.start - REACH)
        if not self.left or at >= len(self.places) or self.places[at] > mention.start + REACH:
            return NO_REVISION
        self.left -= 1
        return near(self.source, mention.start, mention.text)


def pin_of(revision: Revision) -> Pin:
    """What a revision is worth."""
    if revision.dynamic:
        return "dynamic"
    if not revision.text:
        return "none"
    return "commit" if _COMMIT.match(revision.text) else "name"


def askable(revision: Revision) -> str:
    """The revision as `check` may be asked for it; empty: as if none were written."""
    if revision.dynamic or revision.text == "main" or not _NAME.match(revision.text):
        return ""
    return revision.text


def written(text: str) -> Revision:
    """The revision that a reference itself carries: `org/name@abc`, `.../resolve/abc/...`."""
    if found := _IN_ADDRESS.search(text):
        return of_text(found[1].replace("%2F", "/"))
    plain = text.split("://", 1)[-1]
    if "@" in plain[1:] and "/" in plain.split("@")[0] and not plain.startswith("git@"):
        return of_text(
            plain.rsplit("@", 1)[1].split("/")[0] if "://" in text else plain.rsplit("@", 1)[1]
        )
    return NO_REVISION


def of_text(text: str) -> Revision:
    """A value as a revision: a literal, a variable, or nothing."""
    if not text or text.lower() in _NO_WORDS:
        return NO_REVISION
    return Revision(text, dynamic=re.search(r"[${<>()]", text) is not None)


def near(source: SourceFile, start: int, text: str) -> Revision:
    """The revision that stands beside a mention at an offset, in whatever form the file has."""
    for look in (_in_command, _in_bracket, _in_mapping, _in_settings):
        found = look(source, start, start + len(text))
        if found != NO_REVISION:
            return found
    return NO_REVISION


def _in_command(source: SourceFile, start: int, end: int) -> Revision:
    """`--revision abc` in the same command: its line with continuations, or the list of its arguments."""
    text = source.text
    low, high = _block(text, start, end)
    found = _OPTION.search(text, max(low, start - 2000), min(high, end + 2000))
    return of_text(found["value"]) if found else NO_REVISION


def _block(text: str, start: int, end: int) -> tuple[int, int]:
    low, high = surroundings.line_of(text, start)
    listed = _LISTED.match(text, low, high) is not None
    for _ in range(surroundings.MAX_LINES):
        above, stop = surroundings.line_of(text, max(low - 1, 0))
        if low == 0 or not (
            _continued(text, stop) or (listed and _LISTED.match(text, above, stop))
        ):
            break
        low = above
    for _ in range(surroundings.MAX_LINES):
        if high >= len(text):
            break
        begin, below = surroundings.line_of(text, high + 1)
        if not (_continued(text, high) or (listed and _LISTED.match(text, begin, below))):
            break
        high = below
    return low, high


def _continued(text: str, end: int) -> bool:
    return text[max(0, end - 2) : end].rstrip("\r").endswith("\\")


def _in_bracket(source: SourceFile, start: int, end: int) -> Revision:
    """`{model: "org/x", revision: "abc"}`, `f("org/x", {revision: "abc"})`: inside the same bracket."""
    text = source.text
    low, high = surroundings.opening(text, start), surroundings.closing(text, end)
    if low is None and high is None:
        return NO_REVISION
    low = low if low is not None else start
    high = high if high is not None else end
    if rust := _RUST.search(text, max(0, start - 40), high):
        return of_text(rust["value"])
    for pair in _PAIR.finditer(text, low, high):
        if not _belongs(pair["key"], "model"):
            continue
        if pair["quote"]:
            return of_text(pair["text"])
        word = pair["word"]
        if word.lower() not in _NO_WORDS and not word.isdigit():
            return Revision(word, dynamic=True)
    return NO_REVISION


def _in_mapping(source: SourceFile, start: int, end: int) -> Revision:
    """A key of the same YAML mapping, by its indentation."""
    text = source.text
    low, high = surroundings.line_of(text, start)
    mine = re.match(r"(\s*(?:-\s+)?)[\"']?([\w.-]+)[\"']?\s*:", text[low:high])
    if mine is None or not source.name.endswith((".yaml", ".yml", ".md")):
        return NO_REVISION
    for key, value, _ in surroundings.siblings(text, start):
        if _belongs(key, mine[2]):
            return of_text(value)
    return NO_REVISION


_OWN_KEY = re.compile(
    r"([A-Za-z_][\w.-]*)[\"']?(?:[ \t]*:[ \t]*[\w.\[\]| ]+?)?[ \t]*(?:[:?]?=|[: \t])[ \t]*[\"']?\Z"
)


def _in_settings(source: SourceFile, start: int, end: int) -> Revision:
    """`MODEL_ID=...` beside `MODEL_REVISION=...`: the names say that they belong together."""
    text = source.text
    low, high = surroundings.line_of(text, start)
    mine = _OWN_KEY.search(text, max(low, start - 200), start)
    if mine is None or source.name.endswith((".yaml", ".yml", ".json")):
        return NO_REVISION
    sections = source.name.endswith((".toml", ".ini", ".cfg"))
    for _ in range(surroundings.MAX_LINES):
        low = surroundings.line_of(text, max(low - 1, 0))[0]
        high = min(surroundings.line_of(text, high + 1)[1], len(text))
    low, high = max(low, start - 6000), min(high, start + 6000)
    if sections:
        low, high = _section(text, low, high, start)
    for found in _ASSIGNED.finditer(text, low, high):
        if _belongs(found["key"], mine[1], strict=not sections):
            return of_text(found["value"])
    return NO_REVISION


def _section(text: str, low: int, high: int, start: int) -> tuple[int, int]:
    """The part of a window that lies in the section `[...]` of an offset."""
    above, below = text.rfind("\n[", low, start), text.find("\n[", start, high)
    return (above if above >= 0 else low), (below if below >= 0 else high)


def _belongs(key: str, model: str, strict: bool = False) -> bool:
    """Whether a revision's key speaks of the model that another key names. `strict`: not just because it is near."""
    end = _REVISION_END.search(key)
    if end is None or (set(words(key)) & {"code", "dataset", "data", "git", "image", "app"}):
        return False
    stem, base = key[: end.start()].lower(), _ENDS.sub("", model).lower()
    if not stem:
        return end[0].lower() not in ("sha", "rev") and not strict
    return stem == base or (not strict and stem in ("model", "hub", "hf"))
