"""The page on which a person judges: a small server on this machine's loopback address, for one rater.

What it sends is the shown texts of one open pair, opaque ids and counts: never a candidate's name, in no answer of any
kind. Whoever has not the token gets nothing but the empty page.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
import socketserver
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Struct

from weightlaw.errors import UsageError
from weightlaw.trial import worddiff
from weightlaw.trial.judging import Judging, Sides
from weightlaw.trial.plain import Block
from weightlaw.trial.templates import template
from weightlaw.trial.values import Choice

MAX_BODY = 64 * 1024
FIRST_SHOWN = 20_000
"""Characters of a side that are sent at first."""
PIECE = 200_000
"""Characters of a side that are sent on demand at a time."""
SILENT_SECONDS = 30
"""A connection that sends nothing for so long is closed."""
TOKEN_HEADER = "X-Weightlaw-Token"


class Chosen(Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends when a choice is made."""

    id: str
    choice: Choice
    seconds: float = 0.0
    note: str = ""


def piece(blocks: Sequence[Block], start: int, size: int) -> dict[str, Any]:
    """The blocks from one character on, up to a size, and how many characters there are in all."""
    total = sum(len(b.text) for b in blocks)
    shown: list[dict[str, str]] = []
    at = 0
    for block in blocks:
        begin, end = max(0, start - at), max(0, start + size - at)
        if text := block.text[begin:end]:
            shown.append({"kind": block.kind, "text": text})
        at += len(block.text)
    return {"blocks": shown, "total": total, "next": min(total, start + size)}


def shown(sides: Sides | None) -> dict[str, Any] | None:
    """A pair as it is sent: the same keys in the same order, whatever it is."""
    if sides is None:
        return None
    return {
        "id": sides.id,
        "prompt": [{"role": t.role, "text": t.text} for t in sides.prompt],
        "tools": sides.tools,
        "left": piece(sides.left, 0, FIRST_SHOWN),
        "right": piece(sides.right, 0, FIRST_SHOWN),
    }


class JudgeServer(ThreadingHTTPServer):
    """Serves one rater's judging on 127.0.0.1. `finished` is set when the rater is done with it."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = (
        os.name != "nt"
    )  # there it would let another program listen on the same port

    def __init__(self, judging: Judging, port: int = 0) -> None:
        self.judging = judging
        self.token = secrets.token_urlsafe(32)
        self.finished = False
        self._page = template("trial", "judge.html")
        self._style = template("trial", "judge.css")
        self._script = template("trial", "judge.js")
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except (OSError, OverflowError) as error:
            why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
            raise UsageError(f"--port {port}: {why}; choose another, or 0 for a free one") from None
        self.hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost")}
        if self.port == 80:
            self.hosts |= {"127.0.0.1", "localhost"}

    def server_bind(self) -> None:
        """Bind without asking a name server what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    @property
    def port(self) -> int:
        """The port that is served."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """The address to open, with the token."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    def knows(self, token: str) -> bool:
        """Whether this is the token, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def page(self, nonce: str) -> bytes:
        """The page without any data: the same for every trial but for the nonce."""
        page = self._page.replace("{{ nonce }}", nonce)
        page = page.replace("{{ style }}", self._style).replace("{{ script }}", self._script)
        return page.encode()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no event."""


class _Refused(Exception):
    """A request that gets a status and a word."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        self.why = why
        super().__init__(why)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: JudgeServer
    protocol_version = "HTTP/1.1"
    timeout = SILENT_SECONDS

    def version_string(self) -> str:
        """No version of Python is told."""
        return "weightlaw"

    def log_message(self, *_: Any) -> None:
        """Nothing is written: the path may carry the token."""

    def do_GET(self) -> None:
        """The page, the state, a piece of a long answer, the marked differences."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """A choice, an undo, the end."""
        self._answer(self._post)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library refuses (another method, a broken request), with our headers and in few words."""
        self.close_connection = True
        self._send_json({"error": "refused"}, 405 if code == 501 else code)

    def _answer(self, do: Any) -> None:
        try:
            self._check_host()
            do()
        except _Refused as refused:
            self._send_json({"error": refused.why}, refused.status)
        except ValueError:  # an address that is none, or with a hundred fields
            self.close_connection = True
            self._send_json({"error": "not understood"}, 400)
        except UsageError as error:  # the trial's file cannot be written: nothing was stored
            self._send_json({"error": str(error)}, 500)
        except (BrokenPipeError, ConnectionError, TimeoutError):
            self.close_connection = True

    def _check_host(self) -> None:
        """A name that an attacker points at 127.0.0.1 is not ours."""
        if self.headers.get_all("Host", []) not in ([h] for h in self.server.hosts):
            self.close_connection = True
            raise _Refused(403, "unknown host")

    def _check_token(self) -> None:
        if self.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            self.close_connection = True
            raise _Refused(403, "another site may not ask")
        if not self.server.knows(self.headers.get(TOKEN_HEADER, "")):
            self.close_connection = True
            raise _Refused(403, "open the address that the command printed")

    def _get(self) -> None:
        parts = urlsplit(self.path)
        query = {k: v[-1] for k, v in parse_qs(parts.query, max_num_fields=8).items()}
        if parts.path == "/":
            if "token" in query and not self.server.knows(query["token"]):
                raise _Refused(403, "open the address that the command printed")
            self._send_page()
            return
        if parts.path not in ("/api/state", "/api/rest", "/api/difference"):
            raise _Refused(404, "nothing here")
        self._check_token()
        if parts.path == "/api/state":
            self._send_json(self._state())
        elif parts.path == "/api/rest":
            self._send_json(self._rest(query))
        else:
            self._send_json(self._difference(query))

    def _post(self) -> None:
        body = self._body()
        path = urlsplit(self.path).path
        if path == "/api/choice":
            self._send_json(*self._choice(body))
        elif path == "/api/undo":
            note = self.server.judging.undo()
            self._send_json({**self._state(), "undone": note is not None, "note": note or ""})
        elif path == "/api/finish":
            self._send_json({"finished": True})
            self.server.finished = True
            self.close_connection = True
        else:
            raise _Refused(404, "nothing here")

    def _body(self) -> bytes:
        """The request's body, after all that must hold before it is read."""
        self.close_connection = True  # until it is read, what follows on the line is not a request
        origin = self.headers.get("Origin", "")
        if origin not in {f"http://{self.headers['Host']}"}:
            raise _Refused(403, "another site may not ask")
        self._check_token()
        if self.headers.get_content_type() != "application/json":
            raise _Refused(415, "JSON only")
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding") or not (length.isascii() and length.isdecimal()):
            raise _Refused(411, "say the length")
        if len(length) > 9 or int(length) > MAX_BODY:
            raise _Refused(413, "too large")
        body = self.rfile.read(int(length))
        self.close_connection = False
        return body

    def _choice(self, body: bytes) -> tuple[dict[str, Any], int]:
        try:
            chosen = msgspec.json.decode(body, type=Chosen)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _Refused(400, f"a choice is one of {', '.join(get_args(Choice))}") from None
        stored = self.server.judging.choose(chosen.id, chosen.choice, chosen.seconds, chosen.note)
        return {**self._state(), "stored": stored}, 200 if stored else 409

    def _state(self) -> dict[str, Any]:
        progress = self.server.judging.progress()
        return {
            "rater": self.server.judging.rater,
            "done": progress.done,
            "total": progress.total,
            "unanswered": progress.unanswered,
            "identical": progress.identical,
            "pair": shown(self.server.judging.next()),
        }

    def _open(self, query: dict[str, str]) -> Sides:
        sides = self.server.judging.sides(query.get("id", ""))
        if sides is None:
            raise _Refused(409, "this pair is not open any more")
        return sides

    def _rest(self, query: dict[str, str]) -> dict[str, Any]:
        sides, side, start = self._open(query), query.get("side"), query.get("from", "")
        if side not in ("left", "right") or not (start.isascii() and start.isdecimal()):
            raise _Refused(400, "say side=left or side=right, and from=N")
        return piece(sides.left if side == "left" else sides.right, int(start[:12]), PIECE)

    def _difference(self, query: dict[str, str]) -> dict[str, Any]:
        sides = self._open(query)
        if worddiff.too_long(sides.left) or worddiff.too_long(sides.right):
            return {"id": sides.id, "left": None, "right": None}
        left, right = worddiff.compare(sides.left, sides.right)
        return {
            "id": sides.id,
            "left": [{"kind": b.kind, "runs": r} for b, r in zip(sides.left, left, strict=True)],
            "right": [{"kind": b.kind, "runs": r} for b, r in zip(sides.right, right, strict=True)],
        }

    def _send_page(self) -> None:
        nonce = base64.b64encode(secrets.token_bytes(18)).decode()
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
            "trusted-types 'none'"
        )
        self._send(200, "text/html; charset=utf-8", self.server.page(nonce), policy)

    def _send_json(self, data: Any, status: int = 200) -> None:
        policy = "default-src 'none'; frame-ancestors 'none'"
        self._send(status, "application/json", msgspec.json.encode(data), policy)

    def _send(self, status: int, kind: str, body: bytes, policy: str) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", policy),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def serve(server: JudgeServer) -> None:
    """Answer until the rater is finished or the program is interrupted. Every choice is stored by then."""
    server.timeout = 0.5
    try:
        while not server.finished:
            server.handle_request()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
