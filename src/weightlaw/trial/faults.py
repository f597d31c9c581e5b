"""What an HTTP status or a broken line means: which kind of failure, what to do about it, how long to wait."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from weightlaw.plaintext import one_line
from weightlaw.trial.values import Failure

MAX_WAIT = 600.0
"""Seconds. A server that asks for a longer pause is asked again another day."""
MAX_WORDS = 300
"""Characters of a server's own words that are kept."""
PROMPT_STATUSES = frozenset({400, 403, 413, 414, 422, 431})
"""Refusals that may be about this one prompt (too long, flagged by moderation, a schema the server cannot do) and not about the candidate."""
_BUSY = frozenset({409, 423, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
_FILTERED = ("content_filter", "content_policy_violation", "responsibleaipolicyviolation")
_NO_MONEY = ("insufficient_quota", "billing_hard_limit_reached", "insufficient_balance")
MENDED = "asked again without stream_options: "
"""Begins the error of a request that was refused only for a field which the next one leaves out."""


class Fault(Struct, frozen=True, kw_only=True):
    """Why an attempt gave no answer."""

    failure: Failure
    error: str
    status: int = 0
    retry_after: float | None = None
    """Seconds that the server asks for."""
    stop: bool = False
    """Whether asking this candidate anything more is of no use."""
    mended: bool = False
    """Whether the same is to be asked again at once, without a field that the server does not know."""


def of_status(status: int, headers: Mapping[str, str], body: Any) -> Fault:
    """A status that is no success, with the server's own words where it has some."""
    code, message = _words(body)
    said = f"HTTP {status}{f': {message}' if message else ''}"
    wait = retry_after(headers)
    if any(word in code.lower() for word in _FILTERED):
        return Fault(
            failure="refusal",
            error=f"the endpoint's filter refuses the prompt (HTTP {status})",
            status=status,
        )
    if status == 402 or (status == 429 and code in _NO_MONEY):
        return Fault(
            failure="refused-request",
            error=f"{said}; the account has no credit",
            status=status,
            stop=True,
        )
    if status == 429:
        return Fault(failure="rate-limited", error=said, status=status, retry_after=wait)
    if status == 408:
        return Fault(failure="time-out", error=said, status=status, retry_after=wait)
    if status >= 500 or status in _BUSY:
        return Fault(failure="server-error", error=said, status=status, retry_after=wait)
    if 300 <= status < 400:
        moved = f"{said}; the address leads elsewhere: write that one as url"
        return Fault(failure="refused-request", error=moved, status=status, stop=True)
    return Fault(
        failure="refused-request", error=said, status=status, stop=status not in PROMPT_STATUSES
    )


def _words(body: Any) -> tuple[str, str]:
    """Code and message of an error body, in the shapes that servers send."""
    if isinstance(body, Mapping) and isinstance(body.get("error"), Mapping):
        body = body["error"]
    if isinstance(body, Mapping):
        message = body.get("message") or body.get("error") or body.get("detail") or ""
        return str(body.get("code") or body.get("type") or ""), one_line(str(message), MAX_WORDS)
    text = str(body or "").strip()
    return "", "" if text.startswith("<") else one_line(text, MAX_WORDS)


def left_alone(fault: Fault) -> str:
    """Why an endpoint that asks for a longer pause than `MAX_WAIT` is asked no more."""
    minutes = (fault.retry_after or 0.0) / 60
    return f"it asks to be left alone for {minutes:.0f} minutes: run again then"


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds that a server asks to wait: `retry-after-ms`, or Retry-After as seconds or as an HTTP date."""
    text = headers.get("retry-after", "").strip()
    try:
        if milliseconds := headers.get("retry-after-ms", "").strip():
            return _sound(float(milliseconds) / 1000)
        if text:
            return _sound(float(text))
    except ValueError:
        pass
    try:
        when = email.utils.parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, OverflowError, OSError):
        return None
    return None if when is None else _sound(when - (time.time() if now is None else now))


def _sound(seconds: float) -> float | None:
    return max(0.0, seconds) if math.isfinite(seconds) else None


def of_exception(error: BaseException, begun: bool, seconds: float) -> Fault | None:
    """What a broken line means; None for what is no matter of the line.

    By the names of the classes: the client builds on httpx in its second version and on httpx2 in its third.
    """
    names = {cls.__name__ for cls in type(error).__mro__}
    if error.__cause__ is not None and names & {"APIConnectionError"}:
        names |= {cls.__name__ for cls in type(error.__cause__).__mro__}
    if names & {"APITimeoutError", "TimeoutException", "TimeoutError"}:
        return Fault(failure="time-out", error=f"no byte came for {seconds:g} s")
    if "RemoteProtocolError" in names and begun:
        return Fault(failure="truncated-stream", error="the connection ended within the answer")
    if "LocalProtocolError" in names or "DecodingError" in names:
        return Fault(failure="not-the-protocol", error="what came is not HTTP as it should be")
    if names & {"APIConnectionError", "RequestError", "TransportError", "OSError"}:
        kind: Failure = "truncated-stream" if begun else "connection"
        return Fault(failure=kind, error=f"the connection failed ({_kind(error)})")
    return None


def _kind(error: BaseException) -> str:
    """The innermost cause's class: `ConnectionRefusedError` says more than `APIConnectionError`."""
    for _ in range(8):
        inner = error.__cause__ or error.__context__
        if inner is None:
            break
        error = inner
    return type(error).__name__
