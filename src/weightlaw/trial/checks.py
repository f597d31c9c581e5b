"""What is wrong with an answer by the prompt's own checks: tool calls, JSON Schema, pattern, refusal, nothing, cut off."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from weightlaw.trial.extra import need
from weightlaw.trial.values import Failure, Prompt

Verdict = tuple[Failure, str]
"""The kind of failure (empty: none) and a sentence about it, which never holds the answer's text."""
FINE: Verdict = ("", "")
REFUSAL_LENGTH = 600
"""A longer answer that begins like a refusal usually goes on to help."""
REFUSALS = (
    "i can't help with that",
    "i can't assist with",
    "i can't do that",
    "i can't provide",
    "i can't comply",
    "i can't fulfill",
    "i cannot help with that",
    "i cannot assist with",
    "i cannot provide",
    "i cannot comply",
    "i cannot fulfill",
    "i am unable to assist",
    "i am unable to help",
    "i am unable to provide",
    "i'm unable to assist",
    "i'm unable to help",
    "i'm unable to provide",
    "i'm not able to assist",
    "i'm not able to help",
    "i won't be able to help",
    "i must decline",
    "i have to decline",
)
"""How a short English answer begins that refuses, after an apology. Kept short on purpose: a missed refusal is still
judged by people, an answer wrongly called one is asked again for nothing."""
_APOLOGY = re.compile(
    r"(?:(?:i'm|i am)(?: very| really| so)? sorry|sorry|apologies|i apologi[sz]e|unfortunately)"
    r"[,.;:!\s]*(?:but\s+|however,?\s+)?"
)
_THINKING = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.S)


def visible(text: str) -> str:
    """The answer without the block of thoughts that some models put before it."""
    return _THINKING.sub("", text, count=1)


def judged(
    prompt: Prompt,
    text: str,
    tool_calls: Sequence[Mapping[str, Any]] = (),
    finish_reason: str = "",
    refused: bool = False,
) -> Verdict:
    """The first of these that holds: refused by the protocol, cut off, empty, a wrong call, a wrong text."""
    answer = visible(text).strip()
    if refused or finish_reason == "content_filter":
        return "refusal", "the server marks the answer as refused"
    if finish_reason == "length":
        return "cut-off", "the answer ended at the limit of tokens"
    if tool_calls:
        return _first(_call_problem(prompt, call) for call in tool_calls)
    if not answer:
        return "empty-answer", "the answer has no text and no tool call"
    return _text(prompt, answer)


def _first(found: Iterable[str]) -> Verdict:
    why = next((each for each in found if each), "")
    return ("invalid-tool-call", why) if why else FINE


def _text(prompt: Prompt, answer: str) -> Verdict:
    """Schema and pattern; an answer that fails them, or has none to pass, may be a refusal in words."""
    wrong = _schema(prompt, answer)
    if not wrong[0]:
        wrong = _pattern(prompt, answer)
    checked = prompt.schema is not None or bool(prompt.pattern)
    if (wrong[0] or not checked) and refuses(answer):
        return "refusal", "the answer begins as a refusal does"
    return wrong


def refuses(answer: str) -> bool:
    """Whether a short answer begins like a refusal in English."""
    if len(answer) > REFUSAL_LENGTH:
        return False
    plain = " ".join(answer.replace("’", "'").lower().split())
    plain = _APOLOGY.sub("", plain, count=1) if _APOLOGY.match(plain) else plain
    return plain.startswith(REFUSALS)


def _schema(prompt: Prompt, answer: str) -> Verdict:
    if prompt.schema is None:
        return FINE
    try:
        found = msgspec.json.decode(answer)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return "schema-failure", "the answer is not JSON"
    why = mismatch(canonical_text(prompt.schema), found)
    return ("schema-failure", why) if why else FINE


def _pattern(prompt: Prompt, answer: str) -> Verdict:
    if not prompt.pattern:
        return FINE
    found = compiled(prompt.pattern).search(answer.encode("utf-8", "replace").decode())
    return FINE if found else ("pattern-failure", "the pattern is not found in the answer")


# tool calls


def _call_problem(prompt: Prompt, call: Mapping[str, Any]) -> str:
    """What is wrong with one call; empty where nothing is. Names and arguments of the model are not repeated."""
    asked = call.get("function")
    asked = asked if isinstance(asked, Mapping) else {}
    tools = {t["function"]["name"]: t["function"] for t in prompt.tools}
    tool = tools.get(str(asked.get("name") or ""))
    if tool is None:
        return "it calls a tool that was not offered"
    try:
        arguments = msgspec.json.decode(str(asked.get("arguments") or ""))
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return f"the arguments for {tool['name'][:60]!a} are not JSON"
    if not isinstance(arguments, dict):
        return f"the arguments for {tool['name'][:60]!a} are not an object"
    why = mismatch(canonical_text(tool.get("parameters") or {}), arguments)
    return f"the arguments for {tool['name'][:60]!a}: {why}" if why else ""


# JSON Schema


def canonical_text(schema: Mapping[str, Any]) -> str:
    """A schema as a text, by which its compiled form is remembered."""
    return msgspec.json.encode(schema).decode()


def mismatch(schema: str, found: Any) -> str:
    """Where and by which keyword a value breaks a schema (a JSON text); empty where it keeps it."""
    try:
        error = next(iter(_validator(schema).iter_errors(found)), None)
    except RecursionError:
        return "nested too deeply to be checked"
    if error is None:
        return ""
    depth = len(error.absolute_path)
    at = "its top level" if not depth else f"level {depth + 1}"
    return f"it breaks `{error.validator}` of the schema at {at}"


@functools.lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    """A validator that fetches nothing: a reference outside the schema is refused when the prompts are read."""
    from referencing import Registry

    plain = msgspec.json.decode(schema)
    validators = _jsonschema().validators
    linear = validators.extend(validators.validator_for(plain), {"pattern": _pattern_keyword})
    return linear(plain, registry=Registry())


def _pattern_keyword(validator: Any, pattern: str, value: Any, _: Any) -> Iterator[Exception]:
    """A schema's `pattern` in RE2, so that no answer can make it run for years; in `re` where RE2 lacks a construct."""
    if not validator.is_type(value, "string"):
        return
    text = value.encode("utf-8", "replace").decode()
    found = re.search(pattern, text) if pattern_problem(pattern) else compiled(pattern).search(text)
    if not found:
        yield _jsonschema().ValidationError("the pattern is not found")


def _jsonschema() -> Any:
    return need("jsonschema")


def schema_problem(schema: Mapping[str, Any]) -> str:
    """Why this is no JSON Schema that can be checked here; empty where it is one."""
    library = _jsonschema()
    try:
        if outside := _outside(schema):
            return f"the reference {outside[:80]!a} leads outside the schema; nothing is fetched"
        library.validators.validator_for(schema).check_schema(schema)
        mismatch(canonical_text(schema), {})
    except library.SchemaError as error:
        return f"no JSON Schema: {ascii(error.message)[1:-1][:200]}"
    except RecursionError:
        return "nested too deeply"
    except Exception as error:  # a reference that leads nowhere, a pattern that does not compile
        return f"cannot be used as a JSON Schema ({type(error).__name__}: {ascii(str(error))[1:-1][:150]})"
    return ""


def _outside(schema: Any) -> str:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key in ("$ref", "$dynamicRef") and isinstance(value, str) and value[:1] != "#":
                return value
            if key not in ("const", "enum", "default", "examples") and (found := _outside(value)):
                return found
    elif isinstance(schema, list | tuple):
        return next((found for each in schema if (found := _outside(each))), "")
    return ""


# patterns


@functools.lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """The pattern in RE2, which takes linear time on any answer."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options=options)


def pattern_problem(pattern: str) -> str:
    """Why RE2 cannot use a pattern; empty where it can."""
    try:
        compiled(pattern)
    except Exception as error:  # re2.error, or what its wrapper makes of odd texts
        why = error.args[0] if error.args else type(error).__name__
        return ascii(why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why))[1:-1][
            :150
        ]
    return ""
