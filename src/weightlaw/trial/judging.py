"""One rater's way through a trial: which pair is next, what was chosen, what is left. Pages and terminals only show it."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import math
import threading
import time
import unicodedata
from collections.abc import Callable
from typing import get_args

from msgspec import Struct

from weightlaw.errors import UsageError
from weightlaw.trial.blinding import Blinder, arguments, called
from weightlaw.trial.names import of_trial
from weightlaw.trial.pairing import Pair, pairs, vote_key
from weightlaw.trial.plain import Block, safe
from weightlaw.trial.store import Store, now
from weightlaw.trial.values import Choice, Message, Prompt, Vote

MAX_SECONDS = 3600.0
"""No choice is recorded as longer: who was away for an hour was not reading."""
MAX_NOTE = 4000


class Turn(Struct, frozen=True):
    """One message of a prompt, as it is shown."""

    role: str
    text: str


class Sides(Struct, frozen=True):
    """A pair as a rater sees it: nothing in it says who wrote what."""

    id: str
    prompt: tuple[Turn, ...]
    tools: str
    """The prompt's tools as JSON; empty: none."""
    left: tuple[Block, ...]
    right: tuple[Block, ...]


class Progress(Struct, frozen=True, kw_only=True):
    """Counts of pairs, for one rater."""

    done: int
    total: int
    """To be judged by this rater, done ones among them."""
    unanswered: int
    """Left out: an answer of one side is missing."""
    identical: int
    """Left out: both answers look the same after blinding, so that there is nothing to prefer."""


def check_rater(name: str) -> str:
    """A rater's name in one form. Raises UsageError for one that is empty, odd, or a model's."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name or len(name) > 64 or not name.isprintable():
        raise UsageError("--rater: write a name of 1 to 64 printable characters")
    if name.lower().startswith("model:"):
        raise UsageError("--rater: `model:` is kept for models as judges; choose another name")
    return name


class Matter:
    """The answers of a trial after blinding. All are blinded at once, before the first is shown: how long a pair takes
    to come tells nothing."""

    def __init__(self, store: Store) -> None:
        plan = store.plan
        self._prompts = {p.id: p for p in plan.prompts.prompts}
        blinder = Blinder(of_trial(plan.candidates, store.identities()))
        said = {p.id: blinder.said(p) for p in plan.prompts.prompts}
        finals = {key: a for key, a in store.final().items() if a.prompt in said}
        self._began = {key: (a.id, a.started) for key, a in finals.items()}
        self._shown = {key: blinder.answer(a, said[a.prompt]) for key, a in finals.items()}

    def complete(self, pair: Pair) -> bool:
        """Whether both answers are there."""
        return (pair.prompt, pair.left) in self._shown and (pair.prompt, pair.right) in self._shown

    def alike(self, pair: Pair) -> bool:
        """Whether both look the same."""
        return self._shown[pair.prompt, pair.left] == self._shown[pair.prompt, pair.right]

    def answer_id(self, prompt: str, name: str) -> int:
        """Which attempt's answer is shown; 0: none is there."""
        return self._began.get((prompt, name), (0, ""))[0]

    def current(self, vote: Vote) -> bool:
        """Whether a choice was made on the answers that stand now: an answer may have taken another's place since."""
        return self._on(vote, vote.left, vote.left_answer) and self._on(
            vote, vote.right, vote.right_answer
        )

    def _on(self, vote: Vote, name: str, answer: int) -> bool:
        now_there, started = self._began.get((vote.prompt, name), (answer, ""))
        return answer == now_there if answer else not vote.at or started <= vote.at

    def sides(self, pair: Pair) -> Sides:
        """What is shown of a pair."""
        prompt = self._prompts[pair.prompt]
        return Sides(
            pair.id,
            tuple(_turn(m) for m in prompt.messages),
            arguments(list(prompt.tools)) if prompt.tools else "",
            self._shown[pair.prompt, pair.left],
            self._shown[pair.prompt, pair.right],
        )

    def prompt(self, name: str) -> Prompt:
        """A prompt by its id."""
        return self._prompts[name]


def identical(store: Store) -> frozenset[tuple[str, str, str]]:
    """Prompt and two candidates, in the order of their names, of each pair that nobody is asked for: both answers read
    the same. No vote on them is missing, and none is made up."""
    matter = Matter(store)
    every = (p for p in pairs(store.plan, "") if matter.complete(p))
    return frozenset(p.key for p in every if matter.alike(p))


def _turn(message: Message) -> Turn:
    calls = "".join(f"\n{name} {given}" for name, given in map(called, message.tool_calls))
    role = f"{message.role} {safe(message.name)}".strip()
    return Turn(role, (safe(message.content) + calls).strip("\n"))


class Judging:
    """The state of one rater's judging, safe for several threads. `clock`: seconds that only grow."""

    def __init__(
        self,
        store: Store,
        rater: str,
        *,
        again: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`again`: pairs that this rater has judged before are asked once more; the new choice takes the place of
        the old one."""
        self._store = store
        self.rater = check_rater(rater)
        self._clock = clock
        self._lock = threading.RLock()
        self.matter = Matter(store)
        every = pairs(store.plan, self.rater)
        complete = [p for p in every if self.matter.complete(p)]
        self._pairs = {p.id: p for p in complete if not self.matter.alike(p)}
        self._identical = len(complete) - len(self._pairs)
        self._unanswered = len(every) - len(complete)
        self._done: dict[str, str] = {} if again else self._stored()
        """Ids of judged pairs, oldest choice first, each with its note."""
        self._since: dict[str, float] = {}

    def _stored(self) -> dict[str, str]:
        ids = {p.key: p.id for p in self._pairs.values()}
        own = self._store.votes_of(self.rater)
        return {ids[k]: v.note for v in own if (k := vote_key(v)) in ids and self.matter.current(v)}

    def progress(self) -> Progress:
        """How far this rater is."""
        with self._lock:
            return Progress(
                done=len(self._done),
                total=len(self._pairs),
                unanswered=self._unanswered,
                identical=self._identical,
            )

    def next(self) -> Sides | None:
        """The pair to be judged next, from now on; None: all are judged."""
        with self._lock:
            pair = self._open()
            if pair is not None:
                self._since.setdefault(pair.id, self._clock())
        return self.matter.sides(pair) if pair else None

    def _open(self) -> Pair | None:
        return next((p for p in self._pairs.values() if p.id not in self._done), None)

    def sides(self, pair_id: str) -> Sides | None:
        """The pair that is open, if this is its id: no other is shown."""
        with self._lock:
            pair = self._open()
        return self.matter.sides(pair) if pair and pair.id == pair_id else None

    def choose(self, pair_id: str, choice: Choice, seconds: float = 0.0, note: str = "") -> bool:
        """Store a choice on the open pair. False: it is not the open one any more, and nothing was stored."""
        if choice not in get_args(Choice):
            raise UsageError("a choice is left, right or tie")
        with self._lock:
            pair = self._open()
            if pair is None or pair.id != pair_id:
                return False
            note = safe(note).strip()[:MAX_NOTE]
            self._store.add_vote(
                Vote(
                    prompt=pair.prompt,
                    left=pair.left,
                    right=pair.right,
                    choice=choice,
                    rater=self.rater,
                    at=now(),
                    seconds=self._bounded(pair.id, seconds),
                    note=note,
                    left_answer=self.matter.answer_id(pair.prompt, pair.left),
                    right_answer=self.matter.answer_id(pair.prompt, pair.right),
                )
            )
            self._done[pair.id] = note
            return True

    def _bounded(self, pair_id: str, seconds: float) -> float:
        """What the page measured, as far as it can be: not more than has passed here."""
        passed = self._clock() - self._since.pop(pair_id, self._clock())
        given = seconds if math.isfinite(seconds) else 0.0
        return round(max(0.0, min(given, passed, MAX_SECONDS)), 1)

    def undo(self) -> str | None:
        """Take the last choice back: it is out of the trial, and its pair is next. Its note, or None where there is
        nothing to take back."""
        with self._lock:
            if not self._done:
                return None
            pair_id, note = self._done.popitem()
            pair = self._pairs.pop(pair_id)
            self._pairs = {pair_id: pair, **self._pairs}
            self._store.remove_vote(*pair.key, self.rater)
            return note
