"""One request to one candidate, by the openai client, and what came of it. Retries are not made here."""

from __future__ import annotations

import asyncio
import hashlib
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from weightlaw.plaintext import one_line
from weightlaw.trial.checks import judged
from weightlaw.trial.extra import need
from weightlaw.trial.faults import MAX_WORDS, MENDED, Fault, of_exception, of_status
from weightlaw.trial.secrets import Redactor, key_of
from weightlaw.trial.streaming import MAX_ANSWER, Assembled, Lines, NotTheProtocol, ServerSaid
from weightlaw.trial.trialfile import is_loopback
from weightlaw.trial.values import Attempt, Candidate, Message, Prompt
from weightlaw.version import VERSION

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_SECONDS = 10.0
WHOLE_ANSWER = 30
"""An answer that still comes after this many times the time-out is given up: nobody waits for it."""


class Called(Struct, frozen=True, kw_only=True):
    """An attempt as it ended, and what it means for the next ones."""

    attempt: Attempt
    fault: Fault | None = None


class Caller:
    """A candidate's endpoint. Use as an async context manager; raises UsageError where the key or the extra is missing."""

    def __init__(self, candidate: Candidate, timeout: float, trial: str) -> None:
        self.candidate = candidate
        self.timeout = timeout
        self._trial = trial
        self._secret = key_of(candidate)
        self.redactor = Redactor(self._secret)
        self._counts_usage = True
        """Whether the server is asked for its count of tokens: until it says that it knows no such field."""
        self._client = self._connect()

    def _connect(self) -> AsyncOpenAI:
        openai = need("openai")
        c = self.candidate
        limits = openai.Timeout(self.timeout, connect=min(CONNECT_SECONDS, self.timeout))
        self._headers = {} if self._secret else {"Authorization": openai.Omit()}
        self._http: Any = openai.DefaultAsyncHttpxClient(
            follow_redirects=False,
            timeout=limits,
            trust_env=not is_loopback(c.url),  # a proxy knows nothing of this machine's own servers
        )
        headers: dict[str, Any] = {"User-Agent": f"weightlaw/{VERSION}"}
        if not (urlsplit(c.url).hostname or "").endswith("openai.com"):
            # What the environment says of an account there is nothing to tell others.
            headers |= {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()}
        made: AsyncOpenAI = openai.AsyncOpenAI(
            api_key=self._secret or "none",
            base_url=c.url,
            timeout=limits,
            max_retries=0,
            default_headers=headers,
            http_client=self._http,
        )
        return made

    async def __aenter__(self) -> Caller:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def get(
        self, path: str, send: Any = None, root: bool = False
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of a question about the endpoint itself (`root`: beside /v1, not under it).

        Raises what the client raises, and NotTheProtocol for an answer that is too large.
        """
        base = self.candidate.url.rstrip("/")
        address = (base.removesuffix("/v1") if root else base) + path
        headers = {"Authorization": f"Bearer {self._secret}"} if self._secret else {}
        method = "GET" if send is None else "POST"
        async with self._http.stream(method, address, json=send, headers=headers) as response:
            data = bytearray()
            async for part in response.aiter_bytes():
                data += part
                if len(data) > MAX_ANSWER:
                    raise NotTheProtocol("the answer is too large")
            return (
                response.status_code,
                bytes(data),
                {k.lower(): v for k, v in response.headers.items()},
            )

    async def call(self, prompt: Prompt, attempt: Attempt) -> Called:
        """Send one request and read its answer to the end. What the line and the server do wrong is a value."""
        clock = _Clock()
        answer = Assembled(clock.first)
        request = self._request(prompt, attempt)
        came = _Came()
        fault: Fault | None = None
        try:
            async with asyncio.timeout(self.timeout * WHOLE_ANSWER):
                await self._ask(request, answer, came)
        except Exception as error:
            fault = self._fault(error, bool(came.status), "stream_options" in request)
        answer.close()
        if fault is None and not answer.whole:
            fault = Fault(
                failure="truncated-stream", error="the stream ended before its answer did"
            )
        ended = _ended(prompt, attempt, answer, fault, clock)
        request_id = self.redactor.talk(came.headers.get("x-request-id", "") or answer.id)
        ended = msgspec.structs.replace(
            ended,
            status=(fault.status if fault and fault.status else came.status),
            request_id=one_line(request_id, 200),
        )
        return Called(attempt=self.redactor.value(ended), fault=fault)

    async def _ask(self, request: dict[str, Any], answer: Assembled, came: _Came) -> None:
        create = self._client.chat.completions.with_streaming_response.create
        async with create(**request) as response:
            came.status = response.status_code
            came.headers = {k.lower(): v for k, v in response.headers.items()}
            kind = came.headers.get("content-type", "")
            if "text/event-stream" not in kind:
                await self._whole(response, answer, kind)
                return
            lines = Lines()
            async for part in response.iter_bytes():
                for data in lines.feed(part):
                    answer.event(data)
            for data in lines.end():
                answer.event(data)

    @staticmethod
    async def _whole(response: Any, answer: Assembled, kind: str) -> None:
        """A server that does not stream answers at once; a page in HTML is no answer."""
        body = b""
        async for part in response.iter_bytes():
            body += part
            if len(body) > MAX_ANSWER:
                raise NotTheProtocol("more bytes than an answer has")
        if "json" not in kind and not body.lstrip().startswith(b"{"):
            raise NotTheProtocol(
                f"an answer of type {one_line(kind, 60) or 'unknown'}, not an event stream"
            )
        answer.body(body)

    def _request(self, prompt: Prompt, attempt: Attempt) -> dict[str, Any]:
        c = self.candidate
        system = (Message("system", c.system),) if c.system else ()
        request: dict[str, Any] = {
            "model": c.model,
            "messages": [_turn(m) for m in (*system, *prompt.messages)],
            "stream": True,
            "extra_headers": {
                **self._headers,
                "Idempotency-Key": self.idempotency_key(prompt.id, attempt.answer),
            },
        }
        if self._counts_usage:
            request["stream_options"] = {"include_usage": True}
        if prompt.tools:
            request["tools"] = list(prompt.tools)
        if prompt.schema is not None and prompt.structured:
            form = {"name": "answer", "schema": prompt.schema}
            request["response_format"] = {"type": "json_schema", "json_schema": form}
        for key in ("temperature", "max_tokens"):
            if (value := getattr(c, key)) is not None:
                request[key] = value
        if c.seed is not None:
            request["seed"] = c.seed + attempt.answer - 1
        return {**request, "extra_body": dict(c.extra)} if c.extra else request

    def idempotency_key(self, prompt: str, answer: int) -> str:
        """The same for every attempt at one answer: a server that honours it makes and bills the answer once."""
        parts = "\0".join((self._trial, self.candidate.name, prompt, str(answer)))
        return f"weightlaw-{hashlib.sha256(parts.encode()).hexdigest()[:48]}"

    def _fault(self, error: Exception, begun: bool, counted: bool) -> Fault:
        """What went wrong, in words without the key. What is no matter of the line or the server is raised again."""
        fault = self._raw_fault(error, begun, counted)
        return msgspec.structs.replace(fault, error=self.redactor.talk(fault.error))

    def _raw_fault(self, error: Exception, begun: bool, counted: bool) -> Fault:
        if isinstance(error, NotTheProtocol):
            return Fault(failure="not-the-protocol", error=str(error))
        if isinstance(error, ServerSaid):
            return _said(error)
        if (status := getattr(error, "status_code", None)) is not None:
            return self._status(int(status), error, counted)
        if type(error) is TimeoutError:
            waited = self.timeout * WHOLE_ANSWER
            return Fault(failure="time-out", error=f"the answer was not whole after {waited:g} s")
        found = of_exception(error, begun, self.timeout)
        if found is None:
            raise error
        return found

    def _status(self, status: int, error: Any, counted: bool) -> Fault:
        headers = {k.lower(): v for k, v in error.response.headers.items()}
        found = of_status(status, headers, error.body if error.body is not None else str(error))
        if status in (401, 403) and found.failure == "refused-request":
            return self._denied(status, found)
        if (
            counted
            and status in (400, 422)
            and _about(error.body, "stream_options", "include_usage")
        ):
            self._counts_usage = False
            return msgspec.structs.replace(found, mended=True, error=MENDED + found.error)
        return found

    def _denied(self, status: int, found: Fault) -> Fault:
        """The server's own words on a refused key often repeat a part of it: they are left out."""
        variable = self.candidate.key_env
        why = (
            f"the key in {variable} is refused" if variable else "a key is asked for: write key-env"
        )
        if status == 401:
            return msgspec.structs.replace(found, error=f"HTTP 401: {why}")
        return msgspec.structs.replace(found, error=f"{found.error}; or {why}")


def _said(error: ServerSaid) -> Fault:
    """An error inside a stream: as if it had come as a status; a server's fault where it has none."""
    body = {"error": {"message": str(error), "code": error.code}}
    limited = "rate" in error.code.lower()
    found = of_status(error.status if error.status >= 400 else 429 if limited else 500, {}, body)
    return msgspec.structs.replace(
        found, status=error.status, error=f"within the stream: {one_line(str(error), MAX_WORDS)}"
    )


def _ended(
    prompt: Prompt, attempt: Attempt, answer: Assembled, fault: Fault | None, clock: _Clock
) -> Attempt:
    if fault is None:
        failure, error = judged(
            prompt, answer.text, answer.tool_calls, answer.finish_reason, answer.refused
        )
    else:
        failure, error = fault.failure, fault.error
    return msgspec.structs.replace(
        attempt,
        failure=failure,
        error=error,
        text=answer.text,
        tool_calls=answer.tool_calls,
        finish_reason=one_line(answer.finish_reason, 60),
        seconds=round(clock.since(), 4),
        first_token=clock.to_first,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        model=one_line(answer.model, 200),
        fingerprint=one_line(answer.fingerprint, 200),
    )


class _Came:
    """What has come of the answer's frame so far."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}


class _Clock:
    """Seconds since the request was sent, and until the first word."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self.to_first: float | None = None

    def since(self) -> float:
        return time.perf_counter() - self._start

    def first(self) -> None:
        self.to_first = round(self.since(), 4)


def _turn(message: Message) -> dict[str, Any]:
    """A turn as the protocol has it: an assistant's calls stand without a text."""
    found: dict[str, Any] = msgspec.to_builtins(message)
    if not message.tool_calls:
        found.setdefault("content", "")
    return found


def _about(body: Any, *fields: str) -> bool:
    text = (
        msgspec.json.encode(body).decode().lower() if isinstance(body, dict) else str(body).lower()
    )
    return any(field in text for field in fields)
