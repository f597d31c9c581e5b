"""What went wrong with a request to the Hub: the client's many exceptions -> one small vocabulary.

Classes are told apart by status, headers and name: the client's HTTP library changed with its version 2, and over
plain http it raises its general error for what over https is "not found".
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from weightlaw.plaintext import one_line

Kind = Literal[
    "unknown",  # no such repository, or none that this caller may see
    "revision",  # the repository has no such revision
    "missing",  # it has no such file
    "gated",  # it must be asked for first
    "disabled",  # the Hub has closed it
    "token",  # the token is refused, for whatever it was asked
    "limited",  # too many requests
    "options",  # the server does not know what was asked of it
    "server",  # the server failed
    "offline",  # the client was told to stay offline
    "network",  # nothing answered
    "timeout",  # something answered too slowly
    "cut",  # the connection was closed before the answer's end
    "other",
]

MAX_DETAIL = 200
"""Characters of what a server or the client said."""

BAD_TOKEN = "invalid credentials in authorization header"
DISABLED = "access to this resource is disabled"
_RATE_LIMIT = re.compile(r"r\s*=\s*(\d+)\s*;\s*t\s*=\s*(\d+)")
_CODES: dict[str, Kind] = {
    "GatedRepo": "gated",
    "RepoNotFound": "unknown",
    "RevisionNotFound": "revision",
    "EntryNotFound": "missing",
}
_CLASSES: dict[str, Kind] = {
    "OfflineModeIsEnabled": "offline",
    "HFValidationError": "unknown",
    "TimeoutException": "timeout",
    "TimeoutError": "timeout",
    "ProtocolError": "cut",
    "ConnectError": "network",
    "ConnectTimeout": "network",
    "TransportError": "network",
    "ConnectionError": "network",
    "gaierror": "network",
}


class Trouble(Struct, frozen=True, kw_only=True):
    """Why there is no answer."""

    kind: Kind
    detail: str = ""
    """The server's or the client's own words, on one line."""
    status: int = 0
    wait: float = 0.0
    """Seconds after which it is worth trying again; 0 where nobody said."""


def diagnose(error: BaseException, now: dt.datetime) -> Trouble:
    """What an exception of the Hub's client, its HTTP library or the system means."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if isinstance(status, int):
        headers = {
            str(k).lower(): str(v) for k, v in dict(getattr(response, "headers", {})).items()
        }
        return of_answer(status, headers, now)
    names = [c.__name__ for c in type(error).__mro__]
    kind: Kind = next((_CLASSES[n] for n in names if n in _CLASSES), "other")
    return Trouble(kind=kind, detail=_words(error))


def of_answer(status: int, headers: Mapping[str, str], now: dt.datetime) -> Trouble:
    """What an answer of the server means; `headers` with their names in lower case."""
    said = one_line(headers.get("x-error-message", ""), MAX_DETAIL)
    kind = _kind(status, headers.get("x-error-code", ""), said.lower())
    wait = _wait(headers, now) if kind in ("limited", "server") else 0.0
    return Trouble(kind=kind, detail=said, status=status, wait=wait)


def _kind(status: int, code: str, said: str) -> Kind:
    if DISABLED in said:
        return "disabled"
    if status == 401 and BAD_TOKEN in said:
        return "token"
    if code in _CODES:
        return _CODES[code]
    if status in (401, 404):
        return "unknown"
    if status == 429:
        return "limited"
    if status == 400:
        return "options"
    return "server" if status >= 500 else "other"


def _wait(headers: Mapping[str, str], now: dt.datetime) -> float:
    """Seconds until the next window, by `RateLimit` (when nothing remains) or `Retry-After`."""
    limit = _RATE_LIMIT.search(headers.get("ratelimit", ""))
    if limit and int(limit[1]) == 0:
        return float(limit[2])
    after = headers.get("retry-after", "").strip()
    if after.isdigit():
        return float(after)
    try:
        date = email.utils.parsedate_to_datetime(after)
    except ValueError:
        return 0.0
    if date.tzinfo is None:
        date = date.replace(tzinfo=dt.UTC)
    return max(0.0, (date - now).total_seconds())


def _words(error: BaseException) -> str:
    text = one_line(str(error), MAX_DETAIL)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"its certificate could not be verified ({text})"
    return text or type(error).__name__
