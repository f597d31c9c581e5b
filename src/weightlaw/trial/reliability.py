"""How often each candidate failed and had to be asked again, per prompt and paired; and how long it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from weightlaw.trial.comparing import share
from weightlaw.trial.costs import mean, scaled
from weightlaw.trial.gathering import Evidence, Pair
from weightlaw.trial.results import (
    FailureCount,
    PairedShares,
    Range,
    Reliability,
    RetryRatio,
    Speed,
    SpeedDifference,
)
from weightlaw.trial.statistics import exact, paired, resampling
from weightlaw.trial.statistics.libraries import numpy
from weightlaw.trial.values import MODEL_FAILURES, SERVER_FAILURES

Happened = Callable[[Evidence, str, str], bool]
"""Whether something happened with (candidate, prompt)."""


def failed_attempts(evidence: Evidence, candidate: str, prompt: str) -> int:
    """Attempts that had to be, or would have to be, made again."""
    again = SERVER_FAILURES | MODEL_FAILURES
    return sum(a.failure in again for a in evidence.attempts(candidate, prompt))


def _failed(evidence: Evidence, candidate: str, prompt: str) -> bool:
    return failed_attempts(evidence, candidate, prompt) > 0


def _first_failed(evidence: Evidence, candidate: str, prompt: str) -> bool:
    answers = evidence.answers(candidate, prompt)
    return bool(answers) and bool(answers[0].failure)


def _last_failed(evidence: Evidence, candidate: str, prompt: str) -> bool:
    final = evidence.final(candidate, prompt)
    return final is not None and bool(final.failure)


def reliability(evidence: Evidence) -> tuple[Reliability, ...]:
    """One entry a candidate."""
    return tuple(_reliability(evidence, c.name) for c in evidence.candidates)


def _reliability(evidence: Evidence, name: str) -> Reliability:
    asked = evidence.asked(name)
    answered = [p for p in asked if evidence.answers(name, p)]
    counts = [float(failed_attempts(evidence, name, p)) for p in asked]
    return Reliability(
        candidate=name,
        prompts=len(asked),
        attempts=sum(len(evidence.attempts(name, p)) for p in asked),
        interrupted=evidence.interrupted(name),
        retried=share(sum(map(bool, counts)), len(asked)),
        model_failed=share(_count(evidence, name, answered, _first_failed), len(answered)),
        last_failed=share(_count(evidence, name, answered, _last_failed), len(answered)),
        unanswered=share(len(asked) - len(answered), len(asked)),
        retries=scaled(mean(counts, evidence.seed), 100),
        failures=_failures(evidence, name, asked),
    )


def _count(evidence: Evidence, name: str, prompts: Iterable[str], happened: Happened) -> int:
    return sum(happened(evidence, name, p) for p in prompts)


def _failures(evidence: Evidence, name: str, asked: tuple[str, ...]) -> tuple[FailureCount, ...]:
    met: dict[str, list[str]] = {}
    for prompt in asked:
        for attempt in evidence.attempts(name, prompt):
            if attempt.failure:
                met.setdefault(attempt.failure, []).append(prompt)
    return tuple(
        FailureCount(
            kind=kind,
            whose=_whose(kind),
            prompts=share(len(set(prompts)), len(asked)),
            attempts=len(prompts),
        )
        for kind, prompts in sorted(met.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def _whose(kind: str) -> Any:
    return (
        "server or line"
        if kind in SERVER_FAILURES
        else "model"
        if kind in MODEL_FAILURES
        else "request"
    )


PAIRED: tuple[tuple[str, Happened, bool], ...] = (
    ("at least one attempt failed", _failed, False),
    ("first answer failed the prompt's checks", _first_failed, True),
    ("last answer failed the prompt's checks", _last_failed, True),
)
"""What is compared, and whether it needs an answer of both."""


def paired_shares(evidence: Evidence) -> tuple[PairedShares, ...]:
    """Every pair and each of the things that are compared."""
    return tuple(
        _paired(evidence, pair, what, happened, answered)
        for pair in evidence.pairs
        for what, happened, answered in PAIRED
    )


def _paired(
    evidence: Evidence, pair: Pair, what: str, happened: Happened, answered: bool
) -> PairedShares:
    prompts = evidence.ready(pair) if answered else _both_asked(evidence, pair)
    seen = [tuple(happened(evidence, name, p) for name in pair) for p in prompts]
    counts = [seen.count(k) for k in ((True, True), (True, False), (False, True), (False, False))]
    value, low, high = paired.difference(*counts)
    return PairedShares(
        what=what,
        first=pair.first,
        second=pair.second,
        both=counts[0],
        only_first=counts[1],
        only_second=counts[2],
        neither=counts[3],
        difference=Range(value=value, low=low, high=high) if prompts else Range(),
        p=exact.mcnemar(counts[1], counts[2]),
    )


def _both_asked(evidence: Evidence, pair: Pair) -> tuple[str, ...]:
    second = set(evidence.asked(pair.second))
    return tuple(p for p in evidence.asked(pair.first) if p in second)


def retry_ratios(evidence: Evidence) -> tuple[RetryRatio, ...]:
    """How many times as many failed attempts, pair by pair."""
    return tuple(_ratio(evidence, pair) for pair in evidence.pairs)


def _ratio(evidence: Evidence, pair: Pair) -> RetryRatio:
    prompts = _both_asked(evidence, pair)
    first, second = ([float(failed_attempts(evidence, name, p)) for p in prompts] for name in pair)
    spotless = [name for name, failed in zip(pair, (first, second), strict=True) if not sum(failed)]
    if spotless:  # a ratio to or of nothing has no interval
        note = f"no ratio: {' and '.join(spotless)} had no failed attempt"
        return RetryRatio(first=pair.first, second=pair.second, ratio=Range(), note=note)
    low, high = resampling.ratio_interval(first, second, evidence.seed)
    ratio = Range(value=sum(first) / sum(second), low=low, high=high)
    return RetryRatio(first=pair.first, second=pair.second, ratio=ratio, note="")


def speeds(evidence: Evidence) -> tuple[Speed, ...]:
    """One entry a candidate."""
    return tuple(_speed(evidence, c.name) for c in evidence.candidates)


def _speed(evidence: Evidence, name: str) -> Speed:
    finals = {p: f for p in evidence.ids if (f := evidence.final(name, p))}
    times = [f.seconds for f in finals.values()]
    streamed = [f.first_token for f in finals.values() if f.first_token is not None]
    return Speed(
        candidate=name,
        prompts=len(times),
        median=_quantile(times, 0.5),
        p95=_quantile(times, 0.95),
        first_token=_quantile(streamed, 0.5),
        with_retries=_quantile([_all_of(evidence, name, p) for p in finals], 0.5),
    )


def _all_of(evidence: Evidence, name: str, prompt: str) -> float:
    return sum(a.seconds + a.waited for a in evidence.attempts(name, prompt))


def _quantile(values: list[float], at: float) -> float | None:
    return float(numpy().quantile(values, at)) if values else None


def speed_differences(evidence: Evidence) -> tuple[SpeedDifference, ...]:
    """Pair by pair, over prompts that both answered."""
    return tuple(_slower(evidence, pair) for pair in evidence.pairs)


def _slower(evidence: Evidence, pair: Pair) -> SpeedDifference:
    gaps = []
    for prompt in evidence.ready(pair):
        one, two = (evidence.final(name, prompt) for name in pair)
        if one and two:
            gaps.append(one.seconds - two.seconds)
    middle = _quantile(gaps, 0.5)
    low, high = resampling.median_interval(gaps, evidence.seed) if gaps else (None, None)
    return SpeedDifference(
        first=pair.first,
        second=pair.second,
        prompts=len(gaps),
        seconds=Range(value=middle, low=low, high=high),
    )
