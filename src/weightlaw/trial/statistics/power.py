"""What a number of prompts could have shown: power of the exact two-sided sign test, and its inverse both ways.

Power goes up with the number of prompts in a saw-tooth, because wins are whole numbers. So there are two answers to
"how many prompts": the first number with the power asked for, and the one from which on it is never lost again.
"""

from __future__ import annotations

import math
from typing import Any

from weightlaw.errors import UsageError
from weightlaw.trial.statistics.exact import ALPHA, sign_test, tail
from weightlaw.trial.statistics.libraries import numpy, special

POWER = 0.8
SMALLEST_ELO, LARGEST_ELO = 1.0, 800.0
"""Gaps that can be asked for: below, a million prompts would not do; above, six wins of six."""
_Z = 1.959964 + 0.841621
"""Quantiles of a two-sided 5 % test and of 80 % power."""


def share_of(elo: float) -> float:
    """Expected share of preferences of a model that is `elo` points ahead: 1 / (1 + 10^(-elo/400))."""
    return 1 / (1 + math.pow(10, -elo / 400))


def elo_of(share: float) -> float:
    """The gap that a share of preferences means; infinite at 0 and 1."""
    if share <= 0 or share >= 1:
        return math.copysign(math.inf, share - 0.5)
    return 400 * math.log10(share / (1 - share))


def wins_needed(of: int) -> int | None:
    """Fewest wins of `of` non-tied prompts with two-sided p below 5 %; None where not even all would do."""
    found = int(_needed(numpy().array([of]))[0])
    return found if found <= of else None


def power(of: int, share: float) -> float:
    """The chance that `of` non-tied prompts end with p below 5 %, for either side, at a true share."""
    needed = wins_needed(of)
    if needed is None:
        return 0.0
    return tail(needed, of, share) + tail(needed, of, 1 - share)


def smallest_share(of: int) -> float | None:
    """The smallest true share above one half that `of` non-tied prompts would have shown 4 times in 5; None: none."""
    if wins_needed(of) is None:
        return None
    low, high = 0.5, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if power(of, middle) < POWER else (low, middle)
    return high


def prompts_needed(elo: float) -> tuple[int, int]:
    """The first number of non-tied prompts with 80 % power for this gap, and the number from which it stays.

    Raises UsageError for a gap that no trial of people shows.
    """
    if not SMALLEST_ELO <= elo <= LARGEST_ELO:
        raise UsageError(
            f"a gap of {elo:g} Elo: choose one from {SMALLEST_ELO:g} to {LARGEST_ELO:g}"
        )
    share = share_of(elo)
    about = (_Z / (2 * (share - 0.5))) ** 2
    low, high = max(1, int(0.8 * about) - 40), int(1.25 * about) + 80
    numbers = numpy().arange(low, high)
    enough = _powers(numbers, share) >= POWER
    first = int(numbers[enough.argmax()])
    lost = numbers[~enough]
    return first, int(lost[-1]) + 1 if len(lost) else low


def _powers(numbers: Any, share: float) -> Any:
    """Power for each number of prompts at once."""
    needed = _needed(numbers)
    possible = needed <= numbers
    shape = numpy().where(possible, numbers - needed + 1, 1)
    total = sum(special().betainc(needed, shape, p) for p in (share, 1 - share))
    return numpy().where(possible, total, 0.0)


def _needed(numbers: Any) -> Any:
    """Fewest wins for each number of prompts: the normal approximation, then put right; one too many: none do."""
    np = numpy()
    found = np.ceil(numbers / 2 + 1.959964 * np.sqrt(numbers) / 2).astype(int)
    found = np.clip(found, numbers // 2 + 1, numbers + 1)
    for _ in range(4):
        found = np.where(_significant(found, numbers), found, found + 1)
    for _ in range(4):
        fewer = found - 1
        found = np.where((2 * fewer > numbers) & _significant(fewer, numbers), fewer, found)
    return np.minimum(found, numbers + 1)


def _significant(wins: Any, numbers: Any) -> Any:
    np = numpy()
    inside = np.minimum(wins, numbers)
    return (wins > numbers) | (2 * special().betainc(inside, numbers - inside + 1, 0.5) < ALPHA)


def significant(wins: int, of: int) -> bool:
    """Whether so many wins are more, or fewer, than chance gives one time in twenty."""
    return sign_test(wins, of) < ALPHA
