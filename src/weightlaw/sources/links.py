"""The text behind an address that a model card gives. The card's author is not trusted.

An address may try to reach what only this machine can reach (SSRF). So the name is looked up first, every address it
has must be a public one, the connection goes to the very address that was checked, and each redirect is checked anew.
No cookies, no netrc, no token is sent.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import socket
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from msgspec import Struct

from weightlaw.errors import SourceError
from weightlaw.plaintext import one_line
from weightlaw.references.parsing import printable
from weightlaw.sources.limits import within
from weightlaw.version import VERSION

if TYPE_CHECKING:
    from requests import Response

MAX_BYTES = 2_000_000
TOTAL_SECONDS = 10.0
CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
MAX_REDIRECTS = 4
_PORTS = {"https": 443, "http": 80}
_GITHUB = re.compile(r"/([^/]+)/([^/]+)/(?:blob|raw)/(.+)\Z")
_ODD_NUMBER = re.compile(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]*))*\.?\Z", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_.-]+\Z|[0-9a-f:.]+\Z")
_CHARSET = re.compile(r"charset=\"?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Fetched(Struct, frozen=True):
    """A text with where it came from in the end, and the SHA-256 of its bytes as sent."""

    text: str
    final_url: str
    sha256: str


class _Target(Struct, frozen=True):
    """A checked address: what to ask for, and where to connect to."""

    url: str
    host: str
    address: str | None
    """The IP address that was checked; None where a proxy makes the connection."""


def fetch_text(url: str, *, allow_private: bool = False) -> tuple[str, str, str]:
    """The text at `url`, the address it came from in the end, and the SHA-256 of its bytes.

    HTML is given as it is. `allow_private` permits http, other ports and addresses that are not public. Raises
    SourceError, with one line on why there is no text.
    """
    deadline = time.monotonic() + TOTAL_SECONDS
    shown = printable(url, 120)[1:-1]
    try:
        found = within(TOTAL_SECONDS, lambda: _follow(url, allow_private, deadline))
    except SourceError as error:
        raise SourceError(f"{shown}: {error}") from None
    except TimeoutError:
        raise SourceError(f"{shown}: no complete answer within {TOTAL_SECONDS:.0f} s") from None
    except Exception as error:
        raise SourceError(f"{shown}: {_reason(error)}") from None
    return found.text, found.final_url, found.sha256


def _reason(error: Exception) -> str:
    name = type(error).__name__
    if name in ("ConnectTimeout", "ReadTimeout"):
        return "it did not answer in time"
    if name == "SSLError":
        return "its certificate could not be verified"
    if name == "ConnectionError":
        return "it cannot be reached"
    return f"it gave no usable answer ({one_line(str(error), 80) or name})"


def _follow(url: str, allow_private: bool, deadline: float) -> Fetched:
    url = _raw_on_github(url)
    for _ in range(MAX_REDIRECTS + 1):
        target = _checked(url, allow_private)
        with _get(target) as response:
            if not response.is_redirect:
                data = _body(response, deadline)
                text = _decoded(data, response.headers.get("Content-Type", ""))
                return Fetched(text, target.url, hashlib.sha256(data).hexdigest())
            url = _raw_on_github(urljoin(target.url, response.headers["Location"]))
    raise SourceError(f"more than {MAX_REDIRECTS} redirects")


def _raw_on_github(url: str) -> str:
    """The file itself in place of GitHub's page about it."""
    parts = _split(url)
    match = _GITHUB.match(parts.path)
    if (parts.hostname or "").lower() not in ("github.com", "www.github.com") or not match:
        return url
    path = f"/{match[1]}/{match[2]}/{match[3]}"
    return urlunsplit(("https", "raw.githubusercontent.com", path, "", ""))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError as error:
        raise SourceError(f"not an address ({error})") from None
    return parts


def _checked(url: str, allow_private: bool) -> _Target:
    """The address if it may be asked. Raises SourceError."""
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise SourceError("only https addresses are fetched (--allow-private-links permits http)")
    if not _HOST.match(host) or not url.isascii() or not url.isprintable() or set(url) & set(" \\"):
        raise SourceError("not an address that can be fetched")
    if parts.username is not None or parts.password is not None:
        raise SourceError("it holds a user name or a password")
    port = parts.port or _PORTS[parts.scheme]
    if port != _PORTS[parts.scheme] and not allow_private:
        raise SourceError(f"port {port} is not the usual one (--allow-private-links permits it)")
    plain = urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))
    proxied = bool(_proxies(plain))
    return _Target(plain, host, _address(host, port, allow_private, proxied))


def _address(host: str, port: int, allow_private: bool, proxied: bool) -> str | None:
    """The address to connect to; every one that the name has must be allowed."""
    addresses = _addresses(host, port, proxied)
    for address in addresses:
        if not allow_private and not is_public(address):
            raise SourceError(
                f"{host} is a private or special address (--allow-private-links permits it)"
            )
    return None if proxied or not addresses else str(addresses[0])


def _addresses(host: str, port: int, proxied: bool) -> list[IPAddress]:
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    if _ODD_NUMBER.match(host):
        raise SourceError(f"{host} is an unusual spelling of an IP address")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        if proxied:
            return []  # behind some proxies only the proxy can look up names; it connects, not this machine
        raise SourceError(f"the name {host} is not known") from None
    return [ipaddress.ip_address(str(item[4][0]).split("%")[0]) for item in found]


def is_public(address: IPAddress) -> bool:
    """Whether anyone on the internet could ask this address: no private, loopback, link-local, multicast one.

    IPv6 addresses that stand for an IPv4 address (mapped, 6to4, Teredo, NAT64) are judged by that one as well.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo:
            inner = address.teredo[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
        if address.ipv4_mapped:
            return True
        if address.is_site_local:
            return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not special


def _proxies(url: str) -> dict[str, str]:
    """The proxies that the environment names for this address, as requests reads them."""
    from requests.utils import get_environ_proxies, select_proxy

    proxies = get_environ_proxies(url)
    return dict(proxies) if select_proxy(url, proxies) else {}


def _get(target: _Target) -> Response:
    """Ask the checked address; the server sees the name it expects in `Host` and in TLS."""
    import requests

    parts = urlsplit(target.url)
    url = target.url
    session = requests.Session()
    session.trust_env = False
    if target.address is not None:
        literal = f"[{target.address}]" if ":" in target.address else target.address
        netloc = f"{literal}:{parts.port}" if parts.port else literal
        url = urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
        session.mount("https://", _pinned(target.host))
    return session.get(
        url,
        headers={
            "Host": parts.netloc,
            "User-Agent": f"weightlaw/{VERSION}",
            "Accept": "text/*, application/octet-stream;q=0.5",
            "Accept-Encoding": "identity",
        },
        proxies=_proxies(target.url),
        verify=os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
        allow_redirects=False,
        stream=True,
    )


def _pinned(host: str) -> Any:
    """An adapter that connects to an IP address, and asks for and verifies the certificate of `host`."""
    from requests.adapters import HTTPAdapter

    class Pinned(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, server_hostname=host, assert_hostname=host, **kwargs)

    return Pinned()


def _body(response: Response, deadline: float) -> bytes:
    """The answer's bytes, if it is a text, in time and not too long."""
    if response.status_code != 200:
        raise SourceError(f"it answered {response.status_code}")
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind == "application/pdf":
        raise SourceError("it is a PDF, which is not read: read it yourself")
    texts = ("", "application/xhtml+xml", "application/octet-stream", "binary/octet-stream")
    if not kind.startswith("text/") and kind not in texts:
        raise SourceError(f"it is no text ({one_line(kind, 60)})")
    data = bytearray()
    for part in response.iter_content(4096):
        data += part
        if len(data) > MAX_BYTES:
            raise SourceError(f"it is longer than {MAX_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(data)


def _decoded(data: bytes, content_type: str) -> str:
    """Text by the charset that the server names, else as UTF-8."""
    if b"\0" in data[:4096] or data.startswith(b"%PDF"):
        raise SourceError("it is no text")
    charset = _CHARSET.search(content_type)
    try:
        return data.decode(charset[1] if charset else "utf-8-sig", errors="replace")
    except LookupError:
        return data.decode("utf-8-sig", errors="replace")
