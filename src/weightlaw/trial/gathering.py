"""What a trial's file holds, put in order once: attempts by candidate and prompt, one verdict a prompt and pair."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from weightlaw.errors import UsageError
from weightlaw.trial.judging import Matter
from weightlaw.trial.pairing import Pair as ShownPair
from weightlaw.trial.store import Store
from weightlaw.trial.values import Attempt, Candidate, Prompt, TrialPlan, Vote


class Pair(NamedTuple):
    """Two candidates that are compared: the open one first, if one of them is."""

    first: str
    second: str


class Tally(NamedTuple):
    """What the raters said of one prompt: how many for the first, for a tie, for the second."""

    first: int
    tie: int
    second: int

    @property
    def verdict(self) -> int:
        """1: more than half of them for the first; -1: for the second; 0: a tie, or they are split."""
        raters = sum(self)
        return (2 * self.first > raters) - (2 * self.second > raters)


class Evidence:
    """A trial as it is read, for one tag or for all prompts. Nothing here computes a statistic."""

    def __init__(self, store: Store, tag: str = "") -> None:
        """Raises UsageError where no prompt has the tag."""
        self.plan: TrialPlan = store.plan
        self.tag = tag
        self.unfinished = store.unfinished()
        self.identities = store.identities()
        self.prompts: tuple[Prompt, ...] = _tagged(self.plan, tag)
        self.ids = tuple(p.id for p in self.prompts)
        inside = set(self.ids)
        self._attempts: dict[tuple[str, str], list[Attempt]] = {}
        for attempt in store.attempts():
            if attempt.prompt in inside:
                self._attempts.setdefault((attempt.candidate, attempt.prompt), []).append(attempt)
        matter = Matter(store)
        self._read(store.votes(), inside, matter)
        self._alike = self._look_alike(matter)

    def _read(self, votes: list[Vote], inside: set[str], matter: Matter) -> None:
        """Votes on other answers than those that stand now, or on what the plan does not have, are counted and left
        out."""
        known = {p.id for p in self.plan.prompts.prompts}
        names = {c.name for c in self.candidates}
        mine = [v for v in votes if v.prompt in known and {v.left, v.right} <= names]
        self.strangers = len(votes) - len(mine)
        here = [v for v in mine if v.prompt in inside]
        now = [v for v in here if matter.current(v)]
        self.outdated = len(here) - len(now)
        self.votes = tuple(v for v in now if v.kind == "person")
        self.model_votes = tuple(v for v in now if v.kind == "model")

    def _look_alike(self, matter: Matter) -> dict[Pair, frozenset[str]]:
        """Prompts whose two answers look the same after blinding: nobody is asked about these."""
        return {
            pair: frozenset(p for p in self.ready(pair) if matter.alike(_shown(p, pair)))
            for pair in self.pairs
        }

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """In the order of the plan."""
        return self.plan.candidates

    @property
    def seed(self) -> int:
        """Of every bootstrap: from the trial's own seed, so that the same file gives the same figures."""
        return self.plan.settings.seed

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs: first the primary one, the first open candidate against the first closed one."""
        found = [_oriented(a, b) for a, b in combinations(self.candidates, 2)]
        openness = {c.name: c.openness for c in self.candidates}
        primary = next(
            (p for p in found if [openness[n] for n in p] == ["open", "closed"]), found[0]
        )
        return (primary, *(p for p in found if p != primary))

    def openness(self, pair: Pair) -> tuple[str, str]:
        """Of both."""
        said = {c.name: str(c.openness) for c in self.candidates}
        return said[pair.first], said[pair.second]

    def attempts(self, candidate: str, prompt: str) -> tuple[Attempt, ...]:
        """All ended ones but those in which this program was stopped."""
        return tuple(
            a for a in self._attempts.get((candidate, prompt), ()) if a.failure != "interrupted"
        )

    def interrupted(self, candidate: str) -> int:
        """Attempts whose answer was lost because this program was stopped."""
        return sum(
            a.failure == "interrupted"
            for (name, _), attempts in self._attempts.items()
            if name == candidate
            for a in attempts
        )

    def uncounted(self, candidate: str) -> int:
        """Attempts that gave no whole answer and no count of tokens, stopped ones among them: they may have been billed."""
        return sum(
            not a.answered and a.output_tokens is None
            for (name, _), attempts in self._attempts.items()
            if name == candidate
            for a in attempts
        )

    def answers(self, candidate: str, prompt: str) -> tuple[Attempt, ...]:
        """The whole answers, good and bad, in their order."""
        return tuple(a for a in self.attempts(candidate, prompt) if a.answered)

    def final(self, candidate: str, prompt: str) -> Attempt | None:
        """The answer that is judged."""
        return next(reversed(self.answers(candidate, prompt)), None)

    def asked(self, candidate: str) -> tuple[str, ...]:
        """Prompts that were sent to the candidate at least once."""
        return tuple(p for p in self.ids if self.attempts(candidate, p))

    def ready(self, pair: Pair) -> tuple[str, ...]:
        """Prompts that both have answered."""
        return tuple(
            p for p in self.ids if self.final(pair.first, p) and self.final(pair.second, p)
        )

    def one_sided(self, pair: Pair) -> dict[str, int]:
        """Prompts that both were asked and only one answered: -1 where the first gave no answer, 1 where the second
        gave none. Nobody can judge them."""
        found = {}
        for prompt in self.ids:
            answered = [self.final(name, prompt) is not None for name in pair]
            asked = [bool(self.attempts(name, prompt)) for name in pair]
            if all(asked) and answered[0] != answered[1]:
                found[prompt] = 1 if answered[0] else -1
        return found

    @cached_property
    def _by_pair(self) -> dict[Pair, dict[str, list[Vote]]]:
        found: dict[Pair, dict[str, list[Vote]]] = {pair: {} for pair in self.pairs}
        meant = {frozenset(pair): pair for pair in self.pairs}
        for vote in self.votes:
            if pair := meant.get(frozenset((vote.left, vote.right))):
                found[pair].setdefault(vote.prompt, []).append(vote)
        return found

    def rated(self, pair: Pair) -> dict[str, list[Vote]]:
        """People's votes on the pair by prompt, in the order of the prompts."""
        told = self._by_pair[pair]
        return {p: told[p] for p in self.ids if p in told}

    @cached_property
    def judged(self) -> bool:
        """Whether a person has judged anything, or there is nothing to judge because all answers look the same."""
        if self.votes:
            return True
        ready = sum(len(self.ready(pair)) for pair in self.pairs)
        return ready > 0 and ready == sum(map(len, self._alike.values()))

    def identical(self, pair: Pair) -> tuple[str, ...]:
        """Prompts that count as ties without a vote, for both answers look the same."""
        if not self.judged:
            return ()
        voted = self._by_pair[pair]
        return tuple(p for p in self.ids if p in self._alike[pair] and p not in voted)

    def unjudged(self, pair: Pair) -> tuple[str, ...]:
        """Prompts with two answers that differ and no person's vote."""
        voted, alike = self._by_pair[pair], self._alike[pair]
        return tuple(p for p in self.ready(pair) if p not in voted and p not in alike)

    def tallies(self, pair: Pair) -> dict[str, Tally]:
        """What the raters said of the pair, by prompt; a tie where both answers look the same."""
        told = {p: tally(votes, pair) for p, votes in self.rated(pair).items()}
        told |= dict.fromkeys(self.identical(pair), Tally(0, 1, 0))
        return {p: told[p] for p in self.ids if p in told}


def _shown(prompt: str, pair: Pair) -> ShownPair:
    return ShownPair(id="", prompt=prompt, left=pair.first, right=pair.second)


def tally(votes: Iterable[Vote], pair: Pair) -> Tally:
    """Votes on one prompt counted."""
    winners = [v.winner for v in votes]
    return Tally(winners.count(pair.first), winners.count(""), winners.count(pair.second))


def _oriented(a: Candidate, b: Candidate) -> Pair:
    turned = a.openness == "closed" and b.openness == "open"
    return Pair(b.name, a.name) if turned else Pair(a.name, b.name)


def tags_of(plan: TrialPlan) -> dict[str, int]:
    """Each tag with its number of prompts, in the order in which they first occur."""
    found: dict[str, int] = {}
    for prompt in plan.prompts.prompts:
        for tag in dict.fromkeys(prompt.tags):
            found[tag] = found.get(tag, 0) + 1
    return found


def _tagged(plan: TrialPlan, tag: str) -> tuple[Prompt, ...]:
    prompts = plan.prompts.prompts
    if not tag:
        return prompts
    if found := tuple(p for p in prompts if tag in p.tags):
        return found
    known = ", ".join(ascii(t)[1:-1] for t in tags_of(plan)) or "none"
    raise UsageError(f"no prompt has the tag {ascii(tag)[:60]}; the trial's tags: {known}")
