"""Keys stay in the environment: they are recognised where they should not stand, and cut out of what is stored."""

from __future__ import annotations

import json
import os
import re
from typing import Any, TypeVar

import msgspec

from weightlaw.errors import UsageError
from weightlaw.trial.values import Candidate

T = TypeVar("T", bound=msgspec.Struct)
HIDDEN = "[key]"
SECRET_LENGTH = 8
"""A shorter value (`none`, `EMPTY`, `ollama`) is what people write where no key is needed: it is no secret."""
_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:sk|pk|rk|hf|gsk|xai|ghp|gho|glpat|nvapi|r8|fw|tgp|csk|pplx)[-_]"
    r"(?=[A-Za-z0-9_*-]*[0-9*])[A-Za-z0-9_*-]{12,}"
    r"|(?<![A-Za-z0-9])(?:sk|hf|gsk|xai)[-_][A-Za-z0-9_*-]{20,}"
    r"|AIza[A-Za-z0-9_-]{20,}|AKIA[A-Z0-9]{12,}|eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_.-]+"
    r"|\bBearer\s+\S{8,}",
)
_OURS = frozenset({"id", "prompt", "candidate", "started", "at", "failure", "check"})
"""Fields that no server has a say in."""
_WORD = re.compile(r"[A-Za-z0-9+_=-]+\Z")
_RUN = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24,}")
"""Models are called by words and numbers with hyphens between them; only keys have such a run."""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,80}\Z")


def looks_like_key(text: str) -> bool:
    """Whether a text holds what services hand out as keys, or is one word with a long run of letters and digits."""
    plain = text.strip()
    if _KNOWN.search(plain):
        return True
    return _WORD.match(plain) is not None and _RUN.search(plain) is not None


def is_variable_name(text: str) -> bool:
    """Whether a text can be the name of an environment variable and is not a key that looks like one."""
    return _VARIABLE.match(text) is not None and not looks_like_key(text)


def key_of(candidate: Candidate) -> str:
    """The candidate's key from the environment; empty where it needs none. Raises UsageError, never with the value."""
    if not candidate.key_env:
        return ""
    key = os.environ.get(candidate.key_env, "").strip()
    if not key:
        raise UsageError(
            f"{candidate.name}: the environment variable {candidate.key_env} holds no key; set it and run again"
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(
            f"{candidate.name}: what {candidate.key_env} holds is no key: it has spaces or unusual characters"
        )
    return key


class Redactor:
    """Cuts one key out of texts and values before they are printed or stored."""

    def __init__(self, key: str) -> None:
        self._key = key if len(key) >= SECRET_LENGTH else ""
        self._needles = (self._key, json.dumps(self._key)[1:-1])

    def talk(self, text: str) -> str:
        """An error or a header without the key, its beginning or its end, or anything that looks like a key."""
        for length in range(len(self._key), SECRET_LENGTH - 1, -1):
            text = text.replace(self._key[:length], HIDDEN).replace(self._key[-length:], HIDDEN)
        return _KNOWN.sub(HIDDEN, text)

    def value(self, value: T) -> T:
        """A struct without the whole key in anything that a server may have said."""
        if not self._key:
            return value
        said = {f: getattr(value, f) for f in value.__struct_fields__ if f not in _OURS}
        return msgspec.structs.replace(value, **{f: self._plain(v) for f, v in said.items()})

    def _plain(self, value: Any) -> Any:
        if isinstance(value, str):
            for needle in self._needles:  # as it is, and as it stands in JSON within a text
                value = value.replace(needle, HIDDEN)
            return value
        if isinstance(value, dict):
            return {self._plain(k): self._plain(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._plain(v) for v in value)
        return value
