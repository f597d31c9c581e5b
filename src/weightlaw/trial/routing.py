"""Which tags may go to the open model, what that saves, and what it risks.

A tag is recommended only where its own prompts show that the open model is preferred, or not worse by more than the
margin, after correction for all tags. The best of several combinations looks better than it is, because it was chosen on
the same prompts; so the bound of the risk holds for all listed combinations at once (Bonferroni).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations

from weightlaw.errors import NothingChecked, UsageError
from weightlaw.trial import comparing, costs
from weightlaw.trial.building import state_of
from weightlaw.trial.candidates import NOT_CHECKED, license_of
from weightlaw.trial.gathering import Evidence, Pair, tags_of
from weightlaw.trial.results import Comparison, Load, Range
from weightlaw.trial.routes import Policy, RouteReport, TagRoute
from weightlaw.trial.statistics import exact, resampling, shares
from weightlaw.trial.store import Store
from weightlaw.trial.values import Candidate, LicenseCheck
from weightlaw.version import VERSION

MOST_TAGS = 5
"""Up to so many tags every combination is listed: 31 of them. With more: each alone, the recommended, and all."""
NOTES = (
    "A prompt goes to the open model only where it has a tag and all of its tags are sent there; all others stay.",
    "Savings and risk assume that the work has the trial's mix of tags. Cost is at the price shown in the report, with repeated answers.",
    "Tags are corrected for each other by Holm's method. Choosing the best of several combinations on the same prompts "
    "makes it look better than it is: the upper bound of each risk holds for all listed ones at once (Bonferroni).",
    "The risk counts prompts on which people preferred the closed model, and those to which only the closed model gave an "
    "answer; how much worse the answer was is not in it.",
)


def route(store: Store) -> RouteReport:
    """What each combination of tags would save and risk.

    Raises UsageError where there is no open and closed pair or no tag, NothingChecked where nothing is judged.
    """
    evidence = Evidence(store)
    pair = evidence.pairs[0]
    if evidence.openness(pair) != ("open", "closed"):
        raise UsageError(
            "routing is between an open and a closed candidate: the trial has no such pair"
        )
    if not tags_of(evidence.plan):
        raise UsageError("no prompt has a tag: give the prompts tags before `weightlaw trial init`")
    if not evidence.tallies(pair):
        raise NothingChecked(
            f"no person has judged {pair.first} against {pair.second}: run `weightlaw trial judge {store.path}`"
        )
    return _report(evidence, pair, os.path.dirname(store.path))


def _report(evidence: Evidence, pair: Pair, folder: str) -> RouteReport:
    plan, checked = evidence.plan, license_of(evidence, pair.first)
    load = costs.load_of(plan.settings, folder, plan.created)
    tags = _tags(evidence, pair, checked)
    chosen = tuple(t.tag for t in tags if t.recommended)
    listed, left_out = _listed(tuple(t.tag for t in tags), chosen)
    ledger = _Ledger(evidence, pair, load, len(listed))
    policies = sorted((ledger.policy(s, s == chosen) for s in listed), key=_order)
    return RouteReport(
        weightlaw=VERSION,
        name=plan.settings.name,
        created=plan.created,
        prompts_sha256=plan.prompts.sha256,
        state=state_of(evidence),
        open_model=pair.first,
        closed_model=pair.second,
        margin=plan.settings.margin,
        sentence=_sentence(policies, pair, checked),
        license=checked,
        license_note="" if checked else NOT_CHECKED,
        tags=tags,
        untagged=sum(not p.tags for p in evidence.prompts),
        several=sum(len(set(p.tags)) > 1 for p in evidence.prompts),
        policies=tuple(policies),
        left_out=left_out,
        load=load,
        notes=NOTES,
    )


def _order(policy: Policy) -> tuple[bool, float, tuple[str, ...]]:
    return not policy.recommended, -(policy.saved_per_thousand.value or 0.0), policy.tags


def _tags(evidence: Evidence, pair: Pair, checked: LicenseCheck | None) -> tuple[TagRoute, ...]:
    counts = tags_of(evidence.plan)
    return tuple(_tag(c, counts[c.scope], checked) for c in comparing.by_tag(evidence, pair))


def _tag(c: Comparison, prompts: int, checked: LicenseCheck | None) -> TagRoute:
    good, why = comparing.good(c), _why(c)
    if good and c.one_sided and not c.one_sided.good:
        good, why = False, f"{why}; but not so with the prompts lost that it gave no answer to"
    if good and checked and checked.verdict == "denied":
        good, why = False, f"{why}, but its licence verdict is denied"
    return TagRoute(tag=c.scope, prompts=prompts, recommended=good, why=why, comparison=c)


def _why(c: Comparison) -> str:
    shown = c.not_worse and c.not_worse.shown
    if c.word == "the closed model is preferred" and shown:
        return (
            "the closed model is preferred, yet the open one is not worse by more than the margin"
        )
    if c.word != "cannot tell" or c.not_worse is None:
        return c.word
    fewest = fewest_prompts(c.not_worse.bound, exact.ALPHA / 2)
    if c.share.of < fewest:
        return f"cannot tell: {c.share.of} non-tied prompts; fewer than {fewest} show nothing, even if all are won"
    return "cannot tell"


def fewest_prompts(bound: float, level: float) -> int:
    """How few prompts, all won by the open model, would show that it is not worse than the bound."""
    of = 1
    while exact.above(of, of, bound) >= level and of < 10_000:
        of += 1
    return of


def _listed(tags: tuple[str, ...], chosen: tuple[str, ...]) -> tuple[list[tuple[str, ...]], int]:
    """The combinations that are listed, and how many are not."""
    every = 2 ** len(tags) - 1
    if len(tags) <= MOST_TAGS:
        return list(_subsets(tags)), 0
    found = dict.fromkeys([(t,) for t in tags] + ([chosen] if chosen else []) + [tags])
    return list(found), every - len(found)


def _subsets(tags: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(tags) + 1):
        yield from combinations(tags, size)


class _Ledger:
    """Costs and verdicts by prompt, from which each combination of tags is added up."""

    def __init__(self, evidence: Evidence, pair: Pair, load: Load, listed: int) -> None:
        self.evidence, self.load, self.listed = evidence, load, listed
        self.verdicts = {p: t.verdict for p, t in evidence.tallies(pair).items()}
        self.verdicts |= evidence.one_sided(pair)
        byname = {c.name: c for c in evidence.candidates}
        self.open = self._costs(byname[pair.first])
        self.closed = self._costs(byname[pair.second])

    def _costs(self, candidate: Candidate) -> dict[str, float]:
        return costs.request_costs(self.evidence, candidate)

    def policy(self, tags: tuple[str, ...], recommended: bool) -> Policy:
        """What sending these tags to the open model means."""
        routed = {p.id for p in self.evidence.prompts if p.tags and set(p.tags) <= set(tags)}
        verdicts = [self.verdicts[p] for p in routed if p in self.verdicts]
        judged, worse = len(self.verdicts), verdicts.count(-1)
        saved, share = self._saved(routed)
        month = (
            Range()
            if self.load.requests is None
            else costs.scaled(saved, self.load.requests / 1000)
        )
        return Policy(
            tags=tags,
            routed=comparing.share(len(routed), len(self.evidence.ids)),
            worse=comparing.share(worse, judged),
            worse_at_most=shares.upper_bound(worse, judged, 1 - exact.ALPHA / self.listed),
            better=verdicts.count(1),
            ties=verdicts.count(0),
            unjudged=len(routed) - len(verdicts),
            saved_per_thousand=saved,
            saved_per_month=month,
            share_saved=share,
            recommended=recommended,
        )

    def _saved(self, routed: set[str]) -> tuple[Range, Range]:
        """For 1,000 requests, and as a share of the closed model's cost, over prompts whose costs are both known."""
        known = [p for p in self.evidence.ids if p in self.closed and p in self.open]
        if not known:
            return Range(), Range()
        gains = [self.closed[p] - self.open[p] if p in routed else 0.0 for p in known]
        closed = [self.closed[p] for p in known]
        thousand = costs.scaled(costs.mean(gains, self.evidence.seed), 1000)
        if not sum(closed):
            return thousand, Range()
        low, high = resampling.ratio_interval(gains, closed, self.evidence.seed)
        return thousand, Range(value=sum(gains) / sum(closed), low=low, high=high)


def _sentence(policies: list[Policy], pair: Pair, checked: LicenseCheck | None) -> str:
    if checked and checked.verdict == "denied":
        return f"Send nothing to {pair.first}: its licence verdict is denied."
    chosen = next((p for p in policies if p.recommended), None)
    if chosen is None:
        return (
            f"Send nothing to {pair.first} on these votes: for no tag is it shown to be preferred, or not worse by more "
            "than the margin."
        )
    what = ", ".join(chosen.tags)
    license_word = checked.verdict if checked else "not known"
    held = (
        f"; its licence verdict is {license_word}: settle that first"
        if license_word not in ("allowed", "conditional")
        else ""
    )
    return (
        f"Send {what} to {pair.first} and the rest to {pair.second}: at most {chosen.worse_at_most:.1%} of requests "
        f"(95% bound) would get no answer, or one to which {pair.second}'s is preferred{held}."
    )
