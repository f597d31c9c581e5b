"""Folding: what says nothing in law is made alike, character for character in the same places.

Case, typographic punctuation, full-width forms, tags and entities of HTML. A removed character leaves a
NUL in its place, so that an offset in the folded text is one in the text as given.
"""

from __future__ import annotations

import re

_SAME = {
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u201f": '"',
    "\u00ab": '"',
    "\u00bb": '"',
    "\u300c": '"',
    "\u300d": '"',
    "\u300e": '"',
    "\u300f": '"',
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u00b4": "'",
    "\u2013": "-",
    "\u2014": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2212": "-",
    "\u2022": "*",
    "\u25cf": "*",
    "\u25aa": "*",
    "\u00b7": "*",
    "\uff08": "(",
    "\uff09": ")",
    "\uff1a": ":",
    "\uff1b": ";",
    "\uff0c": ",",
    "\uff05": "%",
    "\uff04": "$",
    "\uffe5": "\u00a5",
    "\u00a0": " ",
    "\u2007": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u3000": " ",
    "\u00a9": "c",
    "\u00ae": " ",
    "\u2122": " ",
    "\u2028": "\n",
    "\u2029": "\n",
    "\u0085": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
    "\r": " ",
    "\t": " ",
}
_SAME.update({chr(0xFF10 + digit): str(digit) for digit in range(10)})
_GONE = "\x00"
_ENTITIES = {
    "quot": '"', "ldquo": '"', "rdquo": '"', "lsquo": "'", "rsquo": "'", "apos": "'", "amp": "&",
    "nbsp": " ", "ndash": "-", "mdash": "-", "lt": " ", "gt": " ", "#39": "'", "#x27": "'",
    "#34": '"', "copy": "c", "euro": "\u20ac", "pound": "\u00a3", "yen": "\u00a5",
}  # fmt: skip
_ENTITY = re.compile(r"&(#?[a-z0-9]{2,6});")
_TAG = re.compile(r"<(/?)([a-z!][a-z0-9]{0,11})([^<>]{0,2000})>")
_PAIRED = re.compile(r"(?<!`)``(?!`)|(?<!')''(?!')")
"""Quotation marks made of two: `` opens and '' closes, as TeX and typewriters have it."""
_SINGLE = re.compile(
    r"(?<![^\s(\[:])'(?=[^\W_])((?:[^'\"\n]|(?<=\w)'(?=\w)|\n(?![ \t]*\n)){2,200})'(?=[\s.,;:)\]!?]|\Z)"
)
"""Words in single marks; an apostrophe stands within or behind a word, and opens nothing."""
_BRITISH = re.compile(
    r"\b(?:(licen)c|(authori|organi|moneti|commerciali|utili|capitali)s)(?=[aei])"
)
"""Spellings that differ in one letter: the patterns know the other."""
_BLOCK = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "tr",
        "td",
        "th",
        "table",
        "section",
        "article",
        "hr",
    ]
)


def fold(text: str) -> str:
    """`text` in lower case with plain punctuation, character for character in the same places."""
    low = text.lower()
    if len(low) != len(text):  # a few letters grow when lowered; offsets matter more than they do
        low = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    if not low.isascii():
        for typographic, plain in _SAME.items():
            low = low.replace(typographic, plain)
    else:
        low = low.replace("\r", " ").replace("\t", " ").replace("\x0c", "\n").replace("\x0b", "\n")
    if "</" in low or "<br" in low:
        low = _TAG.sub(_untag, low)
    if "&" in low:
        low = _ENTITY.sub(_entity, low)
    if "``" in low or "''" in low:
        low = _PAIRED.sub('"' + _GONE, low)
    low = _BRITISH.sub(_american, low)
    return _SINGLE.sub(r'"\1"', low) if "'" in low else low


def _american(found: re.Match[str]) -> str:
    return "licens" if found[1] else f"{found[2]}z"


def _untag(tag: re.Match[str]) -> str:
    if tag[2] == "br":
        return "\n" + _GONE * (len(tag[0]) - 1)
    if tag[2] in _BLOCK:
        return "\n\n" + _GONE * (len(tag[0]) - 2)
    return _GONE * len(tag[0])


def _entity(found: re.Match[str]) -> str:
    plain = _ENTITIES.get(found[1], " ")
    return plain + _GONE * (len(found[0]) - 1)
