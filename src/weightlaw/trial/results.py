"""The results of a trial as plain frozen values: what every format of the report shows, `weightlaw.trial-report/1`.

Shares lie between 0 and 1, times are seconds, money is USD, dates are UTC. What is not known is None, and a reason
stands beside it. No prompt and no answer is in here unless it was asked for.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct

from weightlaw.trial.values import LicenseCheck, Openness

SCHEMA: Literal["weightlaw.trial-report/1"] = "weightlaw.trial-report/1"
Word = Literal[
    "the open model is preferred",
    "the closed model is preferred",
    "the first model is preferred",
    "the second model is preferred",
    "not worse by more than the margin",
    "cannot tell",
]
"""What may be said of a pair. That no difference was found is never said as "equal"."""
State = Literal["whole", "incomplete", "not judged"]


class Share(Struct, frozen=True, kw_only=True):
    """So many prompts out of so many, with the 95 % interval (Wilson)."""

    count: int
    of: int
    share: float | None
    low: float
    high: float


class Range(Struct, frozen=True, kw_only=True):
    """A figure with its 95 % interval. None: it is not known."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class NotWorse(Struct, frozen=True, kw_only=True):
    """Non-inferiority of the open model: the exact one-sided 97.5 % lower bound (Clopper and Pearson) of its share must
    clear one half less the margin that was fixed before the trial."""

    margin: float
    bound: float
    lower: float
    p: float
    adjusted: float | None
    """By Holm over the tags or pairs that are tested beside it; None: it stands alone."""
    shown: bool


class OneSided(Struct, frozen=True, kw_only=True):
    """Prompts that only one of two candidates answered: nobody could judge them, so they are in no share. A candidate that
    fails often would look better for it; so here stands what the pair shows with each of them lost by the silent side."""

    first_silent: int
    second_silent: int
    word: Word
    good: bool
    """Whether the open model is still preferred, or not worse by more than the margin."""
    sentence: str


class Comparison(Struct, frozen=True, kw_only=True):
    """Two candidates on the prompts that people judged. One verdict a prompt; the first is the open one, if one is."""

    first: str
    second: str
    scope: str
    """A tag; empty: all prompts."""
    prompts: int
    """How many of the scope were judged."""
    missing: int
    """How many have two answers that differ, and no vote."""
    wins: int
    """Prompts on which the first was preferred."""
    losses: int
    ties: int
    identical: int
    """Ties that nobody was asked about: both answers look the same."""
    share: Share
    """Of non-tied prompts that the first won."""
    exact_low: float
    """The exact interval (Clopper and Pearson) of the same share: never narrower than it says."""
    exact_high: float
    ties_as_half: float | None
    """Share of the first with each tie as half a win for both."""
    raters_low: float | None
    """With several raters: the share's interval by bootstrap over prompts, then over the raters of each."""
    raters_high: float | None
    p: float
    """Exact two-sided sign test on non-ties."""
    adjusted: float | None
    """By Holm over the tags or pairs that are tested beside it; None: it stands alone."""
    smallest_share: float | None
    """The smallest true share that so many non-tied prompts would have shown 4 times in 5; None: not even 100 %."""
    smallest_elo: float | None
    not_worse: NotWorse | None
    """None where neither or both are open."""
    one_sided: OneSided | None
    """None: there is no such prompt."""
    word: Word
    sentence: str


class Needed(Struct, frozen=True, kw_only=True):
    """How many non-tied prompts show a gap with 80 % power."""

    elo: float
    share: float
    first: int
    """The first number that does."""
    stays: int
    """The number from which on every number does."""
    power_here: float
    """The chance that this trial's non-tied prompts would have shown it."""


class Side(Struct, frozen=True, kw_only=True):
    """How often one rater chose what stood on the left, among choices that were no tie."""

    rater: str
    """Empty: all of them together; each rater has sides drawn anew."""
    left: Share
    p: float
    adjusted: float | None


class Rater(Struct, frozen=True, kw_only=True):
    """What one person did."""

    name: str
    votes: int
    ties: int
    seconds: float | None
    """Median time to a choice."""


class Agreement(Struct, frozen=True, kw_only=True):
    """Of several raters on the same pairs of answers."""

    raters: int
    units: int
    """Pairs of answers that more than one judged."""
    same: int
    """Of these: all said the same."""
    alpha: float | None
    """Krippendorff's, for names; None: nothing to compute it from."""
    note: str


class Artefact(Struct, frozen=True, kw_only=True):
    """What really answered, as the server told it. Empty: it did not say."""

    server: str
    models: tuple[str, ...]
    digest: str
    quantization: str
    parameters: str
    family: str
    license_name: str
    license_sha256: str
    first_seen: str
    notes: tuple[str, ...]


class CandidateView(Struct, frozen=True, kw_only=True):
    """One candidate: what was asked for, what answered, and the licence's word on it."""

    name: str
    model: str
    openness: Openness
    reference: str
    url: str
    temperature: float | None
    seed: int | None
    max_tokens: int | None
    system_sha256: str
    """Of a system prompt of its own; empty: it has none."""
    extra: tuple[str, ...]
    """Further fields of its requests."""
    artefacts: tuple[Artefact, ...]
    """Oldest first; more than one: what answered was changed during the trial."""
    answered_as: tuple[str, ...]
    """The model names and fingerprints that came with the answers."""
    license: LicenseCheck | None
    license_note: str
    """Why there is no licence verdict, or what it means here."""


class FailureCount(Struct, frozen=True, kw_only=True):
    """One kind of failure: the prompts that met it, and how often in all."""

    kind: str
    whose: Literal["server or line", "model", "request"]
    prompts: Share
    attempts: int


class Reliability(Struct, frozen=True, kw_only=True):
    """How often a candidate had to be asked again. Attempts that this program was stopped in are not counted."""

    candidate: str
    prompts: int
    """Prompts that were sent at least once."""
    attempts: int
    interrupted: int
    retried: Share
    """Prompts with at least one failed attempt, whether or not another one followed."""
    model_failed: Share
    """Prompts whose first whole answer failed the prompt's checks."""
    last_failed: Share
    """Prompts whose last whole answer failed them."""
    unanswered: Share
    """Prompts without any whole answer."""
    retries: Range
    """Failed attempts for 100 prompts, with a bootstrap interval over prompts."""
    failures: tuple[FailureCount, ...]


class PairedShares(Struct, frozen=True, kw_only=True):
    """Whether something happened on the same prompts with the first and with the second candidate."""

    what: str
    first: str
    second: str
    both: int
    only_first: int
    only_second: int
    neither: int
    difference: Range
    """First share minus second (Newcombe's paired interval)."""
    p: float
    """Exact, McNemar."""


class RetryRatio(Struct, frozen=True, kw_only=True):
    """Failed attempts of the first as a multiple of the second's, on the same prompts."""

    first: str
    second: str
    ratio: Range
    note: str


class Speed(Struct, frozen=True, kw_only=True):
    """Seconds, over prompts with a whole answer."""

    candidate: str
    prompts: int
    median: float | None
    p95: float | None
    first_token: float | None
    """Median, where answers were streamed."""
    with_retries: float | None
    """Median of all attempts and waits of a prompt together."""


class SpeedDifference(Struct, frozen=True, kw_only=True):
    """Median over prompts of the first's seconds minus the second's, with a bootstrap interval."""

    first: str
    second: str
    prompts: int
    seconds: Range


class Cost(Struct, frozen=True, kw_only=True):
    """What the answers cost at list price: every attempt with a token count, repeated ones as well."""

    candidate: str
    prompts: int
    """With token counts."""
    unknown: int
    """Prompts with an answer whose tokens the server did not count: left out."""
    uncounted: int
    """Attempts that failed or were stopped and came without a count: what was billed for them is in no figure here."""
    input_tokens: Range
    """A prompt's mean, all its attempts together."""
    output_tokens: Range
    price_input: float | None
    """USD a million tokens."""
    price_output: float | None
    price_source: str
    per_thousand: Range
    """USD for 1,000 requests, with a bootstrap interval over prompts."""
    per_month: Range
    note: str


class Load(Struct, frozen=True, kw_only=True):
    """Requests in a month; None: not known, and why."""

    users: int | None
    requests_per_user: float | None
    requests: float | None
    note: str


class Standing(Struct, frozen=True, kw_only=True):
    """One candidate among three or more."""

    candidate: str
    elo: float
    """Against the candidate of reference."""
    low: float
    high: float
    best_rank: int
    worst_rank: int


class Ranking(Struct, frozen=True, kw_only=True):
    """Bradley and Terry's model, ties as half wins, 95 % bootstrap intervals over prompts."""

    reference: str
    standings: tuple[Standing, ...]
    note: str


class ModelJudge(Struct, frozen=True, kw_only=True):
    """What a model said of the same pairs, asked in both orders. Never mixed with people's votes, and no decision."""

    judge: str
    models: tuple[str, ...]
    """What answered as the judge."""
    first: str
    second: str
    pairs: int
    """Judged in both orders."""
    half: int
    """Judged in one order only: left out."""
    reversed: Share
    """Pairs whose winner changed with the order."""
    flips: Share
    """Pairs on which the two orders disagree in any way: each counts as a tie."""
    wins: int
    losses: int
    ties: int
    share: Share
    p: float
    same_as_people: Share | None
    """Pairs on which it says what people said; None: no person judged these."""


class Missing(Struct, frozen=True, kw_only=True):
    """What the figures leave out."""

    answers: int
    """Prompts times candidates without a whole answer."""
    votes: int
    """Pairs of answers that differ and that no person judged."""
    unanswerable: int
    """Pairs that cannot be judged because an answer is missing."""
    interrupted: int
    unfinished: int
    """Requests that were on the way when the file was read."""
    strangers: int
    """Votes on prompts or candidates that the plan does not have."""
    outdated: int
    """Votes on an answer that another has taken the place of: left out."""


class Text(Struct, frozen=True, kw_only=True):
    """A prompt and its answers, only with --with-texts."""

    prompt: str
    asked: str
    answers: tuple[tuple[str, str], ...]
    """Candidate, answer."""
    verdicts: tuple[str, ...]


class Decision(Struct, frozen=True, kw_only=True):
    """The primary result: the first open candidate against the first closed one, as the plan names them."""

    word: Word
    sentence: str
    """One sentence that stands alone."""
    but: tuple[str, ...]
    """What must be read beside it: the licence, prompts that only one side answered, missing votes."""


class Results(Struct, frozen=True, kw_only=True):
    """The whole report."""

    schema: Literal["weightlaw.trial-report/1"] = SCHEMA
    weightlaw: str
    name: str
    created: str
    """UTC day on which the prompts were frozen."""
    judged: str
    """UTC time of the last vote; empty: none, or not recorded."""
    state: State
    scope: str
    """The one tag that is looked at; empty: all prompts."""
    prompts: int
    """In the scope."""
    prompts_sha256: str
    """Of all prompts of the trial, frozen before any answer."""
    seed: int
    margin: float
    tags: tuple[tuple[str, int], ...]
    """Each tag of the trial and its number of prompts."""
    untagged: int
    settings: tuple[tuple[str, str], ...]
    decision: Decision
    candidates: tuple[CandidateView, ...]
    comparisons: tuple[Comparison, ...]
    """All pairs; the first is the primary one."""
    by_tag: tuple[Comparison, ...]
    """The primary pair by tag."""
    needed: tuple[Needed, ...]
    ranking: Ranking | None
    raters: tuple[Rater, ...]
    agreement: Agreement | None
    sides: tuple[Side, ...]
    reliability: tuple[Reliability, ...]
    paired: tuple[PairedShares, ...]
    retry_ratios: tuple[RetryRatio, ...]
    speed: tuple[Speed, ...]
    speed_differences: tuple[SpeedDifference, ...]
    costs: tuple[Cost, ...]
    load: Load
    model_judges: tuple[ModelJudge, ...]
    missing: Missing
    texts: tuple[Text, ...]
    methods: tuple[str, ...]
    """How each kind of figure was computed, in words."""
