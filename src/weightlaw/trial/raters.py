"""Who judged: how much, how alike, whether the side mattered; and models as judges, apart from people."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from msgspec import structs

from weightlaw.trial.comparing import share
from weightlaw.trial.gathering import Evidence, Pair
from weightlaw.trial.results import Agreement, ModelJudge, Rater, Share, Side
from weightlaw.trial.statistics import agreement as agreeing
from weightlaw.trial.statistics import exact
from weightlaw.trial.values import Vote


def raters(evidence: Evidence) -> tuple[Rater, ...]:
    """Each person with the number of votes."""
    return tuple(_rater(name, votes) for name, votes in _by_rater(evidence.votes).items())


def _rater(name: str, votes: list[Vote]) -> Rater:
    times = [v.seconds for v in votes if v.seconds > 0]
    return Rater(
        name=name,
        votes=len(votes),
        ties=sum(v.choice == "tie" for v in votes),
        seconds=median(times) if times else None,
    )


def _by_rater(votes: Iterable[Vote]) -> dict[str, list[Vote]]:
    found: dict[str, list[Vote]] = {}
    for vote in votes:
        found.setdefault(vote.rater, []).append(vote)
    return dict(sorted(found.items()))


def sides(evidence: Evidence) -> tuple[Side, ...]:
    """All together, then each rater; corrected where there are several."""
    apart = _by_rater(evidence.votes)
    groups = {"": list(evidence.votes), **apart} if len(apart) > 1 else apart
    told = [(name, *_lefts(votes)) for name, votes in groups.items()]
    found = [
        Side(rater=name, left=share(left, of), p=exact.sign_test(left, of), adjusted=None)
        for name, left, of in told
    ]
    if len(found) < 2:
        return tuple(found)
    adjusted = exact.holm([s.p for s in found])
    return tuple(structs.replace(s, adjusted=p) for s, p in zip(found, adjusted, strict=True))


def _lefts(votes: Iterable[Vote]) -> tuple[int, int]:
    chosen = [v.choice for v in votes if v.choice != "tie"]
    return chosen.count("left"), len(chosen)


def agreement(evidence: Evidence) -> Agreement | None:
    """None where one person judged alone."""
    count = len(_by_rater(evidence.votes))
    if count < 2:
        return None
    units = [
        [v.winner for v in votes]
        for pair in evidence.pairs
        for votes in evidence.rated(pair).values()
    ]
    same, of = agreeing.exact_agreement(units)
    alpha = agreeing.alpha(units)
    note = "" if alpha is not None else _no_alpha(of)
    return Agreement(raters=count, units=of, same=same, alpha=alpha, note=note)


def _no_alpha(of: int) -> str:
    if not of:
        return "no two raters judged the same pair"
    return "all said the same throughout: there is nothing that they could have disagreed on"


def model_judges(evidence: Evidence) -> tuple[ModelJudge, ...]:
    """Each model that judged, pair by pair."""
    names = dict.fromkeys(v.rater for v in evidence.model_votes)
    made = (_judge(evidence, name, pair) for name in sorted(names) for pair in evidence.pairs)
    return tuple(judge for judge in made if judge.pairs or judge.half)


def _judge(evidence: Evidence, name: str, pair: Pair) -> ModelJudge:
    told = _orders(evidence, name, pair)
    whole = {p: set(w) for p, w in told.items() if len(w) > 1}
    verdicts = {p: next(iter(w)) if len(w) == 1 else "" for p, w in whole.items()}
    said = list(verdicts.values())
    wins, losses = said.count(pair.first), said.count(pair.second)
    return ModelJudge(
        judge=name,
        models=tuple(dict.fromkeys(v.model for v in evidence.model_votes if v.rater == name)),
        first=pair.first,
        second=pair.second,
        pairs=len(whole),
        half=len(told) - len(whole),
        reversed=share(sum(w == set(pair) for w in whole.values()), len(whole)),
        flips=share(sum(len(w) > 1 for w in whole.values()), len(whole)),
        wins=wins,
        losses=losses,
        ties=said.count(""),
        share=share(wins, wins + losses),
        p=exact.sign_test(wins, wins + losses),
        same_as_people=_alike(evidence, pair, verdicts),
    )


def _orders(evidence: Evidence, name: str, pair: Pair) -> dict[str, list[str]]:
    """The winner in each order of the sides, by prompt."""
    found: dict[str, dict[str, str]] = {}
    for vote in evidence.model_votes:
        if vote.rater == name and {vote.left, vote.right} == set(pair):
            found.setdefault(vote.prompt, {})[vote.left] = vote.winner
    return {prompt: list(told.values()) for prompt, told in found.items()}


def _alike(evidence: Evidence, pair: Pair, verdicts: dict[str, str]) -> Share | None:
    people = evidence.tallies(pair)
    shared = [p for p in verdicts if p in people]
    if not shared:
        return None
    words = {1: pair.first, -1: pair.second, 0: ""}
    return share(sum(words[people[p].verdict] == verdicts[p] for p in shared), len(shared))
