"""Trials for tests, against loopback endpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import structs

from tests.loopback.chat import LoopbackChat
from weightlaw.trial import store
from weightlaw.trial.asking import Asking, Progress, Result, ask
from weightlaw.trial.licensing import Grounds
from weightlaw.trial.promptset import freeze
from weightlaw.trial.store import Store
from weightlaw.trial.values import (
    Attempt,
    Candidate,
    Message,
    Prompt,
    Settings,
    TrialPlan,
)

SETTINGS = Settings(name="t", seed=5, backoff=0.01, timeout=5.0)


def prompts(*texts: str, **more: Any) -> tuple[Prompt, ...]:
    """One prompt a text; its id is its text."""
    return tuple(Prompt(id=t, messages=(Message("user", t),), **more) for t in texts)


def candidate(chat: LoopbackChat, name: str = "c", **more: Any) -> Candidate:
    """The first model of an endpoint."""
    return Candidate(name=name, url=chat.url, **{"model": chat.models[0], **more})


def write(path: Path, asked: tuple[Prompt, ...], *candidates: Candidate, **settings: Any) -> str:
    """A trial's file."""
    plan = TrialPlan(
        settings=structs.replace(SETTINGS, **settings),
        candidates=candidates,
        prompts=freeze(asked),
        created="2026-11-24",
    )
    store.create(str(path), plan)
    return str(path)


class Ran:
    """What one run gave: its result, what it said, and what the file holds now."""

    def __init__(self, path: str, **options: Any) -> None:
        self.said: list[str] = []
        self.progress = Progress()
        with Store(path) as opened:
            self.result: Result = ask(
                opened, Grounds(), Asking(**options), self.said.append, self.progress
            )
            self.attempts: list[Attempt] = opened.attempts()
            self.identities = opened.identities()
            self.final = opened.final()

    @property
    def failures(self) -> list[str]:
        """How the attempts ended, in their order."""
        return [a.failure for a in self.attempts]
