"""What may stand in or around a licence without changing it: list numbers, copyright notices, titles.

The SPDX matching guidelines let these vary. Each test here is strict, since whatever passes is not shown
as a change: words that could allow, forbid or charge anything never pass, and a title passes only when it
is made of words of titles and of the name of the licence that follows it.
"""

from __future__ import annotations

import re

from weightlaw.reading.tokens import Tokens


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONGEST_FILLER = 24
"""Words that a filled-in name or a copyright notice may have."""

_NUMBER = re.compile(r"\d{1,2}(\.\d{1,2}){0,3}|[a-z]|[ivx]{1,5}")
_ADDRESS = re.compile(r"@|[./:_-]+[\w/]")
_YEAR = re.compile(r"(19|20)\d\d")
_STOP = re.compile(r"[.;!?:]\s|[\u3002;!\u2014\u2013|]|\s-+\s|\n\s*\n")
_ABBREVIATIONS = _words(
    "inc ltd co corp llc llp gmbh ag sa s.a plc pte pty bv ab oy kk jr sr dr prof st univ dept et al"
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv")
_TELLING = _words("""
    agree agrees agreement allowed apply applies approval authorized away buy bound cannot can
    charge charged commercial commercially competing condition conditions consent cost costs
    distribute derivative each every everyone except exceed expire expires fee fees forbid
    forbidden grant granted hereby if indemnify keep law license licensed licensee licenses
    below above beyond beneath million millions billion billions thousand crore lakh revenue revenues turnover
    employees users mau maus dau daus excluding excluded excludes exclude outside except noncommercial nonprofit
    monetize monetise monetization compete competing competitors evaluation production
    limit limits may modify modified must no nobody non none nor not obtain only
    otherwise owe owes paid pay permission permit permitted personal portions prohibited
    provided purchase purpose purposes refrain register reproduce required requires restricted
    restriction royalty sell shall should subject terminate terms than these this under unless
    usage use used user users uses using void will within without you your $ € £ ¥ ₩ ₹ % < > <=
    >= ≥ ≤ 不 禁 止 得 须 费 商 许
""")
_HOLDER_WORDS = _words("""
    a affiliates al all and as at author authors by co community contributors copyright de der
    developers et file for foundation from group holder holders in inc individual institute its
    maintainers of on or other others owner owners present project respective rights reserved
    see team the to van von yyyy year years name fullname full c
""")
_TITLE_WORDS = _words("""
    a acceptable agreement and apache bsd clause community copying file for full general gnu isc
    legal license licensed licenses md mit model new notice of open original policy public
    revised simplified software source terms text the third txt party use version v
""")
_PLACEHOLDERS = _words("""
    year yyyy years name fullname owner holder holders
""")


def list_number(tokens: Tokens, at: int) -> bool:
    """Whether word `at` is a list number or letter at the start of its line."""
    if not _NUMBER.fullmatch(tokens.words[at]) or not tokens.begins_line(at):
        return False
    end = tokens.ends[at]
    return tokens.text[end : end + 1] in (".", ")") or tokens.text[end : end + 1] == "、"


def ordinal(word: str) -> frozenset[str]:
    """The numbers that a list number can stand for: `b` is 2, `i` is 1 or 9."""
    letter = {str(ord(word) - 96)} if re.fullmatch("[a-z]", word) else set()
    return frozenset({word, *letter} | ({str(_ROMAN.index(word) + 1)} if word in _ROMAN else set()))


def styles(number: int) -> tuple[str, ...]:
    """The ways to write a list number."""
    if not 1 <= number <= 26:
        return (str(number),)
    return str(number), chr(96 + number), *_ROMAN[number - 1 : number]


def notice(tokens: Tokens, first: int, last: int) -> bool:
    """Whether these words are copyright notices and nothing else: a mark or a year, and a holder."""
    starts = [at for at in range(first, last) if _marks_notice(tokens, at, first)]
    if not starts or starts[0] != first:
        return False
    return all(map(_one_notice, *_spans(tokens, starts, last)))


def name(tokens: Tokens, first: int, last: int) -> bool:
    """Whether these words can be a name that was filled in."""
    words = tokens.words[first:last]
    return len(words) <= LONGEST_FILLER // 2 and _TELLING.isdisjoint(words)


def title(tokens: Tokens, first: int, last: int, names: frozenset[str]) -> bool:
    """Whether these words are a title that could stand over the licence whose name has the words `names`.

    Numbers pass only if the name has them: "Apache License 3.0" is no title of Apache-2.0.
    """
    words = tokens.words[first:last]
    return len(words) <= 14 and all(w in _TITLE_WORDS or w in names for w in words)


def around(tokens: Tokens, first: int, last: int, names: frozenset[str] | None) -> bool:
    """Whether the words before a licence (`names`: of which one) or after it (None) tell nothing."""
    cuts = [at for at in range(first, last) if at == first or _starts_part(tokens, at, first)]
    return all(
        _tells_nothing(tokens, a, b, names) for a, b in zip(cuts, [*cuts[1:], last], strict=True)
    )


def _tells_nothing(tokens: Tokens, first: int, last: int, names: frozenset[str] | None) -> bool:
    if tokens.words[first:last] == ["all", "rights", "reserved"] or notice(tokens, first, last):
        return True
    return names is not None and title(tokens, first, last, names)


def _starts_part(tokens: Tokens, at: int, first: int) -> bool:
    return tokens.begins_line(at) or _marks_notice(tokens, at, first)


def _marks_notice(tokens: Tokens, at: int, first: int) -> bool:
    """A copyright mark that does not just continue another ("Copyright (c)")."""
    if not _is_mark(tokens, at):
        return False
    return at == first or not _is_mark(tokens, at - 1)


def _is_mark(tokens: Tokens, at: int) -> bool:
    word = tokens.words[at]
    if word == "c":
        start, end = tokens.starts[at], tokens.ends[at]
        return tokens.text[start] == "©" or tokens.text[start - 1 : end + 1].lower() == "(c)"
    return word == "copyright"


def _spans(
    tokens: Tokens, starts: list[int], last: int
) -> tuple[list[Tokens], list[int], list[int]]:
    return [tokens] * len(starts), starts, [*starts[1:], last]


def _one_notice(tokens: Tokens, first: int, last: int) -> bool:
    body = first
    while body < last and (_is_mark(tokens, body) or tokens.words[body] in ("notice", "by")):
        body += 1
    dated = body - first > 1 or any(
        _YEAR.fullmatch(w) or w in _PLACEHOLDERS for w in tokens.words[body : body + 3]
    )
    return dated and last - body <= LONGEST_FILLER and _holder(tokens, body, last)


def _holder(tokens: Tokens, first: int, last: int) -> bool:
    """Whether these words can be years and a holder: nothing telling, and names are capitalized."""
    words = tokens.words[first:last]
    if not _TELLING.isdisjoint(words) or _goes_on(tokens, first, last):
        return False
    plain = sum(
        word not in _HOLDER_WORDS and _is_plain(tokens, first + n) for n, word in enumerate(words)
    )
    return plain <= (2 if len(words) <= 6 else 0)


def _goes_on(tokens: Tokens, first: int, last: int) -> bool:
    """Whether another sentence follows the holder: what is no name, no address and not "All rights reserved".

    Behind "Inc." one word may belong to the name.
    """
    for at in range(first + 1, last):
        between = tokens.text[tokens.ends[at - 1] : tokens.starts[at]]
        before = tokens.words[at - 1]
        dated = _YEAR.fullmatch(before) or _YEAR.fullmatch(tokens.words[at])  # "1996 - 2015, Name"
        if (
            _STOP.search(between)
            and len(before) > 1
            and not dated
            and not _is_label(tokens, at, last)
        ):
            strange = sum(_is_strange(tokens, n) for n in range(at, last))
            return strange > (1 if before in _ABBREVIATIONS else 0)
    return False


def _is_label(tokens: Tokens, at: int, last: int) -> bool:
    """Whether the words behind a stop are an address of a street or name an author."""
    street = tokens.words[at].isdecimal() or tokens.words[last - 1] == "usa"
    return tokens.words[at] in ("author", "authors") or (
        street and tokens.words[at - 1] in _ABBREVIATIONS
    )


def _is_strange(tokens: Tokens, at: int) -> bool:
    word = tokens.words[at]
    return not (word in _HOLDER_WORDS or _YEAR.fullmatch(word) or _addressed(tokens, at))


def _addressed(tokens: Tokens, at: int) -> bool:
    """Whether a word is part of an address."""
    start, end = tokens.starts[at], tokens.ends[at]
    return bool(_ADDRESS.match(tokens.text, end)) or tokens.text[start - 1 : start] in tuple("@/:.")


def _is_plain(tokens: Tokens, at: int) -> bool:
    """Whether a word begins with a small letter and is no part of an address."""
    if not tokens.text[tokens.starts[at]].islower():
        return False
    return not _addressed(tokens, at)
