"""One record of a prompt file -> one prompt: the forms that people and logs write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, get_args

import msgspec

from weightlaw.trial.values import Message, Prompt, Role

MAX_ID = 100
MAX_TAG = 60
_OWN = (
    "id",
    "prompt",
    "messages",
    "system",
    "tags",
    "tools",
    "schema",
    "response_format",
    "pattern",
)
_BATCH = ("custom_id", "method", "url", "body")
_ROLES: dict[str, Role] = {**{role: role for role in get_args(Role)}, "developer": "system"}
_TEXTS = ("text", "input_text", "output_text")
_SEPARATOR = re.compile(r"[;|]")


class Record:
    """Reads one record; `problems` and `ignored` collect what is wrong with it and which of its keys count for nothing."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.problems: list[str] = []
        self.ignored: set[str] = set()
        self._data = data

    def prompt(self) -> Prompt | None:
        """The prompt (its id empty where none is given), None where the record has none or something is wrong."""
        fields = self._fields(self._data)
        messages = tuple(self._messages(fields))
        made = Prompt(
            id=self._id(fields),
            messages=messages,
            tags=self._tags(fields.get("tags")),
            tools=tuple(self._tools(fields.get("tools"))),
            schema=(schema := self._schema(fields)),
            structured=schema is not None and fields.get("schema") is None,
            pattern=self._pattern(fields.get("pattern")),
        )
        if not self.problems and not any(
            m.role != "system" and m.content.strip() for m in messages
        ):
            self._problem("the prompt is empty")
        return None if self.problems else made

    def _problem(self, what: str) -> None:
        self.problems.append(what)

    # which form it has

    def _fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """The record's own fields and those of the request inside it, as one."""
        inner = data.get("body", data.get("request"))
        if inner is None and isinstance(data.get("input"), dict):
            inner = data["input"]
        if inner is not None and not isinstance(inner, dict):
            self._problem("`body` or `request` is not an object")
            inner = {}
        fields = {**(inner or {}), **{k: v for k, v in data.items() if v is not None}}
        for key in ("custom_id", "request_id"):
            if "id" not in fields and key in fields:
                fields["id"] = fields[key]
        if "prompt" not in fields and "messages" not in fields:
            self._input(fields)
        known = {*_OWN, *_BATCH, "request", "input", "instructions"}
        self.ignored |= {str(key)[:40] for key in fields if key not in known}
        return fields

    @staticmethod
    def _input(fields: dict[str, Any]) -> None:
        """`input` is a text or a list of turns, as logs and the Responses API have it."""
        given = fields.get("input")
        if isinstance(given, str):
            fields["prompt"] = given
        elif isinstance(given, list):
            fields["messages"] = given
        if isinstance(fields.get("instructions"), str) and "system" not in fields:
            fields["system"] = fields["instructions"]

    # its parts

    def _id(self, fields: dict[str, Any]) -> str:
        given = fields.get("id", "")
        text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
        if not isinstance(text, str) or not text.isprintable() or len(text) > MAX_ID:
            self._problem(f"`id` must be a printable text of at most {MAX_ID} characters")
            return ""
        return text.strip()

    def _messages(self, fields: dict[str, Any]) -> Iterator[Message]:
        system, prompt, turns = (fields.get(k) for k in ("system", "prompt", "messages"))
        if system is not None and not isinstance(system, str):
            self._problem("`system` must be text")
        elif system:
            yield Message("system", system)
        if prompt is not None and turns is not None:
            self._problem("`prompt` and `messages` are both given: write one of them")
        elif isinstance(prompt, str):
            yield Message("user", prompt)
        elif prompt is not None:
            self._problem("`prompt` must be text")
        elif isinstance(turns, list):
            yield from self._turns(turns)
        elif turns is not None:
            self._problem("`messages` must be a list of {role, content}")
        else:
            self._problem(f"there is no prompt in it{self._near()}")

    def _near(self) -> str:
        import difflib  # only on an error

        known = ("prompt", "messages")
        found = ((k, difflib.get_close_matches(str(k).lower(), known, n=1)) for k in self._data)
        near = next(
            (f"; did you mean `{match[0]}` by `{k[:40]}`?" for k, match in found if match), ""
        )
        return near or '; write {"prompt": "..."} or {"messages": [...]}'

    def _turns(self, turns: list[Any]) -> Iterator[Message]:
        if not turns:
            self._problem("`messages` is empty")
        for n, turn in enumerate(turns, 1):
            made = self._turn(turn, f"message {n}") if isinstance(turn, dict) else None
            if made is not None:
                yield made
            elif not isinstance(turn, dict):
                self._problem(f"message {n} is not an object with role and content")

    def _turn(self, turn: dict[str, Any], where: str) -> Message | None:
        role = _ROLES.get(turn.get("role", "")) if isinstance(turn.get("role"), str) else None
        if role is None:
            self._problem(f"{where}: its role is none of {', '.join(_ROLES)}")
            return None
        calls = turn.get("tool_calls") or ()
        if not isinstance(calls, list | tuple) or not all(isinstance(c, dict) for c in calls):
            self._problem(f"{where}: `tool_calls` must be a list of objects")
            return None
        name, call_id = turn.get("name") or "", turn.get("tool_call_id") or ""
        if not isinstance(name, str) or not isinstance(call_id, str):
            self._problem(f"{where}: `name` and `tool_call_id` must be text")
            return None
        content = self._content(turn.get("content"), where)
        return Message(role, content, name, call_id, tuple(calls))

    def _content(self, content: Any, where: str) -> str:
        """Text, or the joined text parts; a picture or a sound cannot be judged from a text page."""
        if content is None or isinstance(content, str):
            return content or ""
        parts = content if isinstance(content, list) else [None]
        texts = []
        for part in parts:
            kind, text = (part.get(k) if isinstance(part, dict) else None for k in ("type", "text"))
            if not isinstance(text, str) or kind not in _TEXTS:
                self._problem(
                    f"{where}: only text can be asked in a trial, not pictures, sound or files"
                )
                return ""
            texts.append(text)
        return "\n".join(texts)

    def _tags(self, given: Any) -> tuple[str, ...]:
        items = _SEPARATOR.split(given) if isinstance(given, str) else given or []
        if not isinstance(items, list) or not all(isinstance(i, str) for i in items):
            self._problem("`tags` must be a list of words, or one text with ; between them")
            return ()
        tags = tuple(dict.fromkeys(i.strip() for i in items if i.strip()))
        if any(len(t) > MAX_TAG or not t.isprintable() for t in tags):
            self._problem(f"a tag must be printable and have at most {MAX_TAG} characters")
        return tags

    def _tools(self, given: Any) -> Iterator[dict[str, Any]]:
        if given is not None and not isinstance(given, list):
            self._problem("`tools` must be a list")
        names: set[str] = set()
        for n, tool in enumerate(given if isinstance(given, list) else (), 1):
            made = _function(tool)
            if made is None:
                self._problem(
                    f"tool {n} is no function with a name, and nothing else can be checked"
                )
                continue
            name = made["function"]["name"]
            if name in names:
                self._problem(f"tool {n}: another tool is already called {name[:60]!a}")
            names.add(name)
            self._try(f"the parameters of tool {n}", made["function"].get("parameters"))
            yield made

    def _schema(self, fields: dict[str, Any]) -> dict[str, Any] | None:
        found = fields.get("schema")
        wrapped = fields.get("response_format")
        if found is None and isinstance(wrapped, dict) and wrapped.get("type") == "json_schema":
            inner = wrapped.get("json_schema", wrapped)
            found = inner.get("schema") if isinstance(inner, dict) else None
            if found is None:
                self._problem("`response_format` of type json_schema has no schema in it")
        elif found is None and isinstance(wrapped, dict) and wrapped.get("type") == "json_object":
            found = {"type": "object"}
        if found is None:
            return None
        if not isinstance(found, dict):
            self._problem("`schema` must be a JSON Schema: an object")
            return None
        self._try("`schema`", found)
        return found

    def _try(self, what: str, schema: Any) -> None:
        from weightlaw.trial.checks import schema_problem  # heavy: jsonschema

        if schema is not None and (why := schema_problem(schema)):
            self._problem(f"{what}: {why}")

    def _pattern(self, given: Any) -> str:
        from weightlaw.trial.checks import pattern_problem  # heavy: re2

        if given is None:
            return ""
        if not isinstance(given, str):
            self._problem("`pattern` must be text")
            return ""
        if given and (why := pattern_problem(given)):
            self._problem(f"`pattern` is no regular expression of RE2: {why}")
        return given


def _function(tool: Any) -> dict[str, Any] | None:
    """A function tool in the form of chat completions; the Responses API writes it flat."""
    if not isinstance(tool, dict) or tool.get("type", "function") != "function":
        return None
    inner = tool.get("function", {k: v for k, v in tool.items() if k != "type"})
    if not isinstance(inner, dict) or not isinstance(inner.get("name"), str) or not inner["name"]:
        return None
    parameters = inner.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        return None
    return {"type": "function", "function": inner}


def decode_record(text: str | bytes) -> dict[str, Any]:
    """One JSON object. Raises ValueError with what is wrong."""
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("a line must be a JSON object")
    return found


Reader = Callable[[str], Iterator[tuple[int, dict[str, Any]]]]
"""From a file's text: line number and record. Problems of the file's form come as a record `{"": "what"}`."""
