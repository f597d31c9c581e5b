"""The candidates' YAML: how a trial is run and which models stand against each other. No key is ever in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import structs

from weightlaw import plainyaml
from weightlaw.errors import DataError, UsageError
from weightlaw.trial.secrets import is_variable_name, looks_like_key
from weightlaw.trial.trialyaml import TrialYaml
from weightlaw.trial.values import Candidate, Settings
from weightlaw.typedyaml import convert

_OURS = frozenset(
    {
        "model",
        "messages",
        "stream",
        "stream_options",
        "temperature",
        "seed",
        "max_tokens",
        "tools",
        "n",
    }
)
"""Fields of a request that have keys of their own, or that the trial sets: `n` would pay for answers nobody judges."""
_HIDING = ("key", "token", "secret", "password", "authorization", "credential", "headers")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
_LOOPBACK_ADDRESS = re.compile(r"127(?:\.\d{1,3}){3}\Z")


def read_trialfile(path: str) -> TrialYaml:
    """Settings and candidates. Raises DataError with all problems (`file:line:column: what`), UsageError without a file."""
    return parse_trialfile(_text(path), path)


def read_endpoint(path: str, called: str) -> Candidate:
    """One endpoint on its own, such as a judge, in the form of a candidate; its `name` may be left out. Raises as
    `read_trialfile` does."""
    document = _document(_text(path), path)
    if not isinstance(document.data, dict) or "candidates" in document.data:
        raise DataError([f"{path}:1:1: a {called} is one endpoint: write model: and url:"])
    snake = _Snake(document)
    made, problems = convert({"name": called, **snake.data}, Candidate, snake, (), path)
    problems = [*snake.problems(path), *problems]
    if made is not None:
        problems += [_at(snake, path, (key,), what) for key, what in _candidate(made)]
    if made is None or problems:
        raise DataError(problems)
    return made


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read(1 << 22)
    except UnicodeDecodeError:
        raise DataError([f"{path}:1:1: not UTF-8 text"]) from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None


def _document(text: str, name: str) -> plainyaml.Document:
    """The YAML, if no key stands in it."""
    document = plainyaml.parse(text, name)
    if secrets := [_at(document, name, p, w) for p, w in _secrets(document.data, ())]:
        raise DataError(secrets)
    return document


def parse_trialfile(text: str, name: str) -> TrialYaml:
    """The same from a text. A value that looks like a key is told by its place and never repeated."""
    document = _document(text, name)
    if not isinstance(document.data, dict):
        raise DataError([f"{name}:1:1: candidates are a mapping: write candidates:, then a list"])
    snake = _Snake(document)
    found, problems = convert(snake.data, TrialYaml, snake, (), name)
    problems = [*snake.problems(name), *(_clearer(p) for p in problems)]
    if found is not None:
        problems += [_at(snake, name, path, what) for path, what in _wrong(found)]
    if problems or found is None:
        raise DataError(sorted(dict.fromkeys(problems), key=_place))
    return found


def settings_of(made: TrialYaml) -> Settings:
    """The settings alone."""
    given = {f: getattr(made, f) for f in Settings.__struct_fields__}
    return Settings(**{**given, "policy": made.policy or ""})


def _at(document: plainyaml.Document, name: str, path: plainyaml.Path, what: str) -> str:
    line, column = document.mark(path)
    return f"{name}:{line}:{column}: {what}"


def _place(problem: str) -> tuple[int, int]:
    numbers = [int(p) for p in problem.split(": ", 1)[0].split(":")[-2:] if p.isdigit()]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)


def _clearer(problem: str) -> str:
    return problem.replace("Object missing required field", "missing:").replace(
        "Expected `array`", "expected a list"
    )


class _Snake(plainyaml.Document):
    """The file with kebab-case keys read as snake_case; below `extra` the keys are the endpoint's own."""

    def __init__(self, document: plainyaml.Document) -> None:
        self._document = document
        self._names: dict[plainyaml.Path, plainyaml.Path] = {}
        self._twice: list[plainyaml.Path] = []
        super().__init__(self._renamed(document.data, (), ()), {})

    def mark(self, path: plainyaml.Path) -> tuple[int, int]:
        """Of the key as it was written."""
        while path and path not in self._names:
            path = path[:-1]
        return self._document.mark(self._names.get(path, ()))

    def problems(self, name: str) -> Iterator[str]:
        """Keys that stand there in both spellings."""
        for path in self._twice:
            yield _at(self._document, name, path, f"`{path[-1]}` is given twice, in two spellings")

    def _renamed(self, item: Any, new: plainyaml.Path, old: plainyaml.Path) -> Any:
        self._names[new] = old
        if isinstance(item, list):
            return [self._renamed(v, (*new, n), (*old, n)) for n, v in enumerate(item)]
        if not isinstance(item, dict):
            return item
        made: dict[str, Any] = {}
        for key, value in item.items():
            name = key if "extra" in new else key.replace("-", "_")
            if name in made:
                self._twice.append((*old, key))
            made[name] = self._renamed(value, (*new, name), (*old, key))
        return made


def _secrets(item: Any, path: plainyaml.Path) -> Iterator[tuple[plainyaml.Path, str]]:
    """Every text that looks like a key, and every field of `extra` that would hold one."""
    if isinstance(item, dict):
        for key, value in item.items():
            at = (*path, key)
            if looks_like_key(key):
                yield (
                    at,
                    "a key of this mapping looks like a secret: keys belong in the environment",
                )
            elif "extra" in path and any(word in key.lower() for word in _HIDING):
                if isinstance(value, str) or "header" in key.lower():
                    yield (
                        at,
                        "write no key and no headers here: key-env names the environment variable",
                    )
            else:
                yield from _secrets(value, at)
    elif isinstance(item, list):
        for n, value in enumerate(item):
            yield from _secrets(value, (*path, n))
    elif isinstance(item, str) and looks_like_key(item):
        yield (
            path,
            (
                "this looks like a key, and keys are never stored: put it in an environment variable and write "
                "that variable's name as key-env"
            ),
        )


def _wrong(made: TrialYaml) -> Iterator[tuple[plainyaml.Path, str]]:
    """Values of right type that cannot be meant."""
    if made.version != 1:
        yield ("version",), f"version {made.version} is not one this weightlaw reads: 1"
    for field, sound, what in _LIMITS:
        value = getattr(made, field)
        if value is not None and not sound(value):
            yield (field,), what
    if len(made.candidates) < 2:
        yield (
            ("candidates",),
            "a trial needs at least two candidates: one model is not better or worse than itself",
        )
    names: set[str] = set()
    for n, candidate in enumerate(made.candidates):
        if candidate.name.casefold() in names:
            yield (
                ("candidates", n, "name"),
                f"another candidate is already called {candidate.name[:60]!a}",
            )
        names.add(candidate.name.casefold())
        for key, what in _candidate(candidate):
            yield ("candidates", n, key), what


_LIMITS: tuple[tuple[str, Any, str], ...] = (
    (
        "name",
        lambda v: v.strip() and v.isprintable() and len(v) <= 100,
        "a name is one line of text",
    ),
    ("concurrency", lambda v: 1 <= v <= 256, "concurrency is 1 to 256 calls at a time"),
    ("attempts", lambda v: 1 <= v <= 50, "attempts is 1 to 50"),
    ("answers", lambda v: 1 <= v <= 20, "answers is 1 to 20"),
    ("timeout", lambda v: 0 < v <= 86_400, "timeout is more than 0 seconds and at most a day"),
    ("backoff", lambda v: 0 <= v <= 60, "backoff is 0 to 60 seconds"),
    ("margin", lambda v: 0 < v < 0.5, "margin lies between 0 and 0.5"),
    ("seed", lambda v: 0 <= v < 2**63, "seed is a whole number, 0 or more"),
    ("requests_per_user", lambda v: v > 0, "requests-per-user is more than 0"),
)


def _candidate(found: Candidate) -> Iterator[tuple[str, str]]:
    if not found.name.strip() or not found.name.isprintable() or len(found.name) > 60:
        yield "name", "a candidate's name is printable and has 1 to 60 characters"
    if not found.model.strip() or not found.model.isprintable() or len(found.model) > 300:
        yield "model", "model is the printable name that the endpoint uses"
    if why := _address(found.url):
        yield "url", why
    if found.key_env and not is_variable_name(found.key_env):
        yield "key_env", "key-env is the name of an environment variable, such as OPENAI_API_KEY"
    if found.temperature is not None and not 0 <= found.temperature <= 5:
        yield "temperature", "temperature is 0 or more; null leaves it to the endpoint"
    if found.max_tokens is not None and found.max_tokens < 1:
        yield "max_tokens", "max-tokens is 1 or more"
    if not 0 <= found.concurrency <= 256:
        yield "concurrency", "concurrency is 1 to 256; 0: the trial's"
    if found.price and not (0 <= found.price.input < 1e6 and 0 <= found.price.output < 1e6):
        yield "price", "a price is USD a million tokens, 0 or more"
    if clash := sorted(_OURS & set(found.extra)):
        yield (
            "extra",
            f"extra cannot set {', '.join(clash)}: the trial sets it, or it has a key of its own",
        )
    yield from _reference(found)


def _reference(found: Candidate) -> Iterator[tuple[str, str]]:
    from weightlaw.references.parsing import parse_reference

    if not found.reference:
        return
    if found.openness == "closed":
        yield "reference", "reference is for open models: write openness: open, or leave it out"
    try:
        parse_reference(found.reference)
    except UsageError as error:
        yield "reference", str(error)


def _address(url: str) -> str:
    """What is wrong with an endpoint's address, without repeating it: it may hold a password."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "url is no address: write https://host/v1"
    if parts.username is not None or parts.password is not None:
        return "url holds a user or a password, and the file is stored: use key-env"
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return "url is the address of an OpenAI-compatible API: write http://localhost:11434/v1"
    if parts.query or parts.fragment:
        return (
            "url must have no ? and no #: what stands there may be a secret, and the file is stored"
        )
    return ""


def is_loopback(url: str) -> bool:
    """Whether an endpoint is on this machine."""
    host = urlsplit(url.strip()).hostname or ""
    return host in LOOPBACK or _LOOPBACK_ADDRESS.match(host) is not None


def unsafe(made: TrialYaml) -> Iterator[str]:
    """Candidates whose key would travel unencrypted."""
    for c in made.candidates:
        if c.key_env and urlsplit(c.url.strip()).scheme == "http" and not is_loopback(c.url):
            yield f"{c.name}: the key of {c.key_env} goes over the network unencrypted: use https"


def with_policy(made: TrialYaml, path: str, found: str | None) -> TrialYaml:
    """The policy's path as the commands will read it: the file's own stands beside the file, else the one found here."""
    if made.policy is None:
        return structs.replace(made, policy=found or "")
    if not made.policy or os.path.isabs(made.policy):
        return made
    return structs.replace(
        made, policy=os.path.normpath(os.path.join(os.path.dirname(path), made.policy))
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the candidates' YAML, for editors; keys as documented, in kebab case."""
    from weightlaw.trial.yamlkeys import described

    schema = msgspec.json.schema(TrialYaml)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **described(schema),
    }
