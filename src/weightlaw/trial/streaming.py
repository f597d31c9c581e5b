"""An answer of the chat completions protocol, put together from its stream or read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of one answer, with its frame: more is no answer."""
MAX_CALLS = 256


class NotTheProtocol(Exception):
    """What came is not what the protocol sends."""


class ServerSaid(Exception):
    """An error that the server sent inside a stream that had begun well."""

    def __init__(self, message: str, code: str = "", status: int = 0) -> None:
        self.code, self.status = code, status
        super().__init__(message)


class Lines:
    """Server-sent events from bytes: the data of each event. Split at line ends only, not at U+2028 as str.splitlines."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        """Of a line that has not ended: pieces, for joining them at each one would take ever longer."""
        self._data: list[bytes] = []
        self._length = 0

    def feed(self, part: bytes) -> Iterator[bytes]:
        """The data of the events that this part completes. Raises NotTheProtocol where it is too much."""
        self._length += len(part)
        if self._length > MAX_ANSWER:
            raise NotTheProtocol(f"more than {MAX_ANSWER // 2**20} MB for one answer")
        self._rest.append(part)
        if b"\n" not in part:
            return
        *lines, rest = b"".join(self._rest).split(b"\n")
        self._rest = [rest]
        for line in lines:
            yield from self._line(line.rstrip(b"\r"))

    def end(self) -> Iterator[bytes]:
        """What the last line holds where no empty line follows it."""
        if rest := b"".join(self._rest):
            yield from self._line(rest.rstrip(b"\r"))
        yield from self._line(b"")

    def _line(self, line: bytes) -> Iterator[bytes]:
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line and self._data:
            data, self._data = b"\n".join(self._data), []
            yield data


class Assembled:
    """The answer so far. `first` is called when the first text, call or refusal comes."""

    def __init__(self, first: Callable[[], None]) -> None:
        self.text = ""
        self.finish_reason = ""
        self.refused = False
        self.model = ""
        self.fingerprint = ""
        self.id = ""
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self.done = False
        """Whether the stream said that it is at its end."""
        self._parts: list[str] = []
        self._calls: dict[int, dict[str, Any]] = {}
        self._first: Callable[[], None] | None = first
        self._choices = 0

    @property
    def whole(self) -> bool:
        """Whether an answer is there and was ended by the server, not by the line."""
        return bool(self._choices) and bool(self.finish_reason or self.done)

    @property
    def begun(self) -> bool:
        """Whether anything of an answer came."""
        return bool(self._choices)

    @property
    def tool_calls(self) -> tuple[dict[str, Any], ...]:
        """The calls in the order of their numbers."""
        return tuple(self._calls[n] for n in sorted(self._calls))

    def event(self, data: bytes) -> None:
        """One event's data. Raises NotTheProtocol or ServerSaid."""
        if data.strip() == b"[DONE]":
            self.done = True
            return
        self._chunk(_object(data), "delta")

    def body(self, data: bytes) -> None:
        """A whole answer that was not streamed. Raises NotTheProtocol or ServerSaid."""
        found = _object(data)
        self._chunk(found, "message")
        if not self._choices:
            raise NotTheProtocol("the answer has no choices")
        self.done = True

    def close(self) -> None:
        """No more comes."""
        self.text = "".join(self._parts)

    def _chunk(self, found: dict[str, Any], part: str) -> None:
        if found.get("error"):
            raise _said(found["error"])
        choices = found.get("choices")
        if not isinstance(choices, list):
            raise NotTheProtocol("an answer without `choices`")
        self.model = _text(found, "model") or self.model
        self.fingerprint = _text(found, "system_fingerprint") or self.fingerprint
        self.id = _text(found, "id") or self.id
        self._usage(found.get("usage"))
        for choice in choices:
            if not isinstance(choice, dict):
                raise NotTheProtocol("a choice that is no object")
            if choice.get("index") in (0, None):
                self._choice(choice, part)

    def _usage(self, usage: Any) -> None:
        if isinstance(usage, dict):
            self.input_tokens = _count(usage.get("prompt_tokens"), self.input_tokens)
            self.output_tokens = _count(usage.get("completion_tokens"), self.output_tokens)

    def _choice(self, choice: dict[str, Any], part: str) -> None:
        self._choices += 1
        self.finish_reason = _text(choice, "finish_reason") or self.finish_reason
        given = choice.get(part)
        if given is None:
            return
        if not isinstance(given, dict):
            raise NotTheProtocol(f"a `{part}` that is no object")
        content, refusal = _optional(given, "content"), _optional(given, "refusal")
        calls = given.get("tool_calls") or ()
        if self._first and (content or refusal or calls):
            self._first()
            self._first = None
        self._parts += [text for text in (content, refusal) if text]
        self.refused = self.refused or bool(refusal)
        if not isinstance(calls, list | tuple):
            raise NotTheProtocol("`tool_calls` that are no list")
        for n, call in enumerate(calls):
            self._call(call, n)

    def _call(self, call: Any, place: int) -> None:
        """A part of a call. Its name comes once, its arguments bit by bit."""
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(call, dict) or not isinstance(function or {}, dict):
            raise NotTheProtocol("a tool call that is no object")
        index = call.get("index")
        number = index if isinstance(index, int) else place
        empty = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
        kept = self._calls.setdefault(number, empty)
        if len(self._calls) > MAX_CALLS:
            raise NotTheProtocol(f"more than {MAX_CALLS} tool calls in one answer")
        kept["id"] = kept["id"] or _text(call, "id")
        name, arguments = _text(function or {}, "name"), (function or {}).get("arguments")
        kept["function"]["name"] = kept["function"]["name"] or name
        if isinstance(arguments, str):
            kept["function"]["arguments"] += arguments
        elif arguments is not None:  # some servers send the object itself
            kept["function"]["arguments"] = msgspec.json.encode(arguments).decode()


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise NotTheProtocol("what came is not JSON") from None
    if not isinstance(found, dict):
        raise NotTheProtocol("what came is no JSON object")
    return found


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _optional(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if value is None or isinstance(value, str):
        return value or ""
    raise NotTheProtocol(f"`{key}` that is no text")


def _count(value: Any, before: int | None) -> int | None:
    sound = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if sound else before


def _said(error: Any) -> ServerSaid:
    if not isinstance(error, dict):
        return ServerSaid(str(error)[:500])
    code = error.get("code")
    status = code if isinstance(code, int) and not isinstance(code, bool) else 0
    return ServerSaid(
        str(error.get("message") or error)[:500], str(code or error.get("type") or ""), status
    )
