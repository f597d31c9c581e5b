"""Which two answers are shown together, in which order, and which of them stands on the left: by the stored seed alone.

Everything is drawn through a keyed hash (HMAC-SHA-256): without the seed, neither the side of a candidate nor the
next prompt follows from what was seen before.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
import hashlib
import hmac
from collections.abc import Iterable
from itertools import combinations

from msgspec import Struct

from weightlaw.trial.values import TrialPlan, Vote


class Pair(Struct, frozen=True, kw_only=True):
    """Two answers to one prompt as one rater sees them."""

    id: str
    """What the page knows it by; tells nothing of prompt, candidates or sides."""
    prompt: str
    left: str
    """Name of a candidate."""
    right: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The prompt and the candidates, whichever side they stand on."""
        first, second = sorted((self.left, self.right))
        return self.prompt, first, second


def vote_key(vote: Vote) -> tuple[str, str, str]:
    """The same of a stored choice."""
    first, second = sorted((vote.left, vote.right))
    return vote.prompt, first, second


def draw(seed: int, *parts: str) -> bytes:
    """32 bytes that depend on the seed and on what they are for."""
    said = b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts)
    return hmac.new(b"weightlaw.trial/1:%d" % seed, said, hashlib.sha256).digest()


def pairs(plan: TrialPlan, rater: str) -> tuple[Pair, ...]:
    """All pairs of a trial in this rater's order.

    Each round shows every prompt once, with one of its pairs, so that a rater who stops early has seen many prompts
    rather than many pairs of few. In the block of one pair of candidates, each stands on the left as often as the
    other, or once more. Answers that came later do not move the others.
    """
    seed = plan.settings.seed
    prompts = [p.id for p in plan.prompts.prompts]
    names = sorted(c.name for c in plan.candidates)
    rounds: list[list[tuple[bytes, Pair]]] = [[] for _ in combinations(names, 2)]
    sides = {two: _sides(seed, rater, two, prompts) for two in combinations(names, 2)}
    for prompt in prompts:
        mixed = sorted(sides, key=lambda two: draw(seed, "pair", rater, prompt, *two))
        for number, two in enumerate(mixed):
            left, right = two if prompt in sides[two] else (two[1], two[0])
            pair = Pair(id=_id(seed, rater, prompt, two), prompt=prompt, left=left, right=right)
            rounds[number].append((draw(seed, "order", rater, str(number), prompt), pair))
    return tuple(pair for each in rounds for _, pair in sorted(each, key=lambda p: p[0]))


def _sides(seed: int, rater: str, two: tuple[str, str], prompts: Iterable[str]) -> frozenset[str]:
    """The prompts on which the first of two candidates stands on the left: half of them."""
    mixed = sorted(prompts, key=lambda prompt: draw(seed, "side", rater, *two, prompt))
    odd = draw(seed, "odd", rater, *two)[0] & 1 if len(mixed) % 2 else 0
    return frozenset(mixed[: len(mixed) // 2 + odd])


def _id(seed: int, rater: str, prompt: str, two: tuple[str, str]) -> str:
    return draw(seed, "id", rater, prompt, *two).hex()[:24]
