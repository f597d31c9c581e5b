"""Numbers and sums as people write them: "700 million", "US$1,000,000", "1亿", "EUR 5m".

`quantities` finds them in a folded sentence. Percentages, dates, section numbers and the like are not
quantities of users or money and are left out. A number that stands twice, in words and in figures ("one
hundred million (100,000,000)"), is one quantity.
"""

from __future__ import annotations

from collections.abc import Iterable

import re2
from msgspec import Struct

from weightlaw.reading.expressions import Expression, Match

_SCALES = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "lakh": 10**5,
    "lakhs": 10**5,
    "lac": 10**5,
    "crore": 10**7,
    "crores": 10**7,
    "mn": 10**6,
    "mm": 10**6,
    "mio": 10**6,
    "mil": 10**6,
    "mln": 10**6,
    "m": 10**6,
    "bn": 10**9,
    "b": 10**9,
    "k": 10**3,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "萬": 10**4,
    "亿": 10**8,
    "億": 10**8,
}
_SMALL = {
    "zero": 0,
    "one": 1,
    "a": 1,
    "an": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "half": 0.5,
}
_CURRENCIES = {
    "us$": "USD",
    "usd": "USD",
    "u.s.$": "USD",
    "u.s. $": "USD",
    "$": "USD",
    "us dollar": "USD",
    "u.s. dollar": "USD",
    "united states dollar": "USD",
    "american dollar": "USD",
    "dollar": "USD",
    "美元": "USD",
    "美金": "USD",
    "eur": "EUR",
    "€": "EUR",
    "euro": "EUR",
    "欧元": "EUR",
    "gbp": "GBP",
    "£": "GBP",
    "pound sterling": "GBP",
    "british pound": "GBP",
    "pound": "GBP",
    "rmb": "CNY",
    "cny": "CNY",
    "¥": "CNY",
    "yuan": "CNY",
    "renminbi": "CNY",
    "chinese yuan": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "jpy": "JPY",
    "yen": "JPY",
    "japanese yen": "JPY",
    "日元": "JPY",
    "krw": "KRW",
    "won": "KRW",
    "₩": "KRW",
    "korean won": "KRW",
    "韩元": "KRW",
    "inr": "INR",
    "₹": "INR",
    "rupee": "INR",
    "chf": "CHF",
    "swiss franc": "CHF",
    "cad": "CAD",
    "c$": "CAD",
    "ca$": "CAD",
    "canadian dollar": "CAD",
    "aud": "AUD",
    "a$": "AUD",
    "au$": "AUD",
    "australian dollar": "AUD",
    "hkd": "HKD",
    "hk$": "HKD",
    "hong kong dollar": "HKD",
    "港元": "HKD",
    "sgd": "SGD",
    "s$": "SGD",
    "singapore dollar": "SGD",
    "aed": "AED",
    "dirham": "AED",
    "nis": "ILS",
    "ils": "ILS",
    "shekel": "ILS",
    "sek": "SEK",
    "brl": "BRL",
    "r$": "BRL",
}


def _either(words: Iterable[str]) -> str:
    return "|".join(re2.escape(word) for word in sorted(words, key=len, reverse=True))


_LATIN = [w for w in _SMALL if w.isascii() and w not in ("a", "an", "half")]
_WORDS = rf"(?:{_either(_LATIN)}|hundred|thousand|lakh|crore|million|billion|and)"
_SCALE = rf"(?:{_either(w for w in _SCALES if w.isascii() and w != 'hundred')})\b"
_BEFORE = _either(c for c in _CURRENCIES if not c.endswith(("元", "金", " dollar", "pound")))
_AFTER = _either(_CURRENCIES)
_FIGURES = r"[0-9]{1,3}(?:[,' ][0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,15}(?:\.[0-9]{1,6})?"
_QUANTITY = Expression(
    rf"(?:(?P<before>{_BEFORE}) ?)?"
    rf"(?:(?P<figures>{_FIGURES})(?: ?-? ?(?P<scale>{_SCALE}|[十百千万萬亿億]{{1,2}}))?"
    rf"|\b(?P<words>(?:a|an|half a|{_either(_LATIN)})(?:[ -]{_WORDS}){{1,8}}"
    rf"|(?:{_either(_LATIN)}))\b"
    r"|(?P<zh>[一二两三四五六七八九十百千]{1,6}[万萬亿億]{1,2}))"
    r"\+?(?: ?\((?P<again>[^()]{1,40})\))?"
    rf"(?: ?(?P<after>{_AFTER})(?:s\b|\b|[^a-z]|$))?(?P<percent> ?(?:%|percent|per cent))?"
)
_FIGURE = Expression(rf"(?:(?P<before>{_BEFORE}) ?)?(?P<figures>{_FIGURES})")


class Quantity(Struct, frozen=True):
    """A number in a folded sentence, with its currency if it is a sum of money."""

    start: int
    end: int
    value: int | float
    currency: str | None = None


def quantities(text: str) -> list[Quantity]:
    """The quantities in a folded sentence, in order."""
    found = []
    for match in _QUANTITY.finditer(text):
        value = None if match.group("percent") or _is_year(text, match) else _value(match)
        if value is not None and not _inside_word(text, match.start, match.end):
            found.append(Quantity(match.start, match.end, value, _currency(match)))
    return found


def _is_year(text: str, match: Match) -> bool:
    """ "USD (2019)", "in 2024", "July 1, 2025": four plain digits that are a year."""
    figures = match.group("figures")
    plain = (
        match.end - match.start == len(figures) == 4 and "." not in figures and "," not in figures
    )
    if not plain or not 1900 <= int(figures) <= 2100:
        return False
    before = text[max(0, match.start - 12) : match.start].rstrip(" ,(")
    return (
        text[match.start - 1 : match.start] == "("
        or before.endswith(_DATES)
        or before[-1:].isdigit()
    )


_DATES = (
    "in",
    "since",
    "of",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "year",
    "c",
    "copyright",
    "fiscal",
)


def _inside_word(text: str, start: int, end: int) -> bool:
    """ "llama2", "0.9b" in a name, "2024-07": digits that belong to a longer word are no quantity."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    stuck = before.isascii() and (before.isalnum() or before in "-./_")
    return stuck or (after.isascii() and (after.isalpha() or after in "_/"))


def _currency(match: Match) -> str | None:
    for name in ("before", "after"):
        if code := _CURRENCIES.get(match.group(name).strip()):
            return code
    again = _FIGURE.search(match.group("again"))
    if again and (code := _CURRENCIES.get(again.group("before").strip())):
        return code
    return None


def _value(match: Match) -> int | float | None:
    if match.group("figures"):
        value = _plain(match.group("figures"))
        for scale in _scales(match.group("scale")):
            value *= scale
    elif match.group("zh"):
        value = _chinese(match.group("zh"))
    else:
        value = _spelled(match.group("words"))
    return int(value) if value == int(value) else value


def _plain(figures: str) -> float:
    digits = figures.replace(",", "").replace("'", "").replace(" ", "")
    return float(digits) if "." in digits else int(digits)


def _scales(scale: str) -> list[int]:
    scale = scale.strip()
    if not scale:
        return []
    return [_SCALES[scale]] if scale in _SCALES else [_SCALES.get(sign, 1) for sign in scale]


def _chinese(signs: str) -> float:
    total, part, digit = 0.0, 0.0, 0.0
    for sign in signs:
        if sign in _SMALL:
            digit = _SMALL[sign]
        elif _SCALES[sign] < 10_000:
            part += (digit or 1) * _SCALES[sign]
            digit = 0
        else:
            total = (total + part + digit or 1) * _SCALES[sign]
            part = digit = 0
    return total + part + digit


def _spelled(words: str) -> float:
    total, part = 0.0, 0.0
    for word in words.replace("-", " ").split():
        if word in ("and", "a", "an"):
            part = part or (1.0 if word != "and" else 0.0)
        elif word in _SMALL:
            part = part + _SMALL[word] if part >= 20 else _SMALL[word]
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            total += (part or 1) * _SCALES[word]
            part = 0
    return total + part
