"""An OpenAI-compatible endpoint on 127.0.0.1 for tests: the chat completions protocol as real servers speak it.

    with LoopbackChat(models=["open-8b"], seed=1, share=0.05) as chat:
        chat.key = "..."                 # else no key is asked for
        chat.script("hello", "500", "truncated")   # the faults of the first two requests for that prompt
        chat.answers["hello"] = Answer(text="...", calls=[...])
        chat.ollama.add("open-8b", Package(...))   # also speak Ollama's own interface
        ...
        chat.log          # every request for a completion, with what was done to it
        chat.paid         # how many completions were made for each (model, prompt)

Streams server-sent events with a usage chunk, or answers whole. A prompt is known by its last user message.
"""

from __future__ import annotations

import hashlib
import json
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.loopback.ollama import LoopbackServer

FAULTS = (
    "429",
    "429-date",
    "500",
    "503",
    "truncated",
    "no-end",
    "wrong-json",
    "wrong-shape",
    "html",
    "reset",
    "drop",
    "stream-error",
)
"""What a plan draws from. Others only by `script`: slow, 401-echo, 400, filtered, no-credit, moved."""


@dataclass
class Answer:
    """What the model says."""

    text: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    """`{"name": ..., "arguments": "{...}"}`."""
    finish: str = ""
    refusal: str = ""
    thoughts: str = ""


@dataclass(frozen=True)
class Asked:
    """One request for a completion."""

    number: int
    model: str
    prompt: str
    key: str
    """Its Idempotency-Key."""
    fault: str
    """What was done to it; empty: it was answered."""
    body: dict[str, Any]
    headers: dict[str, str]
    at: float

    @property
    def request_id(self) -> str:
        """As it is sent back."""
        return f"req-{self.number}"


class LoopbackChat:
    """The server in threads. `share` of the requests get a fault, drawn by `seed` for each model, prompt and turn."""

    def __init__(
        self,
        models: Iterable[str] = ("m",),
        *,
        seed: int = 0,
        share: float = 0.0,
        faults: tuple[str, ...] = FAULTS,
        honours_keys: bool = True,
    ) -> None:
        self.models = list(models)
        self.key = ""
        self.delay = 0.0
        """Seconds that an answer takes."""
        self.answers: dict[str, Answer] = {}
        self.log: list[Asked] = []
        self.paid: Counter[tuple[str, str]] = Counter()
        self.under_way = 0
        self.most_under_way = 0
        self.streams = True
        self.knows_usage = True
        self.closed = False
        self.ollama: LoopbackServer | None = None
        self.version = ""
        self.paths: list[str] = []
        self.limit = 0
        """Most calls at a time; more get 429. 0: no limit."""
        self._seed, self._share, self._faults = seed, share, faults
        self._honours = honours_keys
        self._made: dict[str, Answer] = {}
        self._scripts: dict[str, list[str]] = {}
        self._turns: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base address that a client is given."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> LoopbackChat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if self.ollama is not None:
            self.ollama._http.server_close()

    def script(self, prompt: str, *faults: str) -> None:
        """What is done to the next requests for a prompt, one after the other; an empty one is answered."""
        self._scripts.setdefault(prompt, []).extend(faults)

    def asked(self, prompt: str) -> list[Asked]:
        """The requests for one prompt."""
        return [a for a in self.log if a.prompt == prompt]

    def begin(self, body: dict[str, Any], headers: dict[str, str]) -> tuple[Asked, Answer]:
        """Note a request, draw its fault, and count it where a completion is made for it."""
        users = [m for m in body["messages"] if m["role"] == "user"]
        model, prompt = body["model"], users[-1]["content"] if users else ""
        with self._lock:
            turn = self._turns[model, prompt]
            self._turns[model, prompt] += 1
            fault = self._fault(model, prompt, turn)
            key = headers.get("idempotency-key", "")
            asked = Asked(
                len(self.log) + 1, model, prompt, key, fault, body, headers, time.monotonic()
            )
            self.log.append(asked)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            return asked, self._answer(asked)

    def end(self) -> None:
        """A request has ended."""
        with self._lock:
            self.under_way -= 1

    def _fault(self, model: str, prompt: str, turn: int) -> str:
        if self.limit and self.under_way >= self.limit:
            return "429-now"
        if script := self._scripts.get(prompt):
            return script.pop(0)
        drawn = random.Random(f"{self._seed}:{model}:{prompt}:{turn}")
        return drawn.choice(self._faults) if drawn.random() < self._share else ""

    def _answer(self, asked: Asked) -> Answer:
        """A completion is made, and paid for, where an answer is begun; one with a known key is sent again for nothing."""
        made = self._made.get(asked.key) if self._honours and asked.key else None
        if made is not None:
            return made
        answer = self.answers.get(asked.prompt) or Answer(text=f"{asked.model} on {asked.prompt}")
        if asked.fault in _MADE:
            self.paid[asked.model, asked.prompt] += 1
            self._made[asked.key] = answer
        return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed breaks its connections: that is what is tested."""


class _Chat(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    owner: LoopbackChat

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self.owner.paths.append(self.path)
        if not self._allowed():
            return
        if self.path == "/v1/models":
            kind = "library" if self.owner.ollama else "vllm" if self.owner.version else "loopback"
            data = [{"id": m, "object": "model", "owned_by": kind} for m in self.owner.models]
            self._json(200, {"object": "list", "data": data})
        elif self.path == "/version" and self.owner.version:
            self._json(200, {"version": self.owner.version})
        elif self.path == "/api/version" and self.owner.ollama:
            self._json(200, {"version": "0.9.1"})
        else:
            self._ollama(b"")

    def do_POST(self) -> None:
        self.owner.paths.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._allowed():
            return
        if self.path != "/v1/chat/completions":
            self._ollama(body)
            return
        request = json.loads(body)
        if request["model"] not in self.owner.models:
            self._error(404, f"The model {request['model']} does not exist", "model_not_found")
            return
        if "stream_options" in request and not self.owner.knows_usage:
            self._error(400, "Unknown parameter: 'stream_options'.", "unknown_parameter")
            return
        asked, answer = self.owner.begin(request, {k.lower(): v for k, v in self.headers.items()})
        try:
            self._reply(asked, answer)
        except OSError:
            self.close_connection = True  # the client is gone
        finally:
            self.owner.end()

    def _allowed(self) -> bool:
        given = self.headers.get("Authorization", "")
        if not self.owner.key or given == f"Bearer {self.owner.key}":
            return True
        self._error(
            401, f"Incorrect API key provided: {given}", "invalid_api_key", {"x-echo": given}
        )
        return False

    def _ollama(self, body: bytes) -> None:
        if self.owner.ollama is None:
            self._send(404, b"404 page not found", "text/plain")
            return
        status, data, _ = self.owner.ollama.answer(self.command, self.path, body)
        self._send(status, data, "application/json")

    # one completion

    def _reply(self, asked: Asked, answer: Answer) -> None:
        time.sleep(self.owner.delay)
        fault = asked.fault
        self._id = {"x-request-id": asked.request_id}
        if fault in _PLAIN:
            status, message, code, headers = _PLAIN[fault]
            dated = {k: v or formatdate(time.time() + 1, usegmt=True) for k, v in headers.items()}
            self._error(status, message, code, {**self._id, **dated})
        elif fault == "401-echo":
            given = self.headers.get("Authorization", "")
            self._error(
                401, f"Incorrect API key provided: {given}", "invalid_api_key", {"x-echo": given}
            )
        elif fault in ("reset", "drop"):
            if fault == "reset":  # the kernel sends RST in place of FIN
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.connection.close()
            self.close_connection = True
        elif fault == "html":
            self._send(200, b"<html><body>Just a moment...</body></html>", "text/html", self._id)
        else:
            if fault == "slow":
                time.sleep(2.0)
            self._answer(asked, answer)

    def _answer(self, asked: Asked, answer: Answer) -> None:
        if asked.body.get("stream") and self.owner.streams:
            self._stream(asked, answer)
            return
        message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
        if answer.calls:
            message["tool_calls"] = [_call(n, c) for n, c in enumerate(answer.calls)]
        if answer.refusal:
            message["refusal"] = answer.refusal
        choice = {"index": 0, "message": message, "finish_reason": _finish(answer)}
        self._json(
            200, {**_frame(asked), "choices": [choice], "usage": _usage(asked, answer)}, self._id
        )

    def _stream(self, asked: Asked, answer: Answer) -> None:
        self.send_response(200)
        for key, value in {"Content-Type": "text/event-stream", **self._id}.items():
            self.send_header(key, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        chunks = list(_deltas(answer))
        cut = len(chunks) // 2 if asked.fault in ("truncated", "no-end", "stream-error") else None
        for delta in chunks[:cut]:
            self._event({**_frame(asked), "choices": [{"index": 0, "delta": delta}]})
        if asked.fault == "truncated":  # the connection breaks within the answer
            self.close_connection = True
            return
        if asked.fault == "stream-error":
            self._event({"error": {"message": "the engine is overloaded", "type": "server_error"}})
        elif asked.fault == "wrong-json":
            self._part(b'data: {"id": "x", "choices": [{"index": 0, "del\n\n')
        elif asked.fault == "wrong-shape":
            self._event({"result": "fine"})
        elif asked.fault != "no-end":
            self._last(asked, answer)
        self._part(b"")

    def _last(self, asked: Asked, answer: Answer) -> None:
        ended = {"index": 0, "delta": {}, "finish_reason": _finish(answer)}
        self._event({**_frame(asked), "choices": [ended]})
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            self._event({**_frame(asked), "choices": [], "usage": _usage(asked, answer)})
        self._part(b"data: [DONE]\n\n")

    def _event(self, found: dict[str, Any]) -> None:
        self._part(b"data: " + json.dumps(found, ensure_ascii=False).encode() + b"\n\n")

    def _part(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    # whole answers

    def _error(
        self, status: int, message: str, code: str, headers: dict[str, str] | None = None
    ) -> None:
        self._json(status, {"error": {"message": message, "code": code, "type": "error"}}, headers)

    def _json(self, status: int, found: object, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(found).encode(), "application/json", headers)

    def _send(
        self, status: int, data: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for key, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


_MADE = frozenset({"", "truncated", "no-end", "slow", "stream-error", "wrong-json", "wrong-shape"})
"""After these a completion was made, whole or not, and is paid for."""
_PLAIN: dict[str, tuple[int, str, str, dict[str, str]]] = {
    "429": (429, "Rate limit reached", "rate_limit_exceeded", {"Retry-After": "0.05"}),
    "429-now": (429, "Too many calls at a time", "rate_limit_exceeded", {}),
    "429-date": (429, "Rate limit reached", "rate_limit_exceeded", {"Retry-After": ""}),
    "429-long": (429, "Come back tomorrow", "rate_limit_exceeded", {"Retry-After": "86400"}),
    "429-one": (429, "Rate limit reached", "rate_limit_exceeded", {"Retry-After": "1"}),
    "no-credit": (429, "You exceeded your current quota", "insufficient_quota", {}),
    "500": (500, "internal error", "server_error", {}),
    "503": (503, "loading the model", "server_error", {"Retry-After": "0.05"}),
    "400": (
        400,
        "This model's maximum context length is 8192 tokens",
        "context_length_exceeded",
        {},
    ),
    "filtered": (400, "The response was filtered", "content_filter", {}),
    "moved": (307, "elsewhere", "", {"Location": "http://127.0.0.1:9/v1"}),
}
"""Fault -> status, message, code and headers; an empty header is a date one second ahead."""
FAILURE = {
    "429": "rate-limited",
    "429-now": "rate-limited",
    "429-date": "rate-limited",
    "429-one": "rate-limited",
    "500": "server-error",
    "503": "server-error",
    "stream-error": "server-error",
    "truncated": "truncated-stream",
    "no-end": "truncated-stream",
    "wrong-json": "not-the-protocol",
    "wrong-shape": "not-the-protocol",
    "html": "not-the-protocol",
    "reset": "connection",
    "drop": "connection",
    "slow": "time-out",
}
"""Fault -> the kind of failure by which a client should know it."""


def _frame(asked: Asked) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{asked.number}",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": f"{asked.model}-2026",
        "system_fingerprint": "fp_1",
    }


def _finish(answer: Answer) -> str:
    return answer.finish or ("tool_calls" if answer.calls else "stop")


def _call(number: int, call: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"call_{number}", "type": "function", "function": dict(call)}


def _usage(asked: Asked, answer: Answer) -> dict[str, int]:
    digest = hashlib.sha256(asked.prompt.encode()).digest()
    sent, made = 10 + digest[0] % 7, max(1, len(answer.text) // 4)
    return {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}


def _deltas(answer: Answer) -> Iterable[dict[str, Any]]:
    """Role first; text in pieces; of a call its name first, then its arguments in pieces."""
    yield {"role": "assistant", "content": ""}
    if answer.thoughts:
        yield {"reasoning_content": answer.thoughts}
    for start in range(0, len(answer.text), 5):
        yield {"content": answer.text[start : start + 5]}
    if answer.refusal:
        yield {"refusal": answer.refusal}
    for n, call in enumerate(answer.calls):
        yield {"tool_calls": [{"index": n, **_call(n, {"name": call["name"], "arguments": ""})}]}
        for start in range(0, len(call["arguments"]), 4):
            part = call["arguments"][start : start + 4]
            yield {"tool_calls": [{"index": n, "function": {"arguments": part}}]}


def _handler(owner: LoopbackChat) -> type[BaseHTTPRequestHandler]:
    return type("Chat", (_Chat,), {"owner": owner})
