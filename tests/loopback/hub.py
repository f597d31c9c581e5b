"""A Hugging Face Hub on 127.0.0.1 for tests: a real HTTP server that answers as the Hub was measured to.

    with LoopbackHub() as hub:
        hub.add("org/model", card="---\\nlicense: mit\\n---\\n# Model", files={"LICENSE": text})
        hub.fail("/api/models/org/other", status=503)
        HubSource(endpoint=hub.url).fetch("org/model")
        hub.requests  # what was asked, in order

`hub.environment(home)` are the variables for a process that shall use it.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import yaml

ALLOWED_WITHOUT_ACCESS = frozenset({"README.md", "LICENSE", "LICENSE.md", "LICENSE.txt"})
"""Files of a gated model that the Hub gives to everyone: at the root, below /resolve/, in this spelling."""
EXPANDABLE = frozenset(
    {
        *("author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt"),
        *("disabled", "downloads", "downloadsAllTime", "evalResults", "gated", "gguf"),
        *(
            "inference",
            "inferenceProviderMapping",
            "lastModified",
            "library_name",
            "likes",
            "mask_token",
        ),
        *("model-index", "pipeline_tag", "private", "resourceGroup", "safetensors", "sha"),
        *("siblings", "spaces", "tags", "transformersInfo", "trendingScore", "usedStorage"),
        *("widgetData"),
    }
)
_API = re.compile(r"/api/models/([^/]+(?:/[^/]+)?)(?:/revision/(.+))?\Z")
_FILE = re.compile(r"/(datasets/|spaces/)?([^/]+/[^/]+|[^/]+)/(resolve|raw)/([^/]+)/(.+)\Z")
_RESTRICTED = (
    "Access to model {id} is restricted. You must have access to it and be authenticated to access it. "
    "Please log in."
)


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    """Names in lower case."""


@dataclass
class Failure:
    """What is answered in place of the truth, for paths that match."""

    pattern: re.Pattern[str]
    status: int
    headers: dict[str, str]
    body: bytes
    delay: float
    truncate: bool
    drop: bool
    times: int | None


@dataclass
class Commit:
    """A model as it was at one commit."""

    sha: str
    info: dict[str, Any]
    files: dict[str, bytes]


@dataclass
class Model:
    """A model with all its commits."""

    id: str
    gated: str | bool
    private: bool
    commits: dict[str, Commit] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """An answer to be sent."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class LoopbackHub:
    """The server with what it knows. Use it as a context manager."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.tokens: set[str] = set()
        self.closed = False
        self._models: dict[str, Model] = {}
        self._renamed: dict[str, str] = {}
        self._pages: dict[str, Reply] = {}
        self._failures: list[Failure] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def __enter__(self) -> LoopbackHub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The endpoint: `HF_ENDPOINT`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def environment(self, home: Path) -> dict[str, str]:
        """Variables under which a process uses this Hub, and nothing of this machine's own settings."""
        return {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_IMPLICIT_TOKEN": "",
            "NO_PROXY": "127.0.0.1",
        }

    def add(
        self,
        model_id: str,
        *,
        card: str | bytes | None = None,
        files: Mapping[str, str | bytes] | None = None,
        gated: str | bool = False,
        sha: str | None = None,
        base_models: Mapping[str, Any] | Iterable[str] | None = None,
        card_data: Mapping[str, Any] | None = None,
        tags: Iterable[str] | None = None,
        config: Mapping[str, Any] | None = None,
        pipeline_tag: str | None = None,
        private: bool = False,
        branch: str = "main",
        info: Mapping[str, Any] | None = None,
    ) -> str:
        """Add a model, or a new commit to one; returns the commit's id.

        `card_data` is what the Hub parsed of the card: by default what the YAML says, nothing where it is broken.
        `base_models` is a list of ids or the API's own `{"relation": ..., "models": [...]}`. `info` are more fields
        of the API's answer.
        """
        contents = {path: _bytes(content) for path, content in (files or {}).items()}
        if card is not None:
            contents["README.md"] = _bytes(card)
        data = (
            dict(card_data) if card_data is not None else _front_matter(contents.get("README.md"))
        )
        sha = sha or _commit_id(model_id, contents, data)
        answer: dict[str, Any] = {
            "_id": sha[:24],
            "id": model_id,
            "modelId": model_id,
            "sha": sha,
            "private": private,
            "gated": gated,
            "disabled": False,
            "lastModified": "2026-11-01T12:00:00.000Z",
            "createdAt": "2026-10-01T12:00:00.000Z",
            "tags": list(tags) if tags is not None else _tags(data),
            "siblings": [{"rfilename": path} for path in sorted(contents)],
            "cardData": data or None,
            "config": dict(config) if config is not None else None,
            "pipeline_tag": pipeline_tag or data.get("pipeline_tag"),
            "baseModels": _base_models(base_models),
            **(info or {}),
        }
        answer = {key: value for key, value in answer.items() if value is not None}
        model = self._models.setdefault(model_id.lower(), Model(model_id, gated, private))
        model.gated, model.private = gated, private
        model.commits[sha] = Commit(sha, answer, contents)
        model.refs[branch] = sha
        return sha

    def rename(self, old: str, new: str) -> None:
        """Requests for `old` are redirected to `new`, as the Hub does after a model was moved."""
        self._renamed[old.lower()] = new

    def grant(self, token: str) -> str:
        """A token that sees gated and private models. Any other is refused, as the Hub refuses it."""
        self.tokens.add(token)
        return token

    def fail(
        self,
        pattern: str = "",
        *,
        status: int = 500,
        headers: Mapping[str, str] | None = None,
        body: str | bytes = b"",
        delay: float = 0.0,
        truncate: bool = False,
        drop: bool = False,
        times: int | None = None,
    ) -> None:
        """Answer wrongly wherever `pattern` (a regular expression) is found in `METHOD /path`.

        `status` 0 gives the true answer, late (`delay` seconds) or cut in half (`truncate`); `drop` closes the
        connection without a word. `times` is how often, by default always.
        """
        self._failures.append(
            Failure(
                re.compile(pattern),
                status,
                dict(headers or {}),
                _bytes(body),
                delay,
                truncate,
                drop,
                times,
            )
        )

    def limit_rate(self, pattern: str = "", *, seconds: int = 55, times: int | None = None) -> None:
        """Answer 429 as the Hub does."""
        limits = {
            "RateLimit": f'"api";r=0;t={seconds}',
            "RateLimit-Policy": '"fixed window";"api";q=500;w=300',
        }
        self.fail(pattern, status=429, headers=limits, times=times)

    def heal(self) -> None:
        """No more failures."""
        self._failures.clear()

    def page(
        self,
        path: str,
        body: str | bytes = b"",
        *,
        status: int = 200,
        content_type: str = "text/plain; charset=utf-8",
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Serve anything at a path; returns its address."""
        fields = {"Content-Type": content_type} if content_type else {}
        self._pages[path] = Reply(status, _bytes(body), {**fields, **(headers or {})})
        return self.url + path

    def asked(self, part: str) -> list[Asked]:
        """The requests whose path contains `part`."""
        return [r for r in self.requests if part in r.path]

    def failure(self, line: str) -> Failure | None:
        """The failure that is due for this request."""
        with self._lock:
            for found in self._failures:
                if found.times != 0 and found.pattern.search(line):
                    if found.times is not None:
                        found.times -= 1
                    return found
        return None

    def reply(self, asked: Asked) -> Reply:
        """The true answer to a request."""
        if page := self._pages.get(asked.path):
            return page
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token and token not in self.tokens:
            return _refusal(401, "", "Invalid credentials in Authorization header")
        if match := _API.match(asked.path):
            return self._api(unquote(match[1]), unquote(match[2] or ""), asked, bool(token))
        if match := _FILE.match(asked.path):
            return self._file(match, asked, bool(token))
        return _refusal(404, "", "Sorry, we can't find the page you are looking for.")

    def _model(self, model_id: str, asked: Asked, known: bool) -> Model | Reply:
        """The model, or the redirect or refusal that the Hub gives instead."""
        if new := self._renamed.get(model_id.lower()):
            path = asked.path.replace(model_id, new, 1)
            query = "&".join(f"{k}={quote(v)}" for k, vs in asked.query.items() for v in vs)
            return Reply(307, b"", {"Location": path + (f"?{query}" if query else "")})
        model = self._models.get(model_id.lower())
        if model is None or (model.private and not known):
            if known:
                return _refusal(404, "RepoNotFound", "Repository not found")
            return _refusal(401, "", "Invalid username or password.")
        return model

    def _api(self, model_id: str, revision: str, asked: Asked, known: bool) -> Reply:
        model = self._model(model_id, asked, known)
        if isinstance(model, Reply):
            return model
        commit = _commit(model, revision or "main")
        if commit is None:
            return _refusal(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        fields = asked.query.get("expand", []) + asked.query.get("expand[]", [])
        if odd := sorted(set(fields) - EXPANDABLE):
            return _refusal(
                400, "", f'"expand" must be one of [{", ".join(sorted(EXPANDABLE))}]: {odd}'
            )
        answer = commit.info
        if fields:
            answer = {k: v for k, v in answer.items() if k in ("_id", "id") or k in fields}
        else:
            answer = {k: v for k, v in answer.items() if k not in ("baseModels", "evalResults")}
        body = json.dumps(answer).encode()
        return Reply(200, body, {"Content-Type": "application/json; charset=utf-8"})

    def _file(self, match: re.Match[str], asked: Asked, known: bool) -> Reply:
        model = self._model((match[1] or "") + match[2], asked, known)
        if isinstance(model, Reply):
            return model
        path = unquote(match[5])
        free = match[3] == "resolve" and path in ALLOWED_WITHOUT_ACCESS
        if model.gated and not known and not free:
            return _refusal(401, "GatedRepo", _RESTRICTED.format(id=model.id))
        commit = _commit(model, unquote(match[4]))
        if commit is None:
            return _refusal(404, "RevisionNotFound", f"Invalid rev id: {match[4]}")
        if path not in commit.files:
            return _refusal(404, "EntryNotFound", "Entry not found", commit.sha)
        body = commit.files[path]
        git = hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
        return Reply(
            200,
            body,
            {
                "Content-Type": "text/plain; charset=utf-8",
                "ETag": f'"{git}"',
                "X-Repo-Commit": commit.sha,
                "Accept-Ranges": "bytes",
            },
        )


def _handler(hub: LoopbackHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = (
            -1
        )  # one packet an answer: else each costs 40 ms (Nagle's algorithm and delayed ACKs)
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve()

        def do_HEAD(self) -> None:
            self._serve()

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            headers = {k.lower(): v for k, v in self.headers.items()}
            asked = Asked(self.command, parts.path, parse_qs(parts.query), headers)
            if hub.closed:
                self.close_connection = True
                return
            hub.requests.append(asked)
            failure = hub.failure(f"{self.command} {parts.path}")
            if failure is None:
                self._send(hub.reply(asked))
                return
            if failure.delay:
                time.sleep(failure.delay)
            if failure.drop:
                self.close_connection = True
                return
            reply = Reply(failure.status, failure.body, failure.headers)
            self._send(hub.reply(asked) if not failure.status else reply, failure.truncate)

        def _send(self, reply: Reply, truncate: bool = False) -> None:
            try:
                self.send_response(reply.status)
                fields = {"RateLimit": '"api";r=499;t=300', **reply.headers}
                fields["Content-Length"] = str(len(reply.body))
                for name, value in fields.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(reply.body[: len(reply.body) // 2] if truncate else reply.body)
                self.close_connection = self.close_connection or truncate
            except OSError:
                self.close_connection = True  # the client did not wait

        def log_message(self, *_: Any) -> None:
            """Silent: `hub.requests` is the log."""

    return Handler


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _refusal(status: int, code: str, message: str, commit: str = "") -> Reply:
    headers = {"X-Error-Message": message, "Content-Type": "text/plain; charset=utf-8"}
    if code:
        headers["X-Error-Code"] = code
    if commit:
        headers["X-Repo-Commit"] = commit
    return Reply(status, message.encode(), headers)


def _commit(model: Model, revision: str) -> Commit | None:
    return model.commits.get(model.refs.get(revision, revision))


def _commit_id(model_id: str, files: Mapping[str, bytes], data: Mapping[str, Any]) -> str:
    digest = hashlib.sha1(model_id.encode(), usedforsecurity=False)
    for path in sorted(files):
        digest.update(path.encode() + b"\0" + files[path])
    digest.update(repr(data).encode())
    return digest.hexdigest()


def _front_matter(card: bytes | None) -> dict[str, Any]:
    """What the Hub parses of a card: nothing where the YAML is broken."""
    match = re.match(rb"\s*---\r?\n(.*?\n)---", card or b"", re.DOTALL)
    try:
        data = yaml.safe_load(match[1].decode()) if match else None
    except (yaml.YAMLError, UnicodeError):
        return {}
    return data if isinstance(data, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _tags(data: Mapping[str, Any]) -> list[str]:
    """The tags that the Hub makes from a card."""
    relation = data.get("base_model_relation") or "finetune"
    tags = [str(t) for t in _listed(data.get("tags"))]
    tags += [f"license:{item}" for item in _listed(data.get("license"))]
    for base in _listed(data.get("base_model")):
        tags += [f"base_model:{base}", f"base_model:{relation}:{base}"]
    return tags


def _base_models(value: Mapping[str, Any] | Iterable[str] | None) -> dict[str, Any] | None:
    if value is None or isinstance(value, Mapping):
        return dict(value) if value is not None else None
    return {"relation": "finetune", "models": [{"_id": "0" * 24, "id": i} for i in value]}
