"""Fetching what a card links to: nothing private, nothing endless, nothing but text."""

from __future__ import annotations

import gzip
import hashlib
import ipaddress
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.loopback import LoopbackHub
from weightlaw.errors import SourceError
from weightlaw.sources import links
from weightlaw.sources.links import fetch_text, is_public


@pytest.fixture
def web() -> Iterator[LoopbackHub]:
    """A server for pages; the Hub's protocol is not used."""
    with LoopbackHub() as server:
        yield server


def names(monkeypatch: pytest.MonkeyPatch, **addresses: str) -> list[str]:
    """Let names mean these addresses (`a_example` for `a.example`); returns the names that were looked up."""
    asked: list[str] = []

    def lookup(host: str, port: Any, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        found = addresses.get(host.replace(".", "_"), host)
        family = socket.AF_INET6 if ":" in found else socket.AF_INET
        ipaddress.ip_address(found)  # anything else is not for this test to look up
        return [(family, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


def refused(url: str, **options: bool) -> str:
    with pytest.raises(SourceError) as caught:
        fetch_text(url, **options)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400
    return str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://0/",
        "https://10.0.0.1/",
        "https://172.16.3.4/",
        "https://192.168.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1]/",
        "https://[fc00::1]/",
        "https://[ff02::1]/",
    ],
)
def test_private_addresses(url: str) -> None:
    """Refused in every spelling, before anything is sent."""
    assert "private or special" in refused(url) or "unusual spelling" in refused(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://user:secret@example.org/",
        "https://user@example.org/",
        "https://example.org:8080/",
        "https://example.org:99999/",
        "https:///x",
        "https://[::1/",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: x",
        "https://exämple.org/",
        "https://example.org\\@127.0.0.1/",
        "",
        "LICENSE",
    ],
)
def test_odd_addresses(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is even looked up."""
    asked = names(monkeypatch)
    refused(url)
    assert asked == []


def test_names_of_private_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public name may point inside."""
    names(monkeypatch, inside_example="10.1.2.3", mapped_example="::ffff:10.1.2.3")
    assert "private" in refused("https://inside.example/")
    assert "private" in refused("https://mapped.example/")
    assert "private" in refused("https://INSIDE.example./")


def test_plain_text(web: LoopbackHub) -> None:
    """Text, final address and hash; no cookie, token or compression is offered."""
    url = web.page("/a", "Grüße", headers={"Set-Cookie": "a=b"})
    moved = web.page("/b", status=302, headers={"Location": "/a"})
    assert fetch_text(moved, allow_private=True) == (
        "Grüße",
        url,
        hashlib.sha256("Grüße".encode()).hexdigest(),
    )
    last = web.requests[-1].headers
    assert "cookie" not in last
    assert "authorization" not in last
    assert last["accept-encoding"] == "identity"
    assert last["host"] == url.split("/")[2]


def test_netrc_is_not_sent(
    web: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's passwords are for programs that the user points somewhere, not for a card's author."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    fetch_text(web.page("/a", "x"), allow_private=True)
    assert "authorization" not in web.requests[0].headers


def test_redirects(web: LoopbackHub) -> None:
    """At most four, each checked as the first was."""
    for n in range(6):
        web.page(f"/{n}", status=301, headers={"Location": f"/{n + 1}"})
    web.page("/6", "end")
    assert fetch_text(web.url + "/2", allow_private=True)[0] == "end"
    assert "more than 4 redirects" in refused(web.url + "/1", allow_private=True)
    for n, target in enumerate(["file:///etc/passwd", "https://u:p@example.org/", "gopher://x"]):
        url = web.page(f"/bad{n}", status=302, headers={"Location": target})
        refused(url, allow_private=True)


def test_redirect_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public page that redirects inside is not followed there."""
    sent: list[str] = []

    class Moved:
        is_redirect = True

        def __init__(self) -> None:
            self.headers = {"Location": "https://169.254.169.254/"}

        def __enter__(self) -> Moved:
            return self

        def __exit__(self, *_: object) -> None: ...

    def answer(target: Any) -> Moved:
        sent.append(target.address)
        return Moved()

    names(monkeypatch, outside_example="93.184.216.34")
    monkeypatch.setattr(links, "_get", answer)
    assert "private" in refused("https://outside.example/")
    assert sent == ["93.184.216.34"]


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        ("application/pdf", b"%PDF-1.7", "PDF"),
        ("text/plain", b"%PDF-1.7", "no text"),
        ("image/png", b"x", "no text (image/png)"),
        ("application/octet-stream", b"a\0b", "no text"),
        ("text/plain", b"x" * 2_000_001, "longer than 2,000,000 bytes"),
    ],
)
def test_no_text(web: LoopbackHub, content_type: str, body: bytes, reason: str) -> None:
    """Refused with the reason."""
    assert reason in refused(web.page("/x", body, content_type=content_type), allow_private=True)


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=utf-8", "<p>é</p>".encode(), "<p>é</p>"),
        ("text/plain; charset=iso-8859-1", b"\xe9", "é"),
        ("text/plain; charset=nonsense", "é".encode(), "é"),
        ("text/plain", b"\xef\xbb\xbfx\xff", "x\ufffd"),
        ("", b"x", "x"),
        ("application/octet-stream", b"x", "x"),
    ],
)
def test_texts(web: LoopbackHub, content_type: str, body: bytes, text: str) -> None:
    """HTML stays as it is; charsets are honoured, wrong ones survived."""
    assert (
        fetch_text(web.page("/x", body, content_type=content_type), allow_private=True)[0] == text
    )


def test_bomb(web: LoopbackHub) -> None:
    """Compressed nothing: the limit is on what comes out."""
    bomb = gzip.compress(b"\n" * 50_000_000)
    url = web.page("/bomb", bomb, headers={"Content-Encoding": "gzip"})
    assert "longer than" in refused(url, allow_private=True)


@pytest.mark.parametrize("status", [204, 401, 403, 404, 429, 500])
def test_statuses(web: LoopbackHub, status: int) -> None:
    """Any status but 200 is said."""
    assert f"it answered {status}" in refused(
        web.page("/x", "no", status=status), allow_private=True
    )


def test_unreachable() -> None:
    """Nothing listens there."""
    assert "cannot be reached" in refused("http://127.0.0.1:1/", allow_private=True)


def test_slow(web: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The total time holds, whatever the server does meanwhile."""
    monkeypatch.setattr(links, "TOTAL_SECONDS", 0.3)
    web.fail("/x", status=0, delay=2)
    start = time.perf_counter()
    assert "no complete answer" in refused(web.url + "/x", allow_private=True)
    assert time.perf_counter() - start < 1


def test_github_pages_become_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page about a file is replaced by the file."""
    seen: list[str] = []

    def checked(url: str, _: bool) -> Any:
        seen.append(url)
        raise SourceError("stop")

    monkeypatch.setattr(links, "_checked", checked)
    refused("https://github.com/deepseek-ai/DeepSeek-V2/blob/main/LICENSE-MODEL")
    refused("https://github.com/deepseek-ai/DeepSeek-V2")
    assert seen == [
        "https://raw.githubusercontent.com/deepseek-ai/DeepSeek-V2/main/LICENSE-MODEL",
        "https://github.com/deepseek-ai/DeepSeek-V2",
    ]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for license.example, key included."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=license.example", "-addext", "subjectAltName=DNS:license.example"),
        *("-keyout", str(path) + ".key", "-out", str(path) + ".crt"),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"openssl could not make a certificate: {error}")
    path.write_text(Path(f"{path}.key").read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def tls(certificate: Path) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """An https server on loopback: its port, and the names that clients asked for (TLS, Host)."""
    seen: list[tuple[str, str]] = []
    indicated: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((indicated[-1], self.headers["Host"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"terms")

        def log_message(self, *_: Any) -> None: ...

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _s, name, _c: indicated.append(name or "")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    ).start()
    yield server.server_address[1], seen
    server.shutdown()
    server.server_close()


def test_pinned_connection(
    tls: tuple[int, list[tuple[str, str]]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is looked up once, and the connection goes to what was checked: no second answer can matter."""
    port, seen = tls
    asked = names(monkeypatch, license_example="127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    url = f"https://license.example:{port}/LICENSE"
    assert fetch_text(url, allow_private=True)[:2] == ("terms", url)
    assert seen == [("license.example", f"license.example:{port}")]
    assert [name for name in asked if name == "license.example"] == ["license.example"]


def test_certificate_of_another_name(
    tls: tuple[int, list[tuple[str, str]]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate must be for the name, not for the address; and be trusted."""
    port, seen = tls
    names(monkeypatch, other_example="127.0.0.1", license_example="127.0.0.1")
    url = f"https://license.example:{port}/LICENSE"
    assert "certificate" in refused(url, allow_private=True)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    assert "certificate" in refused(f"https://other.example:{port}/", allow_private=True)
    assert seen == []


def test_proxy(web: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy, it makes the connection; literal private addresses stay refused."""
    monkeypatch.setenv("HTTP_PROXY", web.url)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    names(monkeypatch, terms_example="93.184.216.34")
    web.page("/a", "through the proxy")
    assert fetch_text("http://terms.example/a", allow_private=True)[0] == "through the proxy"
    monkeypatch.setenv("HTTPS_PROXY", web.url)
    assert "private" in refused("https://127.0.0.1/")


@given(st.ip_addresses())
def test_public_means_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Never more permissive than Python's own word, mapped addresses included."""
    if is_public(address):
        assert address.is_global or getattr(address, "ipv4_mapped", None)
        assert not address.is_multicast
    if isinstance(address, ipaddress.IPv4Address):
        mapped = ipaddress.IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)
        assert is_public(mapped) == is_public(address)


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda t: f"https://{t}"))
def test_any_address(url: str) -> None:
    """Only SourceError comes out, and nothing is sent."""
    original = socket.getaddrinfo
    socket.getaddrinfo = lambda *_, **__: [(2, 1, 6, "", ("10.0.0.1", 443))]
    try:
        refused(url)
    finally:
        socket.getaddrinfo = original
