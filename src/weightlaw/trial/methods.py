"""How each kind of figure is computed, in words, for the foot of a report."""

from __future__ import annotations

from weightlaw.trial.statistics import resampling, shares
from weightlaw.trial.values import Settings
from weightlaw.trial.wording import points


def methods(settings: Settings) -> tuple[str, ...]:
    """One sentence or two a method."""
    bound = (1 + shares.LEVEL) / 2
    return (
        "The prompt is the unit: one verdict a prompt and pair. With several raters a model wins a prompt where more "
        "than half of those who judged it preferred it; else the prompt is a tie.",
        "Shares are of non-tied prompts. Shown: Wilson's 95% interval. p: exact two-sided sign test on non-ties, which "
        "alone decides: near 5% Wilson's interval may leave one half out where the test does not. "
        "Beside it the exact 95% interval (Clopper and Pearson), and the share with each tie as half a win for both.",
        f"Not worse: the exact one-sided {bound:.1%} lower bound (Clopper and Pearson) of the open model's share must "
        f"clear one half less the margin of {points(settings.margin)} that was fixed before the first answer.",
        "The first pair (the first open candidate against the first closed one) on all prompts is the primary result. "
        "Tags, and further pairs, are corrected among themselves by Holm's method, for the preference and for the margin "
        "apart; their intervals are not.",
        "Smallest gap: the share that so many non-tied prompts would have shown at 5% in 80% of such trials; as Elo by "
        "share = 1 / (1 + 10^(-Elo/400)). Two numbers of prompts, for power moves in a saw-tooth: the first with 80% "
        "power, and the one from which on it stays.",
        "A prompt that only one of two candidates answered cannot be judged and is in no share. What the pair shows with such "
        "prompts lost by the silent side stands beside the decision.",
        "Side: choices of what stood on the left against one half, exact binomial test for each rater.",
        "Agreement: Krippendorff's alpha for names. With several raters also an interval of the share by bootstrap over "
        "prompts, then over the raters of each.",
        "Retries: prompts with a failed attempt of the model, the server or the line, Wilson's interval; paired "
        "difference by Newcombe's method 10; p by McNemar's exact test. Requests that asking again cannot mend, and "
        "attempts in which this program was stopped, are counted apart.",
        f"Means, medians and ratios: bootstrap over prompts, {resampling.DRAWS:,} draws, percentiles; approximate with few "
        f"prompts. Under {resampling.FEWEST} prompts, or where all draws are alike, no interval is told. Seed: the trial's.",
        "Cost: tokens as the servers counted them, all whole answers of a prompt, at the price shown. Attempts without a count "
        "are not in it; how many there were is said.",
        "Three and more candidates: Bradley and Terry's model, a tie as half a win for both, a weak normal prior of 1,000 "
        "Elo, bootstrap over prompts and one more on which all tie.",
        "Models as judges were asked in both orders; where the orders disagree the pair is a tie. They are no people and "
        "are never added to them.",
    )
