"""What people's votes show of a pair: the share with its intervals, the exact test, the margin, by tag and in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import structs

from weightlaw.trial.gathering import Evidence, Pair, Tally, tags_of
from weightlaw.trial.results import (
    Comparison,
    Needed,
    NotWorse,
    OneSided,
    Ranking,
    Share,
    Standing,
    Word,
)
from weightlaw.trial.statistics import exact, power, ratings, resampling, shares
from weightlaw.trial.wording import capital, one_sided_text, role, sentence

GAPS = (25.0, 50.0, 100.0, 200.0)
"""In Elo: what is said of every trial. The lead that public boards saw between open and closed models was 25 to 42."""


def share(count: int, of: int) -> Share:
    """So many of so many with Wilson's interval."""
    low, high = shares.wilson(count, of)
    return Share(count=count, of=of, share=count / of if of else None, low=low, high=high)


_LOST = {1: Tally(1, 0, 0), -1: Tally(0, 0, 1)}


def compare(evidence: Evidence, pair: Pair, tag: str = "", *, lost: bool = False) -> Comparison:
    """One pair on all prompts of the evidence, or on those with a tag; not yet corrected for others beside it.

    `lost`: a prompt that only one of the two answered counts as won by that one.
    """
    inside = {p.id for p in evidence.prompts if not tag or tag in p.tags}
    every = evidence.tallies(pair)
    if lost:
        every |= {p: _LOST[side] for p, side in evidence.one_sided(pair).items()}
    told = {p: t for p, t in every.items() if p in inside}
    identical = [p for p in evidence.identical(pair) if p in inside]
    return _worded(
        _counted(
            evidence,
            pair,
            tuple(told.values()),
            scope=tag or evidence.tag,
            identical=len(identical),
            missing=sum(p in inside for p in evidence.unjudged(pair)),
        ),
        evidence.openness(pair),
    )


def _counted(
    evidence: Evidence,
    pair: Pair,
    told: tuple[Tally, ...],
    *,
    scope: str,
    identical: int,
    missing: int,
) -> Comparison:
    verdicts = [t.verdict for t in told]
    wins, losses = verdicts.count(1), verdicts.count(-1)
    decided, ties = wins + losses, verdicts.count(0)
    low, high = shares.clopper_pearson(wins, decided)
    smallest = power.smallest_share(decided) if decided else None
    raters = _raters(told, evidence.seed)
    return Comparison(
        first=pair.first,
        second=pair.second,
        scope=scope,
        prompts=len(told),
        missing=missing,
        wins=wins,
        losses=losses,
        ties=ties,
        identical=identical,
        share=share(wins, decided),
        exact_low=low,
        exact_high=high,
        ties_as_half=(wins + ties / 2) / len(told) if told else None,
        raters_low=raters[0],
        raters_high=raters[1],
        p=exact.sign_test(wins, decided),
        adjusted=None,
        smallest_share=smallest,
        smallest_elo=None if smallest is None else power.elo_of(smallest),
        not_worse=_not_worse(evidence, pair, wins, decided),
        one_sided=None,
        word="cannot tell",
        sentence="",
    )


def _raters(told: tuple[Tally, ...], seed: int) -> tuple[float | None, float | None]:
    if not any(sum(t) > 1 for t in told) or not any(t.verdict for t in told):
        return None, None
    return resampling.rated_interval(told, seed)


def _not_worse(evidence: Evidence, pair: Pair, wins: int, decided: int) -> NotWorse | None:
    if evidence.openness(pair) != ("open", "closed"):
        return None
    margin = evidence.plan.settings.margin
    bound = 0.5 - margin
    p = exact.above(wins, decided, bound)
    return NotWorse(
        margin=margin,
        bound=bound,
        lower=shares.lower_bound(wins, decided, (1 + shares.LEVEL) / 2),
        p=p,
        adjusted=None,
        shown=p < exact.ALPHA / 2,
    )


def _worded(c: Comparison, openness: tuple[str, str]) -> Comparison:
    told = structs.replace(c, word=_word(c, openness))
    both = openness[0] != openness[1]
    names = (role(c.first, openness[0], both), role(c.second, openness[1], both))
    return structs.replace(told, sentence=capital(sentence(told, *names)))


def _word(c: Comparison, openness: tuple[str, str]) -> Word:
    p = c.p if c.adjusted is None else c.adjusted
    mixed = openness == ("open", "closed")
    if p < exact.ALPHA:
        if c.wins > c.losses:
            return "the open model is preferred" if mixed else "the first model is preferred"
        return "the closed model is preferred" if mixed else "the second model is preferred"
    if c.not_worse and c.not_worse.shown:
        return "not worse by more than the margin"
    return "cannot tell"


def corrected(
    compared: Sequence[Comparison], openness: Iterable[tuple[str, str]]
) -> tuple[Comparison, ...]:
    """Several comparisons beside each other: each word again, by Holm's correction over all of them."""
    both = exact.holm([c.p for c in compared])
    tested = [c.not_worse.p for c in compared if c.not_worse]
    worse = iter(exact.holm(tested))
    return tuple(
        _worded(
            structs.replace(
                c,
                adjusted=p,
                not_worse=c.not_worse and _adjusted(c.not_worse, next(worse)),
            ),
            kinds,
        )
        for c, p, kinds in zip(compared, both, openness, strict=True)
    )


def _adjusted(n: NotWorse, p: float) -> NotWorse:
    return structs.replace(n, adjusted=p, shown=p < exact.ALPHA / 2)


def all_pairs(evidence: Evidence) -> tuple[Comparison, ...]:
    """The primary pair as it stands; further ones corrected among themselves."""
    kinds = [evidence.openness(pair) for pair in evidence.pairs[1:]]

    def made(lost: bool) -> tuple[Comparison, ...]:
        primary, *others = (compare(evidence, pair, lost=lost) for pair in evidence.pairs)
        return (primary, *(corrected(others, kinds) if len(others) > 1 else others))

    silent = [Counter(evidence.one_sided(pair).values()) for pair in evidence.pairs]
    return _with_one_sided(made(False), made(True), silent)


def by_tag(evidence: Evidence, pair: Pair) -> tuple[Comparison, ...]:
    """The pair on the prompts of each tag; the evidence must hold all prompts. Corrected where there are several."""
    tags, kind = tags_of(evidence.plan), evidence.openness(pair)

    def made(lost: bool) -> tuple[Comparison, ...]:
        found = [compare(evidence, pair, tag, lost=lost) for tag in tags]
        return corrected(found, [kind] * len(found)) if len(found) > 1 else tuple(found)

    sides, tagged = evidence.one_sided(pair), {p.id: p.tags for p in evidence.prompts}
    silent = [Counter(side for p, side in sides.items() if tag in tagged[p]) for tag in tags]
    return _with_one_sided(made(False), made(True), silent)


def _with_one_sided(
    judged: Sequence[Comparison], lost: Sequence[Comparison], silent: Sequence[Counter[int]]
) -> tuple[Comparison, ...]:
    """Beside each comparison, what it were with the prompts that only one side answered."""
    return tuple(
        structs.replace(c, one_sided=_one_sided(c, other, many)) if many else c
        for c, other, many in zip(judged, lost, silent, strict=True)
    )


def _one_sided(c: Comparison, lost: Comparison, silent: Counter[int]) -> OneSided:
    return OneSided(
        first_silent=silent[-1],
        second_silent=silent[1],
        word=lost.word,
        good=good(lost),
        sentence=one_sided_text(c, lost, silent[-1], silent[1]),
    )


def good(c: Comparison) -> bool:
    """Whether the open model is preferred, or not worse by more than the margin."""
    return c.word == "the open model is preferred" or bool(c.not_worse and c.not_worse.shown)


def needed(decided: int, gap: float | None = None) -> tuple[Needed, ...]:
    """Prompts for each of the usual gaps, and first for the one asked for. Raises UsageError for a gap out of range."""
    wanted = dict.fromkeys((*([] if gap is None else [gap]), *GAPS))
    return tuple(_needed(elo, decided) for elo in wanted)


def _needed(elo: float, decided: int) -> Needed:
    first, stays = power.prompts_needed(elo)
    expected = power.share_of(elo)
    return Needed(
        elo=elo,
        share=expected,
        first=first,
        stays=stays,
        power_here=power.power(decided, expected) if decided else 0.0,
    )


def ranking(evidence: Evidence) -> Ranking | None:
    """Three and more candidates on one scale; None for two, for which it is the logit of the share and no more."""
    names = [c.name for c in evidence.candidates]
    if len(names) < 3:
        return None
    reference = evidence.pairs[0].second
    matrices, met = _wins(evidence, names)
    if not ratings.connected(met, len(names)):
        note = "not computed: some candidates were compared with none of the others, not even through third ones"
        return Ranking(reference=reference, standings=(), note=note)
    count, tests = len(matrices), len(evidence.pairs)
    if tests * exact.sign_test(count, count) >= exact.ALPHA:
        note = f"not computed: {count} judged prompts show no order of {len(names)} candidates, even if all say the same"
        return Ranking(reference=reference, standings=(), note=note)
    if all(cell in (0.0, 0.5) for matrix in matrices for row in matrix for cell in row):
        note = "not computed: every prompt that was judged is a tie, which shows no order and no equality"
        return Ranking(reference=reference, standings=(), note=note)
    made = ratings.ratings(matrices, names.index(reference), evidence.seed)
    standings = (
        Standing(candidate=name, **structs.asdict(rating))
        for name, rating in zip(names, made, strict=True)
    )
    return Ranking(
        reference=reference,
        standings=tuple(sorted(standings, key=lambda s: (-s.elo, names.index(s.candidate)))),
        note=f"Elo against {reference}; a rank is a range wherever a difference, corrected for all pairs, could be zero",
    )


def _wins(
    evidence: Evidence, names: list[str]
) -> tuple[list[list[list[float]]], list[tuple[int, int]]]:
    """A matrix of wins for each judged prompt, ties as half a win for both, and the pairs that met."""
    found: dict[str, list[list[float]]] = {}
    met = []
    for pair in evidence.pairs:
        a, b = names.index(pair.first), names.index(pair.second)
        for prompt, tally in evidence.tallies(pair).items():
            matrix = found.setdefault(prompt, [[0.0] * len(names) for _ in names])
            matrix[a][b] += (1 + tally.verdict) / 2
            matrix[b][a] += (1 - tally.verdict) / 2
            met.append((a, b))
    return list(found.values()), list(dict.fromkeys(met))
