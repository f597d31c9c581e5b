"""The report for a terminal: the decision in one sentence, the licence, then the figures with their intervals."""

from __future__ import annotations

from collections.abc import Iterator

from weightlaw.trial.documents.cleaning import cleaned
from weightlaw.trial.documents.lines import entry, item, part
from weightlaw.trial.documents.phrases import (
    agreement_text,
    artefact_text,
    cost_text,
    judge_text,
    many,
    missing_texts,
    month_text,
    needed_text,
    not_worse_text,
    paired_text,
    range_text,
    ratio_text,
    seconds,
    side_text,
    speed_text,
    standing_text,
    times,
    won_text,
)
from weightlaw.trial.results import CandidateView, Comparison, Reliability, Results
from weightlaw.trial.wording import chance, percent, seen, share_text, span


def render(results: Results) -> str:
    """The whole report, 80 columns."""
    r = cleaned(results)
    lines = [*_head(r), *_candidates(r), *_preference(r), *_tags(r), *_ranking(r), *_failures(r)]
    lines += [
        *_speed(r),
        *_cost(r),
        *_raters(r),
        *_judges(r),
        *_missing(r),
        *_record(r),
        *_texts(r),
    ]
    return "\n".join(lines) + "\n"


def _head(r: Results) -> Iterator[str]:
    scope = f", only the tag {r.scope}" if r.scope else ""
    yield from item(f"Trial {r.name}, {r.prompts} prompts{scope}", "", "")
    yield ""
    yield from item(r.decision.sentence, "", "")
    for line in r.decision.but:
        yield from item(line, "- ", "  ")


def _candidates(r: Results) -> Iterator[str]:
    yield from part("Candidates")
    for view in r.candidates:
        yield from item(f"{view.name} ({view.openness}): {view.model} at {view.url}")
        yield from _candidate(view)


def _candidate(view: CandidateView) -> Iterator[str]:
    for artefact in view.artefacts:
        yield from entry("  ran", artefact_text(artefact))
    if len(view.artefacts) > 1:
        yield from entry("  note", "what answered was changed during the trial")
    if not view.artefacts:
        yield from entry("  ran", "not known: the endpoint was not asked what it is")
    if view.license:
        licenses = ", ".join(view.license.licenses) or "no licence known"
        clause = f"; {view.license.clause}" if view.license.clause else ""
        known = f" (knowledge of {view.license.knowledge})" if view.license.knowledge else ""
        yield from entry("  licence", f"{view.license.verdict}: {licenses}{clause}{known}")
    elif view.license_note:
        yield from entry("  licence", view.license_note)


def _preference(r: Results) -> Iterator[str]:
    yield from part("Preference, as people judged")
    for number, c in enumerate(r.comparisons):
        if number:
            yield ""
        yield from _comparison(c, r)
    yield from entry("prompts for", needed_text(r.needed[0]))
    for gap in r.needed[1:]:
        yield from entry("", needed_text(gap))


def _comparison(c: Comparison, r: Results) -> Iterator[str]:
    yield from item(f"{c.first} against {c.second}: {c.word}")
    yield from entry("won", f"{won_text(c)}; of {c.prompts} judged")
    if c.share.of:
        yield from entry(
            "share", f"{c.first} won {share_text(c.share)} of non-tied prompts; {chance(c.p)}"
        )
        yield from entry("exact", f"{span(c.exact_low, c.exact_high)}")
    if c.adjusted is not None:
        yield from entry("corrected", f"{chance(c.adjusted)} (Holm)")
    if c.ties_as_half is not None and c.ties:
        yield from entry("ties as half", f"{percent(c.ties_as_half)} for {c.first}")
    if c.raters_low is not None:
        yield from entry(
            "over raters",
            f"{span(c.raters_low, c.raters_high)} (prompts, then raters, drawn again)",
        )
    if c.not_worse and c.prompts:
        yield from entry("margin", not_worse_text(c.not_worse, c.first))
    if c.one_sided:
        yield from entry("left out", c.one_sided.sentence)
    if c.prompts:
        yield from entry("could show", seen(c))
    if c.missing:
        yield from entry(
            "not judged", f"{c.missing} of {c.prompts + c.missing} prompts with both answers"
        )


def _tags(r: Results) -> Iterator[str]:
    if not r.by_tag:
        return
    yield from part("By tag (corrected for several tags)")
    for c in r.by_tag:
        yield from item(f"{c.scope}: {c.word}")
        won = won_text(c)
        interval = f"; {span(c.share.low, c.share.high)}" if c.share.of else ""
        p = chance(c.p if c.adjusted is None else c.adjusted)
        yield from item(
            f"{won}{interval}; {p}" if c.prompts else "no prompt judged", "      ", "      "
        )
        if c.one_sided:
            yield from item(c.one_sided.sentence, "      ", "      ")


def _ranking(r: Results) -> Iterator[str]:
    if r.ranking is None:
        return
    yield from part("All candidates on one scale")
    yield from item(r.ranking.note)
    for standing in r.ranking.standings:
        yield from item(standing_text(standing, r.ranking.reference))


def _failures(r: Results) -> Iterator[str]:
    yield from part("Failures and retries, by prompt")
    for one in r.reliability:
        yield from _reliability(one)
    for ratio in r.retry_ratios:
        yield from item(ratio_text(ratio))
    for paired in r.paired:
        yield from item(paired_text(paired))


def _reliability(one: Reliability) -> Iterator[str]:
    yield from item(f"{one.candidate}: {one.attempts} attempts for {one.prompts} prompts")
    if not one.prompts:
        return
    yield from entry("any failure", share_text(one.retried))
    yield from entry("per 100", f"{range_text(one.retries, '.1f')} failed attempts")
    yield from entry("first answer", f"fails its checks: {share_text(one.model_failed)}")
    yield from entry("last answer", f"fails its checks: {share_text(one.last_failed)}")
    yield from entry("no answer", share_text(one.unanswered))
    for kind in one.failures:
        yield from entry(
            "",
            f"{kind.kind} ({kind.whose}): {times(kind.attempts)}; prompts {share_text(kind.prompts)}",
        )


def _speed(r: Results) -> Iterator[str]:
    yield from part("Time to an answer")
    for one in r.speed:
        yield from item(speed_text(one))
    for gap in r.speed_differences:
        if gap.prompts:
            shown = range_text(gap.seconds, "+.2f")
            yield from item(
                f"{gap.first} minus {gap.second}: {shown} seconds, median over {gap.prompts} prompts"
            )


def _cost(r: Results) -> Iterator[str]:
    yield from part("Cost at the prices shown, repeated answers too")
    for one in r.costs:
        yield from item(cost_text(one))
        yield from item(f"a month: {month_text(one, r.load)}", "    ", "    ")


def _raters(r: Results) -> Iterator[str]:
    if not r.raters:
        return
    yield from part("Who judged")
    for rater in r.raters:
        yield from item(
            f"{rater.name}: {many(rater.votes, 'vote')}, {many(rater.ties, 'tie')}, {seconds(rater.seconds)} each (median)"
        )
    for side in r.sides:
        yield from item(side_text(side))
    if r.agreement:
        yield from item(agreement_text(r.agreement))


def _judges(r: Results) -> Iterator[str]:
    if not r.model_judges:
        return
    yield from part("A model as judge: no person, and no decision")
    for judge in r.model_judges:
        yield from item(judge_text(judge))


def _missing(r: Results) -> Iterator[str]:
    told = missing_texts(r.missing)
    yield from part("Missing")
    for line in told or ("nothing: every prompt is answered and judged",):
        yield from item(line)


def _record(r: Results) -> Iterator[str]:
    yield from part("Record")
    yield from entry("prompts", f"frozen {r.created}, SHA-256 {r.prompts_sha256}")
    yield from entry("tags", ", ".join(f"{t} {n}" for t, n in r.tags) or "none")
    yield from entry("last vote", r.judged or ("not recorded" if r.raters else "none"))
    yield from entry("settings", ", ".join(f"{k} {v}" for k, v in r.settings))
    yield from entry("weightlaw", r.weightlaw)
    yield from part("How it was computed")
    for line in r.methods:
        yield from item(line)


def _texts(r: Results) -> Iterator[str]:
    if not r.texts:
        return
    yield from part("Prompts and answers (private)")
    for text in r.texts:
        yield from item(f"{text.prompt}: {', '.join(text.verdicts) or 'not judged'}")
        yield from (f"    | {line}" for line in text.asked.split("\n"))
        for name, answer in text.answers:
            yield f"    {name}:"
            yield from (f"    > {line}" for line in answer.split("\n"))
