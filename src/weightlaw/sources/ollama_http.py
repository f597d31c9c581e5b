"""One HTTP request to Ollama's registry or server: bounded in time and size, nothing of the user's sent along."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from weightlaw.errors import SourceError
from weightlaw.sources.limits import within
from weightlaw.version import VERSION

MAX_REDIRECTS = 4


class Reply(Struct, frozen=True, kw_only=True):
    """What came back."""

    status: int
    data: bytes
    headers: Mapping[str, str] = {}


class Unreachable(SourceError):
    """Nobody answers at that address."""


def ask(
    url: str,
    *,
    limit: int,
    seconds: float,
    accept: str = "application/json",
    send: Mapping[str, Any] | None = None,
    local: bool = False,
) -> Reply:
    """GET, or POST of `send` as JSON. `local` asks past proxies and follows no redirect.

    Raises Unreachable, or SourceError for an answer that is too slow, too large or none at all.
    """
    place = _place(url)
    try:
        return within(seconds, lambda: _ask(url, limit, seconds, accept, send, local))
    except SourceError:
        raise
    except TimeoutError:
        raise SourceError(f"{place} gave no complete answer within {seconds:g} s") from None
    except Exception as error:
        raise _explained(error, place, seconds) from None


def _place(url: str) -> str:
    """Host and port for messages, of an address that may be broken."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return "the address"


def _explained(error: Exception, place: str, seconds: float) -> SourceError:
    kind = type(error).__name__
    if kind in ("ReadTimeout", "ConnectTimeout"):
        return SourceError(f"{place} gave no complete answer within {seconds:g} s")
    if kind == "SSLError":
        return SourceError(f"the certificate of {place} could not be verified")
    if kind in ("ConnectionError", "ProxyError"):
        return Unreachable(f"{place} cannot be reached")
    return SourceError(f"{place} gave no usable answer ({kind})")


def _ask(
    url: str, limit: int, seconds: float, accept: str, send: Mapping[str, Any] | None, local: bool
) -> Reply:
    import requests  # 100 ms: only where something is asked

    with requests.Session() as session:
        session.trust_env = False  # else requests sends what ~/.netrc holds for the host
        if not local:
            session.proxies.update(requests.utils.get_environ_proxies(url))
            session.verify = _certificates()
        session.max_redirects = MAX_REDIRECTS
        response = session.request(
            "POST" if send is not None else "GET",
            url,
            json=send,
            headers={
                "Accept": accept,
                "Accept-Encoding": "identity",
                "User-Agent": f"weightlaw/{VERSION}",
            },
            timeout=(min(3.0, seconds), seconds),
            allow_redirects=not local,
            stream=True,
        )
        with response:
            data = _bounded(response.raw.stream(65_536, decode_content=False), limit, url)
        return Reply(status=response.status_code, data=data, headers=dict(response.headers))


def _certificates() -> str | bool:
    """The certificates that requests' users set for a company's own authority, else the usual ones."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def _bounded(parts: Any, limit: int, url: str) -> bytes:
    data = bytearray()
    for part in parts:
        data += part
        if len(data) > limit:
            raise SourceError(f"{_place(url)} sent more than {limit:,} bytes")
    return bytes(data)
