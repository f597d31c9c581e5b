"""Results as phrases that text and HTML share."""

from __future__ import annotations

from weightlaw.trial.results import (
    Agreement,
    Artefact,
    Comparison,
    Cost,
    Load,
    Missing,
    ModelJudge,
    Needed,
    NotWorse,
    PairedShares,
    Range,
    RetryRatio,
    Side,
    Speed,
    Standing,
)
from weightlaw.trial.wording import chance, percent, share_text, span

UNKNOWN = "not known"


def range_text(r: Range, form: str = ".2f") -> str:
    """`1.20 (1.02 to 1.44)`."""
    if r.value is None:
        return UNKNOWN
    if r.low is None or r.high is None:
        return f"{r.value:{form}}"
    return f"{r.value:{form}} ({r.low:{form}} to {r.high:{form}})"


def seconds(value: float | None) -> str:
    """`1.2 s`."""
    if value is None:
        return UNKNOWN
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def times(count: int) -> str:
    """`once`, `3 times`."""
    return "once" if count == 1 else f"{count} times"


def many(count: int, what: str) -> str:
    """`1 vote`, `3 votes`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def usd(r: Range) -> str:
    """`USD 1.20 (1.02 to 1.44)`, with as many decimals as small sums need."""
    if r.value is None or abs(r.value) >= 1:
        return f"USD {range_text(r, ',.2f')}" if r.value is not None else UNKNOWN
    return f"USD {range_text(r, ',.4f')}"


def artefact_text(a: Artefact) -> str:
    """What answered, as far as the server said."""
    said = [
        ", ".join(a.models),
        a.server,
        f"quantization {a.quantization or UNKNOWN}",
        a.parameters and f"{a.parameters} parameters",
        f"digest {a.digest or UNKNOWN}",
        a.license_name and f"licence text inside: {a.license_name}",
        *a.notes,
    ]
    return "; ".join(s for s in said if s)


def needed_text(n: Needed) -> str:
    """How many prompts a gap needs."""
    return (
        f"a gap of {n.elo:g} Elo (a share of {percent(n.share)}): {n.first:,}, from {n.stays:,} on for good; "
        f"chance to see it here {percent(n.power_here)}"
    )


def not_worse_text(n: NotWorse, name: str) -> str:
    """Whether the lower bound clears."""
    verb = "clears" if n.lower > n.bound else "does not clear"
    corrected = ""
    if n.adjusted is not None:
        corrected = f"; {'shown' if n.shown else 'not shown'} after Holm's correction"
    return f"lower bound of {name}'s share {percent(n.lower)} {verb} {percent(n.bound)} (one-sided 97.5%, exact){corrected}"


def standing_text(s: Standing, reference: str) -> str:
    """One candidate's place."""
    rank = f"{s.best_rank}" if s.best_rank == s.worst_rank else f"{s.best_rank} to {s.worst_rank}"
    if s.candidate == reference:
        return f"rank {rank}: {s.candidate}, 0 Elo (the reference)"
    return f"rank {rank}: {s.candidate}, {s.elo:+.0f} Elo ({s.low:+.0f} to {s.high:+.0f})"


def ratio_text(r: RetryRatio) -> str:
    """The article's measure: so many per cent more retries."""
    if r.ratio.value is None:
        return f"failed attempts, {r.first} against {r.second}: {r.note}"
    more = f"{r.ratio.value - 1:+.0%}"
    low, high = r.ratio.low, r.ratio.high
    held = "" if low is None or high is None else f" ({low - 1:+.0%} to {high - 1:+.0%})"
    return f"failed attempts, {r.first} against {r.second}: {more}{held}"


def paired_text(p: PairedShares) -> str:
    """One paired difference."""
    if p.difference.value is None:
        return f"{p.what}: no prompt to compare {p.first} and {p.second} on"
    points = range_text(
        Range(
            value=100 * p.difference.value,
            low=100 * (p.difference.low or 0.0),
            high=100 * (p.difference.high or 0.0),
        ),
        "+.1f",
    )
    return (
        f"{p.what}: {p.first} alone {p.only_first}, {p.second} alone {p.only_second}, both {p.both}, neither "
        f"{p.neither}; difference {points} points, {chance(p.p)} (McNemar)"
    )


def speed_text(s: Speed) -> str:
    """One candidate's times."""
    if not s.prompts:
        return f"{s.candidate}: no answer"
    return (
        f"{s.candidate}: {s.prompts} answers, median {seconds(s.median)}, 95% within {seconds(s.p95)}, first token "
        f"{seconds(s.first_token)}, with retries and waits {seconds(s.with_retries)}"
    )


def cost_text(c: Cost) -> str:
    """One candidate's tokens and cost of 1,000 requests."""
    tokens = f"{range_text(c.input_tokens, ',.0f')} tokens in, {range_text(c.output_tokens, ',.0f')} out a prompt"
    left = f" ({c.unknown} prompts without a count left out)" if c.unknown else ""
    left += f"; {uncounted_text(c)}" if c.uncounted else ""
    if c.price_input is None or c.price_output is None:
        return f"{c.candidate}: {tokens}{left}; {c.note}"
    price = f"at {c.price_input:g} in, {c.price_output:g} out (USD a million; {c.price_source})"
    return f"{c.candidate}: {usd(c.per_thousand)} for 1,000 requests; {tokens}{left}; {price}"


def uncounted_text(c: Cost) -> str:
    """What may have been billed beside the figures."""
    attempts = many(c.uncounted, "failed or stopped attempt")
    return f"what was billed for {attempts} is not known and not in it"


def month_text(c: Cost, load: Load) -> str:
    """A month's cost at the policy's users."""
    if c.per_month.value is None:
        return f"not known: {load.note or 'no price or no token count'}"
    return f"{usd(c.per_month)} for {load.users:,} users, {load.requests_per_user:g} requests each"


def side_text(s: Side) -> str:
    """Whether one rater leaned to a side."""
    p = s.p if s.adjusted is None else s.adjusted
    held = "the side mattered" if p < 0.05 else "no lean to a side shown"
    return f"{s.rater or 'all raters'} chose the left {share_text(s.left)}; {chance(p)}: {held}"


def agreement_text(a: Agreement) -> str:
    """How far several raters agree."""
    same = f"{a.same} of {a.units} pairs judged alike by all who saw them"
    if a.alpha is None:
        return f"agreement of {a.raters} raters: {same}; alpha not computed: {a.note}"
    return f"agreement of {a.raters} raters: Krippendorff's alpha {a.alpha:.2f} (1 full, 0 chance); {same}"


def won_text(c: Comparison) -> str:
    """`qwen 15, gpt 5, ties 3 (1 of them identical answers)`."""
    alike = f" ({c.identical} of them identical answers)" if c.identical else ""
    return f"{c.first} {c.wins}, {c.second} {c.losses}, ties {c.ties}{alike}"


def judge_text(j: ModelJudge) -> str:
    """What a model said, and how often the order changed its mind."""
    half = f"; {j.half} pairs in one order only, left out" if j.half else ""
    people = f"; as people: {share_text(j.same_as_people)}" if j.same_as_people else ""
    interval = f" ({span(j.share.low, j.share.high)}), {chance(j.p)}" if j.share.of else ""
    models = ", ".join(m for m in j.models if m and m not in j.judge)
    return (
        f"{j.judge}{f' ({models})' if models else ''}: {j.first} {j.wins}, {j.second} {j.losses}, ties {j.ties}{interval}; orders disagree on "
        f"{share_text(j.flips)} of pairs, winner reversed {j.reversed.count}{half}{people}"
    )


def missing_texts(m: Missing) -> tuple[str, ...]:
    """What the figures leave out; empty: nothing."""
    told = (
        (m.answers, "answers that did not come whole"),
        (m.votes, "pairs of answers that differ and that no person judged"),
        (m.unanswerable, "pairs that cannot be judged, for an answer is missing"),
        (m.interrupted, "attempts lost when the run was stopped (counted in no rate)"),
        (m.unfinished, "requests on the way when the file was read"),
        (m.strangers, "votes on prompts or candidates that the plan does not have (left out)"),
        (
            m.outdated,
            "votes on answers that others have taken the place of (left out): `trial judge` asks again",
        ),
    )
    return tuple(f"{count} {what}" for count, what in told if count)
