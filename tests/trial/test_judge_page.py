"""The page's server: who may ask, what it says, what it never says."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.trial.invented_trial import WORDS, asked, make
from weightlaw.errors import UsageError
from weightlaw.trial.judge_page import FIRST_SHOWN, MAX_BODY, PIECE, JudgeServer, piece, serve
from weightlaw.trial.judging import Judging
from weightlaw.trial.plain import Block
from weightlaw.trial.store import Store

TEXTS = {
    f"p{n}": {
        "zebrawood": f"I am Qwen by Alibaba, run with ollama. The answer is {n}.",
        "quillfish": f"As ChatGPT by OpenAI (gpt-4o-mini, api.openai.com): {n}",
    }
    for n in range(6)
}


class Client:
    """Speaks to a server as the page does, or otherwise."""

    def __init__(self, server: JudgeServer, thread: threading.Thread) -> None:
        self.server = server
        self.thread = thread
        self.host = f"127.0.0.1:{server.port}"

    def ask(
        self, path: str, data: Any = None, method: str = "", **headers: str | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers, body. Headers that are None are left out."""
        sent: dict[str, str | None] = {"Host": self.host, "X-Weightlaw-Token": self.server.token}
        body = None
        if data is not None:
            body = data if isinstance(data, bytes) else json.dumps(data).encode()
            sent |= {"Content-Type": "application/json", "Origin": f"http://{self.host}"}
            sent |= {"Content-Length": str(len(body))}
        sent |= {k.replace("_", "-"): v for k, v in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.putrequest(
            method or ("POST" if body is not None else "GET"),
            path,
            skip_host=True,
            skip_accept_encoding=True,
        )
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        got = response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        connection.close()
        return got

    def json(self, path: str, data: Any = None) -> Any:
        status, _, body = self.ask(path, data)
        assert status == 200, body
        return json.loads(body)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(str(make(tmp_path / "six.trial", TEXTS))) as opened:
        yield opened


@contextmanager
def served(store: Store) -> Iterator[Client]:
    """A client of a server that runs as long as it is used."""
    server = JudgeServer(Judging(store, "dana"))
    thread = threading.Thread(target=serve, args=(server,))
    thread.start()
    try:
        yield Client(server, thread)
    finally:
        server.finished = True
        thread.join()


@pytest.fixture
def client(store: Store) -> Iterator[Client]:
    with served(store) as made:
        yield made


API = ["/api/state", "/api/rest?id=x&side=left&from=0", "/api/difference?id=x"]


@pytest.mark.parametrize("path", API)
@pytest.mark.parametrize("token", [None, "", "x", "0" * 43, "\u00e9"])
def test_without_the_token_there_is_nothing(client: Client, path: str, token: str | None) -> None:
    status, _, body = client.ask(path, X_Weightlaw_Token=token)
    assert status == 403
    assert b"answer" not in body.lower() or b"question" not in body.lower()


def test_a_wrong_token_in_the_address_gets_no_page(client: Client) -> None:
    assert client.ask("/?token=wrong", X_Weightlaw_Token=None)[0] == 403
    assert client.ask(f"/?token={client.server.token}", X_Weightlaw_Token=None)[0] == 200


def test_the_bare_page_holds_no_data(client: Client, store: Store) -> None:
    """A reload comes without the token in the address: what it gets is the same for every trial."""
    status, _, body = client.ask("/", X_Weightlaw_Token=None)
    assert status == 200
    page = body.decode()
    assert client.server.token not in page
    assert not re.search("question|dana", page.replace("Question", ""), re.I)
    for word in WORDS:
        assert word not in page.lower()


def test_posts_need_the_token_too(client: Client, store: Store) -> None:
    pair = client.json("/api/state")["pair"]["id"]
    for path, data in (
        ("/api/choice", {"id": pair, "choice": "left"}),
        ("/api/undo", {}),
        ("/api/finish", {}),
    ):
        assert client.ask(path, data, X_Weightlaw_Token="wrong")[0] == 403
    assert store.votes() == []
    assert not client.server.finished


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "evil.example:{port}",
        "127.0.0.1:1",
        "127.0.0.2:{port}",
        "",
        None,
        "[::1]:{port}",
    ],
)
def test_other_hosts_are_refused(client: Client, host: str | None) -> None:
    """A name that somebody else points at 127.0.0.1 (DNS rebinding)."""
    said = host.format(port=client.server.port) if host else host
    for path in ("/", "/api/state", f"/?token={client.server.token}"):
        assert client.ask(path, Host=said)[0] == 403


def test_localhost_is_ours(client: Client) -> None:
    assert client.ask("/api/state", Host=f"localhost:{client.server.port}")[0] == 200


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "https://{host}",
        "http://{host}.evil.example",
        "http://127.0.0.1:1",
    ],
)
def test_other_origins_cannot_post(client: Client, store: Store, origin: str | None) -> None:
    pair = client.json("/api/state")["pair"]["id"]
    said = origin.format(host=client.host) if origin else origin
    status, headers, _ = client.ask("/api/choice", {"id": pair, "choice": "left"}, Origin=said)
    assert status == 403
    assert not [h for h in headers if h.startswith("access-control")]
    assert store.votes() == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_other_sites_cannot_read(client: Client, site: str) -> None:
    """Only the page itself asks for data; a link from a terminal in the browser may open the page."""
    assert client.ask("/api/state", Sec_Fetch_Site=site)[0] == 403
    assert client.ask(f"/?token={client.server.token}", Sec_Fetch_Site=site)[0] == 200


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "BREW"]
)
def test_other_methods_are_refused(client: Client, method: str) -> None:
    status, headers, body = client.ask("/api/state", method=method)
    assert status == 405
    assert "weightlaw" in headers["server"]
    assert "python" not in str(headers).lower()
    assert not [h for h in headers if h.startswith("access-control")]
    assert body == b"" if method == "HEAD" else b"refused" in body


HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/api/state", "/nothing", "/api/rest"])
def test_headers_on_every_answer(client: Client, path: str) -> None:
    _, headers, _ = client.ask(path)
    assert {k: headers.get(k) for k in HEADERS} == HEADERS
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers


def test_only_its_own_script_may_run(client: Client) -> None:
    policies = set()
    for _ in range(2):
        _, headers, body = client.ask("/")
        policy = headers["content-security-policy"]
        policies.add(policy)
        assert "unsafe" not in policy
        nonces = set(re.findall(r"'nonce-([^']+)'", policy))
        assert len(nonces) == 1
        page = body.decode()
        assert set(re.findall(r'<(?:script|style) nonce="([^"]+)"', page)) == nonces
        assert len(re.findall(r"<script", page)) == 1
        assert not re.search(r"""\s(?:src|href)=["'](?!#)""", page)
        assert not re.search(r"\son\w+=|innerHTML|eval\(", page)
    assert len(policies) == 2  # a nonce serves once


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"\xff\xfe", {}, 400),
        ({"id": "x"}, {}, 400),
        ({"id": "x", "choice": "both"}, {}, 400),
        ({"id": "x", "choice": "left", "more": 1}, {}, 400),
        ({"id": "x", "choice": "left", "seconds": "1"}, {}, 400),
        ({"id": "x", "choice": "left"}, {}, 409),
        ({"id": "x", "choice": "left"}, {"Content_Type": "text/plain"}, 415),
        ({"id": "x", "choice": "left"}, {"Content_Type": None}, 415),
        ({"id": "x", "choice": "left"}, {"Content_Length": "-1"}, 411),
        ({"id": "x", "choice": "left"}, {"Content_Length": None}, 411),
        ({"id": "x", "choice": "left"}, {"Content_Length": "99999999999999999999"}, 413),
        ({"id": "x", "choice": "left"}, {"Content_Length": str(MAX_BODY + 1)}, 413),
    ],
)
def test_what_is_no_choice_is_refused(
    client: Client, store: Store, data: Any, headers: dict[str, str | None], status: int
) -> None:
    assert client.ask("/api/choice", data, "", **headers)[0] == status
    assert store.votes() == []


@pytest.mark.parametrize(
    "path", ["/../etc/passwd", "/judge.js", "/api", "/api/votes", "/%2e%2e/", "/favicon.ico"]
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.ask(path)[0] == 404


def test_it_listens_on_loopback_only(client: Client) -> None:
    assert client.server.server_address[0] == "127.0.0.1"
    assert client.server.socket.family == socket.AF_INET


def test_a_taken_port_is_told(client: Client, store: Store) -> None:
    with pytest.raises(UsageError, match="choose another"):
        JudgeServer(Judging(store, "kim"), client.server.port)


def test_a_silent_connection_holds_nobody_up(client: Client) -> None:
    with socket.create_connection(("127.0.0.1", client.server.port)) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert client.ask("/api/state")[0] == 200


def test_a_walk_stores_each_choice_before_it_answers(client: Client, store: Store) -> None:
    state = client.json("/api/state")
    assert (state["done"], state["total"]) == (0, 6)
    for number in range(1, 7):
        sent = {"id": state["pair"]["id"], "choice": "left", "seconds": 0.1, "note": "n"}
        state = client.json("/api/choice", sent)
        assert state["stored"]
        assert state["done"] == len(store.votes()) == number
    assert state["pair"] is None
    state = client.json("/api/undo", {})
    assert state["undone"]
    assert state["note"] == "n"
    assert len(store.votes()) == 5


def test_finish_ends_the_server(client: Client) -> None:
    assert client.json("/api/finish", {}) == {"finished": True}
    client.thread.join(10)
    assert not client.thread.is_alive()


def test_no_answer_names_a_candidate(client: Client) -> None:
    """Before and after choices, in headers and bodies, in errors too."""
    said = []
    while (pair := client.json("/api/state")["pair"]) is not None:
        for path in ("/api/state", f"/api/difference?id={pair['id']}", f"/api/rest?id={pair['id']}&side=left&from=0",
                     f"/api/rest?id={pair['id']}&side=zebrawood&from=0", "/api/choice"):  # fmt: skip
            said += [str(part) for part in client.ask(path)]
        said += [
            str(p) for p in client.ask("/api/choice", {"id": pair["id"], "choice": "zebrawood"})
        ]
        said += [str(p) for p in client.ask("/api/choice", {"id": pair["id"], "choice": "tie"})]
    said += [str(p) for p in client.ask("/api/undo", {})]
    text = "\n".join(said).lower()
    assert "name removed" in text
    for word in WORDS:
        assert word not in text


def test_both_sides_are_written_alike(client: Client) -> None:
    """The same keys in the same order on both sides and for every pair."""
    shapes = set()
    state = client.json("/api/state")
    while state["pair"]:
        pair = state["pair"]
        assert list(pair) == ["id", "prompt", "tools", "left", "right"]
        shapes.add((tuple(pair["left"]), tuple(b for x in pair["left"]["blocks"] for b in x)))
        shapes.add((tuple(pair["right"]), tuple(b for x in pair["right"]["blocks"] for b in x)))
        state = client.json("/api/choice", {"id": pair["id"], "choice": "tie"})
    assert len(shapes) == 1


def test_a_long_answer_comes_in_pieces(tmp_path: Path) -> None:
    line = "0123456789abcde\n"
    text = line * 40_000
    answers = {"p": {"zebrawood": f"{text}```\n{text}\n```", "quillfish": "short"}}
    with Store(str(make(tmp_path / "long", answers))) as store, served(store) as client:
        pair = client.json("/api/state")["pair"]
        side = "left" if pair["left"]["total"] > 100 else "right"
        part, got, at = pair[side], "", FIRST_SHOWN
        assert sum(len(b["text"]) for b in part["blocks"]) == FIRST_SHOWN
        got += "".join(b["text"] for b in part["blocks"])
        while at < part["total"]:
            assert part["next"] == at
            part = client.json(f"/api/rest?id={pair['id']}&side={side}&from={at}")
            got += "".join(b["text"] for b in part["blocks"])
            assert len(got) - at <= PIECE
            at = part["next"]
        assert got == text.strip() * 2
        other = client.json(f"/api/difference?id={pair['id']}")
        assert other["left"] is None is other["right"]


def test_pieces_put_together_are_the_whole() -> None:
    given = (Block("text", "abc"), Block("code", "defg"), Block("text", "h"))
    for size in range(1, 10):
        at, got = 0, ""
        while at < 8:
            part = piece(given, at, size)
            got += "".join(b["text"] for b in part["blocks"])
            at = part["next"]
        assert got == "abcdefgh"


def test_a_script_that_would_end_the_data_is_text(tmp_path: Path) -> None:
    bad = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    answers = {"p": {"zebrawood": bad, "quillfish": "fine"}}
    prompts = {"p": asked("p", bad)}
    path = str(make(tmp_path / "bad", answers, prompts=prompts))
    with Store(path) as store, served(store) as client:
        _, headers, body = client.ask("/api/state")
        assert headers["content-type"] == "application/json"
        assert bad in json.loads(body)["pair"]["prompt"][0]["text"]
        assert b"alert" not in client.ask("/")[2]


def test_a_choice_that_cannot_be_stored_is_said_not_to_be(store: Store) -> None:
    with served(store) as client:
        pair = client.json("/api/state")["pair"]
        store._all("PRAGMA query_only = 1")
        status, _, body = client.ask("/api/choice", {"id": pair["id"], "choice": "left"})
        assert status == 500
        assert "cannot be written" in json.loads(body)["error"]
        store._all("PRAGMA query_only = 0")
        assert client.json("/api/state")["pair"]["id"] == pair["id"]
    assert store.votes() == []


@pytest.mark.parametrize("path", ["//[", "/?" + "a=1&" * 50])
def test_an_address_that_is_none_gets_an_answer(store: Store, path: str) -> None:
    with served(store) as client:
        assert client.ask(path)[0] in (400, 404)
