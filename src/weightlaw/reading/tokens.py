"""Licence text -> comparable words: the SPDX matching guidelines as one linear pass with offsets.

Follows SPDX 2.3 Annex B ("License matching guidelines and templates"): letter case, white space,
quotes, dashes, bullets and other punctuation, comment and Markdown markup, spelling variants, the
copyright sign and http/https do not count. Numbers, money and comparison signs do: a text with
another number is another text. List numbers stay in the stream too, since whether `700.` is
a list number depends on line ends; the comparison knows where a licence has one and lets it be absent.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import chain

from msgspec import Struct

VERSION = 1
"""Raise when a change here changes any token: fingerprints of another version are refused."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(
    rf"[^\W\d_{_CJK}]+"  # a word
    r"|\d+(?:[.,]\d+)*"  # a number with its separators: 1,5 and 1.5 and 15 differ
    rf"|[{_CJK}]"  # an ideograph is a word of its own
    r"|[©$€£¥￥₩₹%％≥≤]"
    # `>` before an amount is a comparison, at the start of a line it is a Markdown quote
    r"|(?<=[^\W_][ ])[<>]=?(?=[ ]?[\d$€£¥])"
)
# Every part is bounded or stops at the next `<`, so that hostile text cannot make it backtrack. Values of
# attributes have no spaces here (but perhaps a line break): a sentence hidden in a tag of a plain text is words, and stays.
_MARKUP = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|body|br|center|code|dd|del|details|div|dl|dt|em|font|h[1-6]|head"
    r"|hr|html|i|img|ins|kbd|li|mark|ol|p|pre|q|s|samp|section|small|span|strike|strong|sub|summary"
    r"|sup|table|tbody|td|th|thead|tr|tt|u|ul)"
    r"(?:\s{1,4}[\w-]{1,30}=(?:\"[^\"<>\s]{0,300}\n?[^\"<>\s]{0,99}\"|'[^'<>\s]{0,300}'|[^\"'<>\s]{1,100})){0,6}\s{0,4}/?>"
    r"|&(?:[A-Za-z]{2,8}|#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,5});",
    re.IGNORECASE,
)
_SPELLINGS = """
    acknowledgement=acknowledgment acknowledgements=acknowledgments analyse=analyze
    artefact=artifact artefacts=artifacts authorisation=authorization authorise=authorize
    authorised=authorized authorising=authorizing behaviour=behavior cancelled=canceled
    cancelling=canceling capitalise=capitalize catalogue=catalog categorise=categorize
    categorised=categorized centre=center colour=color commercialise=commercialize
    commercialisation=commercialization customisation=customization customise=customize
    customised=customized defence=defense emphasise=emphasize favour=favor favourable=favorable
    favourite=favorite fulfil=fulfill fulfilment=fulfillment honour=honor https=http
    initialise=initialize initialised=initialized judgement=judgment labelled=labeled
    labelling=labeling labour=labor licence=license licences=licenses licenced=licensed
    licencee=licensee maximise=maximize minimise=minimize minimised=minimized modelled=modeled
    modelling=modeling offence=offense offences=offenses optimise=optimize optimised=optimized
    optimisation=optimization organisation=organization organisations=organizations
    organise=organize organised=organized practise=practice programme=program
    programmes=programs realise=realize recognise=recognize recognised=recognized
    signalled=signaled signalling=signaling unauthorised=unauthorized utilisation=utilization
    utilise=utilize utilised=utilized whilst=while wilful=willful wilfully=willfully
"""
_SPELLING = dict(pair.split("=") for pair in _SPELLINGS.split())
# Written apart, with a hyphen or together: all become two words, since a hyphen already parts them.
_SPLIT = {
    "noncommercial": ("non", "commercial"),
    "nonexclusive": ("non", "exclusive"),
    "noninfringement": ("non", "infringement"),
    "nontransferable": ("non", "transferable"),
    "percent": ("per", "cent"),
    "sublicense": ("sub", "license"),
    "sublicence": ("sub", "license"),
    "sublicensed": ("sub", "licensed"),
    "sublicensee": ("sub", "licensee"),
    "sublicensees": ("sub", "licensees"),
    "sublicenses": ("sub", "licenses"),
    "sublicensing": ("sub", "licensing"),
    "sublicensable": ("sub", "licensable"),
}


class Tokens(Struct, frozen=True):
    """The words of a text, each with its place in it (character offsets, `end` exclusive)."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def raw(self, first: int, last: int) -> str:
        """The text from token `first` up to and without token `last`, as it was written."""
        return self.text[self.starts[first] : self.ends[last - 1]] if first < last else ""

    def begins_line(self, token: int) -> bool:
        """Whether nothing but markup stands before `token` on its line."""
        if token == 0:
            return True
        return "\n" in self.text[self.ends[token - 1] : self.starts[token]]


def tokenize(text: str) -> Tokens:
    """The words of `text`, normalized. Any string is accepted; the time is linear in its length."""
    spans = [m.span() for m in _TOKEN.finditer(_without_markup(text))]
    raw = [text[a:b] for a, b in spans]
    normal = _Normal()
    words = [normal[word] for word in raw]
    starts = [a for a, _ in spans]
    ends = [b for _, b in spans]
    if normal.splits:
        return _split(text, words, starts, ends)
    return Tokens(text, words, starts, ends)


def normalize(word: str) -> str:
    """One written word as it is compared."""
    folded = word.lower()
    if not word.isascii():
        folded = unicodedata.normalize("NFKC", word).casefold().replace(" ", "")
        folded = "c" if folded == "©" else folded  # what `(c)` becomes
    return _SPELLING.get(folded, folded)


class _Normal(dict[str, str]):
    """Normal forms, computed once a distinct word and kept for one text only."""

    splits = False

    def __missing__(self, word: str) -> str:
        self[word] = normal = normalize(word)
        self.splits = self.splits or normal in _SPLIT
        return normal


def _without_markup(text: str) -> str:
    """Tags and character references blanked out, every offset kept."""
    if "<" not in text and "&" not in text:
        return text
    return _MARKUP.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    """Blanks for markup. A reference that stands for a letter or digit could hide words: it stays."""
    found = match.group()
    if found.startswith("&"):
        plain = html.unescape(found)
        if plain == found or plain.isalnum():
            return found
    return " " * len(found)


def _split(text: str, words: list[str], starts: list[int], ends: list[int]) -> Tokens:
    parts = [_SPLIT.get(word, (word,)) for word in words]
    return Tokens(
        text,
        list(chain.from_iterable(parts)),
        [at for part, at in zip(parts, starts, strict=True) for _ in part],
        [at for part, at in zip(parts, ends, strict=True) for _ in part],
    )
