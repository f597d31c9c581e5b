"""Figures as people read them, and the sentences that say what a pair has shown."""

from __future__ import annotations

from weightlaw.trial.results import Comparison, NotWorse, Share

STOPPED = (
    "votes are missing: this is a look before the end, and stopping at a look that pleases makes "
    "p and the interval better than they are"
)


def percent(value: float | None) -> str:
    """One decimal: `53.1%`."""
    return "not known" if value is None else f"{value:.1%}"


def span(low: float | None, high: float | None) -> str:
    """An interval of a share: `53.1% to 88.8%`."""
    if low is None or high is None:
        return "not known"
    return f"{low:.1%} to {high:.1%}"


def chance(p: float) -> str:
    """A p with two digits that tell: `p = 0.041`."""
    if p < 0.0001:
        return "p < 0.0001"
    return f"p = {p:.2g}" if p < 0.001 else f"p = {p:.3f}"


def share_text(share: Share) -> str:
    """`15 of 20, 75.0% (53.1% to 88.8%)`."""
    if share.share is None:
        return "none"
    return f"{share.count} of {share.of}, {percent(share.share)} ({span(share.low, share.high)})"


def role(name: str, openness: str, both: bool) -> str:
    """`the open model (qwen3)`; where both are alike, the name alone."""
    return f"the {openness} model ({name})" if both else name


def sentence(c: Comparison, first: str, second: str) -> str:
    """What the pair has shown, in one sentence. `first` and `second`: how the two are called."""
    if c.prompts == 0:
        return f"cannot tell: no person has judged {first} against {second}"
    told = _told(c)
    if c.word in ("the open model is preferred", "the first model is preferred"):
        return f"{first} is preferred to {second}: {told}"
    if c.word in ("the closed model is preferred", "the second model is preferred"):
        return f"{second} is preferred to {first}: {told}{_yet(c, first)}"
    if c.word == "not worse by more than the margin" and c.not_worse:
        return f"{first} is not worse than {second} by more than the margin: {_clears(c.not_worse)}; {told}"
    return f"cannot tell whether {first} or {second} is preferred: {told}; {seen(c)}"


def _told(c: Comparison) -> str:
    ties = f", {c.ties} {'tie' if c.ties == 1 else 'ties'} apart" if c.ties else ""
    if c.share.of == 0:
        return f"all {c.prompts} prompts are ties"
    side = c.wins if c.wins >= c.losses else c.losses
    who = c.first if c.wins >= c.losses else c.second
    low, high = c.share.low, c.share.high
    if c.wins < c.losses:
        low, high = 1 - high, 1 - low
    p = chance(c.p if c.adjusted is None else c.adjusted)
    corrected = "" if c.adjusted is None else " after Holm's correction"
    return (
        f"{who} won {side} of {c.share.of} non-tied prompts{ties}, {side / c.share.of:.1%} "
        f"(95% interval {span(low, high)}), {p}{corrected}"
    )


def _yet(c: Comparison, first: str) -> str:
    if c.not_worse is None or not c.not_worse.shown:
        return ""
    return f"; yet {first} is not worse by more than the margin: {_clears(c.not_worse)}"


def _clears(n: NotWorse) -> str:
    return f"the lower bound of its share, {percent(n.lower)}, clears {percent(n.bound)}"


def one_sided_text(c: Comparison, lost: Comparison, first: int, second: int) -> str:
    """What nobody could judge, for only one side answered; and what the pair shows with these lost by the silent side."""
    left_out = [
        f"{n} {'prompt' if n == 1 else 'prompts'} to which only {who} gave an answer"
        for n, who in ((first, c.second), (second, c.first))
        if n
    ]
    stays = "the word stays" if lost.word == c.word else "the word would be"
    return (
        f"not in the comparison: {' and '.join(left_out)}; with each of them counted as lost by the model that gave none, "
        f'{stays} "{lost.word}": {_told(lost)}'
    )


def capital(text: str) -> str:
    """A sentence's first letter as a capital, where it begins with a word of ours and not with a name."""
    ours = ("the ", "cannot ", "not ", "votes ")
    return text[:1].upper() + text[1:] if text.startswith(ours) else text


def seen(c: Comparison) -> str:
    """The smallest gap that so many prompts would have shown."""
    if c.smallest_share is None or c.smallest_elo is None:
        return f"{c.share.of} non-tied prompts show no gap, however large"
    return (
        f"{c.share.of} non-tied prompts show only a gap of {c.smallest_elo:.0f} Elo, a share of "
        f"{percent(c.smallest_share)}, or more (4 times in 5)"
    )


def points(margin: float) -> str:
    """A margin in points of a share: `10 points`."""
    return f"{100 * margin:g} points"
