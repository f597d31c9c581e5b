"""Trials made up for tests, written through the store's own interface: attempts and votes as a run and a judge would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import structs

from weightlaw.trial.store import Store, create
from weightlaw.trial.values import (
    Candidate,
    Failure,
    Identity,
    LicenseCheck,
    Message,
    Price,
    Prompt,
    PromptSet,
    RaterKind,
    Settings,
    TrialPlan,
    Vote,
)

OPEN = Candidate(
    name="qwen",
    model="qwen3:8b",
    url="http://localhost:11434/v1",
    openness="open",
    reference="ollama:qwen3:8b",
    price=Price(input=0.1, output=0.2, source="our own servers", date="2026-11-01"),
)
CLOSED = Candidate(
    name="gpt",
    model="gpt-5",
    url="https://api.example.com/v1",
    price=Price(input=1.25, output=10.0, source="list price", date="2026-11-01"),
)
THIRD = Candidate(name="glm", model="glm-5", url="http://localhost:8000/v1", openness="open")


def prompt(number: int, *tags: str) -> Prompt:
    """A private prompt."""
    asked = (Message(role="user", content=f"secret question {number}"),)
    return Prompt(id=f"p{number:03}", messages=asked, tags=tags)


def new_trial(
    path: Path,
    tags: Sequence[Sequence[str]],
    candidates: tuple[Candidate, ...] = (OPEN, CLOSED),
    **settings: Any,
) -> Store:
    """A trial with one prompt for each entry of `tags`, nothing run."""
    prompts = tuple(prompt(n, *given) for n, given in enumerate(tags))
    plan = TrialPlan(
        settings=Settings(**{"name": "support", "seed": 7, **settings}),
        candidates=candidates,
        prompts=PromptSet(prompts=prompts, sha256="ab" * 32),
        created="2026-11-20",
    )
    create(str(path), plan)
    return Store(str(path))


def answer(
    store: Store,
    prompt: str,
    candidate: str,
    *failures: Failure,
    text: str = "",
    seconds: float = 1.0,
    tokens: tuple[int | None, int | None] = (100, 50),
    last: Failure = "",
    waited: float = 0.0,
) -> None:
    """Attempts that fail as told, then one that ends as `last` does (the empty failure: well)."""
    for failure in (*failures, last):
        attempt = store.begin(prompt, candidate, 1)
        ended = structs.replace(
            attempt,
            failure=failure,
            text=text or _said(candidate),
            seconds=seconds,
            first_token=seconds / 4,
            waited=waited,
        )
        if ended.answered:
            ended = structs.replace(ended, input_tokens=tokens[0], output_tokens=tokens[1])
        store.finish(ended)


def _said(candidate: str) -> str:
    """Each candidate's own words: answers that look the same are nobody's to judge."""
    return f"an answer of {sum(map(ord, candidate))} words"


def answer_all(store: Store, **more: Any) -> None:
    """One good answer of each candidate to each prompt."""
    for p in store.plan.prompts.prompts:
        for candidate in store.plan.candidates:
            answer(store, p.id, candidate.name, **more)


def vote(
    store: Store,
    prompt: str,
    winner: str,
    pair: tuple[str, str] = ("qwen", "gpt"),
    *,
    rater: str = "ann",
    kind: RaterKind = "person",
    turned: bool = False,
) -> None:
    """One choice; an empty winner is a tie. `turned`: the pair stands the other way round."""
    left, right = pair[::-1] if turned else pair
    choice: Any = {left: "left", right: "right", "": "tie"}[winner]
    store.add_vote(
        Vote(
            prompt=prompt,
            left=left,
            right=right,
            choice=choice,
            rater=rater,
            kind=kind,
            seconds=12.5,
            model="judge-1" if kind == "model" else "",
        )
    )


def judge(
    store: Store,
    winners: Iterable[str],
    pair: tuple[str, str] = ("qwen", "gpt"),
    rater: str = "ann",
) -> None:
    """One vote a prompt in the order of the prompts, sides alternating."""
    prompts = store.plan.prompts.prompts
    for number, (p, winner) in enumerate(zip(prompts, winners, strict=False)):
        vote(store, p.id, winner, pair, rater=rater, turned=number % 2 == 1)


def identify(store: Store, candidate: str = "qwen", verdict: str = "conditional") -> None:
    """What answers, and what the licence check said of it."""
    store.add_identity(
        Identity(
            candidate=candidate,
            at="2026-11-20T08:00:00.000Z",
            server="ollama 0.9.1",
            models=("qwen3:8b",),
            digest="sha256:" + "cd" * 32,
            quantization="Q4_K_M",
            parameters="8.2B",
            family="qwen3",
            license_name="Apache License",
            check=LicenseCheck(
                reference="ollama:qwen3:8b",
                verdict=verdict,
                model="Qwen/Qwen3-8B",
                licenses=("Apache-2.0",),
                clause="WL403 keep the notices",
                knowledge="2026-11-20",
            ),
        )
    )


def decided(wins: int, losses: int, ties: int = 0) -> list[str]:
    """Winners for `judge`."""
    return ["qwen"] * wins + ["gpt"] * losses + [""] * ties
