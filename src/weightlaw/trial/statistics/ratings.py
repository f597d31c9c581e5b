"""Three and more candidates: Bradley and Terry's model (1952), a tie as half a win for each, on the scale of Elo.

A candidate that won everything would stand infinitely high. So a gap is expected, before any vote, to be of the order
of a thousand Elo at most (a normal prior with that deviation); it moves what twenty prompts say by less than a hundredth.
And where all prompts say the same, drawing again from them would say it for certain: so one prompt more stands among
those that are drawn from, on which all candidates tie.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from weightlaw.trial.statistics.libraries import numpy
from weightlaw.trial.statistics.resampling import draws, middle
from weightlaw.trial.statistics.shares import LEVEL

ELO = 400 / math.log(10)
"""Points of Elo in one unit of the logistic scale."""
PRIOR = (ELO / 1000) ** 2
_STEPS = 60


class Rating(Struct, frozen=True, kw_only=True):
    """Where one candidate stands, in Elo against the one of reference, and which ranks the prompts leave open."""

    elo: float
    low: float
    high: float
    best_rank: int
    worst_rank: int


def strengths(wins: Any, prior: float = PRIOR) -> Any:
    """Log-strengths with mean zero for each matrix of wins (row over column), by Newton's method; batches allowed."""
    np = numpy()
    wins = np.asarray(wins, dtype=float)
    games = wins + wins.swapaxes(-1, -2)
    theta = np.zeros(wins.shape[:-1])
    one = np.eye(wins.shape[-1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(theta[..., None, :] - theta[..., :, None]))
        slope = (wins - games * chance).sum(axis=-1) - prior * theta
        curve = games * chance * (1 - chance)
        matrix = one * (curve.sum(axis=-1)[..., None] + prior) - curve
        step = np.linalg.solve(matrix, slope[..., None])[..., 0]
        largest = np.abs(step).max(axis=-1, keepdims=True)
        theta = theta + step / np.maximum(1.0, largest)
        theta -= theta.mean(axis=-1, keepdims=True)
        if largest.max() < 1e-10:
            break
    return theta


def ratings(prompts: Any, reference: int, seed: int) -> tuple[Rating, ...]:
    """Each candidate's rating against the one of reference, with 95 % bootstrap intervals over prompts.

    `prompts`: a matrix of wins for each prompt. A rank is taken only by a difference whose interval leaves out zero, at a
    level that holds for all pairs at once (Bonferroni).
    """
    np = numpy()
    prompts = np.asarray(prompts, dtype=float)
    pool = np.concatenate([prompts, _all_tied(prompts)[None]])
    count, size = pool.shape[0], pool.shape[1]
    rows = draws(count, seed)
    weights = np.stack([np.bincount(row, minlength=count) for row in rows]).astype(float)
    drawn = (weights @ pool.reshape(count, -1)).reshape(-1, size, size)
    point, spread = strengths(prompts.sum(axis=0)) * ELO, strengths(drawn) * ELO
    return tuple(_rating(i, reference, point, spread) for i in range(size))


def _all_tied(prompts: Any) -> Any:
    """A prompt on which every pair that met anywhere ties."""
    met = prompts.sum(axis=0)
    return numpy().where(met + met.T > 0, 0.5, 0.0)


def _rating(index: int, reference: int, point: Any, spread: Any) -> Rating:
    low, high = middle(spread[:, index] - spread[:, reference])
    others = [j for j in range(len(point)) if j != index]
    level = 1 - 2 * (1 - LEVEL) / (len(point) * len(others))
    gaps = [middle(spread[:, index] - spread[:, j], level) for j in others]
    return Rating(
        elo=float(point[index] - point[reference]),
        low=low,
        high=high,
        best_rank=1 + sum(high < 0 for _, high in gaps),
        worst_rank=len(point) - sum(low > 0 for low, _ in gaps),
    )


def connected(pairs: Sequence[tuple[int, int]], size: int) -> bool:
    """Whether every candidate was compared with every other, if only through third ones."""
    reached = {0}
    for _ in range(size):
        reached |= {b for pair in pairs for a, b in (pair, pair[::-1]) if a in reached}
    return len(reached) == size
