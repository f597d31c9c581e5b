"""Quantities as people write them: 900M, 1.2B, 40M-USD, 5M EUR, 2025-03."""

from __future__ import annotations

import re

from msgspec import Struct

from weightlaw.errors import UsageError

_UNITS = {
    "": 1,
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mio": 10**6,
    "million": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
    "t": 10**12,
    "tn": 10**12,
    "trillion": 10**12,
}
_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₹": "INR"}
_COUNT = r"(\d{1,3}(?:[,_]\d{3})+|\d+)(\.\d+)?\s*([a-z]*)\Z"
_MONEY = r"(?P<sign>US\$|[$€£¥₩₹])?\s*(?P<count>[\d.,_]+\s*[a-z]*?)[\s-]*(?P<code>[A-Z]{3})?\Z"
_MONTH = r"(\d{4})-(0[1-9]|1[0-2])\Z"
_FLAGS = re.IGNORECASE | re.ASCII  # patterns are compiled when first used, not at start-up
_LIMIT = 10**15


class Money(Struct, frozen=True, order=True):
    """An amount in whole units of an ISO 4217 currency."""

    amount: int | float
    currency: str

    def __str__(self) -> str:
        return f"{short(self.amount)} {self.currency}"


def parse_count(text: str, what: str = "a number of users") -> int:
    """`900M`, `1.2B`, `5,000`, `700_000_000` as whole persons. Raises UsageError."""
    match = re.match(_COUNT, text.strip(), _FLAGS)
    unit = match.group(3).lower() if match else None
    if not match or unit not in _UNITS:
        raise UsageError(f"{text!r} is not {what}: write 900M, 1.2B or 5000")
    whole = re.sub("[,_]", "", match.group(1))
    value = _scaled(whole, match.group(2) or "", _UNITS[unit])
    if value > _LIMIT:
        raise UsageError(f"{text!r} is larger than any {what.removeprefix('a ')} can be")
    return value


def _scaled(whole: str, fraction: str, unit: int) -> int:
    """Exact decimal scaling, rounded up: half a user more is a user more, never one less."""
    digits = fraction.lstrip(".")
    numerator = int(whole + digits) * unit
    scale: int = 10 ** len(digits)
    return -(-numerator // scale)


def parse_money(text: str) -> Money:
    """`40M-USD`, `5M EUR`, `$1.5M`. Raises UsageError, also where no currency is named."""
    match = re.match(_MONEY, text.strip(), _FLAGS)
    if not match:
        raise UsageError(f"{text!r} is not an amount of money: write 40M-USD or 5M EUR")
    code = (match.group("code") or "").upper()
    sign = _SIGNS.get((match.group("sign") or "").upper(), "")
    if not code and not sign:
        raise UsageError(f"{text!r} names no currency: write {text.strip()}-USD")
    if code and sign and code != sign and sign != "USD":
        raise UsageError(f"{text!r} names two currencies")
    if code and code not in CURRENCIES:
        raise UsageError(f"{code!r} in {text!r} is not an ISO 4217 currency")
    return Money(parse_count(match.group("count"), "an amount of money"), code or sign)


def parse_month(text: str) -> str:
    """`2025-03`. Raises UsageError."""
    if not re.match(_MONTH, text.strip(), _FLAGS):
        raise UsageError(f"{text!r} is not a month: write it as 2025-03")
    return text.strip()


def short(value: int | float) -> str:
    """900000000 as `900M`; exact, never rounded away."""
    for unit, name in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if value >= unit and value * 1000 % unit == 0:
            return f"{value / unit:.3f}".rstrip("0").rstrip(".") + name
    return f"{value:,}"


CURRENCIES = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BDT",
        "BGN",
        "BHD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "GEL",
        "GHS",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JOD",
        "JPY",
        "KES",
        "KRW",
        "KWD",
        "KZT",
        "LKR",
        "MAD",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "OMR",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TND",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "UYU",
        "VND",
        "ZAR",
    ]
)
"""ISO 4217 codes in common use; another one is a typing error more often than a currency."""
