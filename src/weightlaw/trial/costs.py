"""What the answers cost: tokens as the servers counted them, list prices, and the users that the policy states."""

from __future__ import annotations

import os

from weightlaw.catalog.store import load as load_catalog
from weightlaw.errors import WeightlawError
from weightlaw.trial.gathering import Evidence
from weightlaw.trial.pricing import price_of
from weightlaw.trial.results import Cost, Load, Range
from weightlaw.trial.statistics import resampling
from weightlaw.trial.values import Candidate, Price, Settings


def load_of(settings: Settings, folder: str, day: str) -> Load:
    """Requests in a month by the policy's users; not known where no policy states them, or it cannot be read.

    `folder`: where the trial lies; a relative policy is looked for here, then there. `day`: as of which it is read.
    """
    users, note = _users(settings.policy, folder, day)
    per_user = settings.requests_per_user
    if per_user is None:
        note = "; ".join(
            n for n in (note, "`requests_per_user` is not set in the trial's file") if n
        )
    requests = None if users is None or per_user is None else users * per_user
    return Load(users=users, requests_per_user=per_user, requests=requests, note=note)


def _users(policy: str, folder: str, day: str) -> tuple[int | None, str]:
    if not policy:
        return None, "the trial names no policy that states the users"
    from weightlaw.policy.extends import from_disk  # YAML only where there is a policy
    from weightlaw.policy.policyfile import load_policy

    name, beside = os.path.basename(policy), os.path.join(folder, policy)
    path = policy if os.path.exists(policy) or not os.path.exists(beside) else beside
    try:
        deployment = load_policy(
            path, load_catalog(), today=day, reach=from_disk(offline=True)
        ).named(None)
    except WeightlawError as error:
        why = str(error).splitlines()[0].replace(path, name)
        return None, f"the policy {name} could not be used: {why}"
    users = deployment.product_mau if deployment.product_mau is not None else deployment.mau
    return users, "" if users is not None else f"{name} states no monthly active users"


def request_costs(evidence: Evidence, candidate: Candidate) -> dict[str, float]:
    """USD of each prompt with known tokens, all its attempts together; empty where no price is known."""
    price, _ = price_of(candidate)
    if price is None:
        return {}
    return {
        p: (tokens[0] * price.input + tokens[1] * price.output) / 1e6
        for p, tokens in tokens_of(evidence, candidate.name).items()
    }


def tokens_of(evidence: Evidence, name: str) -> dict[str, tuple[int, int]]:
    """Input and output tokens of each answered prompt, its repeated attempts too; left out where a whole answer has no
    count."""
    found = {}
    for prompt in evidence.ids:
        if evidence.final(name, prompt) is None:
            continue
        attempts = evidence.attempts(name, prompt)
        if all(
            a.input_tokens is not None and a.output_tokens is not None
            for a in attempts
            if a.answered
        ):
            found[prompt] = (
                sum(a.input_tokens or 0 for a in attempts),
                sum(a.output_tokens or 0 for a in attempts),
            )
    return found


def costs(evidence: Evidence, load: Load) -> tuple[Cost, ...]:
    """One entry a candidate."""
    return tuple(_cost(evidence, candidate, load) for candidate in evidence.candidates)


def _cost(evidence: Evidence, candidate: Candidate, load: Load) -> Cost:
    price, note = price_of(candidate)
    tokens = tokens_of(evidence, candidate.name)
    answered = sum(evidence.final(candidate.name, p) is not None for p in evidence.ids)
    each = list(request_costs(evidence, candidate).values())
    thousand = scaled(mean(each, evidence.seed), 1000)
    return Cost(
        candidate=candidate.name,
        prompts=len(tokens),
        unknown=answered - len(tokens),
        uncounted=evidence.uncounted(candidate.name),
        input_tokens=mean([float(t[0]) for t in tokens.values()], evidence.seed),
        output_tokens=mean([float(t[1]) for t in tokens.values()], evidence.seed),
        price_input=price.input if price else None,
        price_output=price.output if price else None,
        price_source=", ".join(p for p in (price.source, price.date) if p) if price else "",
        per_thousand=thousand,
        per_month=scaled(thousand, load.requests / 1000) if load.requests is not None else Range(),
        note=_noted(note, price, len(tokens), load),
    )


def _noted(note: str, price: Price | None, counted: int, load: Load) -> str:
    if price is None:
        return note
    if not counted:
        return "not known: the server counted no tokens"
    return f"a month: not known: {load.note}" if load.requests is None else ""


def mean(values: list[float], seed: int) -> Range:
    """The mean of one figure a prompt, with a bootstrap interval over prompts where one can be told; not known without prompts."""
    if not values:
        return Range()
    low, high = resampling.mean_interval(values, seed)
    return Range(value=sum(values) / len(values), low=low, high=high)


def scaled(r: Range, factor: float) -> Range:
    """A range in another unit."""
    value, low, high = (None if v is None else v * factor for v in (r.value, r.low, r.high))
    return Range(value=value, low=low, high=high)
