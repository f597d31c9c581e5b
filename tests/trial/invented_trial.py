"""Trials made up for the tests of judging: two or more candidates whose answers are already there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import structs

from weightlaw.trial.store import Store, create
from weightlaw.trial.values import Candidate, Message, Prompt, PromptSet, Settings, TrialPlan

OPEN = Candidate(
    name="zebrawood",
    model="qwen3:8b",
    url="http://localhost:11434/v1",
    openness="open",
    reference="ollama:qwen3:8b",
)
CLOSED = Candidate(name="quillfish", model="gpt-4o-mini", url="https://api.openai.com/v1")
THIRD = Candidate(name="marlstone", model="mistral-large-2411", url="https://api.mistral.ai/v1")
WORDS = ("zebrawood", "quillfish", "qwen", "alibaba", "ollama", "11434", "openai", "gpt", "api.")
"""What would tell who answered: none of these may travel to a judge."""

Answers = Mapping[str, str | tuple[dict[str, Any], ...]]
"""By candidate; a tuple is calls of tools."""


def make(
    path: Path,
    answers: Mapping[str, Answers],
    *,
    candidates: tuple[Candidate, ...] = (OPEN, CLOSED),
    seed: int = 20261124,
    prompts: Mapping[str, Prompt] | None = None,
) -> Path:
    """A trial with these answers by prompt and candidate; a candidate left out has none."""
    given = prompts or {}
    plan = TrialPlan(
        settings=Settings(seed=seed, attempts=2, backoff=0.0, timeout=10.0),
        candidates=candidates,
        prompts=PromptSet(
            prompts=tuple(given.get(p) or asked(p, f"Question {p}?") for p in answers),
            sha256="0" * 64,
        ),
        created="2026-11-24",
    )
    create(str(path), plan)
    with Store(str(path)) as store:
        for prompt, by in answers.items():
            for name, text in by.items():
                attempt = store.begin(prompt, name, 1)
                said = {"text": text} if isinstance(text, str) else {"tool_calls": text}
                store.finish(structs.replace(attempt, finish_reason="stop", **said))
    return path


def asked(name: str, text: str, **more: Any) -> Prompt:
    """A prompt of one turn."""
    return Prompt(id=name, messages=(Message("user", text),), **more)
