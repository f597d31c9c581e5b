"""Amounts that only policies use: growth, shares, ages and days. Each parser raises UsageError."""

from __future__ import annotations

import time
from functools import lru_cache

from weightlaw.errors import UsageError

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
MAX_GROWTH = 10.0


def parse_growth(text: str) -> float:
    """`2%/month` or `30%/year` as the growth of one month, compounding: 0.02."""
    number, _, unit = text.strip().partition("%")
    unit = unit.strip().removeprefix("/").removeprefix("per ").removeprefix("a ").strip()
    sign = -1 if number.startswith("-") else 1
    if unit not in ("month", "year") or not _decimal(number.strip().lstrip("+-")):
        raise UsageError(f"{text!r} is not a growth: write 2%/month or 30%/year")
    rate = sign * float(number.strip().lstrip("+-")) / 100
    if not -1 < rate <= MAX_GROWTH:
        raise UsageError(f"{text!r}: a growth lies between -100% and 1000%")
    return rate if unit == "month" else (1 + rate) ** (1 / 12) - 1


def parse_share(text: str) -> float:
    """`70%` as 0.7."""
    number, percent, rest = text.strip().partition("%")
    if not percent or rest or not _decimal(number.strip()):
        raise UsageError(f"{text!r} is not a share: write 70%")
    return float(number) / 100


def parse_age(text: str) -> int:
    """`180 days`, `26 weeks`, `6 months`, `1 year` in days."""
    number, _, unit = text.strip().partition(" ")
    days = _DAYS.get(unit.strip().removesuffix("s"))
    if days is None or not _digits(number, 5):
        raise UsageError(f"{text!r} is not an age: write 180 days, 26 weeks, 6 months or 1 year")
    return int(number) * days


def parse_date(text: str) -> str:
    """`2027-03-31`: a day that exists."""
    parts = text.strip().split("-")
    if [len(part) for part in parts] == [4, 2, 2] and all(_digits(part, 4) for part in parts):
        year, month, day = (int(part) for part in parts)
        if year and 1 <= month <= 12 and 1 <= day <= _month_days(year, month):
            return text.strip()
    raise UsageError(f"{text!r} is not a day: write it as 2027-03-31")


def _decimal(text: str) -> bool:
    whole, point, fraction = text.partition(".")
    return _digits(whole, 6) and (not point or _digits(fraction, 6))


def _digits(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most


@lru_cache(maxsize=1024)
def days_between(earlier: str, later: str) -> int:
    """Days from one ISO date to another; a month counts as its first day, a year as January 1."""
    return _ordinal(later) - _ordinal(earlier)


def _ordinal(text: str) -> int:
    """Days since the year 0, in the Gregorian calendar."""
    year, month, day = (*(int(part) for part in text[:10].split("-")), 1, 1)[:3]
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400
    return before * 365 + leaps + sum(_month_days(year, m) for m in range(1, month)) + day


def _month_days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (
        29 if month == 2 and leap else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    )


def utc_today() -> str:
    """The day it is now in UTC. To be called once a run, at its beginning."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def add_months(month: str, count: int) -> str:
    """`2026-11` and 3 make `2027-02`."""
    total = int(month[:4]) * 12 + int(month[5:7]) - 1 + count
    return f"{total // 12}-{total % 12 + 1:02d}"
