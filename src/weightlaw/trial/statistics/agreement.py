"""How far several raters agree: Krippendorff's alpha for names (Krippendorff, Content Analysis, 2018)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence


def alpha(units: Iterable[Sequence[str]]) -> float | None:
    """1: they always agree; 0: as often as chance; below: less. A unit holds what each rater said of one prompt.

    Units with one rating tell nothing. None where no two raters judged the same prompt, or all said the same word
    throughout: then there is nothing that they could have disagreed on.
    """
    told = [Counter(unit) for unit in units if len(unit) > 1]
    totals: Counter[str] = Counter()
    for unit in told:
        totals.update(unit)
    count = totals.total()
    expected = count * count - sum(n * n for n in totals.values())
    if not expected:
        return None
    observed = sum(
        (u.total() ** 2 - sum(n * n for n in u.values())) / (u.total() - 1) for u in told
    )
    return float(1 - (count - 1) * observed / expected)


def exact_agreement(units: Iterable[Sequence[str]]) -> tuple[int, int]:
    """On how many of the prompts with several ratings all raters said the same, and how many there are."""
    told = [set(unit) for unit in units if len(unit) > 1]
    return sum(len(said) == 1 for said in told), len(told)
