"""What a run has come to: counts, failures, tokens, cost and latency of each candidate. No answer's text is in it."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text when it is imported.
from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any, Literal

from msgspec import Struct

from weightlaw import version
from weightlaw.trial.documents.json import schema_of, written
from weightlaw.trial.pricing import price_of
from weightlaw.trial.resuming import Standing, standings
from weightlaw.trial.store import Store
from weightlaw.trial.values import Candidate, Identity, Outcome, Price, TrialPlan

SCHEMA: Literal["weightlaw.trial-run/1"] = "weightlaw.trial-run/1"


class CandidateRun(Struct, frozen=True, kw_only=True):
    """One candidate's work so far, over all runs of the trial."""

    name: str
    model: str
    openness: Literal["open", "closed"]
    identity: Identity | None
    """The latest; null: it was never asked."""
    answers: int
    """Prompts with their final answer."""
    sound: int
    """Those whose final answer passes the prompt's checks."""
    failed: int
    """Prompts given up after faults or a refused request."""
    pending: int
    attempts: int
    failures: dict[str, int]
    """Kind of failure -> attempts that ended so."""
    input_tokens: int
    output_tokens: int
    uncounted: int
    """Whole answers whose tokens the endpoint did not count."""
    uncounted_failures: int
    """Failed and stopped attempts without a count of tokens: what was billed for them is not known."""
    cost_usd: float | None
    """At least this much: failed and stopped attempts may have been billed too. null: no price or no count is known."""
    price: Price | None
    price_note: str
    median_seconds: float | None
    """Of whole answers."""
    median_first_token: float | None
    stopped: str
    """Why this run asked it no more."""


class RunDocument(Struct, frozen=True, kw_only=True):
    """The document as it is written; `docs/trial-run.schema.json` is made from this type."""

    schema: Literal["weightlaw.trial-run/1"] = SCHEMA
    weightlaw: str
    """The version that wrote it."""
    trial: str
    created: str
    prompts: int
    prompts_sha256: str
    complete: bool
    """Whether every prompt has its answer from every candidate that was asked for."""
    interrupted: int
    """Requests of earlier runs that were on the way when these were killed, found by this one."""
    candidates: tuple[CandidateRun, ...]


class Tally:
    """One candidate's outcomes, added up as they are read."""

    def __init__(self) -> None:
        self.attempts = 0
        self.failures: Counter[str] = Counter()
        self.tokens = [0, 0]
        self.uncounted = self.uncounted_failures = 0
        self.seconds: list[float] = []
        self.first: list[float] = []
        self.last: dict[str, str] = {}
        """Prompt -> failure of its last whole answer."""

    def add(self, outcome: Outcome) -> None:
        """One more."""
        self.attempts += 1
        if outcome.failure:
            self.failures[outcome.failure] += 1
        if outcome.input_tokens is not None and outcome.output_tokens is not None:
            self.tokens[0] += outcome.input_tokens
            self.tokens[1] += outcome.output_tokens
        elif outcome.answered:
            self.uncounted += 1
        else:
            self.uncounted_failures += 1
        if outcome.answered:
            self.last[outcome.prompt] = outcome.failure
            self.seconds.append(outcome.seconds)
            if outcome.first_token is not None:
                self.first.append(outcome.first_token)


def document(
    store: Store, chosen: Iterable[Candidate], stopped: Mapping[str, str], interrupted: int
) -> RunDocument:
    """The state of a trial after a run."""
    plan = store.plan
    tallies = {c.name: Tally() for c in plan.candidates}
    for outcome in store.outcomes():
        tallies[outcome.candidate].add(outcome)
    found = standings(store.outcomes(), plan.settings)
    latest = {i.candidate: i for i in store.identities()}
    runs = tuple(
        _candidate(c, plan, tallies[c.name], found, latest.get(c.name), stopped.get(c.name, ""))
        for c in chosen
    )
    return RunDocument(
        weightlaw=version.VERSION,
        trial=plan.settings.name,
        created=plan.created,
        prompts=len(plan.prompts.prompts),
        prompts_sha256=plan.prompts.sha256,
        complete=all(r.answers == len(plan.prompts.prompts) for r in runs),
        interrupted=interrupted,
        candidates=runs,
    )


def _candidate(
    candidate: Candidate,
    plan: TrialPlan,
    tally: Tally,
    found: Mapping[tuple[str, str], Standing],
    identity: Identity | None,
    stopped: str,
) -> CandidateRun:
    price, why = price_of(candidate)
    stands = [found.get((p.id, candidate.name)) for p in plan.prompts.prompts]
    whole = [p.id for p, s in zip(plan.prompts.prompts, stands, strict=True) if s and s.whole]
    failed = sum(1 for s in stands if s and s.failed(plan.settings))
    return CandidateRun(
        name=candidate.name,
        model=candidate.model,
        openness=candidate.openness,
        identity=identity,
        answers=len(whole),
        sound=sum(1 for p in whole if not tally.last.get(p)),
        failed=failed,
        pending=len(stands) - len(whole) - failed,
        attempts=tally.attempts,
        failures=dict(sorted(tally.failures.items())),
        input_tokens=tally.tokens[0],
        output_tokens=tally.tokens[1],
        uncounted=tally.uncounted,
        uncounted_failures=tally.uncounted_failures,
        cost_usd=_cost(price, tally),
        price=price,
        price_note=why,
        median_seconds=round(median(tally.seconds), 3) if tally.seconds else None,
        median_first_token=round(median(tally.first), 3) if tally.first else None,
        stopped=stopped,
    )


def _cost(price: Price | None, tally: Tally) -> float | None:
    """USD of the counted tokens; None where there is no price or no count: unknown is not free."""
    if price is None or (tally.attempts and not sum(tally.tokens)):
        return None
    return round((tally.tokens[0] * price.input + tally.tokens[1] * price.output) / 1e6, 9)


def render(made: RunDocument) -> str:
    """Two-space indented JSON, the same bytes for the same state; every key is always there."""
    return written(made)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document. Every key is always there."""
    return schema_of(RunDocument)


# text


def text(made: RunDocument) -> str:
    """The same for a terminal, 80 columns and more only where names are long."""
    rows = [_row(c, made.prompts) for c in made.candidates]
    head = ("candidate", "answers", "attempts", "tokens in/out", "cost USD", "median s")
    widths = [max(len(r[n]) for r in (head, *rows)) for n in range(len(head))]
    lines = [f"{made.trial}: {made.prompts:,} prompts, SHA-256 {made.prompts_sha256[:16]}...", ""]
    lines += [_line(r, widths) for r in (head, *rows)]
    lines.append("")
    for c in made.candidates:
        lines += _remarks(c)
    if made.interrupted:
        lines.append(
            f"{made.interrupted} request{_s(made.interrupted)} on the way when an earlier run was killed: "
            "recorded as interrupted, asked again"
        )
    return "\n".join(lines).rstrip() + "\n"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = (
        cell.rjust(w) if n else cell.ljust(w)
        for n, (cell, w) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join((first, *rest)).rstrip()


def _row(c: CandidateRun, prompts: int) -> tuple[str, ...]:
    unknown = c.uncounted and not (c.input_tokens or c.output_tokens)
    tokens = "not counted" if unknown else f"{c.input_tokens:,}/{c.output_tokens:,}"
    cost = "unknown" if c.cost_usd is None else _usd(c.cost_usd)
    seconds = "-" if c.median_seconds is None else f"{c.median_seconds:.2f}"
    return c.name, f"{c.answers:,}/{prompts:,}", f"{c.attempts:,}", tokens, cost, seconds


def _usd(cost: float) -> str:
    """Four decimals; a sum below them is not nothing."""
    return "<0.0001" if 0 < cost < 0.0001 else f"{cost:,.4f}"


def _remarks(c: CandidateRun) -> list[str]:
    kinds = ", ".join(f"{n} {kind}" for kind, n in c.failures.items())
    lines = [f"{c.name}: {kinds}"] if kinds else []
    if c.answers != c.sound:
        lines.append(
            f"{c.name}: {c.answers - c.sound} final answer{_s(c.answers - c.sound)} {'fails' if c.answers - c.sound == 1 else 'fail'} the prompt's checks"
        )
    if c.failed:
        lines.append(
            f"{c.name}: {c.failed} prompt{_s(c.failed)} given up; ask again with --retry-failed"
        )
    if c.uncounted and (c.input_tokens or c.output_tokens):
        lines.append(
            f"{c.name}: the tokens of {c.uncounted} answer{_s(c.uncounted)} were not counted; the cost is higher"
        )
    if c.uncounted_failures and c.cost_usd is not None:
        n = c.uncounted_failures
        lines.append(
            f"{c.name}: what was billed for {n} failed or stopped attempt{_s(n)} is not known"
        )
    if c.price is not None:
        lines.append(
            f"{c.name}: {c.price.input:g}/{c.price.output:g} USD a million tokens, {_source(c.price)}"
        )
    elif c.price_note:
        lines.append(f"{c.name}: {c.price_note}")
    return lines + ([f"{c.name}: stopped: {c.stopped}"] if c.stopped else [])


def _source(price: Price) -> str:
    return price.source + (f", {price.date}" if price.date else "")


def _s(number: int) -> str:
    return "" if number == 1 else "s"
