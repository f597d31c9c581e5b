"""The prompts of a trial, frozen: canonical bytes, their SHA-256, ids that stay the same, a choice of them."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable

import msgspec

from weightlaw.errors import UsageError
from weightlaw.trial.values import Prompt, PromptSet


def canonical(value: object) -> bytes:
    """One spelling of a value's JSON: keys sorted, no spaces, UTF-8, defaults left out."""
    plain = msgspec.to_builtins(value)
    return json.dumps(
        plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def sha256_of(prompts: Iterable[Prompt]) -> str:
    """Over the canonical JSON of the prompts, in their order."""
    return hashlib.sha256(canonical(list(prompts))).hexdigest()


def content_of(prompt: Prompt) -> bytes:
    """What is asked and how it is checked, without id and tags: two prompts with the same are one."""
    return canonical(msgspec.structs.replace(prompt, id="", tags=()))


def content_id(prompt: Prompt) -> str:
    """An id that stays the same when lines are added or moved: from what is asked."""
    return f"p-{hashlib.sha256(content_of(prompt)).hexdigest()[:12]}"


def freeze(prompts: Iterable[Prompt]) -> PromptSet:
    """The set with its hash. Raises UsageError where there is no prompt."""
    found = tuple(prompts)
    if not found:
        raise UsageError("there is no prompt in it: a trial needs at least one")
    return PromptSet(prompts=found, sha256=sha256_of(found))


def check_frozen(frozen: PromptSet) -> None:
    """Raises UsageError where the prompts are not those whose hash was taken."""
    if sha256_of(frozen.prompts) != frozen.sha256:
        raise UsageError(
            "the prompts in this file are not those that were frozen: their SHA-256 differs; begin a new trial"
        )


def chosen(
    prompts: list[Prompt], limit: int | None = None, sample: int | None = None, seed: int = 0
) -> list[Prompt]:
    """The first `limit` prompts, or `sample` of them at random by a seed, in the file's order."""
    if limit is not None:
        return prompts[:limit]
    if sample is None or sample >= len(prompts):
        return prompts
    picked = random.Random(seed).sample(range(len(prompts)), sample)
    return [prompts[n] for n in sorted(picked)]
