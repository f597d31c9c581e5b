"""`trial init`: prompts and candidates -> the frozen plan, written once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from msgspec import Struct, structs

from weightlaw.errors import DataError, UsageError
from weightlaw.trial import store
from weightlaw.trial.licensing import grounds_of
from weightlaw.trial.promptfile import read_prompts
from weightlaw.trial.promptset import chosen, freeze
from weightlaw.trial.trialfile import read_trialfile, settings_of, unsafe, with_policy
from weightlaw.trial.values import Prompt, Settings, TrialPlan


class Begun(Struct, frozen=True, kw_only=True):
    """A plan that is written, and what is to be said about it."""

    plan: TrialPlan
    notes: tuple[str, ...] = ()


def begin(
    prompts: str,
    candidates: str,
    path: str,
    *,
    found_policy: str | None = None,
    limit: int | None = None,
    sample: int | None = None,
    sample_seed: int = 0,
    seed: int | None = None,
) -> Begun:
    """Read both files, freeze the prompts, write the trial. Raises DataError with the problems of both files at once."""
    problems: list[str] = []
    read = made = None
    try:
        read = read_prompts(prompts)
    except DataError as error:
        problems += error.problems
    try:
        made = with_policy(read_trialfile(candidates), candidates, found_policy)
    except DataError as error:
        problems += error.problems
    if read is None or made is None:
        raise DataError(problems)
    settings = _seeded(settings_of(made), seed)
    grounds_of(settings)  # a policy that cannot be used is told now, not at the first run
    kept = chosen(list(read.prompts), limit, sample, sample_seed)
    plan = TrialPlan(
        settings=settings,
        candidates=made.candidates,
        prompts=freeze(kept),
        created=store.now()[:10],
    )
    store.create(path, plan)
    return Begun(plan=plan, notes=(*read.notes, *_choice(read.prompts, kept), *unsafe(made)))


def _seeded(settings: Settings, seed: int | None) -> Settings:
    """With the seed that was given, else one drawn now: what is stored is never 0."""
    stated = settings.seed if seed is None else seed
    if stated < 0:
        raise UsageError("--seed is a whole number, 1 or more")
    return structs.replace(settings, seed=stated or secrets.randbits(63) | 1)


def _choice(every: Sequence[Prompt], kept: Sequence[Prompt]) -> tuple[str, ...]:
    return (
        (f"{len(kept):,} of {len(every):,} prompts were chosen",) if len(kept) < len(every) else ()
    )
